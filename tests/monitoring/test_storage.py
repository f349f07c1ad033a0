"""Storage and retention per source, and quotas: figures of the event store itself, by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.base.clock import BANGKOK
from phithak.core.journal.models import Entry
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.control import token_digest
from phithak.eventstore.segments import Envelope
from phithak.eventstore.store import Store
from phithak.monitoring.models import Source
from phithak.monitoring.services import enrolment
from tests.eventstore import making
from tests.monitoring.conftest import SYSTEM, Desk
from tests.monitoring.telling import micros

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def fill(desk: Desk, sender: UUID, tenant: UUID, counts: dict[str, int], days: int = 3) -> None:
    """Let events of each source come in, the same number on each of the last days."""
    store = Store(desk.layout, reserve=0)
    try:
        for label, count in counts.items():
            source = Source.objects.get(sender=sender, label=label)
            kind = {"his": "database", "servers": "syslog"}[label]
            for day in range(days):
                at = micros(clock.now() - timedelta(days=day))
                frame = making.frame(
                    [b"<13>%s event %d" % (label.encode(), number) for number in range(count)],
                    sequence=day + 1,
                )
                whose = Envelope(tenant, sender, source.pk, kind, 420, at)
                assert making.put(store, frame, whose, taken={"id13": 2}) == "stored"
    finally:
        store.close()
    compactor = Compactor(desk.layout)
    try:
        while compactor.run().more:
            pass
    finally:
        compactor.close()


def test_each_source_shows_what_came_what_is_kept_and_until_when(desk: Desk) -> None:
    site, other = desk.site(), desk.site("hospital_b")
    first, second = desk.sensor(site), desk.sensor(other, "other")
    fill(desk, first, desk.people.tenant_id("hospital"), {"his": 20, "servers": 5})
    fill(desk, second, desk.people.tenant_id("hospital_b"), {"his": 7})
    told = desk.ask("analyst", "GET", "/storage")[1]
    assert told["total"] == 4
    by_source = {(one["sender"], one["label"]): one for one in told["items"]}
    assert {key: (one["received"], one["stored"], one["taken"]) for key, one in by_source.items()} == {
        ("sensor", "his"): (60, 60, 6),
        ("sensor", "servers"): (15, 15, 6),
        ("other", "his"): (21, 21, 6),
        ("other", "servers"): (0, 0, 0),
    }
    oldest = (clock.now() - timedelta(days=2)).astimezone(BANGKOK).date()
    his = by_source["sensor", "his"]
    assert (his["retention"], his["days"], his["oldest"]) == ("database", 90, oldest.isoformat())
    # deleted after the 90th full day
    assert his["goes"] == (oldest + timedelta(days=91)).isoformat()
    assert by_source["other", "servers"]["goes"] is None
    on_disk = sum(path.stat().st_size for path in desk.layout.parquet.rglob("*.parquet"))
    assert sum(one["disk"] for one in told["items"]) == on_disk
    assert [one["label"] for one in desk.ask("member_admin_b", "GET", "/storage")[1]["items"]] == [
        "servers",
        "his",
    ], "a hospital sees its own alone"
    browser = desk.people.client("analyst")
    page = browser.get(reverse("monitoring:storage"), {"sort": "-received", "class": "database"})
    text = page.content.decode()
    assert "รับมาแล้ว 96 เหตุการณ์ เก็บอยู่ 96" in text
    listed = browser.get(reverse("monitoring:storage"), {"sort": "-received", "format": "json", "q": "his"})
    rows = json.loads(b"".join(listed.streaming_content))
    assert [(one["source"], one["received"]) for one in rows] == [("his · sensor", 60), ("his · other", 21)]


def test_a_quota_is_set_by_who_may_and_reaches_the_intake(desk: Desk) -> None:
    site, tenant = desk.site(), desk.people.tenant_id("hospital")
    sender = desk.sensor(site)
    token = enrolment.enrol(enrolment.make_code(SYSTEM, sender), name="b", system="d", version="1").token
    quota = reverse("monitoring:quota", args=[site])
    browser = desk.people.client("analyst")
    assert browser.get(quota).status_code == 200
    for wrong in ({"events": "", "kilobytes": ""}, {"events": "-1", "kilobytes": "0"}, {"events": "มาก"}):
        assert browser.post(quota, wrong).status_code == 422, wrong
    assert browser.post(quota, {"events": "๕๐๐", "kilobytes": "1,000"}).status_code == 302
    known = desk.known().senders[token_digest(token)].tenant
    assert (known.id, known.events, known.bytes) == (tenant, 500, 1_000_000)
    assert "500 เหตุการณ์/วินาที" in browser.get(reverse("monitoring:storage")).content.decode()
    assert desk.ask("analyst", "PUT", f"/sites/{site}/quota", {"events": 0, "bytes": 0})[0] == 204
    assert desk.known().senders[token_digest(token)].tenant.events == 0
    assert desk.ask("member_admin", "PUT", f"/sites/{site}/quota", {"events": 1})[0] == 403
    assert desk.people.client("member_admin").get(quota).status_code == 403
    assert Entry.objects.filter(tag="monitoring:site:quota").count() == 2


def test_an_empty_page_says_what_to_do(desk: Desk) -> None:
    page = desk.people.client("analyst").get(reverse("monitoring:storage")).content.decode()
    assert "ยังไม่มีแหล่งข้อมูล เพิ่มหน่วยงาน ผู้ส่ง และแหล่งข้อมูลในแผนติดตั้งก่อน" in page
