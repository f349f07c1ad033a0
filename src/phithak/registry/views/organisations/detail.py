"""The page of one organisation: what it is, how it stands to others, and what every part knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.ui.pages_kit import Request, page
from phithak.engines.thai import show_id
from phithak.registry.forms.organisations import AMOUNTS
from phithak.registry.models import Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors, sizes
from phithak.registry.queries.facts import FIELDS, AliasKind, Cii, LegalRole
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import RelationKind, RelationView
from phithak.registry.views.organisations import words
from phithak.registry.views.organisations.edit import CLOSE_TENANT
from phithak.registry.views.organisations.tables import state_badge

TITLE = Text("หน่วยงาน", "Organisation")
SOON_DAYS = 60
"""From so many days before it is due, a renewal is shown as something to do."""
_BELOW = {
    RelationKind.PARENT: Text("หน่วยงานในสังกัด", "Dependants"),
    RelationKind.PLATFORM: Text("ร้านค้าบนแพลตฟอร์ม", "Merchants on the platform"),
    RelationKind.OPERATOR: Text("ผู้ที่ใช้บริการหลัก", "Partners served"),
    RelationKind.REGULATOR: Text("ผู้ที่กำกับดูแล", "Regulated bodies"),
    RelationKind.ALLIED: Text("พันธมิตร", "Allies"),
}
_ABOVE = {
    RelationKind.PARENT: Text("หน่วยงานแม่", "Parent"),
    RelationKind.PLATFORM: Text("ขายบนแพลตฟอร์ม", "Sells on platform"),
    RelationKind.OPERATOR: Text("ผู้ให้บริการหลัก", "Main operator"),
    RelationKind.REGULATOR: Text("อยู่ใต้การกำกับของ", "Regulated by"),
    RelationKind.ALLIED: Text("พันธมิตร", "Allies"),
}


@dataclass(frozen=True)
class Other:
    """The organisation at the other end of a relation."""

    relation: RelationView
    id: UUID
    name: Text


@dataclass(frozen=True)
class Group:
    """Relations of one kind and direction."""

    title: Text
    others: list[Other]


@dataclass(frozen=True)
class Panel:
    """What another part of the house knows of the organisation; loaded by itself."""

    name: str
    title: Text
    url: str


@page(queries.VIEW, title=TITLE)
def organisation(request: Request, organisation_id: UUID) -> HttpResponse:
    """Show one organisation; a merged one says what it lives on in."""
    actor = request.actor
    row = queries.organisation(actor, organisation_id)
    may_manage = queries.visible_to(actor, queries.MANAGE).filter(pk=row.pk).exists()
    lives = row.merged_into_id is None and row.state != queries.State.CLOSED
    kind = Kind(row.kind)
    standing = queries.cii_of(actor, [row.pk])
    shown = {
        "title": queries.name_of(row),
        "organisation": row,
        "state": state_badge(row),
        "kind": kind.text,
        "level": kind.facts.level.text,
        "cii": words.CII_BADGES.get(standing.get(row.pk, Cii.NONE)),
        "aliases": [(one.text, AliasKind(one.kind).text) for one in queries.aliases_of(row)],
        "sector": words.sector_of(row),
        "place": words.place_of(row),
        "country": words.country_name(row.country),
        "juristic": show_id(row.juristic_id) if row.juristic_id else "",
        "owner": words.owner_of(row) if may_manage else "",
        "roles": [LegalRole(role).text for role in row.legal_roles],
        "size": sizes.Size(row.size).text,
        "size_reason": size_reason(row),
        "figures": _figures(row) if may_manage or row.pk in actor.tenant_ids else [],
        "renewal": _renewal(row),
        "groups": relation_groups(actor, row),
        "scopes": [sectors.name_of(one.sector) for one in queries.scopes_of(row)],
        "merged_into": _kept(actor, row),
        "panels": panels(actor, row.pk),
        "history": _history(actor, row.pk),
        "may_manage": may_manage and lives,
        "may_close": may_manage and lives and bool(permissions.get(CLOSE_TENANT).roles & actor.roles),
        "may_set_cii": may_manage and lives and row.pk in standing,
        "may_scope": lives and kind is Kind.AUTHORITY and _may_scope(actor, row.pk),
    }
    return render(request, "registry/organisations/organisation.html", shown)


def panels(actor: Actor, organisation_id: UUID) -> list[Panel]:
    """Return the fragments that the actor may see, in their order."""
    found = []
    for item in sorted(contrib.panel, key=lambda item: (item.order, item.name)):
        url = item.url(actor, organisation_id) if item.object_kind == queries.KIND else None
        if url:
            found.append(Panel(item.name.replace(".", "-"), item.title, url))
    return found


def relation_groups(actor: Actor, row: Organisation) -> list[Group]:
    """Return the relations of an organisation, those above it first."""
    groups: dict[Text, Group] = {}
    relations = queries.relations_of(actor, row)
    for relation in sorted(relations, key=lambda one: one.over_id == row.pk):
        if relation.over_id == row.pk:
            title, other = _BELOW[relation.kind], Other(relation, relation.under_id, relation.under)
        else:
            title, other = _ABOVE[relation.kind], Other(relation, relation.over_id, relation.over)
        groups.setdefault(title, Group(title, [])).others.append(other)
    return list(groups.values())


def size_reason(row: Organisation) -> list[Text]:
    """Return why an organisation has its size, or what has to be told before it has one."""
    rule = sizes.rule_for(row.kind)
    if rule is None:
        return [Text("ประเภทนี้ไม่มีเกณฑ์ขนาด", "No size rule for this kind")]
    decision = sizes.decision_of(row)
    if decision.size != row.size:
        now = Text(
            f"ตามเกณฑ์ปัจจุบันเป็น{decision.size.text.th} บันทึกอีกครั้งเพื่อปรับ",
            f"By the rules of today: {decision.size.text.en}. Save the record again to adjust it",
        )
        return [now]
    found = [
        Text(
            f"{FIELDS[one.figure].th} {'ตั้งแต่' if one.inclusive else 'มากกว่า'} {one.limit:,}",
            f"{FIELDS[one.figure].en} {'at least' if one.inclusive else 'more than'} {one.limit:,}",
        )
        for one in decision.because
    ]
    found += [Text(f"ต้องทราบ: {FIELDS[one].th}", f"Needed: {FIELDS[one].en}") for one in decision.missing]
    if decision.size is sizes.Size.SMALL:
        found.append(Text("ไม่ถึงเกณฑ์ขนาดกลาง", "Below every limit for medium"))
    return [*found, Text(f"{rule.law.th} ({rule.name})", f"{rule.law.en} ({rule.name})")]


def _figures(row: Organisation) -> list[tuple[Text, int]]:
    told = [(FIELDS[name], getattr(row, name)) for name in AMOUNTS]
    return [(label, value) for label, value in told if value is not None]


def _renewal(row: Organisation) -> str:
    """Return "late", "soon" or "" for the tone of the day on which the registration is to be renewed."""
    if row.renewal_due is None or row.state in {queries.State.CLOSED, queries.State.MERGED}:
        return ""
    days = (row.renewal_due - clock.today()).days
    if days < 0:
        return "late"
    return "soon" if days <= SOON_DAYS else ""


def _kept(actor: Actor, row: Organisation) -> Organisation | None:
    if row.merged_into_id is None:
        return None
    return queries.visible_to(actor).filter(pk=row.merged_into_id).first()


def _history(actor: Actor, organisation_id: UUID) -> str:
    if not permissions.has(actor, "journal.view"):
        return ""
    return f"{reverse('journal:list')}?{urlencode({'q': str(organisation_id)})}"


def _may_scope(actor: Actor, organisation_id: UUID) -> bool:
    return queries.visible_to(actor, queries.SCOPE).filter(pk=organisation_id).exists()
