"""Two machines with one sensor's identity: told once, until the true one enrols anew."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from phithak.base import batch, clock, ids
from phithak.core.journal.models import Entry
from phithak.eventstore.segments import Envelope
from phithak.eventstore.store import Store
from phithak.monitoring.models import Sender, Source
from phithak.monitoring.services import beats, enrolment
from tests.eventstore import making
from tests.monitoring.conftest import SYSTEM, Desk
from tests.monitoring.telling import micros, tell

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def enrolled(desk: Desk, sender: UUID) -> None:
    enrolment.enrol(enrolment.make_code(SYSTEM, sender), name="box", system="Debian", version="1")


def send(desk: Desk, sender: UUID, *numbers: int) -> None:
    """Let a sensor's source send batches under these numbers, each with an id of its own."""
    source = Source.objects.get(sender=sender, label="his")
    store = Store(desk.layout, reserve=0)
    try:
        for number in numbers:
            frame = making.frame([b"event of %d" % number], identity=ids.uuid7(), sequence=number)
            assert batch.parse(frame).header.sequence == number
            whose = Envelope(
                desk.people.tenant_id("hospital"), sender, source.pk, "database", 420, micros(clock.now())
            )
            assert making.put(store, frame, whose) == "stored"
    finally:
        store.close()


def state(desk: Desk, site: UUID) -> tuple[str, list[str]]:
    told = desk.ask("analyst", "GET", f"/sites/{site}")[1]
    return told["health"], told["senders"][0]["why"]


def test_heartbeats_of_two_machines_that_alternate_are_told_once(desk: Desk) -> None:
    site = desk.site()
    sender, tenant = desk.sensor(site), desk.people.tenant_id("hospital")
    enrolled(desk, sender)
    now = clock.now()
    mine, copy = now - timedelta(hours=5), now - timedelta(minutes=1)
    for number, started in enumerate((mine, mine, copy)):
        tell(desk.layout, sender, tenant, now + timedelta(seconds=number), started=started)
        beats.take()
    assert state(desk, site) == ("good", []), "a sensor that started anew is one machine"
    for number, started in enumerate((mine, copy, mine)):
        tell(desk.layout, sender, tenant, now + timedelta(seconds=10 + number), started=started)
        beats.take()
    health, why = state(desk, site)
    assert health == "look"
    (only,) = why
    assert only.startswith(
        "two machines use one identity (heartbeats of two machines alternate): find the copy"
    )
    assert Entry.objects.filter(tag="monitoring:sender:twin").count() == 1
    home = desk.people.client("analyst").get("/").content.decode()
    assert "สองเครื่องใช้ตัวตนเดียวกัน: โรงพยาบาลธารเมฆ (sensor)" in home
    page = desk.people.client("member_admin").get(reverse("monitoring:site", args=[site])).content.decode()
    assert "หาเครื่องสำเนาแล้วปิด" in page
    # enrolled anew, the old token and with it the copy are refused, and the next start is one machine again
    enrolled(desk, sender)
    for number in range(2):
        tell(desk.layout, sender, tenant, now + timedelta(seconds=20 + number), started=now)
        beats.take()
    assert state(desk, site) == ("good", [])
    assert "สองเครื่องใช้ตัวตนเดียวกัน" not in desk.people.client("analyst").get("/").content.decode()


def test_batches_under_one_number_are_kept_both_and_told(desk: Desk) -> None:
    site = desk.site()
    sender = desk.sensor(site)
    enrolled(desk, sender)
    send(desk, sender, 1, 2, 3)
    tell(desk.layout, sender, desk.people.tenant_id("hospital"))
    beats.take()
    assert state(desk, site) == ("good", [])
    send(desk, sender, 3)
    beats.take()
    health, why = state(desk, site)
    assert health == "look"
    assert "their batches carry the same numbers" in why[0]
    row = Sender.objects.get(pk=sender)
    assert row.clashes == 1
    # known, it is not told again after the enrolment that mended it
    enrolled(desk, sender)
    tell(desk.layout, sender, desk.people.tenant_id("hospital"))
    beats.take()
    assert state(desk, site) == ("good", [])
    assert desk.ask("analyst", "POST", f"/senders/{sender}/revoke")[0] == 204
    kept = desk.ask("analyst", "GET", "/storage")[1]["items"]
    assert sum(one["received"] for one in kept) == 4, "nothing of either machine is lost"
