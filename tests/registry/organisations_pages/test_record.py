"""The page of one organisation: what it says, to whom, and what every part of the house adds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import Panel
from phithak.core.journal import services as journal
from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from tests.people import People
from tests.registry.organisations_pages.conftest import Add, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

THRESHOLDS = {"large": 900_000_000, "medium": 60_000_000, "small": 900_000}


def record(people: People, organisation_id: object, who: str = "analyst", language: str = "th") -> str:
    """Return what the page of an organisation says."""
    answer = people.client(who, language=language).get(
        reverse("registry:organisation", args=[organisation_id])
    )
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_a_record_says_everything(people: People, add: Add) -> None:
    made = add(
        "ตลาดดาวเหนือ",
        Kind.PLATFORM,
        name_en="North Star Market",
        short_th="ดาวเหนือ",
        aliases=("StarBuy", "ตลาดดาวเก่า"),
        sector="e-commerce",
        province="TH-50",
        juristic_id="0105561000011",
        service_revenue_thb=900_000_000,
        website="https://www.northstar.example/shop",
    )
    said = record(people, made)
    pieces = """
        North Star Market|(ดาวเหนือ)|StarBuy|ตลาดดาวเก่า|อี-คอมเมิร์ซ|เชียงใหม่|ไทย|www.northstar.example|ผู้ควบคุมข้อมูลส่วนบุคคล
        |900,000,000|ขึ้นทะเบียนแล้ว|ต่ออายุภายใน|ข้อมูลของตนและที่แบ่งปันให้|0-1055-61000-01-1
    """
    for piece in pieces.replace("\n", "").split("|"):
        assert piece.strip() in said, piece
    english = record(people, made, language="en")
    for piece in (
        "E-commerce",
        "Chiang Mai",
        "Thailand",
        "Data controller",
        "Registered",
        "To be renewed by",
    ):
        assert piece in english, piece


def test_three_operators_are_classed_by_the_thresholds(people: People, add: Add) -> None:
    """Operators are classed large, medium, small by the configured thresholds, with the reason beside it.

    Proves (part): S0-25
    """
    shown = {}
    for size, revenue in THRESHOLDS.items():
        amounts = {"service_revenue_thb": revenue, "revenue_thb": revenue, "users_per_month": 10}
        made = add(f"ตลาดขนาด {revenue}", Kind.PLATFORM, name_en=f"Market of {size}", **amounts)
        assert Organisation.objects.get(pk=made).size == size
        shown[size] = record(people, made, language="en")
    assert "Revenue a year of the largest service (THB) more than 300,000,000" in shown["large"]
    assert "Size Medium" in shown["medium"]
    assert "Revenue a year, all services (THB) more than 50,000,000" in shown["medium"]
    assert "Size Small Below every limit for medium" in shown["small"]
    unknown = record(people, add("ตลาดยังไม่บอก", Kind.PLATFORM), language="en")
    assert "Size unknown Needed:" in unknown


def test_an_outsider_sees_no_record_and_an_overseer_no_revenue(people: People, add: Add) -> None:
    made = add("ร้านริมธาร", Kind.MERCHANT, revenue_thb=123_456_789)
    url = reverse("registry:organisation", args=[made])
    assert people.client("member_admin").get(url).status_code == 404
    services.find_tenants()
    services.add_relation(
        people.actor("analyst"), over=people.tenant_id("platform"), under=made, kind="platform"
    )
    said = record(people, made, "platform_admin")
    assert "ร้านริมธาร" in said
    assert "123,456,789" not in said
    assert "123,456,789" in record(people, made)


def test_relations_are_shown_from_both_sides(people: People, add: Add) -> None:
    parent, child = add("กรมสมมติ", Kind.MINISTRY_UNIT), add("กองสมมติ", Kind.MINISTRY_UNIT)
    services.add_relation(people.actor("analyst"), over=parent, under=child, kind="parent")
    assert "หน่วยงานในสังกัด กองสมมติ" in record(people, parent)
    assert "หน่วยงานแม่ กรมสมมติ" in record(people, child)


def test_renewal_is_told_before_and_after_it_is_due(people: People, add: Add) -> None:
    made = add("ตลาดใกล้ครบปี", Kind.PLATFORM)
    today = clock.today()
    for days, words in ((30, "ต้องต่ออายุภายใน"), (-1, "เลยกำหนดต่ออายุเมื่อ")):
        Organisation.objects.filter(pk=made).update(renewal_due=today + timedelta(days=days))
        assert words in record(people, made)
    Organisation.objects.filter(pk=made).update(renewal_due=today + timedelta(days=200))
    assert "ต้องต่ออายุภายใน" not in record(people, made)


@pytest.fixture
def panel() -> Iterator[str]:
    """Let another room know something of every organisation, but tell it to analysts alone."""
    contrib.panel.register(
        Panel(
            "test.panel",
            "registry.organisation",
            Text("เรื่องของห้องอื่น", "What another room knows"),
            lambda actor, pk: (
                f"/elsewhere/{pk}/" if "analyst" in {str(role) for role in actor.roles} else None
            ),
        )
    )
    yield "test.panel"
    contrib.panel.forget("test.panel")


@pytest.mark.usefixtures("panel")
def test_panels_load_by_themselves_and_have_a_plain_link(people: People) -> None:
    services.find_tenants()
    url = reverse("registry:organisation", args=[people.tenant_id("hospital")])
    html = people.client("analyst").get(url).content.decode()
    address = f"/elsewhere/{people.tenant_id('hospital')}/"
    assert f'hx-get="{address}" hx-trigger="load"' in html
    assert f'<a class="btn" href="{address}">' in html
    assert address not in people.client("member_admin").get(url).content.decode()


def test_history_leads_to_the_journal_of_this_record(people: People, add: Add) -> None:
    made, other = add("คลินิกมีประวัติ", Kind.CLINIC), add("คลินิกอื่น", Kind.CLINIC)
    services.add_alias(people.actor("analyst"), made, "คลินิกเก่า")
    journal.tick()
    html = people.client("cert_admin").get(reverse("registry:organisation", args=[made])).content.decode()
    link = f"{reverse('journal:list')}?q={made}"
    assert f'href="{link}"' in html
    lines = rows_of(people.client("cert_admin").get(link).content.decode())
    assert len(lines) >= 2
    assert not any("คลินิกอื่น" in line[0] for line in lines)
    assert other != made


def test_actions_are_offered_by_right(people: People, add: Add) -> None:
    made = add("โรงพยาบาลปุ่มครบ")
    url = reverse("registry:organisation", args=[made])
    edit, close = (reverse(f"registry:{name}", args=[made]) for name in ("edit", "close"))
    manager = people.client("cert_admin").get(url).content.decode()
    assert edit in manager
    assert close in manager
    for who in ("auditor", "executive", "call_agent"):
        html = people.client(who).get(url).content.decode()
        assert edit not in html, who
        assert people.client(who).get(edit).status_code == 403, who
