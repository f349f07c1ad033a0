"""How agreements look on lists and pages, and how organisations are found for a form."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.search import queries as search
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.models import Agreement
from phithak.registry.queries import agreements as queries
from phithak.registry.queries import organisations
from phithak.registry.queries.agreements import AgreementKind, Standing
from phithak.registry.queries.assets.kinds import DataKind

MOST_FOUND = 30
_TONES = {
    Standing.DRAFT: "neutral",
    Standing.COMING: "info",
    Standing.VALID: "good",
    Standing.ENDING: "warn",
    Standing.OVER: "bad",
    Standing.ENDED: "bad",
}


def state(row: Agreement) -> State:
    """Return where an agreement stands today, as a badge."""
    stands = queries.standing(row)
    return State(stands.value, stands.text, _TONES[stands])


def keeper(row: Agreement) -> Text:
    """Return the name of who keeps it."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def kind_names(kinds: Iterable[str]) -> list[Text]:
    """Return the names of kinds of data; one that the list does not know any more shows its code."""
    known = set(DataKind)
    return [DataKind(kind).text if kind in known else Text(kind, kind) for kind in kinds]


def kinds_text(kinds: Iterable[str]) -> Text:
    """Return the names of kinds of data in one line."""
    names = kind_names(kinds)
    return Text(", ".join(name.th for name in names), ", ".join(name.en for name in names))


def found(actor: Actor, words: str) -> list[tuple[UUID, Text]]:
    """Return organisations for a choice: those that match what was typed, else the first by name."""
    rows = organisations.listed(actor)
    if words.strip():
        rows = rows.filter(pk__in=search.matching(organisations.KIND, words))
    return [(row.pk, organisations.name_of(row)) for row in rows.order_by("name_key", "pk")[:MOST_FOUND]]


def tenants_for(actor: Actor, permission: str) -> list[tuple[UUID, Text]]:
    """Return the tenants in which the actor itself holds a right, by name."""
    names = accounts.tenant_names(tenants_with(actor, permission))
    return sorted(names.items(), key=lambda item: item[1].th)


TABLE = Table(
    name="agreements",
    columns=[
        Column(
            "number",
            Text("เลขที่", "Number"),
            value="number",
            sort="number",
            link=lambda row: reverse("registry:agreement", args=[row.pk]),
        ),
        Column("title", Text("ชื่อ", "Title"), value=queries.title),
        Column("kind", Text("ประเภท", "Kind"), value=lambda row: AgreementKind(row.kind).text, sort="kind"),
        Column("state", Text("สถานะ", "State"), value=state, kind="state"),
        Column("starts_on", Text("เริ่ม", "From"), value="starts_on", sort="starts_on", kind="date"),
        Column("ends_on", Text("วันสุดท้าย", "Last day"), value="ends_on", sort="ends_on", kind="date"),
        Column("keeper", Text("เก็บรักษาโดย", "Kept by"), value=keeper),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(stands.value, stands.text) for stands in Standing],
            apply=queries.standing_on,
        ),
        Filter(
            "kind",
            Text("ประเภท", "Kind"),
            options=[(kind.value, kind.text) for kind in AgreementKind],
            apply=lambda rows, value: rows.filter(kind=value),
        ),
    ],
    search=queries.matching,
    default_sort="ends_on",
    empty=Text(
        "ยังไม่มีข้อตกลง เพิ่มฉบับแรกแล้วบันทึกการลงนาม จึงจะเปิดการแบ่งปันได้",
        "No agreements yet. Add the first one and record its signatures; only then can flows be switched on.",
    ),
)
