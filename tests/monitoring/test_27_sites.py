"""Twelve sites and then fifteen more: 27 with 30 days of events each, on the machine that runs this.

``PHITHAK_SITE_EVENTS`` says how many events each site has for each of the days; the soak takes many.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.segments import Envelope
from phithak.eventstore.store import Store
from phithak.monitoring.models import Sender, Source
from phithak.monitoring.services import beats, enrolment
from tests.eventstore import making
from tests.monitoring.conftest import SYSTEM, Desk
from tests.monitoring.telling import micros, tell
from tools import facts

pytestmark = [pytest.mark.django_db, pytest.mark.faults]

FIRST, NEXT, DAYS = 12, 15, 30
EVENTS = int(os.environ.get("PHITHAK_SITE_EVENTS", "30"))
MEMORY = Path("/proc/self/status")


def test_fifteen_sites_join_twelve_and_all_have_thirty_days(desk: Desk) -> None:
    """Proves: S4-31."""
    begun, used = time.monotonic(), time.process_time()
    pilot = desk.site()
    desk.sensor(pilot)
    template = desk.ask("analyst", "POST", f"/sites/{pilot}/template")[1]
    for count, wave in ((FIRST - 1, 1), (NEXT, 2)):
        tenants = [str(one) for one in desk.another(count)]
        body = {"template": template, "tenant_ids": tenants, "wave": wave}
        assert desk.ask("analyst", "POST", "/sites/apply", body)[0] == 201
    rows = list(Sender.objects.order_by("pk"))
    assert len(rows) == FIRST + NEXT
    for row in rows:
        code = enrolment.make_code(SYSTEM, row.pk)
        enrolment.enrol(code, name="box", system="Debian 12", version="1.2.3")
    stored = fill(desk, {row.pk: row.tenant_id for row in rows})
    for row in rows:
        tell(desk.layout, row.pk, row.tenant_id)
    beats.take()
    assert desk.ask("analyst", "GET", "/sites?limit=50")[1]["total"] == FIRST + NEXT
    board = desk.people.client("analyst").get(reverse("monitoring:board")).content.decode()
    assert '<a class="btn btn-sm" href="?health=good">ปกติ 27</a>' in board
    # every event of every day of every site is found, and a needle of one site and day
    looked = time.monotonic()
    status, told = desk.ask("analyst", "GET", "/events?span=90d&limit=1")
    searched = time.monotonic() - looked
    assert (status, told["total"]) == (200, (FIRST + NEXT) * DAYS * EVENTS)
    needle = f"needle-{rows[7].pk.hex}-{DAYS - 1}"
    assert desk.ask("analyst", "GET", f"/events?span=90d&words={needle}")[1]["total"] == 1
    kept: list[dict[str, object]] = []
    after = ""
    while True:
        page = desk.ask("analyst", "GET", f"/storage?limit=50{after}")[1]
        kept += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    full = [one for one in kept if one["label"] == "servers"]
    assert [one["stored"] for one in full] == [DAYS * EVENTS] * (FIRST + NEXT)
    assert {one["oldest"] for one in full} == {
        (clock.now() - timedelta(days=DAYS - 1)).astimezone(clock.BANGKOK).date().isoformat()
    }
    on_disk = sum(path.stat().st_size for path in desk.layout.root.rglob("*") if path.is_file())
    peak = next(int(row.split()[1]) for row in MEMORY.read_text().splitlines() if row.startswith("VmHWM"))
    figures = {
        "sites": FIRST + NEXT,
        "days": DAYS,
        "events": stored,
        "bytes_on_disk": on_disk,
        "bytes_for_an_event": round(on_disk / stored, 1),
        "cpu_seconds": round(time.process_time() - used, 2),
        "seconds": round(time.monotonic() - begun, 2),
        "search_seconds": round(searched, 3),
        "memory_mb": peak >> 10,
    }
    report = facts.write("sites", figures=figures, bars={}, not_run=[])
    assert report.exists(), "the load is stated"


def fill(desk: Desk, senders: dict[UUID, UUID]) -> int:
    """Let each site's servers send for thirty days, day by day as it would come; return how many events."""
    sources = dict(Source.objects.filter(label="servers").values_list("sender", "pk"))
    store = Store(desk.layout, reserve=0)
    compactor = Compactor(desk.layout)
    count = 0
    try:
        for day in range(DAYS - 1, -1, -1):
            at = micros(clock.now() - timedelta(days=day, minutes=1))
            when = (clock.now() - timedelta(days=day, minutes=1)).isoformat()
            waiting = []
            for sender, tenant in senders.items():
                events = [
                    f"<34>1 {when} srv{number % 9} sshd {number} - - Failed password for user{number}".encode()
                    for number in range(EVENTS - 1)
                ]
                events.append(f"<34>1 {when} srv app 1 - - needle-{sender.hex}-{day}".encode())
                frame = making.frame(events, sequence=DAYS - day)
                waiting.append(
                    making.asked(frame, Envelope(tenant, sender, sources[sender], "syslog", 420, at))
                )
                store.submit(waiting[-1].pending)
                count += len(events)
            assert {one.verdict() for one in waiting} == {"stored"}
            while compactor.run().more:
                threading.Event().wait(0)
    finally:
        compactor.close()
        store.close()
    return count
