"""Imports: who sees which, their states, and the rows that were not read in as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.core.jobs import queries as jobs
from phithak.registry.models import ImportRow, ImportRun

KIND = "registry.import"
IMPORT = "registry.import"
_SYSTEM = actors.system("registry.joining")


class ImportState(StrEnum):
    """Where an import stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _STATES[self]


_STATES = {
    ImportState.CHECKING: Text("กำลังตรวจ", "Being checked"),
    ImportState.CHECKED: Text("ตรวจแล้ว รอสั่งนำเข้า", "Checked, waits for a start"),
    ImportState.RUNNING: Text("กำลังนำเข้า", "Running"),
    ImportState.DONE: Text("เสร็จแล้ว", "Done"),
    ImportState.FAILED: Text("ไม่สำเร็จ", "Failed"),
    ImportState.CANCELLED: Text("ยกเลิกแล้ว", "Cancelled"),
}


class RowState(StrEnum):
    """What is known of a row."""

    FAULT = "fault"
    CHANGE = "change"
    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _ROWS[self]


_ROWS = {
    RowState.FAULT: Text("ผิด ยังไม่เข้า", "At fault, not taken"),
    RowState.CHANGE: Text("จะแก้", "Will change"),
    RowState.ADDED: Text("เพิ่มแล้ว", "Added"),
    RowState.CHANGED: Text("แก้แล้ว", "Changed"),
    RowState.SAME: Text("เหมือนเดิม", "The same"),
}


@dataclass(frozen=True)
class Decided:
    """How a file was read, in words for the page."""

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    header_line: int
    sure: bool
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def runs_visible_to(actor: Actor) -> QuerySet[ImportRun]:
    """Return the imports that the actor may see: the centre's own, and any of its constituency."""
    rows = ImportRun.objects.select_related("by")
    return rows_visible_to(rows, actor, permission=IMPORT, through=frozenset({Reason.CONSTITUENCY}))


def run(actor: Actor, run_id: UUID) -> ImportRun:
    """Return one import.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = runs_visible_to(actor).filter(pk=run_id).first()
    if found is None:
        raise NotFoundError
    return found


def rows_of(row: ImportRun) -> QuerySet[ImportRow]:
    """Return the kept rows of an import that was read through its door, in the order of the file."""
    return ImportRow.objects.filter(run=row.pk).select_related("organisation").order_by("number")


def decided(row: ImportRun) -> Decided:
    """Return how the file was read."""
    read = row.read
    return Decided(
        kind=read.get("kind", ""),
        encoding=read.get("encoding", ""),
        delimiter=read.get("delimiter", ""),
        sheet=read.get("sheet", ""),
        sheets=tuple(read.get("sheets", ())),
        header_line=read.get("line", 1),
        sure=read.get("sure", True),
        header=tuple(read.get("header", ())),
        sample=tuple(tuple(line) for line in read.get("sample", ())),
    )


def progress(row: ImportRun) -> jobs.Progress | None:
    """Return how far its job is; None when there is none."""
    return jobs.progress(row.job_id) if row.job_id else None


def settled(row: ImportRun) -> ImportState:
    """Return the state as people see it: a job that was cancelled or died has ended its import too."""
    state = ImportState(row.state)
    if state not in {ImportState.CHECKING, ImportState.RUNNING}:
        return state
    told = progress(row)
    if told is None or told.state in {jobs.State.QUEUED, jobs.State.RUNNING, jobs.State.DONE}:
        return state
    return ImportState.CANCELLED if told.state is jobs.State.CANCELLED else ImportState.FAILED


def home(actor: Actor) -> UUID:
    """Return the centre for which the actor imports; for a process the first open one.

    Raises:
        NotFoundError: there is none.
    """
    own = sorted(tenants_with(actor, IMPORT)) if actor.user_id else []
    found = own[0] if own else centre()
    if found is None:
        raise NotFoundError
    return found


def centre() -> UUID | None:
    """Return the first open centre; None before it exists."""
    rows = accounts.tenants_visible_to(_SYSTEM).filter(kind="cert", state="active")
    return rows.order_by("pk").values_list("pk", flat=True).first()
