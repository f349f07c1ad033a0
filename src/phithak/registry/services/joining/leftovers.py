"""The rows that were not taken, given back with what is wrong: nothing of a file is lost."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.events.joining import Tag
from phithak.registry.queries.joining import imports as queries
from phithak.registry.queries.joining.imports import IMPORT, RowState
from phithak.registry.services.joining.importing import note_file, sheet_of
from phithak.registry.sheets.writing import plain_cell

_WRONG, _ROW = Text("ข้อผิดพลาด", "What is wrong"), Text("แถวในไฟล์เดิม", "Row of the first file")


def faulty_rows(actor: Actor, run_id: UUID) -> Iterator[list[str]]:
    """Return the faulty rows as they came, headings first, with two more columns: the row and what is wrong.

    The cells may hold addresses of persons, so the journal says who took them, before the first is given.

    Raises:
        ForbiddenError, NotFoundError: not the actor's.
        SheetError, LockedError, KeyDestroyedError: the file cannot be read any more.
    """
    permissions.require(actor, IMPORT)
    row = queries.run(actor, run_id)
    faults = {
        one.number: one.faults
        for one in queries.rows_of(row).filter(state=RowState.FAULT).iterator(chunk_size=500)
    }
    sheet = sheet_of(row)
    with write("registry.faulty_rows"):
        note_file(actor, Tag.FAULTS_TAKEN, row, rows=len(faults))
    return _lines(
        sheet.header, [(line.number, line.cells) for line in sheet.lines if line.number in faults], faults
    )


def _lines(
    header: list[str], lines: list[tuple[int, list[str]]], faults: dict[int, list[dict[str, str]]]
) -> Iterator[list[str]]:
    yield [*header, str(_ROW), str(_WRONG)]
    for number, cells in lines:
        padded = [*map(plain_cell, cells), *[""] * (len(header) - len(cells))]
        told = [Text(one["th"], one["en"]) for one in faults[number]]
        heads = [one["column"] for one in faults[number]]
        wrong = " · ".join(
            f"{head}: {text}" if head else str(text) for head, text in zip(heads, told, strict=True)
        )
        yield [*padded[: max(len(header), len(cells))], str(number), wrong]
