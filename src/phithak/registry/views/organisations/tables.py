"""The list of organisations, the duplicates, and what their cells show."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.engines.thai import PROVINCES, collation_key
from phithak.registry.models import DuplicateProposal, Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import searching
from phithak.registry.queries import sectors as sector_queries
from phithak.registry.queries.facts import Cii
from phithak.registry.queries.kinds import Kind
from phithak.registry.views.organisations import words

NAME, KIND, SECTOR = Text("ชื่อ", "Name"), Text("ประเภท", "Kind"), Text("ภาคส่วน", "Sector")
SIZE, PROVINCE, STATE = Text("ขนาด", "Size"), Text("จังหวัด", "Province"), Text("สถานะ", "State")
COUNTRY, ROLE = Text("ประเทศ", "Country"), Text("หน้าที่ตามกฎหมาย", "Legal role")
CII = Text("โครงสร้างพื้นฐานสำคัญ (CII)", "Critical infrastructure (CII)")
CII_SHORT = Text("สถานะ CII", "CII")
ABROAD = "abroad"
"""The option for every country but Thailand."""

EMPTY = Text(
    "ยังไม่มีหน่วยงานในทะเบียน เพิ่มหน่วยงานแรก หรือนำเข้าจากไฟล์",
    "No organisations in the registry yet. Add the first one, or import a file.",
)
NOTHING_TO_DECIDE = Text(
    "ไม่มีระเบียนที่อาจซ้ำกัน ระบบตรวจทุกครั้งที่เพิ่มหรือแก้ชื่อ",
    "No records that may be the same. They are looked for whenever a name is added or changed.",
)


def state_badge(row: Organisation) -> State:
    """Return where an organisation stands, as a badge."""
    state = queries.State(row.state)
    return State(state.value, state.text, words.STATE_TONES[state])


def organisations_table(actor: Actor, sectors: Sequence[tuple[str, Text]]) -> Table:
    """Return the list of organisations as an actor may see it.

    Args:
        actor: who reads; whether something is critical infrastructure is for few.
        sectors: code and name of each sector, in the order of the list.
    """
    sees_cii = bool(tenants_with(actor, queries.CII_VIEW))
    standing: dict[UUID, Cii] = {}

    def beside(rows: Sequence[Organisation]) -> None:
        standing.clear()
        standing.update(queries.cii_of(actor, [row.pk for row in rows]))

    columns = [
        Column("name", NAME, value=queries.name_of, sort="name_key", link=_page),
        Column("kind", KIND, value=lambda row: Kind(row.kind).text, sort="kind"),
        Column("sector", SECTOR, value=words.sector_of),
        Column("size", SIZE, value=lambda row: words.SIZES[row.size]),
        Column("province", PROVINCE, value=words.place_of, sort="province"),
        Column("state", STATE, value=state_badge, kind="state"),
    ]
    if sees_cii:
        columns.append(
            Column(
                "cii",
                CII_SHORT,
                value=lambda row: words.CII_BADGES.get(standing.get(row.pk, Cii.NONE)),
                kind="state",
            )
        )
    return Table(
        name="organisations",
        columns=columns,
        filters=_filters(actor, sectors, sees_cii=sees_cii),
        search=searching.matching,
        ranked=searching.ranked,
        default_sort="name_key",
        empty=EMPTY,
        beside=beside if sees_cii else None,
    )


def _filters(actor: Actor, sectors: Sequence[tuple[str, Text]], *, sees_cii: bool) -> list[Filter]:
    found = [
        Filter("kind", KIND, [(kind.value, kind.text) for kind in Kind], lambda rows, v: rows.filter(kind=v)),
        sector_filter(sectors),
        Filter("size", SIZE, list(words.SIZES.items()), lambda rows, v: rows.filter(size=v)),
        Filter("province", PROVINCE, provinces, lambda rows, v: rows.filter(province=v)),
        Filter(
            "state",
            STATE,
            # merged ones stand in no list: they live on in another
            [(state.value, state.text) for state in queries.State if state is not queries.State.MERGED],
            lambda rows, v: rows.filter(state=v),
        ),
        Filter("country", COUNTRY, _countries, _of_country),
        Filter("role", ROLE, list(words.LEGAL_ROLES.items()), _of_role),
    ]
    if sees_cii:
        found.append(
            Filter("cii", CII, list(words.CII.items()), lambda rows, v: queries.with_cii(actor, rows, v))
        )
    return found


def sector_filter(sectors: Sequence[tuple[str, Text]]) -> Filter:
    """Return the choice of a sector; it takes the sectors below along."""
    return Filter("sector", SECTOR, sectors, of_sector)


def of_sector(rows: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
    """Narrow rows to a sector and the sectors below it."""
    return rows.filter(sector__in=sector_queries.ids_under(code))


def provinces() -> list[tuple[str, Text]]:
    """Return code and name of each province, in the order of the page's language."""
    named = [(province.code, Text(province.th, province.en)) for province in PROVINCES]
    return sorted(named, key=lambda pair: collation_key(str(pair[1])))


def _countries() -> list[tuple[str, Text]]:
    return [
        ("TH", words.COUNTRIES["TH"]),
        (ABROAD, Text("ต่างประเทศทั้งหมด", "All abroad")),
        *((code, text) for code, text in words.COUNTRIES.items() if code != "TH"),
    ]


def _of_country(rows: QuerySet[Organisation], value: str) -> QuerySet[Organisation]:
    return rows.exclude(country="TH") if value == ABROAD else rows.filter(country=value)


def _of_role(rows: QuerySet[Organisation], value: str) -> QuerySet[Organisation]:
    # a list of codes in JSON: a code stands in it between quotes, on both databases
    return rows.filter(legal_roles__icontains=f'"{value}"')


def _page(row: Organisation) -> str:
    return reverse("registry:organisation", args=[row.pk])


def _pair(row: DuplicateProposal) -> Text:
    first, second = queries.name_of(row.first), queries.name_of(row.second)
    return Text(f"{first.th} · {second.th}", f"{first.en} · {second.en}")


DUPLICATES = Table(
    name="duplicates",
    columns=[
        Column(
            "pair",
            Text("สองระเบียน", "Two records"),
            value=_pair,
            link=lambda row: reverse("registry:duplicate", args=[row.pk]),
        ),
        Column(
            "score", Text("คล้ายกัน (จาก 100)", "Alike (of 100)"), value="score", sort="score", kind="number"
        ),
        Column("state", STATE, value=words.proposal_badge, kind="state"),
        Column("found", Text("พบเมื่อ", "Found"), value="created_at", sort="created_at", kind="datetime"),
    ],
    filters=[
        Filter(
            "state",
            STATE,
            options=[(state.code, state.text) for state in words.PROPOSALS.values()],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    default_sort="-score",
    empty=NOTHING_TO_DECIDE,
)
