"""Enrolment by a code that is told by telephone, revocation, and switches that both sides see."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from phithak.base import clock
from phithak.base.batch import SourceState
from phithak.engines.thai.digits import to_thai
from phithak.eventstore.control import token_digest
from phithak.monitoring.models import EnrolmentCode, Sender, Source
from phithak.monitoring.services import beats, enrolment
from tests.monitoring.conftest import SYSTEM, Desk
from tests.monitoring.telling import micros, tell
from tests.sensor import certificates

pytestmark = [pytest.mark.django_db, pytest.mark.db]

ENROL = "/api/v1/monitoring/enrol"


def enrol(code: str) -> tuple[int, dict[str, object]]:
    sent = {"code": code, "name": "box-1", "system": "Debian 12", "version": "1.0"}
    answer = Client().post(ENROL, json.dumps(sent), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_a_code_is_shown_once_and_works_once(desk: Desk) -> None:
    sender = desk.sensor(desk.site())
    page = desk.people.client("analyst").post(reverse("monitoring:code", args=[sender])).content.decode()
    code = str(re.search(r'ph-big">([A-Z2-9-]{14})<', page)[1])  # type: ignore[index] # the test fails when it is None
    stored = json.dumps(list(EnrolmentCode.objects.values("digest")))
    assert code not in stored
    assert sha256(code.encode()).hexdigest() not in stored, "an unkeyed hash could be found by trying"
    # as people type it: small letters, blanks, Thai digits
    status, told = enrol(to_thai(code.lower().replace("-", " ")))
    assert status == 200
    token = str(told["token"])
    assert told["sources"] == {
        "his": {"kind": "file", "profile": "mariadb-audit", "path": "/var/log/mysql/audit.log"},
        "servers": {"kind": "syslog-tcp", "profile": "syslog", "listen": "0.0.0.0:5514"},
    }
    assert Sender.objects.get(pk=sender).token_hash == sha256(token.encode()).hexdigest()
    known = desk.known().senders[token_digest(token)]
    assert (known.sender.id, known.tenant.id) == (sender, desk.people.tenant_id("hospital"))
    assert set(known.cleaners) == {"his", "servers"}
    status, told = enrol(code)
    assert (status, told["code"]) == (403, "monitoring.code_refused")


def test_codes_end_by_a_newer_one_by_time_and_by_revocation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = desk.sensor(desk.site())
    first = enrolment.make_code(SYSTEM, sender)
    second = enrolment.make_code(SYSTEM, sender)
    assert enrol(first)[0] == 403
    later = clock.now() + timedelta(hours=24, seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert enrol(second)[0] == 403
    third = enrolment.make_code(SYSTEM, sender)
    assert desk.ask("analyst", "POST", f"/senders/{sender}/revoke")[0] == 204
    assert enrol(third)[0] == 403
    assert desk.ask("analyst", "POST", f"/senders/{sender}/code")[1]["code"] == "monitoring.revoked"
    assert enrol("AAAA-AAAA-AAAA")[0] == 403
    assert enrol("")[0] == 403


def test_the_fingerprint_is_that_of_the_authority(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get("/api/v1/monitoring/authority").status_code == 404
    assert enrolment.fingerprint() == ""
    papers = certificates.make(tmp_path / "papers")
    monkeypatch.setenv("PHITHAK_TLS_AUTHORITY", str(papers.authority))
    told = json.loads(Client().get("/api/v1/monitoring/authority").content)["authority"]
    assert told.strip() == papers.pem.strip()
    sender = desk.sensor(desk.site())
    made = desk.ask("analyst", "POST", f"/senders/{sender}/code")[1]
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", made["fingerprint"])
    assert made["address"].startswith("http")


def test_an_agent_gets_a_token_and_revocation_ends_it(desk: Desk) -> None:
    site = desk.site()
    made = desk.ask("analyst", "POST", f"/sites/{site}/senders", {"name": "winlogbeat", "kind": "agent"})[1]
    sender = made["id"]
    source = {"label": "windows", "kind": "direct", "profile": "windows"}
    assert desk.ask("analyst", "POST", f"/senders/{sender}/sources", source)[0] == 201
    assert (
        desk.ask("analyst", "POST", f"/senders/{sender}/sources", source)[1]["code"]
        == "monitoring.name_taken"
    )
    for wrong in ({"profile": ""}, {"profile": "none"}, {"kind": "file"}, {"label": "ตัวไทย"}):
        status, told = desk.ask(
            "analyst", "POST", f"/senders/{sender}/sources", {**source, "label": "x", **wrong}
        )
        assert (status, told["code"]) == (422, "monitoring.bad_source"), wrong
    first = desk.ask("analyst", "POST", f"/senders/{sender}/token")[1]["token"]
    assert token_digest(first) in desk.known().senders
    second = desk.ask("analyst", "POST", f"/senders/{sender}/token")[1]["token"]
    assert set(desk.known().senders) == {token_digest(second)}, "the first one holds no more"
    browser = desk.people.client("analyst")
    assert browser.get(reverse("monitoring:revoke", args=[sender])).status_code == 200
    assert token_digest(second) in desk.known().senders, "looking at the page changes nothing"
    assert browser.post(reverse("monitoring:revoke", args=[sender])).status_code == 302
    assert desk.known().senders == {}
    assert desk.ask("analyst", "POST", f"/senders/{sender}/revoke")[0] == 409


def test_a_switch_is_seen_at_both_sides_with_who_and_when(desk: Desk) -> None:
    """Proves (part): S4-23 (the centre's side: who switched a source, when and why, at either side)."""
    site = desk.site()
    sender = desk.sensor(site)
    tenant = desk.people.tenant_id("hospital")
    token = enrolment.enrol(enrolment.make_code(SYSTEM, sender), name="b", system="d", version="1").token
    source = Source.objects.get(sender=sender, label="his")
    before = desk.known().senders[token_digest(token)].sender.version
    browser = desk.people.client("analyst")
    turn = reverse("monitoring:switch", args=[source.pk])
    assert browser.post(turn, {"on": "no", "reason": ""}).status_code == 422, "a reason is asked for"
    assert browser.post(turn, {"on": "no", "reason": "ย้ายฐานข้อมูล"}).status_code == 302
    # whoever had the page open too and sends it wants the same, not the opposite
    assert browser.post(turn, {"on": "no", "reason": "ย้ายฐานข้อมูล"}).status_code == 302
    known = desk.known().senders[token_digest(token)]
    assert not known.sources["his"].active
    assert known.sender.version != before, "the sensor fetches its settings at its next heartbeat"
    down = json.loads(known.sender.settings)["sources"]["his"]
    assert (down["on"], down["by"], down["reason"]) == (False, "กานต์ มองละเอียด", "ย้ายฐานข้อมูล")
    at = clock.now() - timedelta(minutes=1)
    states = [
        SourceState("his", on=False),
        SourceState("servers", on=False, changed_by="hospital: สมหญิง", changed_at=micros(at)),
    ]
    for _ in range(2):  # told again each minute, it is one turn
        tell(desk.layout, sender, tenant, sources=states)
        beats.take()
    for person in ("analyst", "member_admin"):
        page = desk.people.client(person).get(reverse("monitoring:site", args=[site])).content.decode()
        assert "กานต์ มองละเอียด" in page
        assert "ย้ายฐานข้อมูล" in page
        assert page.count("สมหญิง") == 1
        assert "ไม่เก็บ" in page
    # the list of all turns, for each side; another hospital sees none
    for person, count in (("analyst", 2), ("member_admin", 2), ("member_admin_b", 0)):
        listed = desk.people.client(person).get(reverse("monitoring:switches"), {"format": "json"})
        rows = json.loads(b"".join(listed.streaming_content))
        assert len(rows) == count, person
        assert count == 0 or {(one["source"], one["person"], one["reason"]) for one in rows} == {
            ("his", "กานต์ มองละเอียด", "ย้ายฐานข้อมูล"),
            ("servers", "สมหญิง", ""),
        }
    # the hospital's own administrator may switch at the centre too, another one may not
    servers = Source.objects.get(sender=sender, label="servers")
    off = {"on": False, "reason": "ขอพัก"}
    assert desk.ask("member_admin", "POST", f"/sources/{servers.pk}/switch", off)[0] == 204
    assert desk.ask("member_admin_b", "POST", f"/sources/{servers.pk}/switch", {**off, "on": True})[0] == 404
    assert desk.ask("member_staff", "POST", f"/sources/{servers.pk}/switch", {**off, "on": True})[0] == 403


def test_odd_heartbeats_break_nothing(desk: Desk) -> None:
    sender = desk.sensor(desk.site())
    tenant = desk.people.tenant_id("hospital")
    enrolment.enrol(enrolment.make_code(SYSTEM, sender), name="b", system="d", version="1")
    odd = [
        SourceState(
            "his", events=2**80, dropped={"x" * 300: 2**70}, changed_by="hospital: x", changed_at=2**70
        ),
        SourceState("nobody-knows", on=False, changed_by="nobody", changed_at=1, last_event=-5),
    ]
    tell(desk.layout, sender, tenant, sources=odd, version="v" * 200)
    assert beats.take() == 1
    assert beats.take() == 0, "nothing new was told"
    row = Source.objects.get(sender=sender, label="his")
    assert row.events == 2**62
    assert row.turns.count() == 0
