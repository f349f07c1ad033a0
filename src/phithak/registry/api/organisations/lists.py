"""What everybody may read: figures, sectors, kinds and the rules of size."""

from __future__ import annotations

from datetime import date

from phithak.core.ui.api import Request, Router, Schema, operation
from phithak.registry.models import Sector
from phithak.registry.queries import figures as figure_queries
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors as sector_queries
from phithak.registry.queries import sizes
from phithak.registry.queries.figures import Dimension, FigureTable
from phithak.registry.queries.kinds import Kind

router = Router()


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


@operation(
    router.get,
    "/figures",
    permission=queries.FIGURES,
    response=list[FiguresOut],
    th="ตัวเลขรวมที่ไม่ระบุตัว",
    en="Anonymised figures",
)
def figures(request: Request) -> list[FiguresOut]:
    """Count by sector, size, province and kind; numbers under five are left out."""
    return [_figures(one) for one in figure_queries.all_figures(request.actor)]


@operation(
    router.get,
    "/sectors",
    permission=queries.FIGURES,
    response=list[SectorOut],
    th="ภาคส่วน",
    en="Sectors",
)
def sectors(request: Request) -> list[SectorOut]:  # noqa: ARG001 - an operation takes the request
    """List sectors, each before its parts."""
    return [_sector(row) for row in sector_queries.sectors()]


@operation(
    router.get,
    "/kinds",
    permission=queries.FIGURES,
    response=list[KindOut],
    th="ประเภทหน่วยงานและสิทธิ์เริ่มต้น",
    en="Kinds of organisations and their default rights",
)
def kinds(request: Request) -> list[KindOut]:  # noqa: ARG001 - an operation takes the request
    """List the kinds."""
    return [
        KindOut(
            code=kind,
            text_th=kind.text.th,
            text_en=kind.text.en,
            data_level=kind.facts.level,
            data_level_th=kind.facts.level.text.th,
            data_level_en=kind.facts.level.text.en,
            tenant_kind=kind.facts.tenant_kind,
            legal_roles=list(kind.facts.legal_roles),
        )
        for kind in Kind
    ]


@operation(
    router.get,
    "/size-rules",
    permission=queries.FIGURES,
    response=list[SizeRuleOut],
    th="กฎขนาดหน่วยงาน",
    en="Rules of size in force",
)
def size_rules(request: Request) -> list[SizeRuleOut]:  # noqa: ARG001 - an operation takes the request
    """List them with their limits."""
    return [
        SizeRuleOut(
            code=rule.code,
            version=rule.version,
            kinds=list(rule.kinds),
            law_th=rule.law.th,
            law_en=rule.law.en,
            checked_on=rule.checked_on,
            conditions=[
                ConditionOut(
                    size=one.size, figure=one.figure, limit=one.limit, inclusive=one.inclusive, who=one.who
                )
                for one in rule.conditions
            ],
        )
        for rule in sizes.rules()
    ]


def _figures(table: FigureTable) -> FiguresOut:
    cells = [
        CellOut(key=one.key, text_th=one.text.th, text_en=one.text.en, count=one.count) for one in table.cells
    ]
    return FiguresOut(dimension=table.dimension, total=table.total, cells=cells)


def _sector(row: Sector) -> SectorOut:
    return SectorOut(
        code=row.code,
        parent=row.code.rpartition(".")[0],
        name_th=row.name_th,
        name_en=row.name_en,
        words=list(row.words),
        cii=row.cii,
        pack=row.pack,
    )
