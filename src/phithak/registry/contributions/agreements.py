"""Contributions of the part ``agreements``: menu, what waits, search, fragment, demo."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.contrib import Demo, Panel, SearchSource, Waiting
from phithak.registry.contributions import menu
from phithak.registry.contributions.organisations_demo import centre
from phithak.registry.queries import agreements as queries
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import agreements as services
from phithak.registry.services.agreements import AgreementFacts

_AGREEMENTS = Text("ข้อตกลง", "Agreements")
_SYSTEM = actors.system("demo")
_PARTIES = 45


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        menu.line(
            "registry.agreements",
            _AGREEMENTS,
            "registry:agreements",
            queries.VIEW,
            menu.SHARING,
            order=251,
            also=("/registry/rules/",),
        )
    )
    contrib.waiting.register(Waiting("registry.agreements", queries.waiting))
    contrib.search.register(SearchSource("registry.agreements", _AGREEMENTS, queries.find, (queries.KIND,)))
    contrib.panel.register(Panel("registry.agreements", organisations.KIND, _AGREEMENTS, _panel, order=140))
    contrib.demo.register(Demo("registry.agreements", build_demo, order=40))


def _panel(actor: Actor, organisation_id: UUID) -> str | None:
    if not tenants_with(actor, queries.VIEW):
        return None
    return reverse("registry:organisation_agreements", args=[organisation_id])


def build_demo() -> None:
    """Make a memorandum in force, one that ends in 45 days, and a draft, over the fictional organisations."""
    keeper = centre()
    if queries.visible_to(_SYSTEM).filter(tenant=keeper).exists():
        return
    own = list(organisations.visible_to(_SYSTEM).filter(pk=keeper).values_list("pk", flat=True))
    hospitals, telcos, platforms = (_some(kind) for kind in (Kind.HOSPITAL, Kind.TELCO, Kind.PLATFORM))
    _make(
        keeper,
        "บข. 1/2569",
        Text("บันทึกความเข้าใจด้านความมั่นคงปลอดภัยไซเบอร์ (สมมติ)", "Memorandum on cyber security (fictional)"),
        parties=[*own, *hospitals[:4]],
        days=300,
        switch_on=True,
    )
    _make(
        keeper,
        "บข. 2/2569",
        Text("ข้อตกลงแบ่งปันข้อมูลภัยคุกคามกับผู้ให้บริการ (สมมติ)", "Threat sharing with operators (fictional)"),
        parties=[*own, *telcos[:3]],
        days=45,
        switch_on=True,
    )
    _make(
        keeper,
        "บข. 3/2569",
        Text("ร่างข้อตกลงกับแพลตฟอร์ม (สมมติ)", "Draft with platforms (fictional)"),
        parties=[*own, *platforms[:5]],
        days=365,
        signed=False,
    )


def _some(kind: Kind) -> list[UUID]:
    rows = organisations.listed(_SYSTEM).filter(kind=kind).order_by("name_key", "pk")
    return list(rows.values_list("pk", flat=True)[:_PARTIES])


def _make(
    centre_id: UUID,
    number: str,
    title: Text,
    *,
    parties: list[UUID],
    days: int,
    signed: bool = True,
    switch_on: bool = False,
) -> None:
    today = clock.today()
    made = services.create(
        _SYSTEM,
        tenant_id=centre_id,
        facts=AgreementFacts(
            number=number,
            title=title,
            kind="mou",
            scope="แลกเปลี่ยนข้อมูลภัยคุกคาม ติดตั้งเซ็นเซอร์ และตรวจระบบที่เปิดสู่อินเทอร์เน็ต (ข้อความสมมติ)",
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=days),
            data_kinds=("name", "phone", "e_mail", "access_log"),
            flows=("sensor", "sharing", "data_flow"),
            scan_consent=True,
        ),
        party_ids=parties,
    )
    if not signed:
        return
    for party_id in parties:
        services.sign(
            _SYSTEM, made, organisation_id=party_id, signer="ผู้ลงนามสมมติ", signed_on=today - timedelta(days=60)
        )
    if switch_on:
        row = queries.agreement(_SYSTEM, made)
        for rule in queries.rules_of(_SYSTEM, row):
            if rule.flow in {"sharing", "sensor"}:
                services.switch(_SYSTEM, rule.pk, on=True)
