"""A row of a file becomes values and faults; nothing is looked up in the registry yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from phithak.base.text import Text
from phithak.registry.queries.joining.lookups import Lookups
from phithak.registry.sheets import Line, cells
from phithak.registry.sheets.cells import CellFault, Reader
from phithak.registry.sheets.columns import LAYOUTS
from phithak.registry.sheets.writing import plain_cell

_MOST_REVENUE = 10**15
_MOST_USERS = 2_000_000_000
EMPTY = Text("ต้องไม่ว่าง", "must not be empty")
NO_ID = Text("ไม่ใช่รหัสของระบบ", "is no id of this system")
NOT_PERSON = Text(
    "บุคคลธรรมดาไม่มีเลขนิติบุคคล ปล่อยว่างหรือแก้สถานะ",
    "a natural person has no juristic number; leave it empty or change the person type",
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: the column as the file heads it, and why."""

    column: str
    text: Text

    def stored(self) -> dict[str, str]:
        """Return it as kept with the row."""
        return {"column": self.column[:200], "th": self.text.th[:300], "en": self.text.en[:300]}


@dataclass
class Parsed:
    """A row as read: its number, the values of cells that are not empty, and its faults."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file by its columns."""

    def __init__(self, layout: str, columns: Mapping[str, str], header: list[str], lookups: Lookups) -> None:
        self.layout = LAYOUTS[layout]
        self._places = [(int(place), name) for place, name in columns.items()]
        self._heads = {
            name: (header[place] if place < len(header) else "") or str(self.layout.title_of(name))
            for place, name in self._places
        }
        self._readers = _organisation(lookups) if layout == "organisations" else _contact(lookups)

    def head_of(self, name: str) -> str:
        """Return the heading of a field's column in this file; the field's own where it has none."""
        return self._heads.get(name) or str(self.layout.title_of(name))

    def read(self, line: Line) -> Parsed:
        """Read one row."""
        parsed = Parsed(line.number)
        for place, name in self._places:
            text = plain_cell(line.cell(place)).strip()
            if not text:
                continue
            try:
                parsed.values[name] = self._readers[name](text)
            except CellFault as fault:
                self.fault(parsed, name, fault.text)
        faulty = {fault.column for fault in parsed.faults}
        for name in self.layout.needed:
            if name not in parsed.values and self.head_of(name) not in faulty:
                self.fault(parsed, name, EMPTY)
        return parsed

    def fault(self, parsed: Parsed, name: str, text: Text) -> None:
        """Note a fault of one cell."""
        parsed.faults.append(Fault(self.head_of(name), text))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CellFault(NO_ID) from None


def _organisation(known: Lookups) -> dict[str, Reader]:
    name = cells.line(250, name=True)
    short = cells.line(60, name=True)
    return {
        "id": _uuid,
        "external_id": cells.line(60, name=True),
        "juristic_id": cells.juristic_id,
        "name_th": name,
        "name_en": name,
        "short_th": short,
        "short_en": short,
        "kind": cells.one_of(known.kinds, "โรงพยาบาล, platform, ร้านค้า"),
        "sector": cells.one_of(known.sectors, ", ".join(list(known.sector_ids)[:3]) or "-"),
        "size": cells.one_of(known.sizes, "ใหญ่, กลาง, small"),
        "country": cells.country,
        "province": cells.province,
        "address": cells.line(500),
        "website": cells.website,
        "revenue_thb": cells.count(_MOST_REVENUE),
        "service_revenue_thb": cells.count(_MOST_REVENUE),
        "users_per_month": cells.count(_MOST_USERS),
        "is_juristic": cells.juristic,
        "legal_roles": cells.several(cells.one_of(known.roles, "controller, processor")),
        "aliases": cells.several(name),
        "registered_on": cells.day,
    }


def _contact(known: Lookups) -> dict[str, Reader]:
    return {
        "organisation": cells.line(250),
        "id": _uuid,
        "external_id": cells.line(60),
        "juristic_id": cells.juristic_id,
        "kind": cells.one_of(known.contacts, "เทคนิค, DPO, director"),
        "person": cells.line(200, name=True),
        "person_en": cells.line(200, name=True),
        "position": cells.line(200, name=True),
        "unit": cells.line(200, name=True),
        "label": cells.line(200, name=True),
        "email": cells.email,
        "phone": cells.phone,
        "other_email": cells.email,
        "languages": cells.several(cells.line(2)),
        "rank": cells.count(99),
    }
