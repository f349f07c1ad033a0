"""Who sees which task, finding, question and restricted part, and what the desk reads of them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.models import (
    Case,
    Finding,
    Lesson,
    Outage,
    PartEntry,
    PolicyTerm,
    Question,
    RestrictedPart,
    Task,
    Technique,
)
from phithak.cases.playbooks import Term, terms
from phithak.cases.queries import doors
from phithak.cases.queries.states import Phase
from phithak.cases.queries.workstates import UNDONE
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import tenants_with
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows


def tasks_visible_to(actor: Actor, permission: str = doors.VIEW) -> QuerySet[Task]:
    """Return the tasks that the actor may see: all of the desk's cases, the own organisation's elsewhere."""
    rows = Task.objects.select_related("case", "organisation")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    seen = doors.visible_to(actor, permission).order_by().values("pk")
    desk = Q(case__tenant__in=doors.led_by(actor, permission))
    return rows.filter(Q(case__in=seen) & (desk | Q(organisation__in=tenants_with(actor, permission))))


def task(actor: Actor, task_id: UUID, permission: str = doors.VIEW) -> Task:
    """Return one task.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = tasks_visible_to(actor, permission).filter(pk=task_id).first()
    if found is None:
        raise NotFoundError
    return found


def questions_visible_to(actor: Actor, permission: str = doors.VIEW) -> QuerySet[Question]:
    """Return the questions of the root cause, for the desk that leads the case."""
    return _at_desk(Question.objects.select_related("case"), actor, permission)


def question(actor: Actor, question_id: UUID, permission: str = doors.WORK) -> Question:
    """Return one question.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = questions_visible_to(actor, permission).filter(pk=question_id).first()
    if found is None:
        raise NotFoundError
    return found


def outages_visible_to(actor: Actor, permission: str = doors.VIEW) -> QuerySet[Outage]:
    """Return outages: all of the desk's cases, the own organisation's elsewhere."""
    rows = Outage.objects.select_related("case", "organisation")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    seen = doors.visible_to(actor, permission).order_by().values("pk")
    desk = Q(case__tenant__in=doors.led_by(actor, permission))
    return rows.filter(Q(case__in=seen) & (desk | Q(organisation__in=tenants_with(actor, permission))))


def outage(actor: Actor, outage_id: UUID, permission: str = doors.WORK) -> Outage:
    """Return one outage.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = outages_visible_to(actor, permission).filter(pk=outage_id).first()
    if found is None:
        raise NotFoundError
    return found


def parts_visible_to(actor: Actor, permission: str = doors.WORK) -> QuerySet[RestrictedPart]:
    """Return the restricted parts that the actor was named for; no role opens one by itself."""
    rows = RestrictedPart.objects.select_related("case")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    seen = doors.visible_to(actor, permission).order_by().values("pk")
    running = Q(accesses__until__isnull=True) | Q(accesses__until__gt=clock.now())
    return rows.filter(running, case__in=seen, accesses__user=actor.user_id).distinct()


def part(actor: Actor, part_id: UUID) -> RestrictedPart:
    """Return one restricted part.

    Raises:
        NotFoundError: there is none, or the actor is not named for it.
    """
    found = parts_visible_to(actor).filter(pk=part_id).first()
    if found is None:
        raise NotFoundError
    return found


def part_entries(row: RestrictedPart) -> list[PartEntry]:
    """Return what is written in a part that was read through its door."""
    return list(PartEntry.objects.filter(part=row).order_by("created_at", "pk"))


def parts_of(row: Case) -> int:
    """Return how many restricted parts a case has; that there are some is no secret at the desk."""
    return RestrictedPart.objects.filter(case=row.pk).count()


def findings_of(actor: Actor, row: Case) -> list[Finding]:
    """Return the findings of a case that was read through its door: all at the desk, own ones elsewhere."""
    rows = Finding.objects.filter(case=row.pk).select_related("organisation").order_by("system", "created_at")
    if not doors.at_desk(actor, row):
        rows = rows.filter(organisation__in=actor.tenant_ids)
    return list(rows)


def techniques_of(row: Case) -> list[Technique]:
    """Return the attack path of a case that was read through its door, in the order in which it was told."""
    return list(Technique.objects.filter(case=row.pk).order_by("created_at", "pk"))


def lessons_of(row: Case) -> list[Lesson]:
    """Return what was learnt from a case that was read through its door."""
    return list(Lesson.objects.filter(case=row.pk).order_by("created_at", "pk"))


def _at_desk(rows: QuerySet[Question], actor: Actor, permission: str) -> QuerySet[Question]:
    if actor.kind is ActorKind.SYSTEM:
        return rows
    return rows.filter(case__tenant__in=doors.led_by(actor, permission))


def terms_now() -> list[tuple[Term, int, int]]:
    """Return each policy term with the minutes that hold now, and the number of its version (0 = as shipped)."""
    found = []
    for term in terms().values():
        newest = PolicyTerm.objects.filter(code=term.code).order_by("-number").first()
        found.append((term, newest.minutes, newest.number) if newest else (term, term.minutes, 0))
    return found


def minutes_of(code: str) -> int | None:
    """Return the minutes of a policy term now; None for a step without one."""
    if not code:
        return None
    newest = (
        PolicyTerm.objects.filter(code=code).order_by("-number").values_list("minutes", flat=True).first()
    )
    return newest if newest is not None else terms()[code].minutes


def approves(actor: Actor, row: Task) -> bool:
    """Tell whether the actor itself may approve an unsafe step: an administrator of that organisation."""
    return any(
        grant.role == Role.MEMBER_ADMIN and grant.tenant_id == row.organisation_id for grant in actor.grants
    )


def closing_gaps(row: Case) -> list[Text]:
    """Return what stands against closing a case: open questions, or no new control or rule."""
    found = []
    asked = Question.objects.filter(case=row.pk, answered_at__isnull=True).count()
    if asked:
        found.append(Text(f"คำถามสาเหตุที่ยังไม่ตอบ {asked} ข้อ", f"{asked} open questions of the root cause"))
    if not Lesson.objects.filter(case=row.pk, kind__in=["control", "rule"]).exists():
        found.append(Text("ยังไม่มีมาตรการหรือกฎใหม่", "no new control or rule"))
    return found


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield the tasks of the actor's side that are due first."""
    if not tenants_with(actor, doors.TAKE_PART):
        return
    rows = tasks_visible_to(actor, doors.TAKE_PART).filter(state__in=UNDONE).exclude(case__phase=Phase.CLOSED)
    if doors.led_by(actor):
        rows = rows.filter(organisation__isnull=True)
    for row in first_rows(rows.filter(due_at__isnull=False).order_by("due_at", "pk"), 5):
        yield WaitingItem(
            Text(
                f"{row.title_th} ({row.case.number})", f"{row.title_en or row.title_th} ({row.case.number})"
            ),
            reverse("cases:task", args=[row.pk]),
            since=row.created_at,
            due=row.due_at,
        )
