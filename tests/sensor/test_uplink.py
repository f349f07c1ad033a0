"""The way to the centre: refusals, waiting, order, what does not fit; all over real TLS on loopback."""

from __future__ import annotations

import time
from pathlib import Path

from phithak.base import batch
from phithak.sensor import lanes, moments
from phithak.sensor.settings import Caps
from phithak.sensor.spool import Spool, State, Switches
from phithak.sensor.uplink.enrol import fingerprint
from phithak.sensor.uplink.pace import Backoff, Pace
from tests.sensor import certificates
from tests.sensor.house import House, wait_for
from tests.sensor.standin import TOKEN, Centre
from tests.sensor.test_flow import append, expect, lines


def file_source(house: House, tmp_path: Path, name: str = "app", **more: object) -> Path:
    log = tmp_path / f"{name}.log"
    log.touch()
    house.source(name, kind="file", profile="application", path=log, **more)
    return log


def test_retry_after_is_kept_and_then_the_same_bytes_come_again(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    log = file_source(house, tmp_path)
    centre.refuse = [batch.Refusal.of("tenant.quota", 2), batch.Refusal.of("store.busy", 1)]
    house.start()
    append(log, lines("a", 10))
    expect(centre, "app", lines("a", 10))
    first, second, third = centre.posts[:3]
    assert 2.0 <= second - first < 10
    assert 1.0 <= third - second < 10
    assert centre.repeats == 0


def test_a_lost_answer_is_a_repeat_and_no_second_copy(house: House, centre: Centre, tmp_path: Path) -> None:
    log = file_source(house, tmp_path)
    centre.break_after = 2
    house.start()
    append(log, lines("a", 10))
    expect(centre, "app", lines("a", 10))
    wait_for(lambda: centre.repeats >= 1 and not list((house.folder / "batches").glob("*")))
    assert len(centre.batches) == 1


def test_a_batch_that_can_never_be_taken_does_not_hold_up_the_others(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    log = file_source(house, tmp_path)
    centre.refuse = [batch.Refusal.of("batch.conflict")]
    house.start()
    append(log, lines("a", 10))
    wait_for(lambda: centre.dropped("app").get("refused") == 10)
    append(log, lines("b", 10))
    expect(centre, "app", lines("b", 10))
    wait_for(lambda: len(list((house.folder / "batches").glob("*.batch"))) == 1)


def test_a_source_that_the_centre_holds_back_does_not_hold_up_the_others(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    held, other = file_source(house, tmp_path, "held"), file_source(house, tmp_path, "other")
    centre.refused_sources = {"held": "source.profile"}
    house.start()
    append(held, lines("h", 10))
    append(other, lines("o", 10))
    expect(centre, "other", lines("o", 10))
    wait_for(lambda: centre.heartbeats[-1].spool.events == 10)
    assert centre.events("held") == []
    assert "โปรไฟล์" in house.status()["trouble"] or centre.heartbeats[-1].spool.batches == 1


def test_a_wrong_authority_gets_nothing(house: House, centre: Centre, tmp_path: Path) -> None:
    log = file_source(house, tmp_path)
    other = certificates.make(tmp_path / "other", "stranger")
    (house.folder / "centre-ca.pem").write_text(other.pem)
    house.start()
    append(log, lines("a", 5))
    wait_for(lambda: "certificate" in house.status().get("trouble", ""))
    assert not centre.posts
    assert not centre.heartbeats


def test_the_heartbeat_tells_depth_drops_version_and_each_source(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    log = file_source(house, tmp_path)
    house.source("gone", kind="file", profile="application", path=tmp_path / "no-such.log")
    house.start()
    append(log, lines("a", 7))
    expect(centre, "app", lines("a", 7))
    beat = wait_for(lambda: next((one for one in centre.heartbeats[-1:] if one.sources[0].events == 7), None))
    assert beat.version
    assert abs(beat.now - time.time_ns() // 1000) < 20_000_000
    assert beat.spool.limit == 10 << 30
    assert 0 < beat.memory < 60 << 20
    app, gone = beat.sources
    assert (app.source, app.on, app.sequence, app.fault) == ("app", True, 1, "")
    assert "no such file" in gone.fault


def test_orders_of_the_centre_make_less_and_never_more(house: House, centre: Centre, tmp_path: Path) -> None:
    log = file_source(house, tmp_path)
    renewed = certificates.make(tmp_path / "renewed", "renewed")
    house.start()
    centre.settings = {
        "sources": {
            "app": {"on": False, "by": "เวรศูนย์", "reason": "ซักซ้อม"},
            "shadow": {"on": True, "path": "/etc"},
        },
        "caps": {"upload_kbytes": 10, "disk_mb": 99_999_999, "cpu_percent": 2, "memory_mb": "x"},
        "ca": renewed.pem,
        "run": "rm -rf",
    }
    centre.settings_version = "v2"
    beat = wait_for(lambda: next((one for one in centre.heartbeats[-1:] if not one.sources[0].on), None))
    assert beat.sources[0].changed_by == "centre: เวรศูนย์"
    wait_for(lambda: centre.heartbeats[-1].settings == "v2")
    assert centre.heartbeats[-1].spool.limit == 10 << 30
    assert renewed.pem.split("\n")[1] in (house.folder / "centre-ca.pem").read_text()
    append(log, lines("off", 5))
    # what the hospital switches off, the centre cannot switch on
    assert house.command("off", "app", "--by", "สมหญิง").returncode == 0
    centre.settings["sources"]["app"] = {"on": True, "by": "เวรศูนย์"}
    centre.settings_version = "v3"
    wait_for(lambda: centre.heartbeats[-1].settings == "v3")
    wait_for(lambda: centre.heartbeats[-1].sources[0].changed_by == "centre: เวรศูนย์")
    assert not centre.heartbeats[-1].sources[0].on
    assert house.command("on", "app", "--by", "สมหญิง").returncode == 0
    wait_for(lambda: centre.heartbeats[-1].sources[0].on)
    append(log, lines("on", 5))
    expect(centre, "app", lines("on", 5))


def test_enrolment_by_telephone(tmp_path: Path, centre: Centre, house: House) -> None:
    log = tmp_path / "web.log"
    log.touch()
    centre.proposal = {"web": {"kind": "file", "profile": "web", "path": str(log)}}
    house.folder = tmp_path / "fresh"
    told = fingerprint(centre.papers.pem)
    wrong = house.command("enrol", centre.address, "PHON-1234", "0000" * 6)
    assert wrong.returncode == 2
    assert "sensor.fingerprint" in wrong.stderr
    assert "โทรกลับศูนย์" in wrong.stderr
    assert not centre.enrolled, "the code never left"
    unknown = house.command("enrol", centre.address, "WRONG", *told.split()[:6])
    assert unknown.returncode == 2
    assert "sensor.code" in unknown.stderr
    done = house.command("enrol", centre.address, "PHON-1234", *told.split()[:6], "--accept")
    assert done.returncode == 0, done.stderr
    assert "web: kind=file" in done.stdout
    assert (house.folder / "token").read_text() == TOKEN
    assert (house.folder / "token").stat().st_mode & 0o777 == 0o600
    again = house.command("enrol", centre.address, "PHON-1234", *told.split()[:6])
    assert again.returncode == 2, "a code works once"
    assert house.command("check").returncode == 0
    assert centre.enrolled[0]["version"]


def test_alerts_go_first_the_newest_before_the_older_and_low_ones_are_dropped_first(tmp_path: Path) -> None:
    state = State(tmp_path)
    spool = Spool(tmp_path, state, 10_000)
    for number in range(6):
        events = [b"%d-%d" % (number, one) for one in range(50)]
        spool.seal("eve", {lanes.LOW: events, lanes.NORMAL: events, lanes.ALERT: events[:2]},
                   first=1, last=2, profile="eve", positions={})  # fmt: skip
    order = []
    while (waiting := spool.next()) is not None:
        frame = spool.frame(waiting)
        assert frame is not None
        order.append((waiting.lane, batch.parse(frame).events()[0]))
        spool.acknowledged(waiting)
    assert order == [(lane, b"%d-0" % number) for lane in (2, 1, 0) for number in reversed(range(6))]
    assert spool.depth().size == 0
    spool.limit = 2_200
    for number in range(6):
        events = [b"%d-%d" % (number, one) for one in range(50)]
        spool.seal("eve", {lanes.LOW: events, lanes.NORMAL: events, lanes.ALERT: events[:2]},
                   first=1, last=2, profile="eve", positions={})  # fmt: skip
    depth = spool.depth()
    assert depth.size <= 2_200
    rows = state.read("SELECT lane, count(*) FROM batch GROUP BY lane")
    assert dict(rows)[lanes.ALERT] == 6, "no alert was dropped"
    assert lanes.LOW not in dict(rows), "all low ones went first"
    assert spool.drops("eve")["disk-limit"] == 12 * 50 + 12 - depth.events
    # the next batch tells the drops, and gaps in the sequence show them too
    spool.seal("eve", {lanes.ALERT: [b"x"]}, first=1, last=2, profile="eve", positions={})
    newest = spool.next()
    assert newest is not None
    frame = spool.frame(newest)
    assert frame is not None
    told = batch.parse(frame).header
    assert 0 < told.dropped["disk-limit"] <= spool.drops("eve")["disk-limit"]
    assert told.sequence == 37
    state.close()


def test_what_piled_up_waits_for_the_night_unless_it_is_an_alert(tmp_path: Path) -> None:
    pace = Pace(Caps(upload=1000, upload_night=10_000, night=(20, 6)))
    assert [pace.is_night(hour) for hour in (19.9, 20.0, 23.0, 5.9, 6.0, 12.0)] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    assert pace.order(22.0, 0.0) == (lanes.LOW, 0)
    lowest, since = pace.order(12.0, 0.1)
    assert lowest == lanes.ALERT
    assert abs(moments.micros() - since - 900_000_000) < 60_000_000
    assert pace.order(12.0, 0.6) == (lanes.LOW, 0), "a spool that fills does not wait"
    assert pace.wait(2_000, 12.0) == 0
    assert 1.5 < pace.wait(10, 12.0) <= 2.0, "two thousand bytes at a thousand a second"
    state = State(tmp_path)
    spool = Spool(tmp_path, state, 1 << 20)
    spool.seal(
        "a",
        {lanes.NORMAL: [b"old"], lanes.ALERT: [b"old alert"]},
        first=1,
        last=1,
        profile="web",
        positions={},
    )
    later = moments.micros() + 1
    found = spool.next(lowest=lanes.ALERT, since=later)
    assert found is not None
    assert found.lane == lanes.ALERT
    spool.acknowledged(found)
    assert spool.next(lowest=lanes.ALERT, since=later) is None
    assert spool.next(lowest=lanes.LOW, since=0) is not None
    state.close()


def test_waiting_doubles_up_to_five_minutes_and_begins_anew() -> None:
    backoff = Backoff()
    waits = [backoff.after_failure() for _ in range(14)]
    assert all(2**step * 0.5 <= wait <= 2**step for step, wait in enumerate(waits[:8]))
    assert all(150 <= wait <= 300 for wait in waits[9:])
    backoff.after_success()
    assert backoff.after_failure() <= 1
    assert 7 <= Backoff().after_failure(7) <= 12


def test_switches_keep_both_sides_and_every_turn(tmp_path: Path) -> None:
    state = State(tmp_path)
    switches = Switches(state)
    assert switches.is_on("a")
    switches.turn("a", on=False, person="สมหญิง", reason="ซ่อมเครื่อง")
    switches.turn("a", on=False, person="เวรศูนย์", side="centre")
    switches.turn("a", on=True, person="สมหญิง")
    assert not switches.is_on("a"), "the centre's side is off"
    switches.turn("a", on=True, person="เวรศูนย์", side="centre")
    assert switches.is_on("a")
    assert [(one.side, one.on, one.person) for one in switches.log()] == [
        ("centre", True, "เวรศูนย์"), ("hospital", True, "สมหญิง"), ("centre", False, "เวรศูนย์"),
        ("hospital", False, "สมหญิง"),
    ]  # fmt: skip
    state.close()


def test_the_command_line_shows_what_leaves(house: House, centre: Centre, tmp_path: Path) -> None:
    log = file_source(house, tmp_path)
    house.start()
    append(log, [b"HN 0012345 opened", "คนไข้ 1234567890123 ห้องยา".encode("cp874"), b"\x1b[31mred"])
    wait_for(lambda: len(centre.events("app")) == 3)
    shown = house.command("show", "app").stdout
    assert "0012345" not in shown
    assert "1234567890123" not in shown
    assert "คนไข้ [id:" in shown
    assert "\x1b" not in shown
    assert "ตัดเลข 13 หลัก" in shown
    assert house.command("off", "no-such").returncode == 2
    house.command("off", "app", "--by", "สมหญิง", "--reason", "ซ่อม")
    wait_for(lambda: not centre.heartbeats[-1].sources[0].on)
    append(log, lines("while off", 5))
    house.command("on", "app", "--by", "สมหญิง")
    wait_for(lambda: centre.heartbeats[-1].sources[0].on)
    append(log, lines("after", 5))
    wait_for(lambda: len(centre.events("app")) >= 8)
    assert not [one for one in centre.events("app") if one.startswith(b"while off")]
    told = house.command("show").stdout
    assert "hospital: สมหญิง ซ่อม" in told
    status = house.command("status")
    assert status.returncode == 0, status.stdout
    assert "ทำงานอยู่" in status.stdout
    wait_for(lambda: house.status()["sent"] == 8)
