"""A week without the centre and a reboot in between: everything is drained, the newest alerts first."""

from __future__ import annotations

from collections import Counter

import pytest

from phithak.sensor import lanes, moments
from phithak.sensor.spool import Spool, State
from tests.sensor.house import House, wait_for
from tests.sensor.standin import Centre

HOURS = 7 * 24


def week(house: House, monkeypatch: pytest.MonkeyPatch) -> Counter[bytes]:
    """Seal a week's events, hour by hour, as the sensor would have."""
    state = State(house.folder)
    spool = Spool(house.folder, state, 1 << 30)
    sent: Counter[bytes] = Counter()
    now = moments.micros()
    for hour in range(HOURS):
        moment = now - (HOURS - hour) * 3_600 * moments.SECOND
        monkeypatch.setattr(moments, "micros", lambda moment=moment: moment)
        events = {
            lane: [b"%s %03d %d" % (lanes.NAMES[lane].encode(), hour, one) for one in range(20)]
            for lane in (lanes.LOW, lanes.NORMAL, lanes.ALERT)
        }
        spool.seal("dc", events, first=moment, last=moment, profile="windows", positions={})
        sent.update(event for lane in events.values() for event in lane)
    monkeypatch.undo()
    state.close()
    return sent


@pytest.mark.faults
def test_a_week_offline_with_a_reboot_is_drained_newest_alerts_first(
    house: House, centre: Centre, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path_factory.mktemp("logs") / "dc.log"
    log.touch()
    house.source("dc", kind="file", profile="windows", path=log)
    house.caps(night="0-0", upload_kbytes=4096)
    sent = week(house, monkeypatch)
    centre.break_before = 1_000_000  # the line is still down when the machine starts
    house.start()
    wait_for(lambda: centre.posts)
    house.kill()  # and the power fails once more
    by_day = {"night": "21-20"}  # every hour but one is night: what piled up goes
    house.caps(upload_kbytes=4096, upload_night_kbytes=4096, **by_day)
    centre.break_before = 0
    house.start()
    wait_for(lambda: len(centre.events("dc")) >= sum(sent.values()), 60)
    assert centre.counted("dc") == sent
    order = [one.events()[0] for one in centre.batches]
    alerts = [name for name in order if name.startswith(b"alert")]
    assert order[: len(alerts)] == alerts, "alerts before all others"
    assert alerts == sorted(alerts, reverse=True), "the newest first"
    wait_for(lambda: centre.heartbeats[-1].spool.batches == 0)
    assert centre.dropped("dc") == {}
