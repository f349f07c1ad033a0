"""Data-sharing links as people and machines meet them."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from phithak.base import clock
from phithak.core.accounts.models import Oversight
from phithak.core.accounts.scope import Reason
from phithak.core.outbox.models import Message
from phithak.registry.models import Appeal, DataShare, Organisation, Suspension
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import shares
from tests.people import People
from tests.registry.factory import organisation, organisation_of
from tests.registry.shares.makers import (
    DAY,
    DURING,
    SYSTEM,
    active,
    later,
    open_store,
    proposed,
    read,
    stands,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]
API = "/api/v1/registry"


@pytest.fixture
def platform(people: People) -> Organisation:
    return organisation_of(people, "platform")


@pytest.fixture
def merchant(people: People) -> Organisation:
    return organisation_of(people, "merchant")


def words(page: Any) -> str:
    text = unescape(page.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def post(browser: Client, path: str, body: dict[str, Any], method: str = "post") -> Any:
    return getattr(browser, method)(API + path, json.dumps(body), content_type="application/json")


def form_of(holder: Organisation, **more: Any) -> dict[str, Any]:
    return {
        "holder_id": str(holder.pk),
        "fields_given": ["name", "phone"],
        "purpose": "จัดส่งสินค้าให้ผู้ซื้อ",
        "until": "30 มิ.ย. 2570",
        **more,
    }


def body_of(giver: Organisation, holder: Organisation, **more: Any) -> dict[str, Any]:
    return {
        "tenant_id": str(giver.pk),
        "holder_id": str(holder.pk),
        "fields": ["name", "phone"],
        "purpose": "จัดส่งสินค้าให้ผู้ซื้อ",
        "until": "2027-06-30",
        **more,
    }


def bring(browser: Client, *lines: str) -> Any:
    table = io.BytesIO("\n".join(["holder,fields,purpose,until", *lines]).encode())
    table.name = "links.csv"
    giver = re.search(
        r'<option value="([0-9a-f-]{36})"', browser.get(reverse("registry:bring_shares")).content.decode()
    )
    assert giver is not None
    return browser.post(reverse("registry:bring_shares"), {"giver": giver[1], "file": table})


def below(people: People, count: int) -> list[Organisation]:
    """Make merchants under the platform, beside the one of the made-up people."""
    made = [organisation(people, Kind.MERCHANT) for _ in range(count)]
    for row in made:
        Oversight.objects.create(over=people.tenant("platform"), under=row.tenant, reason=Reason.PLATFORM)
    return made


def test_every_holder_is_listed_and_none_is_recorded_without_purpose_or_expiry(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    """Form, API and import refuse a link without purpose or last day; a platform's holders are all listed with both.

    Proves: S0-3
    """
    browser = people.client("platform_admin")
    new = reverse("registry:new_share")
    with clock.at(DURING):
        for missing in ({"purpose": ""}, {"until": ""}, {"purpose": "   "}):
            answer = browser.post(new, form_of(merchant, **missing))
            assert answer.status_code == 422, missing
        for left_out in ("purpose", "until"):
            body = body_of(platform, merchant)
            del body[left_out]
            assert post(browser, "/shares", body).status_code == 422, left_out
        assert post(browser, "/shares", body_of(platform, merchant, until="2026-11-30")).status_code == 422
        for purpose, until, column in (("", "30/6/2570", "purpose"), ("จัดส่งสินค้า", "", "until")):
            answer = bring(browser, f"{merchant.name_th},name phone,{purpose},{until}")
            assert answer.status_code == 422
            assert f"แถว 2 คอลัมน์ {column}" in words(answer)
        assert not DataShare.objects.exists()

        assert browser.post(new, form_of(merchant)).status_code == 302
        others = below(people, 12)
        for number, other in enumerate(others):
            body = body_of(platform, other, purpose=f"งานที่ {number + 1} ของแพลตฟอร์ม")
            assert post(browser, "/shares", body).status_code == 201
        courier = organisation(people, Kind.PRIVATE)
        for row in DataShare.objects.all():
            shares.activate(SYSTEM, row.pk)
        active(others[0], courier, purpose="พิมพ์ใบปะหน้าพัสดุ")

        listed = browser.get(f"{API}/organisations/{platform.pk}/holders").json()
        direct = {item["holder_id"] for item in listed if not item["indirect"]}
        assert direct == {str(merchant.pk), *(str(other.pk) for other in others)}
        assert [(item["holder_id"], item["steps"]) for item in listed if item["indirect"]] == [
            (str(courier.pk), 2)
        ]
        assert len(listed) == 14
        assert all(item["purpose"] and item["until"] == "2027-06-30" for item in listed)
        page = words(browser.get(reverse("registry:holders", args=[platform.pk])))
    for other in [merchant, *others, courier]:
        assert other.name_th in page
    assert page.count("30 มิ.ย. 2570") == 14
    assert page.count("โดยตรง") == 13
    assert page.count("ทางอ้อม ผ่าน 1 ราย") == 1


def test_a_platform_suspends_in_two_clicks_and_sees_the_open_store_of_its_merchant(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    """Suspension by two clicks, logged, told to the merchant; the open bucket stands before the platform.

    Proves: S0-24
    """
    row = active(platform, merchant)
    store = open_store(merchant)
    browser = people.client("platform_admin")
    with clock.at(later(1)):
        # the open bucket: on the home page, on its list with the link that gave the data, and over the API
        assert "แหล่งเก็บข้อมูลที่เปิดสาธารณะใต้หน่วยงานของคุณ 1 แห่ง" in words(browser.get("/"))
        page = browser.get(reverse("registry:open_stores"))
        assert "ร้านใบตองทอง: ถังภาพบัตร" in words(page)
        # click 1
        suspend = reverse("registry:suspend_share", args=[row.pk])
        assert f'href="{suspend}"' in page.content.decode()
        told = browser.get(f"{API}/open-stores").json()
        assert [(item["store_id"], item["share_ids"]) for item in told] == [(str(store.pk), [str(row.pk)])]
        form = browser.get(suspend).content.decode()
        ready = dict(re.findall(r'name="(why|effective_at|words)" value="([^"]*)"[^>]*checked', form))
        assert ready == {"why": "open_store"}
        # click 2: the form as it stood
        answer = browser.post(suspend, {"why": "open_store", "words": "", "effective_at": ""})
        assert answer["Location"] == reverse("registry:share", args=[row.pk])
        assert stands(row.pk, later(1)) == "suspended"
        # logged: who, what, why, when
        browser = people.client("platform_admin", staff=True)
        entries = browser.get("/api/v1/journal/entries").json()["items"]
        (entry,) = [item for item in entries if item["tag"] == "registry:share:suspended"]
        assert entry["object_id"] == str(row.pk)
        assert "ระงับการให้ข้อมูลแก่ ร้านใบตองทอง" in words(browser.get("/journal/"))
        # told: waits for the merchant, and a mail to each who can appeal
        assert "ตลาดออนไลน์หิ่งห้อย ระงับการให้ข้อมูล" in words(people.client("merchant_admin").get("/"))
        assert Message.objects.filter(renderer="registry.share_told").count() == 2


def test_the_holder_appeals_and_the_centre_decides_by_page(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    with clock.at(DURING):
        held = shares.suspend(people.actor("platform_admin"), row.pk, reason="พบข้อมูลเปิด")
        browser = people.client("merchant_admin")
        url = reverse("registry:appeal", args=[held])
        assert url in browser.get(reverse("registry:share", args=[row.pk])).content.decode()
        assert browser.post(url, {"words": "ปิดถังเก็บไฟล์แล้ว"}).status_code == 302
        asked = Appeal.objects.get()
        decide = reverse("registry:decide_appeal", args=[asked.pk])
        assert people.client("platform_admin").get(url).status_code == 403
        # who suspended sees the appeal, and that somebody else decides
        assert "ต้องให้ผู้อื่น" in words(people.client("platform_admin").get(decide))
        centre = people.client("analyst")
        assert "พิจารณาอุทธรณ์ของ ร้านใบตองทอง" in words(centre.get("/"))
        assert "ปิดถังเก็บไฟล์แล้ว" in words(centre.get(decide))
        assert browser.post(decide, {"outcome": "upheld", "reason": "ตัดสินเอง"}).status_code == 403
        assert centre.post(decide, {"outcome": "upheld"}).status_code == 422
        assert centre.post(decide, {"outcome": "upheld", "reason": "ตรวจแล้วปิดจริง"}).status_code == 302
        assert stands(row.pk) == "active"
        assert "ตรวจแล้วปิดจริง" in words(browser.get(reverse("registry:share", args=[row.pk])))


def test_a_merchants_pages_know_nothing_of_the_others(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    active(platform, merchant)
    pages = [
        reverse("registry:shares"),
        reverse("registry:graph"),
        reverse("registry:open_stores"),
        reverse("registry:organisation_graph", args=[merchant.pk]),
        reverse("registry:holders", args=[merchant.pk]),
        f"{API}/shares",
        f"{API}/open-stores",
    ]
    token = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
    browser = people.client("merchant_admin")
    with clock.at(DURING):
        before = [token.sub("", browser.get(url).content.decode()) for url in pages]
        for other in below(people, 8):
            active(platform, other)
            open_store(other)
        after = [token.sub("", browser.get(url).content.decode()) for url in pages]
    assert after == before


def test_the_list_filters_by_state_data_giver_holder_and_end(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    other = organisation(people, Kind.MERCHANT, name_th="ร้านดาวเรือง", name_en="Dao Rueang")
    active(platform, merchant, until=DAY + timedelta(days=20))
    active(platform, other, fields=("payment",))
    browser = people.client("analyst")

    def shown(**query: str) -> set[str]:
        answer = browser.get(reverse("registry:shares"), {**query, "format": "json"})
        assert answer.status_code == 200
        rows = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined] # a stream
        return {row["holder"] for row in rows}

    with clock.at(DURING):
        assert shown(state="ending") == {"ร้านใบตองทอง"}
        assert shown(within="30") == {"ร้านใบตองทอง"}
        assert shown(within="7") == set()
        assert shown(data="payment") == {"ร้านดาวเรือง"}
        assert shown(holder=str(other.pk)) == {"ร้านดาวเรือง"}
        assert shown(giver=str(platform.pk)) == {"ร้านใบตองทอง", "ร้านดาวเรือง"}
        assert shown(q="ดาวเรือง") == {"ร้านดาวเรือง"}
        assert browser.get(reverse("registry:shares"), {"giver": str(merchant.pk)}).status_code == 422


def test_the_graph_groups_forty_merchants_and_opens_them(people: People, platform: Organisation) -> None:
    merchants = below(people, 40)
    for other in merchants:
        active(platform, other)
    with clock.at(DURING):
        for row in DataShare.objects.order_by("pk")[:2]:
            shares.suspend(SYSTEM, row.pk, reason="ตรวจสอบ")
        browser = people.client("platform_admin", language="en")
        page = browser.get(reverse("registry:graph"))
        html = page.content.decode()
        assert len(re.findall("<rect ", html)) == 3
        assert "38 holders" in html
        assert "2 holders" in html
        (opened,) = re.findall(r'href="(\?open=[^"]+)"', html)
        full = browser.get(reverse("registry:graph") + unescape(opened)).content.decode()
    assert len(re.findall("<rect ", full)) == 41
    assert full.count('stroke-dasharray="6 5"') == 2
    # each node and edge is a link that tells what it is
    links = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">', full)
    assert len(links) == 81
    suspended = [told for _, told in links if "(Suspended)" in told]
    assert len(suspended) == 2
    svg = full[full.index("<svg xmlns") : full.rindex("</svg>")]
    assert "style=" not in svg
    assert "<script" not in svg
    for other in merchants[:3]:
        assert other.name_en in svg


def test_the_graph_follows_its_filters_and_stays_below_one_organisation(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    hospital = organisation_of(people, "hospital")
    vendor = organisation(people, Kind.VENDOR)
    active(platform, merchant)
    proposed(platform, vendor, fields=("payment",))
    active(hospital, vendor)
    browser = people.client("analyst")

    def boxes(url: str, **query: str) -> int:
        return browser.get(url, query).content.decode().count("<rect x=")

    with clock.at(DURING):
        assert boxes(reverse("registry:graph")) == 4
        assert boxes(reverse("registry:graph"), data="payment") == 2
        assert boxes(reverse("registry:graph"), state="suspended") == 0
        assert boxes(reverse("registry:organisation_graph", args=[hospital.pk])) == 2


def test_an_organisations_page_shows_what_it_gives_and_holds(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    active(platform, merchant)
    open_store(merchant)
    url = reverse("registry:organisation_shares", args=[merchant.pk])
    with clock.at(DURING):
        above = people.client("platform_admin").get(url, headers={"HX-Request": "true"})
        own = people.client("merchant_admin").get(url)
    assert "มีแหล่งเก็บข้อมูลที่เปิดสาธารณะ 1 แห่ง" in words(above)
    assert "<html" not in above.content.decode()
    assert "ตลาดออนไลน์หิ่งห้อย" in words(own)


def test_the_centre_chooses_the_giver_first(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    browser = people.client("analyst")
    new = reverse("registry:new_share")
    with clock.at(DURING):
        chosen = f"{new}?giver={platform.pk}"
        assert merchant.name_th in words(browser.get(chosen))
        assert browser.post(chosen, form_of(merchant)).status_code == 302
        assert browser.get(f"{new}?giver=nonsense").status_code == 404
        assert people.client("platform_admin").get(f"{new}?giver={merchant.pk}").status_code == 404
        listed = browser.get(f"{new}?choose=1")
    assert platform.name_th in words(listed)


def test_the_second_of_two_editors_sees_what_the_other_changed(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    browser = people.client("platform_admin")
    url = reverse("registry:edit_share", args=[row.pk])
    form = form_of(merchant, version=str(row.version), purpose="ของฉัน ส่งของ")
    with clock.at(DURING):
        assert browser.post(url, {**form, "purpose": "ของเขา รับคืนสินค้า"}).status_code == 302
        answer = browser.post(url, form)
        assert answer.status_code == 422
        text = words(answer)
        assert "ของเขา รับคืนสินค้า" in text
        assert "ของฉัน ส่งของ" in text
        again = browser.post(url, {**form, "version": str(row.version + 1)})
    assert again.status_code == 302
    assert read(row.pk).purpose == "ของฉัน ส่งของ"


def test_the_whole_life_over_the_api(people: People, platform: Organisation, merchant: Organisation) -> None:
    browser = people.client("platform_admin")
    with clock.at(DURING):
        made = post(browser, "/shares", body_of(platform, merchant, until="2027-11-30")).json()
        assert (made["standing"], made["holds"]) == ("proposed", False)
        base = f"/shares/{made['id']}"
        assert post(browser, f"{base}/begin", {}).json()["standing"] == "active"
        changed = post(
            browser,
            base,
            {**body_of(platform, merchant), "fields": ["id_card_image"], "version": made["version"] + 1},
            "put",
        ).json()
        assert changed["warning_en"]
        late = post(browser, base, {**body_of(platform, merchant), "version": 1}, "put")
        assert late.status_code == 409
        when = "2026-12-10T09:00:00"
        held = post(browser, f"{base}/suspend", {"reason": "ครบรอบตรวจ", "effective_at": when}).json()
        assert (held["standing"], held["suspension"]["effective_at"]) == ("warned", "2026-12-10T02:00:00Z")
        assert post(browser, f"{base}/lift", {"reason": "เลื่อน"}).json()["standing"] == "active"
        post(browser, f"{base}/suspend", {"reason": "พบข้อมูลเปิด"})
        running = Suspension.objects.get(lifted_at__isnull=True)
        asked = post(people.client("merchant_admin"), f"/suspensions/{running.pk}/appeal", {"words": "แก้แล้ว"})
        assert asked.status_code == 201
        one = f"/appeals/{asked.json()['id']}"
        refused = post(browser, f"{one}/decide", {"uphold": False, "reason": "ไม่"})
        assert refused.status_code == 403
        centre = people.client("analyst")
        assert (
            post(centre, f"{one}/decide", {"uphold": False, "reason": "ยังพบอยู่"}).json()["state"] == "refused"
        )
        assert browser.get(API + one).json()["decision"] == "ยังพบอยู่"
        assert browser.get(f"{API}/appeals").json()["total"] == 1
        assert browser.get(f"{API}/shares", {"standing": "suspended"}).json()["total"] == 1
        assert browser.get(f"{API}/shares", {"data_kind": "name"}).json()["total"] == 0
        assert browser.get(f"{API}/shares", {"organisation_id": str(merchant.pk)}).json()["total"] == 1
        assert post(browser, f"{base}/end", {"reason": "เลิกขาย"}).json()["standing"] == "ended"


def test_a_file_is_recorded_whole_or_not_at_all_and_never_twice(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    other = below(people, 1)[0]
    browser = people.client("platform_admin")
    good = f"{merchant.name_th},name;phone,จัดส่งสินค้า,30 มิ.ย. 2570"
    with clock.at(DURING):
        answer = bring(browser, good, "ร้านที่ไม่มี,gossip,จัดส่งสินค้า,30/6/2570", f"{other.pk},name,งาน,31/2/2570")
        assert answer.status_code == 422
        text = words(answer)
        for place in ("แถว 3 คอลัมน์ holder", "แถว 3 คอลัมน์ fields", "แถว 4 คอลัมน์ until"):
            assert place in text
        assert not DataShare.objects.exists()
        more = f"{other.pk},payment,รับชำระเงิน,2027-06-30"
        assert bring(browser, good, more).status_code == 302
        assert bring(browser, good, more).status_code == 302
    found = DataShare.objects.order_by("pk").values_list("holder", "fields", "state")
    assert list(found) == [
        (merchant.pk, ["name", "phone"], "proposed"),
        (other.pk, ["payment"], "proposed"),
    ]
