"""Shifts: planned by a pattern, swapped, given to another, cancelled. Nobody is on duty twice at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ConflictError, InvalidInputError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.i18n import show
from phithak.core.privacy import masks
from phithak.registry.events.teams import Tag
from phithak.registry.models import Person, Shift, TeamMember
from phithak.registry.queries import teams as queries
from phithak.registry.queries.teams import Pattern, Planned, Span
from phithak.registry.services.teams.errors import OverlapError, ShiftOverError
from phithak.registry.services.teams.units import manageable

WEEKS_MOST = 26
SHIFTS_MOST = 400
REASON_MOST = 300
_DAY = 7


def plan(actor: Actor, team_id: UUID, pattern: Pattern) -> int:
    """Add the shifts of a pattern to a team's rota and return how many; all of them or none.

    Raises:
        ForbiddenError, NotFoundError, TeamEndedError: see there.
        InvalidInputError: names the field of the pattern.
        OverlapError: a person would be on duty twice at once, in any team.
    """
    row = manageable(actor, team_id)
    members = {member.pk: member for member in queries.members(row.pk)}
    _check(pattern, members)
    planned = queries.occurrences(pattern)
    if not 0 < len(planned) <= SHIFTS_MOST:
        raise _wrong(
            "weekdays",
            f"ได้ {len(planned)} เวร ต้องมี 1 ถึง {SHIFTS_MOST}",
            f"{len(planned)} shifts; give 1 to {SHIFTS_MOST}",
        )
    people = {members[one.member_id].person_id for one in planned}
    wanted = [(members[one.member_id].person, one) for one in planned]
    with write("registry.shift.plan"):
        _lock(people)
        _refuse_overlaps(wanted, but=set())
        Shift.objects.bulk_create(
            Shift(
                team=row,
                member_id=one.member_id,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                duty=pattern.duty,
            )
            for one in planned
        )
        contrib.record(
            actor,
            Tag.SHIFTS_PLANNED,
            (queries.TEAM, row.pk),
            tenant_id=row.tenant_id,
            facts={
                "name": row.name_th,
                "count": len(planned),
                "first": planned[0].starts_at.date().isoformat(),
                "last": planned[-1].starts_at.date().isoformat(),
            },
            count=len(planned),
        )
    return len(planned)


def swap(actor: Actor, shift_id: UUID, other_id: UUID) -> None:
    """Let the members of two coming shifts of one team change places.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's, or of two teams.
        ShiftOverError: one of them has ended or was cancelled.
        OverlapError: somebody would be on duty twice at once.
    """
    one, other = _coming(actor, shift_id), _coming(actor, other_id)
    if one.team_id != other.team_id or one.pk == other.pk:
        raise NotFoundError
    with write("registry.shift.swap"):
        _lock({one.member.person_id, other.member.person_id})
        wanted = [
            (other.member.person, Planned(other.member_id, one.starts_at, one.ends_at)),
            (one.member.person, Planned(one.member_id, other.starts_at, other.ends_at)),
        ]
        _refuse_overlaps(wanted, but={one.pk, other.pk})
        _move(one, other.member)
        _move(other, one.member)
        _record(actor, Tag.SHIFTS_SWAPPED, one)


def give(actor: Actor, shift_id: UUID, member_id: UUID) -> None:
    """Give a coming shift to another member of its team; errors as :func:`swap`."""
    row = _coming(actor, shift_id)
    member = next((one for one in queries.members(row.team_id) if one.pk == member_id), None)
    if member is None:
        raise NotFoundError
    with write("registry.shift.give"):
        _lock({member.person_id})
        _refuse_overlaps([(member.person, Planned(member.pk, row.starts_at, row.ends_at))], but={row.pk})
        _move(row, member)
        _record(actor, Tag.SHIFT_GIVEN, row)


def cancel(actor: Actor, shift_id: UUID, reason: str) -> None:
    """Cancel a coming shift; the gap is shown from now on.

    Raises:
        ForbiddenError, NotFoundError, ShiftOverError: see there.
        InvalidInputError: no reason was given.
    """
    row = _coming(actor, shift_id)
    said = masks.scrub(reason).strip()[:REASON_MOST]
    if not said:
        raise _wrong("reason", "โปรดบอกเหตุผล", "give a reason")
    with write("registry.shift.cancel"):
        if not Shift.objects.filter(pk=row.pk, cancelled_at__isnull=True).update(cancelled_at=clock.now()):
            raise ShiftOverError
        _record(actor, Tag.SHIFT_CANCELLED, row, reason=said)


def _coming(actor: Actor, shift_id: UUID) -> Shift:
    permissions.require(actor, queries.MANAGE)
    row = queries.shift(actor, shift_id, queries.MANAGE)
    if row.cancelled_at is not None or row.ends_at <= clock.now():
        raise ShiftOverError
    return row


def _move(row: Shift, member: TeamMember) -> None:
    changed = Shift.objects.filter(pk=row.pk, member=row.member_id, cancelled_at__isnull=True).update(
        member=member
    )
    if not changed:
        raise ConflictError


def _lock(people: Iterable[UUID]) -> None:
    # two planners at once: the second waits here and then sees the first one's shifts (SQLite has one writer)
    list(Person.objects.select_for_update().filter(pk__in=list(people)).order_by("pk").values_list("pk"))


def _refuse_overlaps(wanted: list[tuple[Person, Planned]], *, but: set[UUID]) -> None:
    since = min(one.starts_at for _, one in wanted)
    until = max(one.ends_at for _, one in wanted)
    people = {person.pk: person for person, _ in wanted}
    spans: dict[UUID, list[Span]] = {key: [] for key in people}
    teams: dict[tuple[UUID, Span], str] = {}
    for shift in queries.taken(set(people), since, until, but):
        span = Span(shift.starts_at, shift.ends_at)
        spans[shift.member.person_id].append(span)
        teams[shift.member.person_id, span] = shift.team.name_th
    for person, one in wanted:
        spans[person.pk].append(Span(one.starts_at, one.ends_at))
    for key, found in spans.items():
        pair = queries.first_overlap(found)
        if pair is not None:
            team = teams.get((key, pair[0])) or teams.get((key, pair[1]), "")
            raise OverlapError(
                name=people[key].name_th,
                when_th=show.moment(pair[1].starts_at, "th"),
                when_en=show.moment(pair[1].starts_at, "en"),
                team_th=team or "เดียวกัน",
                team_en=team or "the same",
            )


def _check(pattern: Pattern, members: dict[UUID, TeamMember]) -> None:
    if not pattern.members or any(member not in members for member in pattern.members):
        raise _wrong("members", "เลือกสมาชิกของทีมนี้อย่างน้อยหนึ่งคน", "choose at least one member of this team")
    if not pattern.weekdays or not pattern.weekdays <= set(range(_DAY)):
        raise _wrong("weekdays", "เลือกวันอย่างน้อยหนึ่งวัน", "choose at least one day")
    if not 1 <= pattern.weeks <= WEEKS_MOST:
        raise _wrong("weeks", f"จัดได้ 1 ถึง {WEEKS_MOST} สัปดาห์", f"give 1 to {WEEKS_MOST} weeks")
    oldest = clock.today() - timedelta(days=_DAY)
    if pattern.first_day < oldest:
        raise _wrong("first_day", "วันเริ่มผ่านไปแล้วกว่าสัปดาห์", "the first day lies more than a week back")


def _record(actor: Actor, tag: Tag, row: Shift, **facts: object) -> None:
    contrib.record(
        actor,
        tag,
        (queries.SHIFT, row.pk),
        tenant_id=row.team.tenant_id,
        facts={"name": row.team.name_th, **facts},
    )


def _wrong(field: str, th: str, en: str) -> InvalidInputError:
    return InvalidInputError(field=field, reason_th=th, reason_en=en)
