"""Links out of a table: every fault is told with its row and column, and a table with faults records nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import chunks, write
from phithak.registry.models import DataShare
from phithak.registry.queries import organisations
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.shares.doors import State
from phithak.registry.services.shares.acts import ShareFacts, check, propose
from phithak.registry.sheets import Line, Sheet, read_table
from phithak.registry.sheets.cells import CellFault, day
from phithak.registry.sheets.errors import refuse
from phithak.registry.sheets.writing import plain_cell

MOST_ROWS = 500
CHUNK = 10
COLUMNS = {
    "holder": ("holder", "ผู้ถือ", "ผู้รับ", "ผู้รับข้อมูล"),
    "fields": ("fields", "ข้อมูล", "ชนิดข้อมูล"),
    "purpose": ("purpose", "วัตถุประสงค์"),
    "until": ("until", "ถึงวันที่", "วันสิ้นสุด"),
}
"""Columns and the headings by which they are known."""
_DIVIDERS = re.compile(r"[\s,;|]+")
_MANY = Text("มีเกิน {most} แถว ให้แบ่งเป็นหลายไฟล์", "it has more than {most} rows; split it into several files")
_MISSING = Text("ไม่มีคอลัมน์ {name}", "the column {name} is missing")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: its row as the spreadsheet numbers it, its column, the reason."""

    row: int
    column: str
    reason: Text


@dataclass(frozen=True)
class Brought:
    """What became of a table: faults (then nothing was recorded), links recorded, links that stood there before."""

    faults: tuple[Fault, ...] = ()
    recorded: int = 0
    repeated: int = 0


def bring(actor: Actor, tenant_id: UUID, content: bytes) -> Brought:
    """Record the links of a CSV or workbook as proposals.

    Brought again after a kill it records what is missing: a running link of the same holder, data, purpose and
    last day is not recorded twice.

    Args:
        actor: needs ``registry.shares.manage`` for the giving tenant.
        tenant_id: who gives the data.
        content: the file; columns :data:`COLUMNS`.

    Raises:
        SheetError: it cannot be read as a table, or a column is missing.
        NotFoundError, ForbiddenError: the giver is not the actor's to record for.
    """
    sheet = read_table(content, known=lambda cells: sum(_column(cell) is not None for cell in cells))
    if len(sheet.lines) > MOST_ROWS:
        raise refuse(_MANY, most=MOST_ROWS)
    places = _places(sheet)
    faults: list[Fault] = []
    rows: list[tuple[Line, ShareFacts]] = []
    holders = _holders(actor, [plain_cell(line.cell(places["holder"])).strip() for line in sheet.lines])
    for line in sheet.lines:
        facts = _read(actor, tenant_id, line, places, holders, faults)
        if facts is not None:
            rows.append((line, facts))
    if faults:
        return Brought(tuple(faults))
    recorded = repeated = 0
    for chunk in chunks(rows, CHUNK):
        with write("registry.bring_shares"):
            for _, facts in chunk:
                if _known(tenant_id, facts):
                    repeated += 1
                else:
                    propose(actor, tenant_id=tenant_id, facts=facts)
                    recorded += 1
    return Brought((), recorded, repeated)


def _column(heading: str) -> str | None:
    told = heading.strip().lower()
    return next((name for name, known in COLUMNS.items() if told in known), None)


def _places(sheet: Sheet) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(sheet.header):
        name = _column(heading)
        if name is not None:
            found.setdefault(name, place)
    for name in COLUMNS:
        if name not in found:
            raise refuse(_MISSING, name=name)
    return found


def _holders(actor: Actor, names: Sequence[str]) -> dict[str, list[UUID]]:
    """Return the organisations of each name or id, as far as the actor sees them, in one query."""
    ids = []
    for name in names:
        try:
            ids.append(UUID(name))
        except ValueError:
            continue
    named = Q(name_th__in=names) | Q(name_en__in=names) | Q(short_th__in=names) | Q(pk__in=ids)
    found: dict[str, list[UUID]] = {}
    rows = organisations.listed(actor).filter(named).values_list("pk", "name_th", "name_en", "short_th")
    for pk, *told in rows:
        for name in {str(pk), *told} - {""}:
            found.setdefault(name, []).append(pk)
    return found


def _read(  # noqa: PLR0917 - one row and what it is read against
    actor: Actor,
    tenant_id: UUID,
    line: Line,
    places: dict[str, int],
    holders: dict[str, list[UUID]],
    faults: list[Fault],
) -> ShareFacts | None:
    told = {name: plain_cell(line.cell(place)).strip() for name, place in places.items()}
    before = len(faults)
    holder = _cell(faults, line, "holder", lambda: _holder(told["holder"], holders))
    fields = _cell(faults, line, "fields", lambda: _fields(told["fields"]))
    until = _cell(faults, line, "until", lambda: _until(told["until"]))
    if len(faults) > before:
        if not told["purpose"]:
            faults.append(Fault(line.number, "purpose", Text("ต้องมีวัตถุประสงค์", "a purpose is needed")))
        return None
    facts = ShareFacts(holder_id=holder, fields=fields, purpose=told["purpose"], until=until)
    try:
        check(actor, tenant_id, facts)
    except PhithakError as error:
        faults.append(Fault(line.number, error.field or "holder", error.message))
        return None
    return facts


def _cell(faults: list[Fault], line: Line, column: str, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except CellFault as fault:
        faults.append(Fault(line.number, column, fault.text))
        return None


def _holder(told: str, holders: dict[str, list[UUID]]) -> UUID:
    found = holders.get(told) or holders.get(told.lower(), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise CellFault(Text("ชื่อนี้มีหลายหน่วยงาน ให้ใส่รหัส", "several have this name; give the id"))
    raise CellFault(Text("ไม่พบหน่วยงานนี้ในทะเบียนที่คุณเห็น", "no such organisation among those that you see"))


def _fields(told: str) -> tuple[str, ...]:
    codes = [code for code in _DIVIDERS.split(told.lower()) if code]
    unknown = [code for code in codes if code not in set(DataKind)]
    if unknown or not codes:
        names = ", ".join(unknown)[:80]
        raise CellFault(
            Text(
                f"ใส่รหัสชนิดข้อมูล เช่น name phone {names}",
                f"give codes of kinds of data, such as name phone {names}",
            )
        )
    return tuple(codes)


def _until(told: str) -> date:
    if not told:
        raise CellFault(Text("ต้องมีวันสิ้นสุด", "a last day is needed"))
    return day(told)


def _known(tenant_id: UUID, facts: ShareFacts) -> bool:
    rows = DataShare.objects.filter(tenant=tenant_id, holder=facts.holder_id, purpose=facts.purpose)
    same = rows.exclude(state=State.ENDED).values_list("fields", "until")
    return any(until == facts.until and set(fields) == set(facts.fields) for fields, until in same)
