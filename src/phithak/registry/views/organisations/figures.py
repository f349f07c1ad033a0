"""Figures in which nobody can be recognised: what members of academia see of the registry."""

from __future__ import annotations

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, Table
from phithak.core.ui.tables.asked import Asked
from phithak.registry.queries import figures as counted
from phithak.registry.queries import organisations as queries

TITLE = Text("ตัวเลขรวมของทะเบียน", "Figures of the registry")
_INTRO = Text(
    "นับทุกหน่วยงานในทะเบียนโดยไม่ระบุตัว จำนวนที่น้อยกว่า 5 และจำนวนที่อาจคำนวณย้อนกลับได้แสดงเป็น –",
    "Counts of all organisations in which nobody can be recognised. Numbers under 5, and those from which they "
    "could be worked out, are shown as –.",
)
_BY = Text("นับตาม", "Counted by")
_MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """One number of one table; None where it is left out."""

    by: Text
    name: Text
    count: int | None


TABLE = Table(
    name="figures",
    columns=[
        Column("by", _BY, value="by"),
        Column("name", Text("กลุ่ม", "Group"), value="name"),
        Column("count", Text("จำนวน", "Count"), value="count", sort="count", kind="number"),
    ],
    filters=[
        # the lines are read for what is chosen; see figures()
        Filter("by", _BY, [(one.value, one.text) for one in counted.Dimension], lambda rows, _: rows)
    ],
    empty=Text("ยังไม่มีหน่วยงานในทะเบียน", "No organisations in the registry yet"),
    page_size=_MOST_LINES,
    compact=True,
)


@page(queries.FIGURES, title=TITLE)
def figures(request: Request) -> HttpResponseBase:
    """Show how many organisations there are by sector, size, province and kind."""
    chosen = Asked.read(request.GET, TABLE).filters.get("by", "")
    asked = [counted.Dimension(chosen)] if chosen else list(counted.Dimension)
    tables = [counted.figures(request.actor, dimension) for dimension in asked]
    lines = [Line(table.dimension.text, cell.text, cell.count) for table in tables for cell in table.cells]
    actions = []
    if tenants_with(request.actor, queries.VIEW):
        actions.append((Text("รายการหน่วยงาน", "List of organisations"), reverse("registry:organisations")))
    return TABLE.respond(request, rows=lines, title=TITLE, intro=_INTRO, actions=actions)
