"""The map of provinces: how many organisations are where, as shades and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http.response import HttpResponseBase
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.db import remember
from phithak.core.db.probes import over_all_rows
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, Table
from phithak.core.ui.tables.asked import Asked
from phithak.engines.thai import PROVINCES, Region, collation_key
from phithak.registry.models import Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors as sector_queries
from phithak.registry.views.organisations import words
from phithak.registry.views.organisations.shapes import AUTHOR, VIEW_BOX, Shape, shapes
from phithak.registry.views.organisations.tables import PROVINCE, SECTOR, of_sector

TITLE = Text("แผนที่หน่วยงานตามจังหวัด", "Map of organisations by province")
REGION, COUNT = Text("ภาค", "Region"), Text("จำนวน", "Count")
SHADES = 5
_REGIONS = {
    Region.NORTH: Text("เหนือ", "North"),
    Region.NORTHEAST: Text("ตะวันออกเฉียงเหนือ", "Northeast"),
    Region.CENTRAL: Text("กลาง", "Central"),
    Region.EAST: Text("ตะวันออก", "East"),
    Region.WEST: Text("ตะวันตก", "West"),
    Region.SOUTH: Text("ใต้", "South"),
}


@dataclass(frozen=True)
class Line:
    """A province with its number of organisations, as the table shows it."""

    code: str
    name: Text
    key: str
    region: Text
    count: int
    url: str


@dataclass(frozen=True)
class Drawn:
    """A province as the map shows it; the lake has no address."""

    shape: Shape
    shade: int
    text: Text
    url: str


@dataclass(frozen=True)
class Step:
    """A line of the legend: numbers from ``least`` to ``most`` have the shade."""

    shade: int
    least: int
    most: int


@page(queries.VIEW, title=TITLE)
def provinces(request: Request) -> HttpResponseBase:
    """Show how many organisations lie in each province; each leads to their list."""
    table = _table(sector_queries.choices())
    asked = Asked.read(request.GET, table)
    sector = asked.filters.get("sector", "")
    rows = queries.listed(request.actor)
    counts = province_counts(of_sector(rows, sector) if sector else rows)
    lines = [_line(province.code, counts, sector) for province in PROVINCES]
    steps = legend([line.count for line in lines])
    return table.respond(
        request,
        rows=lines,
        title=TITLE,
        actions=[(Text("รายการหน่วยงาน", "List of organisations"), _list(sector=sector))],
        context={
            "drawn": [_drawn(shape, lines, steps) for shape in shapes()],
            "view_box": VIEW_BOX,
            "author": AUTHOR,
            "legend": steps,
            "elsewhere": sum(counts.values()) - sum(line.count for line in lines),
            "total": sum(counts.values()),
        },
    )


def province_counts(rows: QuerySet[Organisation]) -> dict[str, int]:
    """Return how many of the rows lie in each province; "" stands for none."""
    # as an expression: by the index of provinces each row and its oversight would be looked up in no order
    named = rows.order_by().annotate(place=Coalesce("province", Value("")))

    def counted() -> dict[str, int]:
        with over_all_rows():
            return dict(named.values_list("place").annotate(found=Count("pk")))

    return remember.figure(rows, "by province", counted)


def legend(counts: Sequence[int]) -> list[Step]:
    """Return the shades for some numbers: 0 has its own, the others are cut into groups of like size."""
    some = sorted(count for count in counts if count)
    steps = [Step(0, 0, 0)]
    least = 1
    for shade in range(1, SHADES + 1):
        most = some[-(-len(some) * shade // SHADES) - 1] if some else 0
        if most >= least:
            steps.append(Step(shade, least, most))
            least = most + 1
    return steps


def _shade(count: int, steps: Sequence[Step]) -> int:
    return next((step.shade for step in steps if step.least <= count <= step.most), 0)


def _line(code: str, counts: Mapping[str, int], sector: str) -> Line:
    province = next(one for one in PROVINCES if one.code == code)
    name = words.PROVINCES_BY_CODE[code]
    return Line(
        code,
        name,
        collation_key(str(name)),
        _REGIONS[province.region],
        counts.get(code, 0),
        _list(province=code, sector=sector),
    )


def _drawn(shape: Shape, lines: Sequence[Line], steps: Sequence[Step]) -> Drawn:
    line = next((one for one in lines if one.code == shape.code), None)
    if line is None:
        return Drawn(shape, 0, Text("ทะเลสาบสงขลา", "Songkhla Lake"), "")
    text = Text(f"{line.name.th}: {line.count:,} หน่วยงาน", f"{line.name.en}: {line.count:,} listed")
    return Drawn(shape, _shade(line.count, steps), text, line.url)


def _list(**chosen: str) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("registry:organisations") + (f"?{query}" if query else "")


def _table(sectors: Sequence[tuple[str, Text]]) -> Table:
    return Table(
        name="provinces",
        columns=[
            Column("province", PROVINCE, value="name", sort="key", link=lambda line: line.url),
            Column("region", REGION, value="region"),
            Column("count", COUNT, value="count", sort="count", kind="number"),
        ],
        # what is chosen was counted before; the lines are always those of all provinces
        filters=[Filter("sector", SECTOR, sectors, lambda rows, _: rows)],
        default_sort="-count",
        page_size=len(PROVINCES),
        compact=True,
        template="registry/organisations/map.html",
    )
