"""The check of a file: every row planned, none written; what is wrong or would change is kept by row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from phithak.base.errors import LockedError, PhithakError
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import chunks
from phithak.core.jobs.services import Run
from phithak.registry.models import ImportRow, ImportRun
from phithak.registry.queries.facts import FIELDS
from phithak.registry.queries.joining import imports as queries
from phithak.registry.queries.joining import lookups
from phithak.registry.queries.joining.imports import ImportState, RowState
from phithak.registry.queries.joining.lookups import Lookups
from phithak.registry.queries.joining.rows import Parsed, RowReader
from phithak.registry.services.joining.contacts import ContactPlanner
from phithak.registry.services.joining.importing import sheet_of
from phithak.registry.services.joining.planning import CHANGE, FAULT, Planned, Planner
from phithak.registry.services.organisations.rows import SYSTEM
from phithak.registry.sheets import Sheet

PLANNED_AT_ONCE = 500


class AnyPlanner(Protocol):
    """Plans rows of one file in their order."""

    def note(self, parsed: Parsed) -> None:
        """Remember the keys of a row, and note as faults those that an earlier row has."""

    def plan(self, rows: Sequence[Parsed]) -> list[Planned]:
        """Plan some rows, each noted before."""

    def overtaken(self, added: Sequence[Planned]) -> bool:
        """Tell whether what rows of the last plan add came in meanwhile; asked inside the transaction."""


class Source:
    """The rows of a file, read and noted one after the other, and what plans them."""

    def __init__(self, row: ImportRun, actor: Actor) -> None:
        self.sheet: Sheet = sheet_of(row)
        self.lookups: Lookups = lookups.load()
        self.reader = RowReader(row.kind, row.columns, self.sheet.header, self.lookups)
        defaults = row.read.get("defaults", {})
        self.planner: AnyPlanner = (
            Planner(actor, self.reader, self.lookups, defaults)
            if row.kind == "organisations"
            else ContactPlanner(actor, self.reader)
        )

    def __iter__(self) -> Iterator[Parsed]:
        for line in self.sheet.lines:
            parsed = self.reader.read(line)
            self.planner.note(parsed)
            yield parsed


def check(run: Run, run_id: UUID) -> None:
    """Check the file of an import; killed half-way it begins anew, which changes nothing."""
    row = ImportRun.objects.filter(pk=run_id, state=ImportState.CHECKING, job_id=run.job_id).first()
    if row is None:
        return  # decided otherwise meanwhile: a newer check is on its way
    try:
        source = Source(row, SYSTEM)
    except LockedError:
        raise
    except PhithakError as error:
        _fail(run, row, error)
        return
    for keys in iter(lambda: list(_kept(row)), []):
        with run.write("registry.check_import"):
            ImportRow.objects.filter(pk__in=keys).delete()
    tally: Counter[str] = Counter()
    kept: list[ImportRow] = []
    done = 0
    for part in chunks(source, PLANNED_AT_ONCE):
        run.checkpoint()
        plans = source.planner.plan(part)
        tally.update(one.act for one in plans)
        kept += [made for one in plans if (made := kept_row(row.pk, one)) is not None]
        done += len(part)
        run.progress(done, row.rows)
    for rows in chunks(kept):
        with run.write("registry.check_import"):
            ImportRow.objects.bulk_create(rows)
    with run.finish("registry.check_import"):
        ImportRun.objects.filter(pk=row.pk, job_id=run.job_id).update(
            state=ImportState.CHECKED, plan=dict(tally), faults=tally[FAULT], rows=done, cursor=0
        )


def kept_row(run_id: UUID, one: Planned) -> ImportRow | None:
    """Return what the check keeps of a row: its faults, or the fields that would change."""
    if one.act == FAULT:
        return ImportRow(
            run_id=run_id,
            number=one.number,
            state=RowState.FAULT,
            faults=[each.stored() for each in one.faults],
        )
    if one.act == CHANGE:
        return ImportRow(
            run_id=run_id,
            number=one.number,
            state=RowState.CHANGE,
            faults=changes_of(one.changes),
            organisation_id=one.organisation_id,
        )
    return None


def changes_of(names: Iterable[str]) -> list[dict[str, str]]:
    """Return the fields of a change as kept with the row."""
    return [
        {"column": name, "th": FIELDS[name].th, "en": FIELDS[name].en} for name in names if name in FIELDS
    ]


def _kept(row: ImportRun) -> list[UUID]:
    return list(queries.rows_of(row).values_list("pk", flat=True)[:PLANNED_AT_ONCE])


def _fail(run: Run, row: ImportRun, error: PhithakError) -> None:
    with run.finish("registry.check_import"):
        ImportRun.objects.filter(pk=row.pk, job_id=run.job_id).update(
            state=ImportState.FAILED, error=f"{error.message.th}\n{error.message.en}"[:500]
        )
