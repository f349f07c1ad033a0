"""Teams and call sheets as people meet them: the unit is planned, read and handed over through pages and API."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from phithak.base import clock
from phithak.registry.models import Shift, Team
from tests.people import People
from tests.registry.drills.contacts import contact, person
from tests.registry.factory import organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 08:00 in Bangkok."""


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def send(browser: Client, name: str, *args: Any, **data: Any) -> None:
    answer = browser.post(reverse(f"registry:{name}", args=args), data)
    assert answer.status_code == 302, words(answer) if answer.status_code == 200 else answer.status_code


def test_the_unit_has_members_shifts_and_an_escalation_chain(people: People) -> None:
    """The operating unit through its pages: members, shifts over midnight, the chain with its moments.

    Proves: S4-40
    """
    centre = organisation_of(people, "cert")
    day, night = person(centre, "กลางวัน หนึ่ง"), person(centre, "กลางคืน สอง")
    contact(centre, phone="0812345001", who=day)
    contact(centre, phone="0812345002", who=night)
    chief = contact(centre, phone="0812345003", kind="director", label_th="ผู้อำนวยการศูนย์")
    browser = people.client("analyst")
    with clock.at(NOW):
        send(browser, "team_new", tenant_id=centre.pk, name_th="เวรเฝ้าระวัง", name_en="Watch")
        team = Team.objects.get()
        for who in (day, night):
            send(browser, "team_member", team.pk, person_id=who.pk)
        first, second = team.members.order_by("person__name_th")
        by_name = {one.person.name_th: one for one in (first, second)}
        rota = {
            "weekdays": list(range(7)),
            "first_day": "23 พ.ย. 2569",
            "weeks": "1",
            "turn": "shift",
            "duty": "primary",
        }
        send(
            browser,
            "team_plan",
            team.pk,
            **rota,
            starts="08:00",
            ends="20.00",
            members=[by_name["กลางวัน หนึ่ง"].pk],
        )
        page = words(browser.get(reverse("registry:team", args=[team.pk])))
        assert "ช่วงที่ไม่มีผู้อยู่เวรหลัก" in page
        send(
            browser,
            "team_plan",
            team.pk,
            **rota,
            starts="20:00",
            ends="08:00",
            members=[by_name["กลางคืน สอง"].pk],
        )
        again = browser.post(
            reverse("registry:team_plan", args=[team.pk]),
            {**rota, "starts": "07:00", "ends": "09:00", "members": [by_name["กลางวัน หนึ่ง"].pk]},
        )
        assert again.status_code == 422
        assert "มีเวรซ้อนกัน" in again.content.decode()
        chain = {"minutes_1": "0", "who_1": "primary", "minutes_2": "15", "who_2": str(chief.pk)}
        send(browser, "team_chain", team.pk, **chain)
    # 19:50: the day is on duty, the director is called at 20:05
    with clock.at(NOW + timedelta(hours=11, minutes=50)):
        page = words(browser.get(reverse("registry:team", args=[team.pk])))
        assert re.search(r"อยู่เวรตอนนี้ .*กลางวัน หนึ่ง · เวรหลัก", page)
        assert re.search(r"เวรถัดไป +กลางคืน สอง", page)
        assert re.search(r"2\. ผู้อำนวยการศูนย์ +23 พ\.ย\. 2569 20:05 น\.", page)
        assert "สมาชิก (2)" in page
        assert "ช่วงที่ไม่มีผู้อยู่เวรหลัก" not in page
        over_api = browser.get(f"/api/v1/registry/teams/{team.pk}").json()
        assert [one["name"] for one in over_api["now"]] == ["กลางวัน หนึ่ง"]
        assert [one["name"] for one in over_api["next"]] == ["กลางคืน สอง"]
        assert [one["due_at"][11:16] for one in over_api["chain"]] == ["12:50", "13:05"]
        assert len(over_api["members"]) == 2
        handover = words(browser.get(reverse("registry:team_handover", args=[team.pk])))
        assert "กลางคืน สอง" in handover
        assert "เริ่ม 23 พ.ย. 2569 20:00 น." in handover


def test_a_shift_is_given_swapped_and_cancelled_on_its_page(people: People) -> None:
    centre = organisation_of(people, "cert")
    browser = people.client("cert_admin")
    with clock.at(NOW):
        send(browser, "team_new", tenant_id=centre.pk, name_th="เวร")
        team = Team.objects.get()
        for name in ("ก หนึ่ง", "ข สอง"):
            send(browser, "team_member", team.pk, person_id=person(centre, name).pk)
        one, two = team.members.order_by("person__name_th")
        body = {"weekdays": [0, 1], "starts": "20:00", "ends": "08:00", "members": [str(one.pk), str(two.pk)],
                "first_day": "2026-11-23", "weeks": 1}  # fmt: skip
        planned = browser.post(
            f"/api/v1/registry/teams/{team.pk}/shifts", json.dumps(body), content_type="application/json"
        )
        assert planned.status_code == 201, planned.content
        assert planned.json()["shifts"] == 2
        first, second = Shift.objects.order_by("starts_at")
        assert "ข สอง" in words(browser.get(reverse("registry:shift", args=[first.pk])))
        send(browser, "shift_swap", first.pk, other_id=second.pk)
        assert [row.member_id for row in Shift.objects.order_by("starts_at")] == [two.pk, one.pk]
        send(browser, "shift_give", first.pk, member_id=one.pk)
        refused = browser.post(reverse("registry:shift_cancel", args=[first.pk]), {"reason": ""})
        assert refused.status_code == 422
        send(browser, "shift_cancel", first.pk, reason="ลาป่วย")
        assert "ยกเลิกแล้ว" in words(browser.get(reverse("registry:shift", args=[first.pk])))
        page = words(browser.get(reverse("registry:team", args=[team.pk])))
        assert "ช่วงที่ไม่มีผู้อยู่เวรหลัก" in page
        assert (
            people.client("executive").post(reverse("registry:team_end", args=[team.pk])).status_code == 403
        )


@pytest.mark.needs("pdf-fonts")
def test_a_call_sheet_is_made_fetched_and_its_password_shown_for_a_reason(people: People) -> None:
    centre = organisation_of(people, "cert")
    contact(centre, phone="0812345003")
    browser = people.client("analyst")
    send(browser, "sheet_make")
    listed = browser.get("/api/v1/registry/call-sheets").json()["items"]
    sheet = listed[0]["id"]
    assert listed[0]["current"] is True
    file = browser.get(reverse("registry:sheet_file", args=[sheet]))
    content = b"".join(file.streaming_content)
    assert content.startswith(b"%PDF")
    assert b"0812345003" not in content
    url = reverse("registry:sheet", args=[sheet])
    assert "รหัสผ่านของไฟล์" not in words(browser.get(url))
    assert browser.post(url, {"reason": "สั้น"}).status_code == 422
    shown = browser.post(url, {"reason": "ซ้อมแผนเมื่อระบบล่ม"})
    assert "รหัสผ่านของไฟล์" in words(shown)
    assert shown["Cache-Control"] == "no-store"
    assert re.search(r"<strong>(?:[a-z]{4}-){5}[a-z]{4}</strong>", shown.content.decode())
    assert people.client("member_admin").get(reverse("registry:sheets")).status_code == 403
    assert people.client("cert_admin").post(url, {"reason": "อยากดูรหัสผ่าน"}).status_code in {403, 422}
