"""Campaigns as people and machines meet them: pages, API, the page of the code."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from phithak.core.accounts import actors
from phithak.core.jobs.services import run_pending
from phithak.core.journal.models import Entry
from phithak.core.privacy import services as privacy
from phithak.notices import codes
from phithak.notices.models import Campaign, Recipient
from phithak.notices.services import tries
from phithak.registry.models import ContactPoint
from tests.notices.campaigns.conftest import Desk, link_in
from tests.registry.factory import organisation

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def place(name: str, *keys: Any) -> str:
    return reverse(f"notices:{name}", args=keys)


def form(desk: Desk, **more: Any) -> dict[str, Any]:
    cert = str(desk.people.tenant_id("cert"))
    return {
        "tenant_id": cert, "title": "ขอให้ปิดช่องโหว่", "template": "M12", "source": "registry.contacts",
        "answers": "done", "due_hours": "24", "remind_after": "24", "call_after": "48", "tlp": "AMBER",
        "calls_per_hour": "0", "call_percent": "10", **more,
    }  # fmt: skip


def facts(row: Campaign) -> dict[str, str]:
    values = {"team": "ศูนย์เฝ้าระวัง", "id": "HC-ADV-7", "period": "เดือนนี้", "due": "30 พ.ย. 2569"}
    return {"seen": str(row.version), **{f"fact_{name}": value for name, value in values.items()}}


def ok(answer: Any, status: int = 302) -> Any:
    assert answer.status_code == status, words(answer.content.decode())[:2000]
    return answer


def sent(browser: Client, url: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
    answer = browser.post(url, json.dumps(body or {}), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json() if answer.content else None


def test_a_campaign_from_draft_to_the_last_answer_by_its_pages(desk: Desk) -> None:
    """Two persons, once each, answers by link, code of the hotline and telephone; the silent are listed.

    Proves (part): S0-23, S0-30
    """
    contacts = []
    for size in ("large", "medium", "small"):
        body = organisation(desk.people, size=size)
        for rank in (1, 2):
            mail = privacy.seal(actors.system("test"), "email", f"{size}{rank}@example.th", tenant_id=body.pk)
            contacts.append(
                ContactPoint.objects.create(
                    tenant_id=body.pk,
                    kind="technical",
                    label_th=f"เวร {size} {rank}",
                    rank=rank,
                    email_id=mail,
                )
            )
    analyst, admin = desk.people.client("analyst"), desk.people.client("cert_admin")
    ok(analyst.post(place("campaign_new"), form(desk, kinds=["technical"])))
    row = Campaign.objects.get()
    ok(analyst.post(place("campaign_facts", row.pk), facts(row)))
    row.refresh_from_db()
    ok(analyst.post(place("campaign_gather", row.pk), {"seen": row.version}))
    assert "กำลังรวบรวมผู้รับ" in analyst.get(place("campaign", row.pk)).content.decode()
    run_pending("normal")
    row.refresh_from_db()
    look = words(analyst.get(place("campaign_look", row.pk)).content.decode())
    assert "จะได้รับข้อความ 3" in look
    ok(analyst.post(place("campaign_submit", row.pk), {"seen": row.version}))
    row.refresh_from_db()
    # never one's own
    assert analyst.post(place("campaign_approve", row.pk), {"seen": row.seal}).status_code == 403
    page = admin.get(place("campaign", row.pk)).content.decode()
    assert "อนุมัติข้อความและรายชื่อนี้" in page
    assert row.title in admin.get("/").content.decode()
    ok(admin.post(place("campaign_approve", row.pk), {"seen": row.seal}))
    ok(analyst.post(place("campaign_start", row.pk)))
    run_pending("normal")
    mails = desk.pump()
    assert sorted(re.findall(r"^to: (\S+)", "\n".join(mails), re.MULTILINE)) == [
        "large1@example.th", "medium1@example.th", "small1@example.th",
    ]  # fmt: skip
    assert all("subject: [TLP:AMBER] " in mail for mail in mails)
    # one answers by the link, one calls the hotline with the reference, one stays silent
    ok(Client().post(link_in(mails[0]), {"answer": "done", "note": "โทรกลับ 0812345678"}), 200)
    agent = desk.people.client("call_agent")
    second = Recipient.objects.get(campaign=row, answer="", place=1)
    code = codes.code_of(second.pk)
    listed = agent.get(f"{place('recipients', row.pk)}?q={code.lower()}").content.decode()
    assert place("recipient", second.pk) in listed
    assert listed.count("/notices/recipients/") == 1
    ok(agent.post(place("answered", second.pk), {"answer": "help"}))
    silent = agent.get(place("silent_of", row.pk)).content.decode()
    third = Recipient.objects.get(campaign=row, answer="")
    assert place("recipient", third.pk) in silent
    assert silent.count("/notices/recipients/") == 1
    page = words(analyst.get(place("campaign", row.pk)).content.decode())
    assert "ผู้รับทั้งหมด 3" in page
    assert "ทำเสร็จแล้ว 1 ทำไม่ได้ 0 ไม่เกี่ยวกับเรา 0 ขอความช่วยเหลือ 1 ยังไม่ตอบ 1" in page
    assert "ผู้รับขอความช่วยเหลือหรือทำไม่ได้" in analyst.get("/").content.decode()
    first = Recipient.objects.get(campaign=row, answer="done")
    shown = agent.get(place("recipient", first.pk)).content.decode()
    assert "0812345678" not in shown
    tags = set(Entry.objects.filter(object_id=str(row.pk)).values_list("tag", flat=True))
    assert {
        f"notices:campaign:{one}" for one in ("planned", "listed", "submitted", "approved", "started")
    } <= tags


def test_stop_and_resume_by_the_page_and_a_reason_is_needed(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed(*[f"p{number}@example.th" for number in range(5)])))
    analyst = desk.people.client("analyst")
    assert analyst.post(place("campaign_stop", row.pk), {"reason": "ก"}).status_code == 422
    ok(analyst.post(place("campaign_stop", row.pk), {"reason": "ข้อความผิด โปรดรอ"}))
    assert desk.pump() == []
    assert "ข้อความผิด โปรดรอ" in analyst.get(place("campaign", row.pk)).content.decode()
    assert desk.people.client("executive").post(place("campaign_resume", row.pk)).status_code == 403
    ok(analyst.post(place("campaign_resume", row.pk), {"reason": "ตรวจแล้วถูกต้อง"}))
    desk.tick()
    assert len(desk.pump()) == 5


def test_the_code_of_an_sms_is_answered_without_login_or_script(desk: Desk) -> None:
    facts_of = {"team": "ศูนย์", "shop": "ร้านใบตอง"}
    row = desk.started(desk.plan(desk.listed("0812345678", "0898765432"), template="M7", facts=facts_of))
    messages = desk.pump()
    assert len(messages) == 2
    assert not any("http" in one for one in messages)
    one = Recipient.objects.get(campaign=row, place=0)
    code = codes.code_of(one.pk)
    assert any(code in message for message in messages)
    browser = Client()
    page = browser.get(place("answer")).content.decode()
    assert "<form" in page
    assert one.answer == ""
    assert browser.post(place("answer"), {"code": "AAAAAAAA"}).status_code == 422
    step = ok(browser.post(place("answer"), {"code": f" {code[:4].lower()}-{code[4:]} "}))
    assert step.url.startswith("/l/")
    assert "ขอความช่วยเหลือ" in browser.get(step.url).content.decode()
    ok(browser.post(step.url, {"answer": "could_not"}), 200)
    one.refresh_from_db()
    assert (one.answer, one.how) == ("could_not", "code")
    # a second use shows what was answered, and changes nothing
    again = ok(browser.post(place("answer"), {"code": code}))
    assert "ทำไม่ได้" in browser.get(again.url).content.decode()


def test_wrong_codes_are_slowed_down_and_right_ones_never_count(desk: Desk) -> None:
    tries.forget()
    row = desk.started(
        desk.plan(desk.listed("0812345678"), template="M7", facts={"team": "ศูนย์", "shop": "ร้าน"})
    )
    code = codes.code_of(Recipient.objects.get(campaign=row).pk)
    browser = Client()
    for _ in range(tries.MOST_WRONG + 5):
        assert browser.post(place("answer"), {"code": code}).status_code == 302
    for _ in range(tries.MOST_WRONG):
        assert browser.post(place("answer"), {"code": "BBBBBBBB"}).status_code == 422
    assert browser.post(place("answer"), {"code": code}).status_code == 429
    tries.forget()


def test_the_same_goes_over_the_api(desk: Desk) -> None:
    analyst, admin = desk.people.client("analyst"), desk.people.client("cert_admin")
    cert = str(desk.people.tenant_id("cert"))
    made = sent(analyst, "/api/v1/notices/lists", {"tenant_id": cert, "name": "ผู้รับ"}, 201)
    root = f"/api/v1/notices/lists/{made['id']}/addresses"
    assert sent(analyst, root, {"addresses": "a@example.th\nไม่ใช่"}, 422)["code"] == "notices.bad_addresses"
    assert sent(analyst, root, {"addresses": "a@example.th\n081-234-5678\n๐๘๙ ๘๗๖ ๕๔๓๒"})["entries"] == 3
    body = {
        "tenant_id": cert, "title": "ทดสอบทาง API", "template": "M12", "source": "notices.list",
        "source_args": {"list": made["id"]}, "answers": "received", "tlp": "GREEN",
        "facts": {"team": "ศูนย์", "id": "A-1", "period": "เดือนนี้"}, "dates": {"due": "2026-11-30"},
        "chase": [{"hours": 5, "step": "remind"}],
    }  # fmt: skip
    row = sent(analyst, "/api/v1/notices/campaigns", body, 201)
    url = f"/api/v1/notices/campaigns/{row['id']}"
    row = sent(analyst, f"{url}/gather", {"seen": row["version"]})
    assert row["state"] == "gathering"
    run_pending("normal")
    row = analyst.get(url).json()
    assert (row["state"], row["recipients"], row["deliveries"]) == ("listed", 3, {"waiting": 3})
    look = analyst.get(f"{url}/look").json()
    assert look["channels"] == {"mail": 1, "sms": 2}
    assert look["switched"] == 2
    assert "30 พฤศจิกายน 2569" in look["said"][0]["body"]
    row = sent(analyst, f"{url}/submit", {"seen": row["version"]})
    assert (
        sent(analyst, f"{url}/approve", {"seal": row["seal"]}, 403)["code"]
        == "notices.campaign_second_person"
    )
    assert sent(admin, f"{url}/approve", {"seal": "0" * 64}, 409)["code"] == "notices.campaign_changed"
    sent(admin, f"{url}/approve", {"seal": row["seal"]})
    sent(analyst, f"{url}/start")
    run_pending("normal")
    assert len(desk.pump()) == 3
    listed = analyst.get(f"{url}/recipients?delivery=accepted").json()
    assert listed["total"] == 3
    text = json.dumps(listed)
    assert "example.th" not in text
    assert "8123" not in text
    one = sent(
        analyst, f"/api/v1/notices/recipients/{listed['items'][0]['id']}/answer", {"answer": "received"}
    )
    assert (one["answer"], one["how"]) == ("received", "call")
    assert analyst.get("/api/v1/notices/silent").json()["total"] == 2
    assert analyst.get(url).json()["silent"] == 2


def test_a_test_goes_to_whoever_asks_and_to_nobody_else(desk: Desk) -> None:
    row = desk.gathered(desk.plan(desk.listed("a@example.th")))
    ok(desk.people.client("analyst").post(place("campaign_test", row.pk)))
    (mail,) = desk.pump()
    assert f"to: {desk.people.user('analyst').email}" in mail
    assert "[TLP:AMBER]" in mail
    assert "[ทดสอบ]" in mail


def test_do_not_send_by_its_pages(desk: Desk) -> None:
    analyst = desk.people.client("analyst")
    cert = str(desk.people.tenant_id("cert"))
    wrong = analyst.post(
        place("do_not_send_new"), {"tenant_id": cert, "address": "สิบสอง", "reason": "ขอไม่รับ"}
    )
    assert wrong.status_code == 422
    ok(
        analyst.post(
            place("do_not_send_new"), {"tenant_id": cert, "address": "a@example.th", "reason": "ขอไม่รับ"}
        )
    )
    row = desk.gathered(desk.plan(desk.listed("a@example.th, 0812345678")))
    assert [(one.channel, one.switched) for one in desk.recipients(row.pk)] == [("sms", "do_not_send")]
    listed = analyst.get(place("do_not_send")).content.decode()
    assert "a@example.th" not in listed
    entry = re.search(r"/notices/do-not-send/([0-9a-f-]{36})/", listed)
    assert entry
    ok(analyst.post(place("barred", entry.group(1))))
    row = desk.gathered(row.pk)
    assert [one.channel for one in desk.recipients(row.pk)] == ["mail"]


def test_lists_are_filtered_sorted_and_exported_without_addresses(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th", "b@example.th", "0812345678")))
    analyst = desk.people.client("analyst")
    for query in (
        "",
        "?delivery=queued",
        "?answer=none",
        "?answer=needs_us",
        "?channel=sms",
        "?call=no",
        "?sort=-delivery",
    ):
        assert analyst.get(place("recipients", row.pk) + query).status_code == 200, query
        assert analyst.get(place("silent") + query.replace("answer", "x")).status_code in {200, 422}, query
    page = analyst.get(f"{place('recipients', row.pk)}?format=csv")
    text = b"".join(page.streaming_content).decode()
    assert text.count("\n") >= 4
    assert "a@example.th" not in text
    for name in ("campaigns", "lists", "do_not_send", "silent"):
        assert analyst.get(place(name)).status_code == 200


@pytest.mark.needs("pdf-fonts", "pdftotext")
def test_the_pdf_says_its_tlp(desk: Desk, tmp_path: Any) -> None:
    import subprocess  # noqa: PLC0415 - only here

    row = desk.gathered(desk.plan(desk.listed("a@example.th"), tlp="RED"))
    for language in ("", "_en"):
        answer = desk.people.client("analyst").get(place(f"campaign_pdf{language}", row.pk))
        assert answer.content[:5] == b"%PDF-"
        path = tmp_path / f"notice{language}.pdf"
        path.write_bytes(answer.content)
        text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
        assert text.count("TLP:RED") >= 2
