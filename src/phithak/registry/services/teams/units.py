"""Teams, their members, and the chain of calls."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ConflictError, InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.engines.thai import normalize
from phithak.registry.events.teams import Tag
from phithak.registry.models import ContactPoint, EscalationStep, Person, Shift, Team, TeamMember
from phithak.registry.queries import teams as queries
from phithak.registry.queries.teams import Duty
from phithak.registry.services.teams.errors import TeamEndedError

NAME_MOST = 200
STEPS_MOST = 20
MINUTES_MOST = 24 * 60


@dataclass(frozen=True)
class Step:
    """One step of a chain: after how many minutes, and whom: a contact, or whoever has a duty then."""

    after_minutes: int
    contact_id: UUID | None = None
    on_duty: str = ""


def create(actor: Actor, tenant_id: UUID, name: Text) -> UUID:
    """Create a team of an organisation and return its id.

    Raises:
        ForbiddenError, NotFoundError: no right, or not in a tenant in which the actor holds it.
        InvalidInputError: names the field.
    """
    permissions.require(actor, queries.MANAGE)
    if actor.kind is not ActorKind.SYSTEM and tenant_id not in tenants_with(actor, queries.MANAGE):
        raise NotFoundError
    thai, english = clean_name("name_th", name.th), clean_name("name_en", name.en, needed=False)
    with write("registry.team.create"):
        row = Team.objects.create(tenant_id=tenant_id, name_th=thai, name_en=english)
        _record(actor, Tag.CREATED, row)
    return row.pk


def rename(actor: Actor, team_id: UUID, name: Text) -> None:
    """Give a team another name; errors as :func:`create`."""
    row = manageable(actor, team_id)
    row.name_th = clean_name("name_th", name.th)
    row.name_en = clean_name("name_en", name.en, needed=False)
    with write("registry.team.rename"):
        Team.objects.filter(pk=row.pk).update(name_th=row.name_th, name_en=row.name_en)
        _record(actor, Tag.RENAMED, row)


def end(actor: Actor, team_id: UUID) -> None:
    """End a team; its coming shifts are cancelled.

    Raises:
        ForbiddenError, NotFoundError, TeamEndedError: see there.
    """
    row = manageable(actor, team_id)
    now = clock.now()
    with write("registry.team.end"):
        if not Team.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=now):
            raise TeamEndedError
        Shift.objects.filter(team=row, ends_at__gt=now, cancelled_at__isnull=True).update(cancelled_at=now)
        _record(actor, Tag.ENDED, row)


def add_member(actor: Actor, team_id: UUID, person_id: UUID, *, lead: bool = False) -> UUID:
    """Put a person of the team's organisation into a team and return the member's id.

    Raises:
        ForbiddenError, NotFoundError, TeamEndedError: see there; also when the person is not of that organisation.
        ConflictError: is a member already.
    """
    row = manageable(actor, team_id)
    if not Person.objects.filter(pk=person_id, tenant=row.tenant_id, left_at__isnull=True).exists():
        raise NotFoundError
    with write("registry.team.add_member"):
        if TeamMember.objects.filter(team=row, person=person_id, ended_at__isnull=True).exists():
            raise ConflictError
        made = TeamMember.objects.create(team=row, person_id=person_id, lead=lead)
        _record(actor, Tag.MEMBER_ADDED, row)
    return made.pk


def remove_member(actor: Actor, team_id: UUID, member_id: UUID) -> int:
    """Take a member out of a team and return how many coming shifts were cancelled by it."""
    row = manageable(actor, team_id)
    now = clock.now()
    with write("registry.team.remove_member"):
        found = TeamMember.objects.filter(pk=member_id, team=row, ended_at__isnull=True)
        if not found.update(ended_at=now):
            raise NotFoundError
        count = Shift.objects.filter(member=member_id, ends_at__gt=now, cancelled_at__isnull=True).update(
            cancelled_at=now
        )
        _record(actor, Tag.MEMBER_REMOVED, row, count=count)
    return count


def set_chain(actor: Actor, team_id: UUID, steps: Sequence[Step]) -> None:
    """Replace a team's chain of calls.

    Raises:
        ForbiddenError, NotFoundError, TeamEndedError: see there.
        InvalidInputError: a step is not in order of time, or names nobody or a contact of another organisation.
    """
    row = manageable(actor, team_id)
    _check_steps(row, steps)
    now = clock.now()
    with write("registry.team.set_chain"):
        EscalationStep.objects.filter(team=row, ended_at__isnull=True).update(ended_at=now)
        EscalationStep.objects.bulk_create(
            EscalationStep(
                team=row,
                number=number,
                after_minutes=step.after_minutes,
                contact_id=step.contact_id,
                on_duty=step.on_duty,
            )
            for number, step in enumerate(steps, 1)
        )
        _record(actor, Tag.CHAIN_SET, row, count=len(steps))


def manageable(actor: Actor, team_id: UUID) -> Team:
    """Return a team that the actor may plan.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        TeamEndedError: it has ended.
    """
    permissions.require(actor, queries.MANAGE)
    row = queries.team(actor, team_id, queries.MANAGE)
    if row.ended_at is not None:
        raise TeamEndedError
    return row


def clean_name(field: str, text: str, *, needed: bool = True) -> str:
    """Return a name as it is kept.

    Raises:
        InvalidInputError: too long, empty, or with invisible characters.
    """
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in text):
        raise _wrong(
            field, "ชื่อทีมมีอักขระที่มองไม่เห็น โปรดพิมพ์ใหม่", "the name holds invisible characters; type it anew"
        )
    name = " ".join(normalize(text).split())
    if len(name) > NAME_MOST or (needed and not name):
        raise _wrong(field, f"ตั้งชื่อทีม 1 ถึง {NAME_MOST} ตัวอักษร", f"give a name of 1 to {NAME_MOST} characters")
    return name


def _check_steps(row: Team, steps: Sequence[Step]) -> None:
    if len(steps) > STEPS_MOST:
        raise _wrong("steps", f"มีได้ไม่เกิน {STEPS_MOST} ขั้น", f"at most {STEPS_MOST} steps")
    wanted = {step.contact_id for step in steps if step.contact_id is not None}
    known = set(
        ContactPoint.objects.filter(pk__in=wanted, tenant=row.tenant_id, ended_at__isnull=True).values_list(
            "pk", flat=True
        )
    )
    before = -1
    for number, step in enumerate(steps, 1):
        if not before < step.after_minutes <= MINUTES_MOST:
            raise _wrong(
                "steps",
                f"ขั้นที่ {number}: นาทีต้องมากกว่าขั้นก่อนและไม่เกิน {MINUTES_MOST}",
                f"step {number}: the minutes must be more than those before, and at most {MINUTES_MOST}",
            )
        before = step.after_minutes
        if (step.contact_id is None) == (not step.on_duty):
            raise _wrong(
                "steps",
                f"ขั้นที่ {number}: เลือกผู้ติดต่อหรือเวรอย่างใดอย่างหนึ่ง",
                f"step {number}: choose a contact or a duty, one of the two",
            )
        if (step.contact_id is not None and step.contact_id not in known) or (
            step.on_duty and step.on_duty not in set(Duty)
        ):
            raise _wrong(
                "steps",
                f"ขั้นที่ {number}: ไม่พบผู้ติดต่อในหน่วยงานของทีม",
                f"step {number}: not a contact of the team's organisation",
            )


def _record(actor: Actor, tag: Tag, row: Team, **facts: object) -> None:
    contrib.record(
        actor, tag, (queries.TEAM, row.pk), tenant_id=row.tenant_id, facts={"name": row.name_th, **facts}
    )


def _wrong(field: str, th: str, en: str) -> InvalidInputError:
    return InvalidInputError(field=field, reason_th=th, reason_en=en)
