"""What everybody may read: figures, sectors, kinds and the rules of size."""

from __future__ import annotations

from datetime import date

from phithak.core.ui.api import Request, Router, Schema
from phithak.registry.api.calls import Calls, filled, pair
from phithak.registry.models import Sector
from phithak.registry.packs import SizeRule
from phithak.registry.queries import figures as figure_queries
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors as sector_queries
from phithak.registry.queries import sizes
from phithak.registry.queries.figures import Dimension, FigureTable
from phithak.registry.queries.kinds import Kind

router = Router()
calls = Calls(router, view=queries.FIGURES, manage=queries.FIGURES)


class CellOut(Schema):
    """A line; ``count`` is null where the number is too small to be told."""

    key: str
    text_th: str
    text_en: str
    count: int | None


class FiguresOut(Schema):
    """Counts by one dimension."""

    dimension: Dimension
    total: int | None
    cells: list[CellOut]


class SectorOut(Schema):
    """A sector or a part of one."""

    code: str
    parent: str
    name_th: str
    name_en: str
    words: list[str]
    cii: bool
    pack: str


class KindOut(Schema):
    """A kind of organisation and what follows from it."""

    code: str
    text_th: str
    text_en: str
    data_level: str
    data_level_th: str
    data_level_en: str
    tenant_kind: str
    legal_roles: list[str]


class ConditionOut(Schema):
    """One reason for a size."""

    size: str
    figure: str
    limit: int
    inclusive: bool
    who: str


class SizeRuleOut(Schema):
    """A rule of size in force."""

    code: str
    version: int
    kinds: list[str]
    law_th: str
    law_en: str
    checked_on: date
    conditions: list[ConditionOut]


@calls.shown("/figures", list[FiguresOut], "ตัวเลขรวมที่ไม่ระบุตัว", "Anonymised figures")
def figures(request: Request) -> list[FiguresOut]:
    """Count by sector, size, province and kind; numbers under five are left out."""
    return [_figures(one) for one in figure_queries.all_figures(request.actor)]


@calls.shown("/sectors", list[SectorOut], "ภาคส่วน", "Sectors")
def sectors(request: Request) -> list[SectorOut]:  # noqa: ARG001 - an operation takes the request
    """List sectors, each before its parts."""
    return [_sector(row) for row in sector_queries.sectors()]


@calls.shown(
    "/kinds", list[KindOut], "ประเภทหน่วยงานและสิทธิ์เริ่มต้น", "Kinds of organisations and their default rights"
)
def kinds(request: Request) -> list[KindOut]:  # noqa: ARG001 - an operation takes the request
    """List the kinds."""
    return [
        filled(
            KindOut,
            kind.facts,
            code=kind,
            **pair("text", kind.text),
            data_level=kind.facts.level,
            **pair("data_level", kind.facts.level.text),
            legal_roles=list(kind.facts.legal_roles),
        )
        for kind in Kind
    ]


@calls.shown("/size-rules", list[SizeRuleOut], "กฎขนาดหน่วยงาน", "Rules of size in force")
def size_rules(request: Request) -> list[SizeRuleOut]:  # noqa: ARG001 - an operation takes the request
    """List them with their limits."""
    return [_rule(rule) for rule in sizes.rules()]


def _rule(rule: SizeRule) -> SizeRuleOut:
    conditions = [filled(ConditionOut, one) for one in rule.conditions]
    return filled(SizeRuleOut, rule, **pair("law", rule.law), kinds=list(rule.kinds), conditions=conditions)


def _figures(table: FigureTable) -> FiguresOut:
    return filled(
        FiguresOut, table, cells=[filled(CellOut, one, **pair("text", one.text)) for one in table.cells]
    )


def _sector(row: Sector) -> SectorOut:
    return filled(SectorOut, row, parent=row.code.rpartition(".")[0])
