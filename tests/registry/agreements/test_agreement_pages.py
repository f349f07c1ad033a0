"""Agreements as people meet them."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from phithak.base import clock
from phithak.core.outbox.models import Message
from phithak.registry.models import Agreement, AgreementParty, SharingRule
from phithak.registry.queries import agreements as queries
from phithak.registry.services import agreements
from tests.people import People
from tests.registry.agreements.makers import (
    SYSTEM,
    days_before_end,
    draft,
    facts,
    morning,
    rule,
    sign,
    signed,
)
from tests.registry.factory import organisation, organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DURING = morning(date(2026, 12, 1))


def words(page: Any) -> str:
    text = unescape(page.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def switch(browser: Client, item: SharingRule, *, on: bool) -> str:
    answer = browser.post(
        reverse("registry:switch_rule", args=[item.pk]), {"on": "1" if on else "0"}, follow=True
    )
    return words(answer)


def test_without_a_valid_agreement_nothing_is_switched_on_and_the_end_is_announced(people: People) -> None:
    """No valid agreement, no rule; the reminder stands there at 60 days and 59, not at 61.

    Proves: S4-1
    """
    party = organisation_of(people, "hospital")
    row = draft(people, party)
    item, browser = rule(row, party), people.client("analyst")
    api = f"/api/v1/registry/rules/{item.pk}/switch"

    def switched_by_api() -> int:
        return browser.post(api, json.dumps({"on": True}), content_type="application/json").status_code

    # not signed: refused by page and API
    with clock.at(DURING):
        assert "ข้อตกลงยังลงนามไม่ครบ" in switch(browser, item, on=True)
        assert switched_by_api() == 409
        sign(row, party.pk)
    # signed, but before its first and after its last day
    for day in (row.starts_on - timedelta(days=1), row.ends_on + timedelta(days=1)):
        with clock.at(morning(day)):
            switch(browser, item, on=True)
            assert switched_by_api() == 409
    assert not rule(row, party).on
    # signed by the party, within its term
    with clock.at(DURING):
        assert "เปิดแล้ว" in switch(browser, item, on=True)
    assert rule(row, party).on
    # the reminder: waiting for the keeper, and one mail to each of its people
    seen, mails = {}, {}
    for days in (61, 60, 59):
        with clock.at(days_before_end(row, days)):
            agreements.remind()
            seen[days] = f"ข้อตกลง {row.number} สิ้นสุด" in words(browser.get("/"))
            mails[days] = Message.objects.filter(renderer="registry.agreement_ends").count()
    assert seen == {61: False, 60: True, 59: True}
    assert (mails[61], mails[60], mails[59]) == (0, mails[60], mails[60])
    assert mails[60] == len(queries.people_with(row.tenant_id, queries.MANAGE)) > 0
    # ended: off the same day, and not to be switched on again
    with clock.at(days_before_end(row, 50)):
        browser.post(reverse("registry:end_agreement", args=[row.pk]), {"reason": "คู่สัญญาขอเลิก"})
        assert not rule(row, party).on
        assert switched_by_api() == 409


def test_an_agreement_is_added_signed_and_switched_on_by_page(people: People) -> None:
    organisation_of(people, "cert")
    party = organisation_of(people, "hospital")
    browser = people.client("analyst")
    with clock.at(DURING):
        sent = {
            "tenant_id": str(people.tenant_id("cert")),
            "number": "บข. ๑๒/๒๕๖๙",
            "title_th": "บันทึกความเข้าใจสมมติ",
            "kind": "mou",
            "scope": "แลกเปลี่ยนข้อมูลภัยคุกคาม",
            "starts_on": "1 ต.ค. 2569",
            "ends_on": "30 ก.ย. 2570",
            "flows": ["sharing"],
        }
        answer = browser.post(reverse("registry:new_agreement"), sent)
        row = Agreement.objects.get()
        assert answer["Location"] == reverse("registry:agreement", args=[row.pk])
        assert (row.starts_on, row.ends_on) == (date(2026, 10, 1), date(2027, 9, 30))
        again = browser.post(reverse("registry:new_agreement"), sent)
        assert again.status_code == 422
        assert "อยู่แล้ว" in words(again)
        add = reverse("registry:add_party", args=[row.pk])
        assert str(party.pk) in browser.get(add).content.decode()
        browser.post(add, {"organisation_id": str(party.pk)})
        browser.post(
            reverse("registry:sign_agreement", args=[row.pk]),
            {"organisation_id": str(party.pk), "signer": "นายสมมติ ลงนาม", "signed_on": "1 ธ.ค. 2569"},
        )
        assert AgreementParty.objects.get(agreement=row).signed_on == date(2026, 12, 1)
        page = words(browser.get(reverse("registry:agreement", args=[row.pk])))
        assert "มีผล" in page
        assert "โรงพยาบาลธารเมฆ" in page
        assert "เปิดแล้ว" in switch(browser, SharingRule.objects.get(), on=True)


def test_the_second_of_two_editors_sees_what_the_other_changed_and_keeps_what_was_typed(
    people: People,
) -> None:
    row = draft(people, organisation_of(people, "hospital"))
    browser = people.client("analyst")
    url = reverse("registry:edit_agreement", args=[row.pk])
    form = {
        "number": row.number, "title_th": "ของฉัน", "kind": "mou", "scope": row.scope,
        "starts_on": "1/10/2569", "ends_on": "30/9/2570", "version": "1",
        "flows": row.flows, "data_kinds": row.data_kinds, "scan_consent": "on",
    }  # fmt: skip
    agreements.change(SYSTEM, row.pk, facts(number="ของเขา 7"), version=1)
    answer = browser.post(url, form)
    assert answer.status_code == 422
    text = words(answer)
    assert "ของเขา 7" in text
    assert 'value="ของฉัน"' in answer.content.decode()
    # the page now carries the version that it shows; saving once more is a decision
    assert re.search(r'name="version" value="2"', answer.content.decode())
    assert browser.post(url, {**form, "version": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.title_th, row.version) == ("ของฉัน", 3)


def test_changed_terms_of_a_signed_agreement_ask_for_a_tick(people: People) -> None:
    party = organisation_of(people, "hospital")
    row = signed(people, party)
    browser = people.client("analyst")
    url = reverse("registry:edit_agreement", args=[row.pk])
    form = {
        "number": row.number, "title_th": row.title_th, "kind": "mou", "scope": "ขอบเขตใหม่",
        "starts_on": "1/10/2569", "ends_on": "30/9/2570", "version": str(row.version),
        "flows": row.flows, "data_kinds": row.data_kinds, "scan_consent": "on",
    }  # fmt: skip
    with clock.at(DURING):
        assert browser.post(url, form).status_code == 422
        assert browser.post(url, {**form, "again": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "draft"


def test_the_signed_copy_is_kept_and_read_by_the_parties(people: People) -> None:
    party = organisation_of(people, "hospital")
    row = signed(people, party)
    copy = io.BytesIO(b"%PDF-1.7 signed")
    copy.name = "ลงนาม.pdf"
    answer = people.client("analyst").post(reverse("registry:attach_copy", args=[row.pk]), {"file": copy})
    assert answer.status_code == 302
    url = reverse("registry:agreement_file", args=[row.pk])
    got = people.client("member_admin").get(url)
    assert b"".join(got.streaming_content) == b"%PDF-1.7 signed"  # type: ignore[attr-defined] # a stream
    assert people.client("member_admin_b").get(url).status_code == 404


def test_the_list_filters_by_standing_and_exports(people: People) -> None:
    row = signed(people, organisation_of(people, "hospital"))
    other = draft(people, organisation(people))
    browser = people.client("analyst")
    url = reverse("registry:agreements")
    with clock.at(days_before_end(row, 10)):
        page = words(browser.get(url, {"state": "ending"}))
        assert row.number in page
        assert other.number not in page
        found = browser.get(url, {"q": other.number, "format": "json"})
    assert [item["number"] for item in json.loads(b"".join(found.streaming_content))] == [other.number]  # type: ignore[attr-defined] # a stream


def test_an_organisations_page_shows_its_agreements(people: People) -> None:
    party = organisation_of(people, "hospital")
    row = signed(people, party)
    url = reverse("registry:organisation_agreements", args=[party.pk])
    for key in ("analyst", "member_admin"):
        page = people.client(key).get(url, headers={"HX-Request": "true"}).content.decode()
        assert row.number in page
        assert "<html" not in page


def test_the_api_does_what_the_pages_do(people: People) -> None:
    organisation_of(people, "cert")
    party = organisation_of(people, "hospital")
    browser = people.client("analyst")

    def call(path: str, body: dict[str, Any], method: str = "post") -> Any:
        send = getattr(browser, method)
        answer = send(f"/api/v1/registry{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code < 300, answer.content.decode()
        return answer.json()

    told = {
        "number": "A 1", "title_th": "ข้อตกลง", "title_en": "Agreement", "kind": "dpa", "scope": "ขอบเขต",
        "starts_on": "2026-10-01", "ends_on": "2027-09-30", "data_kinds": ["name"], "flows": ["data_flow"],
        "scan_consent": False,
    }  # fmt: skip
    with clock.at(DURING):
        made = call(
            "/agreements", {**told, "tenant_id": str(people.tenant_id("cert")), "party_ids": [str(party.pk)]}
        )
        base = f"/agreements/{made['id']}"
        call(f"{base}/sign", {"organisation_id": str(party.pk), "signer": "สมมติ", "signed_on": "2026-11-30"})
        shown = browser.get(f"/api/v1/registry{base}").json()
        assert (shown["standing"], shown["parties"][0]["signed_on"]) == ("valid", "2026-11-30")
        (item,) = shown["rules"]
        assert call(f"/rules/{item['id']}/switch", {"on": True})["on"] is True
        asked = {"party_ids": [str(party.pk)], "flow": "data_flow", "data_kinds": ["name"]}
        assert call("/flows/check", asked)["allowed"] is True
        assert call("/flows/check", {**asked, "data_kinds": ["photo"]})["allowed"] is False
        changed = call(
            base, {**told, "title_th": "ชื่อใหม่", "version": shown["version"], "again": False}, "put"
        )
        assert changed["title_th"] == "ชื่อใหม่"
        late = browser.put(
            f"/api/v1/registry{base}",
            json.dumps({**told, "version": 1, "again": False}),
            content_type="application/json",
        )
        assert late.status_code == 409
        call(f"{base}/parties", {"organisation_id": str(organisation(people).pk)})
        assert call(f"{base}/end", {"reason": "หมดความจำเป็น"})["standing"] == "ended"
        listed = browser.get("/api/v1/registry/agreements").json()
    assert listed["total"] == 1
