"""Contributions of the part ``shares``: menu, what waits, search, fragment, demo."""

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
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import RelationKind
from phithak.registry.queries.shares import doors, finding
from phithak.registry.queries.shares.waiting import waiting
from phithak.registry.services import shares as services
from phithak.registry.services.shares import ShareFacts

_SHARES = Text("การให้ข้อมูลต่อ", "Data sharing")
_MENU = (
    ("shares", _SHARES, ()),
    ("graph", Text("แผนภาพการให้ข้อมูล", "Graph of data sharing"), ()),
    ("open_stores", Text("แหล่งเก็บที่เปิดสาธารณะ", "Stores that anybody can read"), ()),
    ("appeals", Text("อุทธรณ์", "Appeals"), ("/registry/suspensions/",)),
)
_SYSTEM = actors.system("demo")
_PURPOSES = ("จัดส่งสินค้าให้ผู้ซื้อ", "ดูแลหลังการขาย", "ยืนยันตัวผู้ซื้อ")
_ENDING_DAYS, _DAYS = 20, 80


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        *(
            menu.line(
                f"registry.{name}",
                text,
                f"registry:{name}",
                doors.VIEW,
                menu.SHARING,
                order=252 + place,
                also=also,
            )
            for place, (name, text, also) in enumerate(_MENU)
        )
    )
    contrib.waiting.register(Waiting("registry.shares", waiting))
    contrib.search.register(SearchSource("registry.shares", _SHARES, finding.find, (doors.KIND,)))
    contrib.panel.register(Panel("registry.shares", organisations.KIND, _SHARES, _panel, order=150))
    contrib.demo.register(Demo("registry.shares", build_demo, order=50))


def _panel(actor: Actor, organisation_id: UUID) -> str | None:
    if not tenants_with(actor, doors.VIEW):
        return None
    return reverse("registry:organisation_shares", args=[organisation_id])


def build_demo() -> None:
    """Record a link for every merchant and channel; one is suspended with an open appeal, one ends in 20 days."""
    if doors.visible_to(_SYSTEM).exists():
        return
    wanted = {RelationKind.PLATFORM, RelationKind.OPERATOR}
    relations = organisations.running_relations().filter(kind__in=wanted).order_by("over", "under")
    made: list[UUID] = []
    for number, (giver_id, holder_id) in enumerate(relations.values_list("over", "under")):
        made.append(_link(giver_id, holder_id, number))
    if not made:
        made = _without_relations()
    if len(made) > 1:
        held = services.suspend(_SYSTEM, made[1], reason="พบแหล่งเก็บข้อมูลที่เปิดสาธารณะ (สมมติ)")
        services.appeal(_SYSTEM, held, words="ปิดแหล่งเก็บข้อมูลแล้วเมื่อเช้านี้ ขอให้ตรวจอีกครั้ง (สมมติ)")
    _suspended_hospital()


def _suspended_hospital() -> None:
    """Let a platform suspend what it gives to a hospital, which has not appealed yet."""
    rows = organisations.listed(_SYSTEM).order_by("pk")
    giver = rows.filter(kind__in=[Kind.PLATFORM, Kind.TELCO]).first()
    holder = rows.filter(kind=Kind.HOSPITAL).first()
    if giver is not None and holder is not None:
        made = _link(giver.pk, holder.pk, 1)
        services.suspend(_SYSTEM, made, reason="ไม่ตอบการตรวจประจำเดือน (สมมติ)")


def _link(giver_id: UUID, holder_id: UUID, number: int) -> UUID:
    days = _ENDING_DAYS if number == 0 else _DAYS + 7 * (number % 40)
    share_id = services.propose(
        _SYSTEM,
        tenant_id=giver_id,
        facts=ShareFacts(
            holder_id=holder_id,
            fields=("name", "phone", "address"),
            purpose=_PURPOSES[number % len(_PURPOSES)],
            until=clock.today() + timedelta(days=days),
            people=1200 + 150 * number,
        ),
    )
    if number % 13 != 12:  # noqa: PLR2004 - a few stay proposals
        services.activate(_SYSTEM, share_id)
    return share_id


def _without_relations() -> list[UUID]:
    """Let the first platforms give to the first merchants, in a sector that records no relations."""
    rows = organisations.listed(_SYSTEM).order_by("name_key", "pk")
    givers = list(rows.filter(kind__in=[Kind.PLATFORM, Kind.TELCO]).values_list("pk", flat=True)[:2])
    holders = list(rows.filter(kind__in=[Kind.MERCHANT, Kind.CHANNEL]).values_list("pk", flat=True)[:40])
    if not givers:
        return []
    return [_link(givers[n % len(givers)], holder, n) for n, holder in enumerate(holders)]
