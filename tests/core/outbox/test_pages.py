"""Pages and API: lists with masked recipients, stop and release, decisions, receipts over HTTP, who may do what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.journal.models import Entry
from phithak.core.outbox import cli, queries, services
from phithak.core.outbox.adapters import signing
from phithak.core.outbox.models import Message
from phithak.web.cli import build_parser
from tests.core.outbox.conftest import ACTOR, Configure, Queue, state
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]
SECRET = "ความลับร่วม"


def moved_to(row: Message, **values: Any) -> Message:
    Message.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


@pytest.fixture
def unknown(queue: Queue) -> Message:
    row = queue()
    return moved_to(row, state="unknown", attempts=1, ended_at=clock.now(), error="answer.lost", mode="none")


def test_the_list_masks_the_recipient_and_filters(people: People, queue: Queue) -> None:
    queue("081-234-5678")
    moved_to(queue("089-999-0000"), state="failed", error="http.400")
    page = people.client("member_admin").get("/outbox/").content.decode()
    assert "5678" in page
    assert "081-234" not in page
    assert "http.400" in page
    failed = people.client("member_admin").get("/outbox/?state=failed").content.decode()
    assert "http.400" in failed
    assert "5678" not in failed


def test_the_centre_sees_a_members_message_but_not_even_the_mask(people: People, queue: Queue) -> None:
    row = queue()
    page = people.client("analyst").get(f"/outbox/{row.pk}/").content.decode()
    assert queries.NOBODY in page
    assert "5678" not in page


@pytest.mark.parametrize("who", ["member_admin_b", "merchant_admin", "authority"])
def test_another_tenant_does_not_find_it(people: People, queue: Queue, who: str) -> None:
    row = queue()
    answer = people.client(who).get(f"/outbox/{row.pk}/")
    assert answer.status_code in {403, 404}
    api = people.client(who).get(f"/api/v1/outbox/messages/{row.pk}")
    assert api.status_code in {403, 404}
    assert people.client("member_admin").get(f"/outbox/{row.pk}/").status_code == 200


def test_stop_and_release_by_page_are_journalled(people: People) -> None:
    analyst = people.client("analyst")
    assert analyst.post("/outbox/stop/", {"reason": "ab"}).status_code == 422
    assert analyst.post("/outbox/stop/", {"reason": "ข้อความผิดกลุ่ม โทร 0812345678"}).status_code == 302
    stopped = queries.stopped()
    assert stopped is not None
    assert "0812345678" not in stopped.reason
    assert "ข้อความผิดกลุ่ม" in analyst.get("/outbox/").content.decode()
    assert people.client("cert_admin").post("/outbox/release/", {"reason": "แก้แล้ว"}).status_code == 403
    boss = people.client("cert_admin", staff=True)
    assert boss.post("/outbox/release/", {"reason": "แก้แล้ว"}).status_code == 302
    assert queries.stopped() is None
    tags = list(Entry.objects.filter(tag__startswith="outbox:sending").values_list("tag", flat=True))
    assert sorted(tags) == ["outbox:sending:released", "outbox:sending:stopped"]


@pytest.mark.parametrize("who", ["member_admin", "auditor", "executive"])
def test_others_cannot_stop(people: People, who: str) -> None:
    assert people.client(who).post("/outbox/stop/", {"reason": "ลองดูเฉย ๆ"}).status_code == 403
    assert queries.stopped() is None


def test_unknown_messages_wait_are_listed_and_decided_by_a_person(people: People, unknown: Message) -> None:
    admin = people.actor("member_admin")
    items = [item for source in contrib.waiting for item in source.items(admin)]
    assert any(item.url == "/outbox/unknown/" and item.count == 1 for item in items)
    browser = people.client("member_admin")
    assert str(unknown.pk) in browser.get("/outbox/unknown/").content.decode()
    assert "answer.lost" in browser.get(f"/outbox/{unknown.pk}/").content.decode()
    data = {"decision": "resend", "reason": "ผู้ให้บริการยืนยันว่าไม่ได้รับ"}
    assert browser.post(f"/outbox/{unknown.pk}/decide/", data).status_code == 302
    unknown.refresh_from_db()
    assert (unknown.state, unknown.round) == ("queued", 1)
    assert browser.post(f"/outbox/{unknown.pk}/decide/", data).status_code == 422
    assert "ผู้ให้บริการยืนยัน" in browser.get(f"/outbox/{unknown.pk}/").content.decode()
    (entry,) = Entry.objects.filter(tag="outbox:message:decided")
    assert entry.actor_user == people.users["member_admin"].pk


def test_a_process_and_an_auditor_cannot_decide(people: People, unknown: Message) -> None:
    with pytest.raises(ForbiddenError):
        services.decide(actors.system("pump"), unknown.pk, "resend", reason="อัตโนมัติ")
    body = {"decision": "resend", "reason": "ลองส่งใหม่"}
    assert people.client("auditor").post(f"/outbox/{unknown.pk}/decide/", body).status_code == 403
    assert state(unknown.pk) == "unknown"


def post_receipts(
    body: object, *, secret: str = SECRET, age: float = 0.0, channel: str = "sms", **more: Any
) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    header = signing.sign(secret, content, now=clock.now().timestamp() - age)
    return Client().post(
        f"/api/v1/outbox/receipts/{channel}", content, content_type="application/json",
        headers={signing.HEADER: more.get("header", header)},
    )  # fmt: skip


@pytest.fixture
def accepted(queue: Queue, configure: Configure) -> Message:
    configure(sms_secret=SECRET)
    return moved_to(queue(), state="accepted", attempts=1, provider_id="p-1", accepted_at=clock.now())


def test_a_signed_receipt_moves_a_message_forward_once(accepted: Message) -> None:
    body = [{"id": "p-1", "ref": f"{accepted.pk}.1", "status": "delivered"}]
    assert post_receipts(body).json() == {"count": 1, "moved": 1}
    assert post_receipts(body).json() == {"count": 1, "moved": 0}
    late = [{"id": "p-1", "ref": "", "status": status} for status in ("accepted", "failed")]
    assert post_receipts(late).json() == {"count": 2, "moved": 0}
    assert state(accepted.pk) == "delivered"
    assert Entry.objects.filter(tag="outbox:receipts:taken").count() == 1


def test_a_late_delivered_outweighs_an_earlier_failed(accepted: Message) -> None:
    failed = {"id": "p-1", "status": "failed", "code": "UNDELIV 0812345678!"}
    assert post_receipts(failed).json()["moved"] == 1
    accepted.refresh_from_db()
    assert accepted.state == "failed"
    assert "!" not in accepted.error
    assert post_receipts({"id": "p-1", "status": "delivered"}).json()["moved"] == 1
    assert state(accepted.pk) == "delivered"


@pytest.mark.parametrize("wrong", [
    {"secret": "another"}, {"age": 301}, {"age": -301}, {"header": ""}, {"header": "t=,v1="},
    {"header": "t=99999999999999,v1=00"}, {"channel": "chat"}, {"channel": "webhook"},
])  # fmt: skip
def test_forged_stale_and_unsigned_receipts_are_refused(accepted: Message, wrong: dict[str, Any]) -> None:
    answer = post_receipts({"id": "p-1", "status": "failed"}, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (403, "outbox.receipt_signature")
    assert state(accepted.pk) == "accepted"


def test_without_a_secret_no_receipt_is_taken(accepted: Message, configure: Configure) -> None:
    configure(sms_secret="")
    assert post_receipts({"id": "p-1", "status": "failed"}, secret="").status_code == 403


@pytest.mark.parametrize("body", [
    b"{", b"[1]", b'{"status": "eaten"}', b'{"id": 5, "status": "failed"}', b"[" * 9000, b'"x"',
    b'{"id": "\\u0000", "status": "failed"}', b" " * 300_000,
])  # fmt: skip
def test_receipts_that_cannot_be_read_are_refused(accepted: Message, body: bytes) -> None:
    assert post_receipts(body).status_code == 422
    assert state(accepted.pk) == "accepted"


def test_a_receipt_for_a_message_that_never_left_moves_nothing(queue: Queue, accepted: Message) -> None:
    waiting = queue()
    body = [{"ref": f"{waiting.pk}.1", "status": "delivered"}, {"ref": "nonsense", "status": "delivered"}]
    assert post_receipts(body).json() == {"count": 2, "moved": 0}
    assert state(waiting.pk) == "queued"


def test_a_failure_of_an_earlier_round_says_nothing_about_this_one(accepted: Message) -> None:
    moved_to(accepted, round=2)
    assert post_receipts({"ref": f"{accepted.pk}.1", "status": "failed"}).json()["moved"] == 0


def test_the_api_lists_stops_and_decides(people: People, unknown: Message) -> None:
    browser = people.client("member_admin")
    found = browser.get("/api/v1/outbox/messages?state=unknown").json()
    assert (found["total"], found["items"][0]["error"]) == (1, "answer.lost")
    assert browser.get("/api/v1/outbox/messages?state=queued").json()["total"] == 0
    detail = browser.get(f"/api/v1/outbox/messages/{unknown.pk}").json()
    assert detail["recipient"].endswith("5678")
    assert detail["history"][0]["en"] == "Queued"
    decided = browser.post(
        f"/api/v1/outbox/messages/{unknown.pk}/decide",
        json.dumps({"decision": "delivered", "reason": "ผู้รับยืนยันแล้ว"}),
        content_type="application/json",
    )
    assert decided.json() == {"state": "delivered"}
    analyst = people.client("analyst")
    body = json.dumps({"reason": "หยุดก่อนนะ"})
    assert analyst.post("/api/v1/outbox/stop", body, content_type="application/json").json()["stopped"]
    assert analyst.get("/api/v1/outbox/status").json()["reason"] == "หยุดก่อนนะ"


def test_the_command_line_tells_stops_and_releases(
    queue: Queue, unknown: Message, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.__doc__

    def run(*words: str) -> tuple[int, str]:
        parsed = build_parser(("outbox",)).parse_args(["outbox", *words])
        code = parsed.handler(parsed)
        return code, capsys.readouterr().out

    queue()
    assert "queued" in run("status")[1]
    code, told = run("unknown")
    assert code == 1
    assert str(unknown.pk) in told
    assert run("stop", "ทดสอบคำสั่ง")[0] == 0
    assert "ทดสอบคำสั่ง" in run("status")[1]
    assert run("release", "ทดสอบคำสั่ง")[0] == 0
    assert run("release", "ทดสอบคำสั่ง")[0] == 1
    assert queries.stopped() is None


def test_a_restore_pauses_until_released(people: People) -> None:
    services.pause_all(ACTOR, reason="restore of a backup")
    assert queries.stopped() is not None
    assert queries.restored_at() is not None
    checks = {check.name: check.run() for check in contrib.doctor if check.name.startswith("outbox.")}
    assert checks["outbox.stopped"].state == "warning"
    assert checks["outbox.adapters"].state == "warning"
    assert "null" in checks["outbox.adapters"].text.en
