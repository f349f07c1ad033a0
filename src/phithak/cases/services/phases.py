"""Moving a case through its phases."""

from __future__ import annotations

from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.cases.errors import ClosingGapsError, TriageOpenError
from phithak.cases.events.core import Tag
from phithak.cases.events.work import Tag as WorkTag
from phithak.cases.models import Case, CaseBody
from phithak.cases.queries import doors, reading, working
from phithak.cases.queries.states import Outcome, Phase
from phithak.cases.services import rows
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write

ORDER = list(Phase)


def move(actor: Actor, case_id: UUID, phase: Phase | str, *, reason: str = "") -> None:
    """Move a case to another phase, short of closing it.

    Args:
        actor: needs ``cases.work``.
        case_id: which.
        phase: where to; back needs a reason, and so does opening a closed case again.
        reason: why.

    Raises:
        TriageOpenError: class, severity with reason or the personal-data answer is missing.
        CasePhaseError: it is there already, or somebody moved it meanwhile.
        CaseFieldError: no reason though needed.
    """
    row = doors.case(actor, case_id, doors.WORK)
    allowed = tuple(one.value for one in Phase if one is not Phase.CLOSED)
    after, before = Phase(rows.one_of(str(phase), allowed, "phase")), Phase(row.phase)
    if after is before:
        raise rows.wrong_phase(before)
    back = ORDER.index(after) < ORDER.index(before)
    why = rows.words(reason, "reason", 500, needed=back)
    if before is Phase.TRIAGE:
        _triage_is_over(row)
    with write("cases.move"):
        moved = Case.objects.filter(pk=row.pk, phase=before)
        if not moved.update(phase=after.value, updated_at=clock.now(), closed_at=None, outcome=""):
            raise rows.wrong_phase(rows.reread(row.pk).phase)
        _tell(actor, row, before, after, why)


def close(actor: Actor, case_id: UUID, outcome: Outcome | str, *, reason: str, despite: str = "") -> None:
    """Close a case with what it turned out to be.

    Raises:
        TriageOpenError: as for :func:`move`; a false positive, too, is an answer about personal data.
        ClosingGapsError: a question of the root cause is open, or there is no new control or rule, and ``despite``
            does not say why it is closed all the same.
        CasePhaseError: it is closed, or was moved meanwhile.
        CaseFieldError: no words on how it ended.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    found = Outcome(rows.one_of(str(outcome), Outcome, "outcome"))
    why = rows.words(reason, "reason", 1000)
    before = Phase(row.phase)
    if before is Phase.TRIAGE:
        _triage_is_over(row)
    gaps = working.closing_gaps(row)
    excuse = rows.words(despite, "despite", 500, needed=False)
    if gaps and not excuse:
        raise ClosingGapsError(
            field="despite",
            gaps_th=" · ".join(one.th for one in gaps),
            gaps_en=", ".join(one.en for one in gaps),
        )
    now = clock.now()
    with write("cases.close"):
        closed = Case.objects.filter(pk=row.pk, phase=before)
        if not closed.update(phase=Phase.CLOSED, outcome=found.value, closed_at=now, updated_at=now):
            raise rows.wrong_phase(rows.reread(row.pk).phase)
        CaseBody.objects.filter(case=row.pk).update(closing=why)
        if gaps:
            rows.record(actor, WorkTag.GAPS_LEFT, row, reason=excuse)
        _tell(actor, row, before, Phase.CLOSED, f"{found.value}: {why}")


def _triage_is_over(row: Case) -> None:
    missing = reading.missing_of_triage(row)
    if missing:
        raise TriageOpenError(
            missing_th=" · ".join(one.th for one in missing), missing_en=", ".join(one.en for one in missing)
        )


def _tell(actor: Actor, row: Case, before: Phase, after: Phase, why: str) -> None:
    rows.record(actor, Tag.MOVED, row, before=before.value, after=after.value, reason=why)
    rows.step(
        actor,
        row,
        Text(f"{before.text.th} → {after.text.th}", f"{before.text.en} → {after.text.en}"),
        shared=True,
    )
