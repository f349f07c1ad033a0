"""The registry as a table: what an import reads back as the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import chunks, write
from phithak.engines.thai import PROVINCES
from phithak.registry.events.joining import Tag
from phithak.registry.models import Alias, Organisation
from phithak.registry.packs import Size
from phithak.registry.queries import organisations as door
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import State
from phithak.registry.sheets.cells import joined
from phithak.registry.sheets.columns import ORGANISATIONS

FORMATS = ("csv", "xlsx")
MOST_XLSX = 50_000
_LEFT_OUT = {"external_id"}  # it stands among the other names
_AT_ONCE = 500
_YES, _NO = Text("ใช่", "yes"), Text("ไม่", "no")


class ExportTooLargeError(InvalidInputError):
    """A workbook of that many rows would take too much memory."""

    code = "registry.export_too_large"
    text = Text(
        "มีเกิน {most} แถว ให้ส่งออกเป็น CSV แทน", "There are more than {most} rows; export as CSV instead."
    )


def export(actor: Actor, kind: str) -> Iterator[list[str]]:
    """Return the organisations that the actor sees as rows of text, headings first.

    Args:
        actor: needs ``registry.view``.
        kind: ``csv`` or ``xlsx``; the journal tells it.

    Raises:
        ExportTooLargeError: too many for a workbook.
        InvalidInputError: another format.
    """
    permissions.require(actor, door.VIEW)
    if kind not in FORMATS:
        raise InvalidInputError(field="format", reason_th="เลือก csv หรือ xlsx", reason_en="choose csv or xlsx")
    rows = door.listed(actor).exclude(state=State.CLOSED)
    if kind == "xlsx" and rows.count() > MOST_XLSX:
        raise ExportTooLargeError(field="format", most=f"{MOST_XLSX:,}")
    with write("registry.export"):
        tenant_id = next(iter(actor.tenant_ids), None)
        contrib.record(
            actor, Tag.EXPORTED, (door.KIND, "export"), tenant_id=tenant_id, facts={"format": kind}
        )
    return _rows(rows.order_by("name_key", "pk"))


def _rows(rows: Any) -> Iterator[list[str]]:
    fields = [item for item in ORGANISATIONS.fields if item.name not in _LEFT_OUT]
    yield [str(item.title) for item in fields]
    for part in chunks(rows.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        aliases = _aliases(part)
        for row in part:
            yield [_cell(item.name, row, aliases.get(row.pk, [])) for item in fields]


def _aliases(rows: Sequence[Organisation]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for tenant_id, text in (
        Alias.objects.filter(tenant__in=[row.pk for row in rows])
        .order_by("pk")
        .values_list("tenant_id", "text")
    ):
        found[tenant_id].append(text)
    return found


def _cell(name: str, row: Organisation, aliases: list[str]) -> str:
    if name == "aliases":
        return joined(aliases)
    make = _CELLS.get(name)
    if make is not None:
        return str(make(row))
    value = getattr(row, name)
    return "" if value is None else str(value)


_PROVINCES = {one.code: Text(one.th, one.en) for one in PROVINCES}
_CELLS: dict[str, Callable[[Organisation], object]] = {
    "id": lambda row: row.pk,
    "kind": lambda row: Kind(row.kind).text,
    "sector": lambda row: row.sector.code if row.sector else "",
    "size": lambda row: Size(row.size).text if row.size != Size.UNKNOWN else "",
    "province": lambda row: _PROVINCES.get(row.province, ""),
    "is_juristic": lambda row: _YES if row.is_juristic else _NO,
    "legal_roles": lambda row: joined(row.legal_roles),
}
