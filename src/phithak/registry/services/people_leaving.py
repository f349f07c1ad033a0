"""Who leaves: positions and contacts end, backups take over, and the account loses access the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts import services as account_services
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.roles import Role
from phithak.core.db.transactions import write
from phithak.registry.events.people import Tag
from phithak.registry.models import ContactPoint, Organisation, Person, Position
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people_people import shown_name
from phithak.registry.services import people_clock
from phithak.registry.services.people_contacts import end_row
from phithak.registry.services.people_errors import AdminLeaveError, EndedError, OwnLeaveError
from phithak.registry.services.people_rows import index_person

_SYSTEM = actors.system("registry")
_ACCOUNTS = "accounts.user.manage"
_FURTHEST_DAYS = 366
_KEPT, _ENDED, _NONE = "kept", "ended", "none"


@dataclass(frozen=True)
class HandOver:
    """One contact that ended with its person: who takes over, or that somebody must be found."""

    contact_id: UUID
    label: Text
    kind: ContactKind
    heir_id: UUID | None
    heir: Text | None


@dataclass(frozen=True)
class Left:
    """What leaving did; ``when`` is the day, and nothing has happened yet when it lies ahead."""

    when: date
    done: bool
    positions: int
    hand_overs: tuple[HandOver, ...]


def leave(actor: Actor, person_id: UUID, on: date) -> Left:
    """Record that a person leaves.

    On that day (Bangkok), at its first minute, positions and contacts end everywhere, contacts go over to their
    backups, and the account loses all access: at once when the day is today or past.

    Args:
        actor: needs ``registry.contacts.manage`` over the person's organisation; for an administrator's account also
            ``accounts.user.manage``.
        person_id: who.
        on: the first day without access.

    Raises:
        NotFoundError: not the actor's to manage.
        EndedError: the person has left.
        OwnLeaveError, AdminLeaveError: the actor, or an administrator whom the actor may not manage.
        LastAdminError: the centre would be without an administrator.
        InvalidInputError: the day is more than a year ahead.
    """
    row = doors.person(actor, person_id, doors.MANAGE)
    if row.left_at is not None:
        raise EndedError
    if (on - clock.today()).days > _FURTHEST_DAYS:
        raise InvalidInputError(field="on", reason_th="ล่วงหน้าได้ไม่เกินหนึ่งปี", reason_en="at most a year ahead")
    _check_account(actor, row)
    if on > clock.today():
        with write("registry.leave_later"):
            done = Person.objects.filter(pk=row.pk, left_at__isnull=True).update(leaves_on=on)
            if not done:
                raise EndedError
            _note(actor, Tag.PERSON_LEAVES, row, on=on.isoformat())
        return Left(on, done=False, positions=0, hand_overs=_planned(row))
    return _leave_now(actor, row, on)


def stay(actor: Actor, person_id: UUID) -> None:
    """Take a planned leaving back.

    Raises:
        NotFoundError: not the actor's to manage.
        EndedError: nothing is planned, or it has happened.
    """
    row = doors.person(actor, person_id, doors.MANAGE)
    with write("registry.stay"):
        done = Person.objects.filter(pk=row.pk, left_at__isnull=True, leaves_on__isnull=False).update(
            leaves_on=None
        )
        if not done:
            raise EndedError
        _note(actor, Tag.PERSON_STAYS, row)


def leave_due() -> int:
    """Let everybody leave whose day has come; each in a transaction of its own. Returns how many left."""
    due = Person.objects.filter(left_at__isnull=True, leaves_on__lte=clock.today()).select_related("tenant")
    count = 0
    for row in list(due.order_by("pk")):
        _leave_now(_SYSTEM, row, row.leaves_on or clock.today())
        count += 1
    return count


def account_left(user_id: UUID) -> None:
    """End positions and contacts of whoever lost the account; called in the transaction of accounts."""
    for row in Person.objects.filter(user=user_id, left_at__isnull=True):
        _end_all(_SYSTEM, row, clock.now(), account=_ENDED)


def _leave_now(actor: Actor, row: Person, on: date) -> Left:
    with write("registry.leave"):
        # the row is marked first: the signal of accounts finds nobody to end twice
        done = Person.objects.filter(pk=row.pk, left_at__isnull=True).update(left_at=clock.now())
        if not done:
            raise EndedError
        account = _end_account(row)
        positions, hand_overs = _end_all(actor, row, clock.now(), account=account)
    return Left(on, done=True, positions=positions, hand_overs=hand_overs)


def _end_account(row: Person) -> str:
    if row.user_id is None:
        return _NONE
    views = accounts.memberships_of(_SYSTEM, [row.user_id])[row.user_id]
    running = [view for view in views if view.state == "running"]
    elsewhere = [view for view in running if view.tenant_id != row.tenant_id]
    if not accounts.visible_to(_SYSTEM).filter(pk=row.user_id, left_at__isnull=True).exists():
        return _NONE
    if not elsewhere:
        account_services.leave(_SYSTEM, row.user_id)
        return _ENDED
    for view in running:
        if view.tenant_id == row.tenant_id:
            account_services.end_role(_SYSTEM, view.id)
    # a role elsewhere is another organisation's to end, but no session of the old rights goes on
    account_services.end_all_sessions(_SYSTEM, row.user_id)
    return _KEPT


def _end_all(actor: Actor, row: Person, now: datetime, *, account: str) -> tuple[int, tuple[HandOver, ...]]:
    """End what a person holds, inside the caller's transaction."""
    contacts = list(_contacts_of(row))
    hand_overs = tuple(_hand_over(contact, contacts) for contact in contacts)
    organisations = {
        found.pk: found for found in Organisation.objects.filter(pk__in={one.tenant_id for one in contacts})
    }
    for contact in contacts:
        # an earlier one's end may have moved this one's backup
        contact.refresh_from_db(fields=["backup", "rank"])
        end_row(actor, contact, now)
        if found := organisations.get(contact.tenant_id):
            people_clock.begin(actor, found, contact, now)
    positions = Position.objects.filter(person=row, ended_at__isnull=True).update(
        ended_at=now, version=F("version") + 1
    )
    Person.objects.filter(pk=row.pk).update(left_at=now, leaves_on=None, version=F("version") + 1)
    index_person(row)
    _note(actor, Tag.PERSON_LEFT, row, positions=positions, contacts=len(contacts), account=account)
    return positions, hand_overs


def _contacts_of(row: Person) -> Sequence[ContactPoint]:
    rows = ContactPoint.objects.filter(position__person=row, ended_at__isnull=True)
    return list(rows.select_related("backup", "tenant").order_by("rank", "pk"))


def _planned(row: Person) -> tuple[HandOver, ...]:
    contacts = _contacts_of(row)
    return tuple(_hand_over(contact, contacts) for contact in contacts)


def _hand_over(contact: ContactPoint, leaving: Sequence[ContactPoint]) -> HandOver:
    gone = {one.pk for one in leaving}
    heir, seen = contact.backup, {contact.pk}
    while heir is not None and (heir.pk in gone or heir.ended_at is not None) and heir.pk not in seen:
        seen.add(heir.pk)
        heir = heir.backup
    if heir is not None and (heir.pk in gone or heir.ended_at is not None):
        heir = None
    return HandOver(
        contact.pk,
        Text(contact.label_th, contact.label_en or contact.label_th),
        ContactKind(contact.kind),
        heir.pk if heir else None,
        Text(heir.label_th, heir.label_en or heir.label_th) if heir else None,
    )


def _check_account(actor: Actor, row: Person) -> None:
    if row.user_id is None:
        return
    if row.user_id == actor.user_id:
        raise OwnLeaveError
    if permissions.has(actor, _ACCOUNTS):
        return
    roles = accounts.running_roles(_SYSTEM, [row.user_id])[row.user_id]
    if Role.CERT_ADMIN in roles:
        raise AdminLeaveError


def _note(actor: Actor, tag: Tag, row: Person, **facts: object) -> None:
    contrib.record(
        actor,
        tag,
        (doors.PERSON_KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={"name": shown_name(row).th, **facts},
    )
