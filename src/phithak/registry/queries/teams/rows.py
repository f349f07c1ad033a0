"""Teams and shifts: who sees which, who is on duty, who is called after whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.core.contrib import WaitingItem
from phithak.registry.models import ContactPoint, EscalationStep, Person, Shift, Team, TeamMember
from phithak.registry.queries.behind import one_behind
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.teams.rota import Duty, Span, gaps

TEAM, SHIFT = "registry.team", "registry.shift"
VIEW, MANAGE = "registry.teams.view", "registry.teams.manage"
THROUGH = frozenset({Reason.CONSTITUENCY})
"""The centre sees who is on duty at its members; they do not see each other."""

SOON = timedelta(hours=48)
LONGEST_SHIFT = timedelta(days=2)


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Team]:
    """Return the teams that the actor may see; those it may plan are its own organisation's."""
    through = THROUGH if permission == VIEW else frozenset()
    return rows_visible_to(
        Team.objects.select_related("tenant"), actor, permission=permission, through=through
    )


def shifts_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Shift]:
    """Return the shifts of those teams."""
    through = THROUGH if permission == VIEW else frozenset()
    rows = Shift.objects.select_related("team__tenant", "member__person")
    return rows_visible_to(rows, actor, permission=permission, through=through, tenant_field="team__tenant")


def team(actor: Actor, team_id: UUID, permission: str = VIEW) -> Team:
    """Return one team.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: the actor may see it, but not plan it.
    """
    return one_behind(visible_to, actor, team_id, permission, seen_with=VIEW)


def shift(actor: Actor, shift_id: UUID, permission: str = VIEW) -> Shift:
    """Return one shift; errors as :func:`team`."""
    return one_behind(shifts_visible_to, actor, shift_id, permission, seen_with=VIEW)


def name_of(row: Team) -> Text:
    """Return a team's name."""
    return Text(row.name_th, row.name_en or row.name_th)


def members(team_id: UUID) -> list[TeamMember]:
    """Return the running members of a team: leads first, then by name."""
    rows = TeamMember.objects.filter(team=team_id, ended_at__isnull=True).select_related("person")
    return list(rows.order_by("-lead", "person__name_key", "pk"))


def candidates(row: Team) -> list[tuple[str, Text]]:
    """Return the people of the team's organisation who may join it."""
    taken = TeamMember.objects.filter(team=row, ended_at__isnull=True).values("person")
    people = Person.objects.filter(tenant=row.tenant_id, left_at__isnull=True).exclude(pk__in=taken)
    return [
        (str(one.pk), Text(one.name_th, one.name_en or one.name_th))
        for one in people.order_by("name_key", "pk")[:500]
    ]


# -- on duty --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnDuty:
    """Somebody on duty; times in UTC."""

    shift_id: UUID
    person_id: UUID
    name: Text
    duty: Duty
    starts_at: datetime
    ends_at: datetime


def on_duty(team_id: UUID, at: datetime) -> list[OnDuty]:
    """Return who is on duty in a team at a moment, the first before the backup; who left by then is not."""
    rows = _running(team_id).filter(starts_at__lte=at, starts_at__gt=at - LONGEST_SHIFT, ends_at__gt=at)
    found = [_on_duty(row) for row in rows if _works(row.member.person, at)]
    return sorted(found, key=lambda one: (one.duty is not Duty.PRIMARY, one.starts_at, one.shift_id))


def next_on_duty(team_id: UUID, at: datetime) -> list[OnDuty]:
    """Return who comes next: the shifts that begin at the first moment after ``at`` at which one begins."""
    rows = list(_running(team_id).filter(starts_at__gt=at).order_by("starts_at", "pk")[:20])
    found = [_on_duty(row) for row in rows if rows and row.starts_at == rows[0].starts_at]
    return sorted(found, key=lambda one: (one.duty is not Duty.PRIMARY, one.shift_id))


def shifts_between(team_id: UUID, since: datetime, until: datetime) -> list[Shift]:
    """Return the shifts of a team that touch a span, in order of time."""
    rows = _running(team_id).filter(
        starts_at__gt=since - LONGEST_SHIFT, starts_at__lt=until, ends_at__gt=since
    )
    return list(rows.order_by("starts_at", "duty", "pk"))


def gaps_of(team_id: UUID, since: datetime, until: datetime) -> list[Span]:
    """Return when nobody is first on duty in a team; a member who left does not count."""
    covered = [
        Span(row.starts_at, _end(row))
        for row in shifts_between(team_id, since, until)
        if row.duty == Duty.PRIMARY and _end(row) > row.starts_at
    ]
    return gaps(covered, since, until)


def horizon(team_id: UUID, now: datetime) -> datetime:
    """Return until when a team's rota is planned; ``now`` when it is not."""
    last = _running(team_id).order_by("-starts_at").values_list("ends_at", flat=True).first()
    return max(last, now) if last is not None else now


def taken(people: set[UUID], since: datetime, until: datetime, but: set[UUID] | None = None) -> list[Shift]:
    """Return the running shifts of people, in any team, that touch a span; ``but`` leaves some out."""
    rows = Shift.objects.filter(
        member__person__in=people,
        cancelled_at__isnull=True,
        starts_at__gt=since - LONGEST_SHIFT,
        starts_at__lt=until,
        ends_at__gt=since,
    )
    return list(rows.exclude(pk__in=but or set()).select_related("member__person", "team"))


def _running(team_id: UUID) -> QuerySet[Shift]:
    return Shift.objects.filter(team=team_id, cancelled_at__isnull=True).select_related("member__person")


def _works(person: Person, at: datetime) -> bool:
    return person.left_at is None or person.left_at > at


def _end(row: Shift) -> datetime:
    left = row.member.person.left_at
    return row.ends_at if left is None else min(row.ends_at, left)


def _on_duty(row: Shift) -> OnDuty:
    person = row.member.person
    name = Text(person.name_th, person.name_en or person.name_th)
    return OnDuty(row.pk, person.pk, name, Duty(row.duty), row.starts_at, row.ends_at)


# -- the chain ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChainStep:
    """Who is called when nobody before has answered.

    Attributes:
        number: place in the chain, from 1.
        due_at: the moment of the call (UTC).
        label: as the page names the step.
        person: name of the person; None when nobody is known.
        person_id: the person.
        contact_id: how to reach them; None shows a hole in the chain.
    """

    number: int
    due_at: datetime
    label: Text
    person: Text | None
    person_id: UUID | None
    contact_id: UUID | None


def steps(team_id: UUID) -> list[EscalationStep]:
    """Return the running steps of a team's chain in order."""
    rows = EscalationStep.objects.filter(team=team_id, ended_at__isnull=True)
    return list(rows.select_related("contact__position__person").order_by("number"))


def chain(team_id: UUID, at: datetime) -> list[ChainStep]:
    """Return the concrete contacts of a team's chain, each with the moment at which it is due.

    A step "whoever is on duty" is answered for the moment of that step: the shift may change in between.

    Args:
        team_id: the team; the calling room has checked that the actor may see it.
        at: when the first call would be made.
    """
    found: list[ChainStep] = []
    for step in steps(team_id):
        due = at + timedelta(minutes=step.after_minutes)
        if step.on_duty:
            found.append(_duty_step(team_id, step, due))
        elif step.contact is not None and step.contact.ended_at is None:
            found.append(_contact_step(step, step.contact, due))
        else:
            label = Text("ผู้ติดต่อเลิกใช้แล้ว", "The contact has ended")
            found.append(ChainStep(step.number, due, label, None, None, None))
    return found


def _duty_step(team_id: UUID, step: EscalationStep, due: datetime) -> ChainStep:
    duty = Duty(step.on_duty)
    who = next((one for one in on_duty(team_id, due) if one.duty is duty), None)
    if who is None:
        label = Text(f"{duty.text.th}: ไม่มีใครอยู่เวร", f"{duty.text.en}: nobody is on duty")
        return ChainStep(step.number, due, label, None, None, None)
    contact = contact_of(who.person_id)
    return ChainStep(step.number, due, duty.text, who.name, who.person_id, contact.pk if contact else None)


def _contact_step(step: EscalationStep, contact: ContactPoint, due: datetime) -> ChainStep:
    person = contact.position.person if contact.position is not None else None
    name = Text(person.name_th, person.name_en or person.name_th) if person else None
    label = Text(contact.label_th, contact.label_en or contact.label_th)
    return ChainStep(step.number, due, label, name, person.pk if person else None, contact.pk)


def contact_of(person_id: UUID) -> ContactPoint | None:
    """Return how to reach a person on duty: a technical contact before others, one with a telephone first."""
    rows = ContactPoint.objects.filter(position__person=person_id, ended_at__isnull=True)
    return min(
        rows,
        key=lambda one: (one.phone_id is None, one.kind != ContactKind.TECHNICAL, one.rank, one.pk),
        default=None,
    )


def contact_choices(row: Team) -> list[tuple[str, Text]]:
    """Return the contacts of the team's organisation for a step of its chain."""
    rows = ContactPoint.objects.filter(tenant=row.tenant_id, ended_at__isnull=True)
    return [
        (str(one.pk), Text(one.label_th, one.label_en or one.label_th))
        for one in rows.order_by("rank", "name_key", "pk")[:500]
    ]


# -- what waits -----------------------------------------------------------------------------------------


def waiting(actor: Actor) -> list[WaitingItem]:
    """Return the gaps of the next 48 hours in rotas that the actor plans."""
    own = tenants_with(actor, MANAGE)
    if not own:
        return []
    now = clock.now()
    items: list[WaitingItem] = []
    planned = Q(shifts__cancelled_at__isnull=True, shifts__ends_at__gt=now - timedelta(days=7))
    for row in Team.objects.filter(tenant__in=own, ended_at__isnull=True).filter(planned).distinct()[:50]:
        holes = gaps_of(row.pk, now, now + SOON)
        if holes:
            name = name_of(row)
            items.append(
                WaitingItem(
                    Text(f"เวรว่างใน 48 ชั่วโมง: {name.th}", f"Empty shift within 48 hours: {name.en}"),
                    reverse("registry:team", args=[row.pk]),
                    due=holes[0].starts_at,
                    count=len(holes),
                )
            )
    return items


def search_teams(rows: QuerySet[Team], words: str) -> QuerySet[Team]:
    """Narrow teams to those whose name, or organisation's name, holds the words."""
    return rows.filter(
        Q(name_th__icontains=words)
        | Q(name_en__icontains=words)
        | Q(tenant__name_th__icontains=words)
        | Q(tenant__name_en__icontains=words)
    )


def on_duty_of(teams: list[Team], at: datetime) -> dict[UUID, list[OnDuty]]:
    """Return who is on duty in each of some teams, in one read."""
    rows = Shift.objects.filter(
        team__in=teams,
        cancelled_at__isnull=True,
        starts_at__lte=at,
        starts_at__gt=at - LONGEST_SHIFT,
        ends_at__gt=at,
    ).select_related("member__person")
    found: dict[UUID, list[OnDuty]] = {}
    for row in rows.order_by("-duty", "starts_at"):
        if _works(row.member.person, at):
            found.setdefault(row.team_id, []).append(_on_duty(row))
    return found
