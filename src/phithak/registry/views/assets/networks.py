"""Pages of domains and IP ranges, and how the centre settles a contested one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.assets import DomainForm, RangeForm, SettleForm
from phithak.registry.models import Domain, IpRange
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import owners, showing
from phithak.registry.queries.assets.kinds import Claim
from phithak.registry.queries.assets.names import DomainName
from phithak.registry.queries.assets.ranges import read_range
from phithak.registry.services import assets as services
from phithak.registry.services.assets import Settlement
from phithak.registry.views.assets import states, tables
from phithak.registry.views.assets.desk import Desk, Fact

_YES, _NO = Text("ใช่", "Yes"), Text("ไม่ใช่", "No")
_PURPOSE = Text("ใช้ทำอะไร", "What it is for")
_SETTLE = Text("ตัดสินการอ้างเป็นเจ้าของ", "Settle the claim")
_WAITS = Text(
    "มีหน่วยงานอื่นถืออยู่แล้ว รายการนี้ยังไม่มีผลจนกว่าศูนย์จะตรวจสอบ",
    "Another organisation holds it already. This entry has no effect until the centre has checked it.",
)
_BARRED = Text("ห้ามตรวจหรือสแกนเด็ดขาด", "Never probe or scan it")


def _may_settle(actor: Actor, row: Domain | IpRange) -> bool:
    return row.claim == Claim.CONTESTED and permissions.has(actor, organisations.MANAGE)


def _others(actor: Actor, found: list[Any], name: str) -> list[tuple[str, Text]]:
    """Name who else holds it, as far as this actor sees them."""
    seen = set(
        assets.owners_visible_to(actor, assets.VIEW)
        .filter(pk__in={row.tenant_id for row in found})
        .values_list("pk", flat=True)
    )
    return [
        (
            "info",
            Text(
                f"{showing.owner_name(row).th} ถือ {getattr(row, name)}",
                f"{showing.owner_name(row).en} holds {getattr(row, name)}",
            ),
        )
        for row in found
        if row.tenant_id in seen
    ]


def _domain_notes(actor: Actor, row: Domain) -> list[tuple[str, Text]]:
    if row.claim != Claim.CONTESTED:
        return []
    found = owners.other_domains(DomainName(row.name, row.shown), row.tenant_id)
    return [("warn", _WAITS), *_others(actor, found, "shown")]


def _range_notes(actor: Actor, row: IpRange) -> list[tuple[str, Text]]:
    found = owners.other_ranges(read_range(row.cidr, private=row.private), row.tenant_id)
    return [*([("warn", _WAITS)] if row.claim == Claim.CONTESTED else []), *_others(actor, found, "cidr")]


def _domain_facts(_actor: Actor, row: Domain) -> list[Fact]:
    return [
        Fact(Text("ชื่อในเครือข่าย", "Name in the network"), row.name, "code"),
        Fact(_PURPOSE, row.purpose),
        Fact(_BARRED, _YES if row.never_probe else _NO),
    ]


def _range_facts(_actor: Actor, row: IpRange) -> list[Fact]:
    size = int(row.last, 16) - int(row.first, 16) + 1
    return [
        Fact(Text("ช่วงไอพี", "IP range"), row.cidr, "code"),
        Fact(Text("จำนวนไอพี", "How many addresses"), size, "number"),
        Fact(_PURPOSE, row.purpose),
        Fact(Text("เครือข่ายภายใน", "Private network"), _YES if row.private else _NO),
        Fact(_BARRED, _YES if row.never_probe else _NO),
    ]


def _settle_act(name: str) -> Any:
    def acts(actor: Actor, row: Domain | IpRange) -> list[tuple[Text, str]]:
        return (
            [(_SETTLE, reverse(f"registry:settle_{name}", args=[row.pk]))] if _may_settle(actor, row) else []
        )

    return acts


DOMAINS = Desk(
    name="domain",
    path="domains",
    argument="domain_id",
    title=Text("โดเมน", "Domain"),
    titles=Text("โดเมน", "Domains"),
    add_title=Text("เพิ่มโดเมน", "Add a domain"),
    intro=Text(
        "ชื่อเว็บและอีเมลของหน่วยงาน เมื่อพบเหตุที่ชื่อเหล่านี้ คำเตือนจะถึงเจ้าของ",
        "Names of web and mail. What is found at them is told to their owner.",
    ),
    table=lambda _actor: tables.DOMAINS,
    rows=assets.domains_visible_to,
    managed=lambda actor: assets.domains_visible_to(actor, assets.MANAGE),
    heading=lambda row: Text(row.shown, row.shown),
    badge=states.claim_state,
    facts=_domain_facts,
    notes=_domain_notes,
    acts=_settle_act("domain"),
    form=lambda data, initial, *, new, **_: DomainForm(data, initial=initial, new=new),
    initial=lambda row: {"purpose": row.purpose, "never_probe": row.never_probe},
    add=lambda actor, organisation_id, form: services.add_domain(actor, organisation_id, form.facts()),
    change=lambda actor, row, form, version: services.change_domain(
        actor, row.pk, form.facts(), version=version
    ),
    end=services.end_domain,
)

RANGES = Desk(
    name="range",
    path="ranges",
    argument="range_id",
    title=Text("ช่วงไอพี", "IP range"),
    titles=Text("ช่วงไอพี", "IP ranges"),
    add_title=Text("เพิ่มช่วงไอพี", "Add an IP range"),
    intro=Text(
        "พิมพ์ไอพีในช่องค้น เพื่อดูว่าอยู่ในช่วงของใคร", "Type an address into the search to see whose range holds it."
    ),
    table=lambda _actor: tables.RANGES,
    rows=assets.ranges_visible_to,
    managed=lambda actor: assets.ranges_visible_to(actor, assets.MANAGE),
    heading=lambda row: Text(f"ช่วงไอพี {row.cidr}", f"IP range {row.cidr}"),
    badge=states.claim_state,
    facts=_range_facts,
    notes=_range_notes,
    acts=_settle_act("range"),
    form=lambda data, initial, *, new, **_: RangeForm(data, initial=initial, new=new),
    initial=lambda row: {"purpose": row.purpose, "never_probe": row.never_probe},
    add=lambda actor, organisation_id, form: services.add_range(actor, organisation_id, form.facts()),
    change=lambda actor, row, form, version: services.change_range(
        actor, row.pk, form.facts(), version=version
    ),
    end=services.end_range,
)


@page(organisations.MANAGE, title=_SETTLE, methods=("GET", "POST"))
def settle_domain(request: Request, domain_id: UUID) -> HttpResponseBase:
    """Settle a contested domain."""
    return _settle(request, DOMAINS, domain_id, services.settle_domain)


@page(organisations.MANAGE, title=_SETTLE, methods=("GET", "POST"))
def settle_range(request: Request, range_id: UUID) -> HttpResponseBase:
    """Settle a contested range."""
    return _settle(request, RANGES, range_id, services.settle_range)


def _settle(request: Request, desk: Desk, key: UUID, act: Any) -> HttpResponseBase:
    row = assets.one(desk.managed(request.actor).filter(ended_at__isnull=True), key)
    if row.claim != Claim.CONTESTED:
        messages.info(request, str(Text("ไม่มีการอ้างที่ต้องตัดสิน", "There is no claim to settle.")))
        return redirect(f"registry:{desk.name}", key)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.submit(lambda data: act(request.actor, key, Settlement(data["settlement"]))):
        messages.success(request, str(Text("ตัดสินแล้ว", "Settled.")))
        return redirect(f"registry:{desk.name}", key)
    heading = desk.heading(row)
    shown = {
        "title": Text(f"ตัดสินการอ้าง {heading.th}", f"Settle the claim on {heading.en}"),
        "owner": showing.owner_name(row),
        "back_url": desk.url(row),
        "notes": desk.notes(request.actor, row),
    }
    return show_form(request, form, "registry/assets/form.html", shown)
