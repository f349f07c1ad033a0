"""Two people at one contact: each field that differs is shown with both values, addresses masked alone."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from phithak.core.privacy.models import VaultItem
from phithak.registry.models import ContactPoint, Organisation
from tests.people import People
from tests.registry.organisations_pages.conftest import text_of
from tests.registry.organisations_pages.test_editing import sent
from tests.registry.people.conftest import OFFICE, MakeContact

pytestmark = pytest.mark.db


def opened(browser: Client, row: ContactPoint) -> dict[str, Any]:
    """Open the form and return what it would send unchanged."""
    return _sent(browser.get(_edit(row)).content.decode())


def _sent(html: str) -> dict[str, Any]:
    found = sent(html)
    ticked = re.findall(r'<input type="(?:checkbox|hidden)" name="languages" value="(\w+)"[^>]*', html)
    boxes = re.findall(r'<input type="checkbox" name="languages" value="(\w+)"[^>]*checked', html)
    found["languages"] = boxes or [
        code for code in ticked if f'type="hidden" name="languages" value="{code}"' in html
    ]
    return found


def _edit(row: ContactPoint) -> str:
    return f"/registry/contacts/{row.pk}/edit/"


def _masked(row: ContactPoint, column: str) -> str:
    return VaultItem.objects.get(pk=getattr(row, column)).masked


def test_both_values_of_each_field_are_shown_and_addresses_never_in_full(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, label_th="เวรไอที", hours=OFFICE, phone="0812340001", languages=("th",))
    first, second = people.client("analyst"), people.client("member_admin")
    theirs, mine = opened(first, row), opened(second, row)
    theirs |= {"label_en": "Theirs", "rank": "7", "phone": "0899990002", "hours": "จ-ศ 09:00-17:00"}
    assert first.post(_edit(row), theirs).status_code == 302
    mine |= {"rank": "3", "phone": "0855550003", "scope": "เฉพาะเครือข่าย"}

    refused = second.post(_edit(row), mine)

    assert refused.status_code == 422
    html = refused.content.decode()
    said = text_of(html)
    assert "ลำดับ เดิม: 1 ใช้ค่าที่อีกคนบันทึก: 7 ใช้ค่าในแบบฟอร์มของคุณ: 3" in said
    assert "ชื่อเรียกอังกฤษ เดิม: (ว่าง) ใช้ค่าที่อีกคนบันทึก: Theirs ใช้ค่าในแบบฟอร์มของคุณ: (ว่าง)" in said
    assert "โทรศัพท์ ใช้ค่าที่อีกคนบันทึก: 08x-xxx-0002 ใช้ค่าในแบบฟอร์มของคุณ: 08x-xxx-0003" in said
    assert re.search(r"เวลาเวร เดิม: \S.* 09:00", said)
    assert "9990002" not in html.replace("-", "")
    proposed = _sent(html)
    # changed by the other alone: theirs is proposed; changed by both: the own
    assert (proposed["take_label_en"], proposed["take_hours"]) == ("theirs", "theirs")
    assert (proposed["take_rank"], proposed["take_phone"]) == ("mine", "mine")
    assert proposed["scope"] == "เฉพาะเครือข่าย"
    row.refresh_from_db()
    assert (row.rank, row.label_en, _masked(row, "phone_id")) == (7, "Theirs", "08x-xxx-0002")

    assert second.post(_edit(row), proposed).status_code == 302
    row.refresh_from_db()
    assert (row.rank, row.label_en, row.scope) == (3, "Theirs", "เฉพาะเครือข่าย")
    assert row.hours == [[day, "09:00", "17:00"] for day in range(5)]
    assert _masked(row, "phone_id") == "08x-xxx-0003"


def test_the_other_persons_address_can_be_taken(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="0812340001", email="old@thanmek.example")
    browser = people.client("analyst")
    stale = opened(browser, row) | {"phone": "0855550003", "remove": "email"}
    browser.post(_edit(row), opened(browser, row) | {"phone": "0899990002", "email": "new@thanmek.example"})
    refused = browser.post(_edit(row), stale)
    said = text_of(refused.content.decode())
    assert re.search(r"อีเมล ใช้ค่าที่อีกคนบันทึก: \S+ ใช้ค่าในแบบฟอร์มของคุณ: \(ลบออก\)", said)
    row.refresh_from_db()
    before = row.email_id, row.phone_id

    again = _sent(refused.content.decode()) | {"take_phone": "theirs", "take_email": "theirs"}
    assert browser.post(_edit(row), again).status_code == 302

    row.refresh_from_db()
    assert (row.email_id, row.phone_id) == before


def test_who_typed_no_address_keeps_the_new_one_without_a_question(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="0812340001")
    browser = people.client("analyst")
    stale = opened(browser, row) | {"scope": "กลางคืน"}
    browser.post(_edit(row), opened(browser, row) | {"phone": "0899990002"})
    refused = browser.post(_edit(row), stale)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "take_phone" not in html
    assert "มีผู้อื่นแก้" in unescape(html)
    assert browser.post(_edit(row), _sent(html)).status_code == 302
    row.refresh_from_db()
    assert (row.scope, _masked(row, "phone_id")) == ("กลางคืน", "08x-xxx-0002")


def test_a_forged_beginning_is_no_beginning(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, label_th="เวรไอที")
    browser = people.client("analyst")
    refused = browser.post(_edit(row), opened(browser, row) | {"seen": "forged", "version": "9", "rank": "5"})
    assert refused.status_code == 422
    assert "ลำดับ เดิม: 5 ใช้ค่าที่อีกคนบันทึก: 1 ใช้ค่าในแบบฟอร์มของคุณ: 5" in text_of(refused.content.decode())
