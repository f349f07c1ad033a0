"""All writes of the clocks room."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor
from phithak.core.clocks import queries
from phithak.core.clocks.events import Tag
from phithak.core.clocks.models import RunningClock
from phithak.core.db.transactions import write
from phithak.engines import clocks as engine

KIND = "clocks.clock"
_MIN_WORDS = 5


class State(StrEnum):
    """Life of a clock: proposed → running → met, or voided, or corrected by a newer row."""

    PROPOSED = "proposed"
    RUNNING = "running"
    MET = "met"
    VOIDED = "voided"
    CORRECTED = "corrected"


class OpenAlreadyError(ConflictError):
    """This duty of this organisation has a clock already."""

    code = "clocks.open_already"
    text = Text(
        "หน่วยงานนี้มีนาฬิกา {clock} ของเรื่องนี้อยู่แล้ว แก้เวลาเริ่มของเดิมแทน",
        "This organisation already has clock {clock} for this matter. Correct its start instead.",
    )


class WrongStateError(ConflictError):
    """The clock's state does not allow this."""

    code = "clocks.wrong_state"
    text = Text("นาฬิกานี้อยู่ในสถานะ {state} จึงทำไม่ได้", "The clock is {state}, so this cannot be done.")


class WordsNeededError(InvalidInputError):
    """Evidence or a reason is missing."""

    code = "clocks.words_needed"
    text = Text("โปรดระบุหลักฐานหรือเหตุผล", "Say by what evidence or for what reason.")


class FutureTriggerError(InvalidInputError):
    """Nobody can have become aware tomorrow."""

    code = "clocks.future_trigger"
    text = Text("เวลาเริ่มอยู่ในอนาคต โปรดตรวจ", "The start lies in the future; please check it.")


def propose(
    actor: Actor,
    *,
    tenant_id: UUID,
    subject: tuple[str, UUID],
    code: str,
    trigger_at: datetime,
    evidence: str,
) -> UUID:
    """Propose a clock; it does not run until a person confirms it.

    Args:
        actor: who or what proposes.
        tenant_id: the organisation whose duty it is.
        subject: kind and id of the object, such as ``("cases.incident", id)``.
        code: a clock of the table; the version in force at the trigger is pinned.
        trigger_at: when the trigger happened for this organisation, aware.
        evidence: by what that is known.

    Raises:
        OpenAlreadyError: this duty has an open clock.
        WordsNeededError, FutureTriggerError, phithak.engines.clocks.ClockError.
    """
    row = _build(tenant_id, subject, code, trigger_at, evidence)
    try:
        with write("clocks.propose"):
            row.save(force_insert=True)
            _record(actor, Tag.PROPOSED, row)
    except IntegrityError as error:
        raise OpenAlreadyError(clock=code) from error
    return row.pk


def confirm(actor: Actor, clock_id: UUID) -> None:
    """Let a proposed clock run. Only a person can."""
    row = _mine(actor, clock_id)
    if actor.user_id is None:
        raise ForbiddenError(permission="clocks.manage")
    with write("clocks.confirm"):
        _move(row, State.PROPOSED, State.RUNNING, confirmed_at=clock.now())
        _record(actor, Tag.CONFIRMED, row)
        signals.send(signals.Signal.CLOCK_STARTED, row.pk)


def meet(actor: Actor, clock_id: UUID, *, at: datetime, evidence: str) -> None:
    """Close a running clock: the duty was done ``at`` that moment, by this evidence."""
    row = _mine(actor, clock_id)
    _need_words(evidence, "evidence")
    _not_future(at)
    with write("clocks.meet"):
        _move(row, State.RUNNING, State.MET, ended_at=at, end_evidence=evidence)
        _record(actor, Tag.MET, row)
        signals.send(signals.Signal.CLOCK_STOPPED, row.pk)


def void(actor: Actor, clock_id: UUID, *, reason: str) -> None:
    """End an open clock that never applied, with the reason."""
    row = _mine(actor, clock_id)
    _need_words(reason, "reason")
    with write("clocks.void"):
        _move(row, State(row.state), State.VOIDED, ended_at=clock.now(), end_evidence=reason)
        _record(actor, Tag.VOIDED, row, reason=reason)
        signals.send(signals.Signal.CLOCK_STOPPED, row.pk)


def correct_trigger(actor: Actor, clock_id: UUID, *, trigger_at: datetime, evidence: str) -> UUID:
    """Put a corrected start in place of the former one; the old row stays and is named by the new one."""
    old = _mine(actor, clock_id)
    row = _build(old.tenant_id, (old.object_kind, old.object_id), old.code, trigger_at, evidence)
    row.state, row.corrects = old.state, old
    row.confirmed_at = clock.now() if old.state == State.RUNNING else None
    with write("clocks.correct_trigger"):
        _move(old, State(old.state), State.CORRECTED, ended_at=clock.now(), end_evidence=evidence)
        row.save(force_insert=True)
        _record(actor, Tag.CORRECTED, row, reason=evidence)
    return row.pk


def warn_due() -> None:
    """Note each threshold that a running clock has passed, once; the worker calls this every 30 seconds."""
    actor = actors.system("clocks")
    for row in RunningClock.objects.filter(state=State.RUNNING, due_at__isnull=False, warned_percent__lt=100):
        reached = queries.view_of(row).remaining.warned_at or 0
        if reached <= row.warned_percent:
            continue
        with write("clocks.warn_due"):
            changed = RunningClock.objects.filter(
                pk=row.pk, state=State.RUNNING, warned_percent=row.warned_percent
            ).update(warned_percent=reached)
            if changed:
                _record(actor, Tag.WARNED, row, percent=reached)


def _build(
    tenant_id: UUID, subject: tuple[str, UUID], code: str, trigger_at: datetime, evidence: str
) -> RunningClock:
    _need_words(evidence, "evidence")
    found = queries.table().get(code, at=trigger_at)
    if found.direction is engine.Direction.AFTER:
        _not_future(trigger_at)
    due = engine.due(found, trigger_at, queries.calendar())
    return RunningClock(
        tenant_id=tenant_id,
        object_kind=subject[0],
        object_id=subject[1],
        code=code,
        version=found.version,
        trigger_at=trigger_at,
        evidence=evidence.strip(),
        due_at=due.due_at,
        possible_at=due.possible_at,
        state=State.PROPOSED,
    )


def _mine(actor: Actor, clock_id: UUID) -> RunningClock:
    row = queries.visible_to(actor).filter(pk=clock_id).first()
    if row is None:
        raise NotFoundError
    permissions.require(actor, "clocks.manage")
    return row


def _move(row: RunningClock, before: State, after: State, **values: object) -> None:
    if before not in {State.PROPOSED, State.RUNNING}:
        raise WrongStateError(state=row.state)
    # the condition on the former state decides between two people at the same moment
    changed = RunningClock.objects.filter(pk=row.pk, state=before).update(state=after, **values)
    if not changed:
        raise WrongStateError(state=RunningClock.objects.values_list("state", flat=True).get(pk=row.pk))


def _need_words(words: str, field: str) -> None:
    if len(words.strip()) < _MIN_WORDS:
        raise WordsNeededError(field=field)


def _not_future(moment: datetime) -> None:
    if moment > clock.now():
        raise FutureTriggerError(field="trigger_at")


def _record(actor: Actor, tag: Tag, row: RunningClock, **facts: object) -> None:
    facts = {"code": row.code, "version": row.version, "trigger_at": row.trigger_at.isoformat(), **facts}
    contrib.record(actor, tag, (KIND, row.pk), tenant_id=row.tenant_id, facts=facts)
