"""Tasks and playbooks: opened for both sides in one act, each with its clock; unsafe steps wait for an approver."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.errors import ApprovalNeededError, TaskStateError
from phithak.cases.events.work import Tag
from phithak.cases.models import Party, PolicyTerm, Task
from phithak.cases.playbooks import CENTRE, Step, playbooks, terms
from phithak.cases.queries import doors, working
from phithak.cases.queries.states import PartyRole
from phithak.cases.queries.workstates import UNDONE, TaskState
from phithak.cases.services import rows
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.queries import people as contacts

SIDE = (PartyRole.AFFECTED, PartyRole.CONTROLLER, PartyRole.PROCESSOR, PartyRole.MERCHANT, PartyRole.PLATFORM)
"""The roles whose organisations get the steps of their side."""

POLICY = "cases.policy"
_MOST_MINUTES = 60 * 24 * 366


def apply_playbook(actor: Actor, case_id: UUID, code: str) -> list[UUID]:
    """Open the tasks of a playbook, for the centre and for each organisation that is hit.

    Args:
        actor: needs ``cases.work``.
        case_id: which case; one of its playbooks' steps that is there already is not opened again.
        code: the playbook, named like the kind of incident.

    Returns:
        The ids of the new tasks; each keeps the clock of the term as it is now.

    Raises:
        CaseFieldError: there is no such playbook.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    if code not in playbooks():
        raise rows.refuse("playbook", Text("ไม่มีคู่มือนี้", "there is no such playbook"))
    hit = Party.objects.filter(case=row.pk, role__in=SIDE).order_by("created_at", "pk")
    organisations = list(hit.values_list("organisation_id", flat=True))
    there = set(Task.objects.filter(case=row.pk).values_list("step", "organisation_id"))
    now = clock.now()
    made = [
        _task(row.pk, f"{code}.{step.code}", step, side, now)
        for step in playbooks()[code].steps
        for side in ([None] if step.side == CENTRE else organisations)
        if (f"{code}.{step.code}", side) not in there
    ]
    with write("cases.apply_playbook"):
        Task.objects.bulk_create(made)
        rows.touch(row)
        rows.record(actor, Tag.PLAYBOOK, row, playbook=code, count=len(made))
        text = playbooks()[code].text
        rows.step(actor, row, Text(f"ใช้คู่มือ {text.th}", f"Playbook: {text.en}"), shared=True)
    return [task.pk for task in made]


def _task(case_id: UUID, name: str, step: Step, side: UUID | None, now: datetime) -> Task:
    minutes = working.minutes_of(step.policy)
    return Task(
        case_id=case_id,
        organisation_id=side,
        step=name,
        title_th=step.text.th,
        title_en=step.text.en,
        policy=step.policy,
        safe=step.safe,
        due_at=now + timedelta(minutes=minutes) if minutes is not None else None,
    )


def add(
    actor: Actor,
    case_id: UUID,
    *,
    title: str,
    organisation_id: UUID | None = None,
    due_at: datetime | None = None,
    safe: bool = True,
) -> UUID:
    """Add a task by hand.

    Raises:
        NotFoundError: the organisation does not take part in the case.
        CaseFieldError: no title.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    if organisation_id and not Party.objects.filter(case=row.pk, organisation=organisation_id).exists():
        raise NotFoundError
    task = Task(
        case_id=row.pk,
        organisation_id=organisation_id,
        title_th=rows.words(title, "title", 300),
        due_at=rows.sensible(due_at, "due_at") if due_at else None,
        safe=safe,
    )
    with write("cases.add_task"):
        task.save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.TASK_ADDED, row)
    return task.pk


def move(actor: Actor, task_id: UUID, state: TaskState | str, *, note: str = "") -> None:
    """Say how a task goes; an organisation answers for its own.

    Args:
        actor: needs ``cases.take_part``.
        task_id: which.
        state: where it stands.
        note: why it could not be done or is not needed; needed then.

    Raises:
        ApprovalNeededError: an unsafe step would begin without an approver of the hospital.
        TaskStateError: it was moved meanwhile.
    """
    task = working.task(actor, task_id, doors.TAKE_PART)
    rows.not_closed(task.case)
    found = TaskState(rows.one_of(str(state), TaskState, "state"))
    why = rows.words(note, "note", 1000, needed=found in (TaskState.COULD_NOT, TaskState.NOT_NEEDED))
    if not task.safe and not task.approver and found in (TaskState.DOING, TaskState.DONE):
        raise ApprovalNeededError
    over = found not in UNDONE
    with write("cases.move_task"):
        moved = Task.objects.filter(pk=task.pk, state=task.state).update(
            state=found.value,
            note=why,
            done_by=actor.name if over else "",
            done_at=clock.now() if over else None,
        )
        if not moved:
            raise TaskStateError
        rows.touch(task.case)
        rows.record(actor, Tag.TASK_MOVED, task.case, state=found.value, task=str(task.pk))


def approve(actor: Actor, task_id: UUID, *, contact_id: UUID | None = None, note: str = "") -> None:
    """Approve a step that is unsafe for clinical systems, in the name of the hospital.

    Args:
        actor: an administrator of the hospital itself; or the desk, which names the contact that said so.
        task_id: which.
        contact_id: for the desk: who of the hospital approved, by telephone.
        note: what was agreed, such as the hour and the manual procedure.

    Raises:
        CaseFieldError: the desk names no contact of that hospital.
        TaskStateError: it is approved, or needs no approval.
    """
    task = working.task(actor, task_id, doors.TAKE_PART)
    rows.not_closed(task.case)
    if working.approves(actor, task):
        approver = actor.name
    else:
        permissions.require(actor, doors.WORK)
        seen = contacts.contacts_visible_to(actor).filter(tenant=task.organisation_id)
        found = seen.filter(pk=contact_id).first() if contact_id else None
        if found is None:
            raise rows.refuse(
                "contact_id", Text("เลือกผู้อนุมัติของโรงพยาบาล", "choose who of the hospital approved")
            )
        label = contacts.label_of(found)
        approver = f"{label.th} · {label.en}" if label.en != label.th else label.th
    said = rows.words(note, "note", 1000, needed=False)
    with write("cases.approve_task"):
        waits = Task.objects.filter(pk=task.pk, safe=False, approver="")
        if not waits.update(approver=approver[:200], approved_at=clock.now(), note=said):
            raise TaskStateError
        rows.touch(task.case)
        rows.record(actor, Tag.TASK_APPROVED, task.case, approver=approver, task=str(task.pk))


def set_term(actor: Actor, code: str, minutes: int, *, reason: str) -> None:
    """Set a policy term; tasks that are open keep theirs, new ones take it.

    Raises:
        CaseFieldError: no such term, no reason, or minutes outside of a year.
    """
    permissions.require(actor, POLICY)
    rows.one_of(code, terms(), "code")
    if not 0 < minutes <= _MOST_MINUTES:
        raise rows.refuse("minutes", Text("1 นาทีถึง 1 ปี", "one minute to one year"))
    why = rows.words(reason, "reason", 300)
    with write("cases.set_term"):
        last = (
            PolicyTerm.objects.filter(code=code).order_by("-number").values_list("number", flat=True).first()
        )
        term = PolicyTerm(code=code, number=(last or 0) + 1, minutes=minutes, reason=why, by=actor.name)
        term.save(force_insert=True)
        contrib.record(
            actor,
            Tag.TERM_SET,
            ("cases.term", term.pk),
            facts={"code": code, "minutes": minutes, "reason": why},
        )
