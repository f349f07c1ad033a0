"""From the bus to Parquet and found again, bit for bit; killed anywhere, nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from phithak.base import ids
from phithak.base.errors import InvalidInputError
from phithak.eventstore import points
from phithak.eventstore.bus import EmbeddedBus, Offset
from phithak.eventstore.compactor import Compactor, read_side
from phithak.eventstore.compactor.run import MERGE_FILES
from phithak.eventstore.compactor.side import mark
from phithak.eventstore.errors import StoreBusyError
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import living_files, path_of
from phithak.eventstore.points import Point
from phithak.eventstore.queries import (
    AllOf,
    AnyOf,
    Contains,
    Equals,
    Is,
    Not,
    StartsWith,
    fresh,
    histogram,
    query,
    search,
    top,
)
from phithak.eventstore.store import Store
from tests.eventstore.making import NOW, TENANT, envelope, frame, put

Open = Callable[..., Store]
OTHER = UUID(int=9 << 64 | 7 << 76 | 2 << 62)
SECOND = 1_000_000
DAY = 86_400 * SECOND
LATER = [point for point in Point if point.value.split(".")[0] in {"parquet", "manifest", "remove"}]
THAI_874 = "พบไวรัส".encode("cp874")


def sysmon(number: int, **more: object) -> bytes:
    told = {
        "EventID": 3, "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": f"his-{number}",
        "UtcTime": "2026-11-21 22:00:00.000", "Image": "C:\\x.exe", "User": "HOSP\\Nurse", "SourceIp": "10.0.0.9",
        "DestinationIp": f"203.0.113.{number}", "DestinationPort": 443, **more,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def compacted(layout: Layout) -> int:
    compactor = Compactor(layout)
    try:
        done = compactor.run()
        assert not done.more
        return done.events
    finally:
        compactor.close()


def test_events_are_found_again_bit_for_bit(layout: Layout, open_store: Open) -> None:
    store = open_store()
    raw = [sysmon(1), THAI_874 + b" \xff", b"two\nlines", b"", b"nul \x00 in it", "ไทย".encode()]
    assert put(store, frame(raw)) == "stored"
    # from its segment at once, and from Parquet the same
    fresh = query(layout, tenants=[TENANT], newest_first=False)
    assert compacted(layout) == 6
    found = query(layout, tenants=[TENANT], newest_first=False)
    assert found == fresh
    assert [one.raw for one in sorted(found, key=lambda one: one.number)] == raw
    first = next(one for one in found if one.number == 0)
    assert first.columns == {
        "log": "windows/microsoft-windows-sysmon/operational/3", "host": "his-1", "event": "3", "user": "HOSP\\Nurse",
        "src_ip": "10.0.0.9", "dst_ip": "203.0.113.1", "dst_port": "443", "image": "C:\\x.exe",
    }  # fmt: skip
    # 22:00 UTC on 21 November 2026
    assert first.time == 1_795_298_400 * SECOND
    assert (first.offset, first.received, first.tenant) == (1, NOW, TENANT)
    # a text without a time has the moment of receipt, and says so
    assert {(one.time, one.columns["flag"]) for one in found if one.number} == {(NOW, "missing")}
    assert compacted(layout) == 0


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_the_events_of_others_are_never_found(layout: Layout, open_store: Open, moved: int) -> None:
    store = open_store()
    for number, whose in enumerate((envelope(), envelope(tenant=OTHER, sender=OTHER)), 1):
        put(store, frame([sysmon(number)]), whose)
        if moved >= number:
            compacted(layout)
    assert [one.columns["host"] for one in query(layout, tenants=[TENANT])] == ["his-1"]
    assert [one.columns["host"] for one in query(layout, tenants=[OTHER])] == ["his-2"]
    assert len(query(layout, tenants=[TENANT, OTHER])) == 2
    assert query(layout, tenants=[]) == []
    assert top(layout, tenants=[OTHER], column="host") == [("his-2", 1)]
    assert histogram(layout, tenants=[OTHER], since=0, until=NOW * 2, step=DAY).total == 1
    with pytest.raises(TypeError):
        query(layout)  # type: ignore[call-arg]


@pytest.mark.parametrize(("where", "hosts"), [
    (AllOf(()), {1, 2, 3}),
    (AnyOf(()), set()),
    (Equals("dst_ip", ("203.0.113.2",)), {2}),
    (Equals("host", ("HIS-1", "his-3")), {1, 3}),
    (Equals("dst_ip", ()), set()),
    (Not(Equals("dst_ip", ("203.0.113.2",))), {1, 3}),
    (Not(Equals("url", ("x",))), {1, 2, 3}),
    (Contains("user", "nurse"), {1, 2, 3}),
    (Contains("raw", "HIS-2"), {2}),
    (Contains("raw", "' OR 1=1 --"), set()),
    (StartsWith("host", "His-"), {1, 2, 3}),
    (Is("url"), set()),
    (Is("url", present=False), {1, 2, 3}),
    (AllOf((Equals("event", ("3",)), AnyOf((Equals("host", ("his-1",)), Equals("dst_ip", ("203.0.113.3",)))))), {1, 3}),
])  # fmt: skip
def test_conditions(layout: Layout, open_store: Open, where: object, hosts: set[int]) -> None:
    put(open_store(), frame([sysmon(number) for number in (1, 2, 3)]))
    compacted(layout)
    found = query(layout, tenants=[TENANT], where=where)  # type: ignore[arg-type]
    assert {one.columns["host"] for one in found} == {f"his-{number}" for number in hosts}


def test_conditions_of_the_wrong_form_are_refused(layout: Layout, open_store: Open) -> None:
    put(open_store(), frame([sysmon(1)]))
    compacted(layout)
    deep: object = Equals("host", ("x",))
    for _ in range(20):
        deep = Not(deep)  # type: ignore[arg-type]
    for where in (
        Equals('host" OR 1=1', ("x",)),
        Contains("nowhere", "x"),
        deep,
        Equals("host", ("x",) * 20_001),
    ):
        with pytest.raises(InvalidInputError):
            query(layout, tenants=[TENANT], where=where)  # type: ignore[arg-type]


def test_time_bounds_limit_and_order(layout: Layout, open_store: Open) -> None:
    times = [f"2026-11-21 22:00:0{second}.000" for second in range(5)]
    put(open_store(), frame([sysmon(number, UtcTime=at) for number, at in enumerate(times)]))
    compacted(layout)
    start = 1_795_298_400 * SECOND
    found = query(layout, tenants=[TENANT], since=start + SECOND, until=start + 4 * SECOND)
    assert [one.columns["host"] for one in found] == ["his-3", "his-2", "his-1"]
    assert [one.columns["host"] for one in query(layout, tenants=[TENANT], limit=2, newest_first=False)] == [
        "his-0",
        "his-1",
    ]
    steps = histogram(layout, tenants=[TENANT], since=start, until=start + 10 * SECOND, step=2 * SECOND).steps
    assert steps == ((start, 2), (start + 2 * SECOND, 2), (start + 4 * SECOND, 1))
    assert query(layout, tenants=[TENANT], since=start + DAY) == []


def test_the_side_index_lets_a_hunt_open_only_what_it_needs(
    layout: Layout, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    digest = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"
    for number in range(10):
        put(store, frame([sysmon(number, Hashes=f"SHA256={digest}" if number == 7 else None)]))
        compacted(layout)
    files = living_files(layout, [TENANT], since=None, until=None)
    assert len(files) == 10
    sides = [read_side(path_of(layout, file)) for file in files]
    assert sum(mark("203.0.113.7") in side["ip"] for side in sides) == 1
    assert sum(mark(digest) in side["hash"] for side in sides) == 1
    assert all(
        list(side["user"]) == [mark("hosp\\NURSE")] and mark("10.0.0.9") in side["ip"] for side in sides
    )
    opened: list[str] = []
    plain = search._in_parquet
    monkeypatch.setattr(
        search, "_in_parquet", lambda one, some: (opened.extend(f.name for f in some), plain(one, some))[1]
    )
    iocs = (*(f"198.51.100.{number % 250}" for number in range(10_000)), "203.0.113.7")
    assert [one.columns["host"] for one in query(layout, tenants=[TENANT], where=Equals("dst_ip", iocs))] == [
        "his-7"
    ]
    assert len(opened) == 1
    # a side index that is lost or damaged costs time, never an event
    for path in layout.parquet.rglob("*.side"):
        content = path.read_bytes()
        place = content.find(mark("203.0.113.7").to_bytes(8, "little"))
        if place >= 0:
            path.write_bytes(content[:place] + b"\x00" * 8 + content[place + 8 :])
    assert len(query(layout, tenants=[TENANT], where=Equals("dst_ip", iocs))) == 1
    for path in layout.parquet.rglob("*.side"):
        path.write_bytes(b"rot")
    assert len(query(layout, tenants=[TENANT], where=Equals("dst_ip", iocs))) == 1
    for path in layout.parquet.rglob("*.side"):
        path.unlink()
    assert len(query(layout, tenants=[TENANT], where=Equals("dst_ip", iocs))) == 1


def test_many_small_files_become_one_and_the_old_go_a_day_later(layout: Layout, open_store: Open) -> None:
    store = open_store()
    for number in range(MERGE_FILES):
        put(store, frame([sysmon(number)], sequence=number + 1))
        compacted(layout)
    before = {(one.offset, one.number, one.raw, one.time) for one in query(layout, tenants=[TENANT])}
    compactor = Compactor(layout)
    assert compactor.merge(NOW) == 1
    assert compactor.merge(NOW) == 0
    assert {(one.offset, one.number, one.raw, one.time) for one in query(layout, tenants=[TENANT])} == before
    assert len(living_files(layout, [TENANT], since=None, until=None)) == 1
    assert compactor.remove(NOW + DAY - 1) == 0
    assert compactor.remove(NOW + DAY) == MERGE_FILES
    assert len(list(layout.parquet.rglob("*.parquet"))) == len(list(layout.parquet.rglob("*.side"))) == 1
    assert len(query(layout, tenants=[TENANT])) == MERGE_FILES
    compactor.close()


def test_among_many_files_the_same_events_are_found(
    layout: Layout, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    for number in range(5):
        moments = [f"2026-11-{20 - number:02d} 0{hour}:00:00" for hour in range(4)]
        put(store, frame([sysmon(number, UtcTime=moment) for moment in moments], sequence=number + 1))
        compacted(layout)

    def answers() -> list[Any]:
        return [
            query(layout, tenants=[TENANT], where=where, limit=limit, newest_first=newest, since=since)
            for where in (AllOf(()), Equals("host", ("his-3", "his-1")), Equals("host", ("none",)))
            for limit in (1, 3, 8, 100)
            for newest in (True, False)
            for since in (None, NOW - 4 * DAY)
        ]

    plain = answers()
    assert [len(found) for found in plain[:4]] == [1, 1, 1, 1]
    assert max(map(len, plain)) == 20
    monkeypatch.setattr(search, "MANY_FILES", 2)
    assert answers() == plain


def test_what_is_moved_while_somebody_asks_is_found_once(
    layout: Layout, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(segment_bytes=1)
    for number in range(3):
        put(store, frame([sysmon(number)], sequence=number + 1))
    original = fresh.batches
    calls: list[int] = []

    def moved_meanwhile(*told: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            compactor = Compactor(layout)
            compactor.run()
            assert compactor.remove_segments() == [1, 2]
            compactor.close()
        return original(*told)

    monkeypatch.setattr(fresh, "batches", moved_meanwhile)
    assert len(query(layout, tenants=[TENANT])) == 3
    assert len(calls) == 2


def test_segments_go_when_everybody_is_past_them(layout: Layout, open_store: Open) -> None:
    store = open_store(segment_bytes=1)
    for number in range(3):
        put(store, frame([sysmon(number)], sequence=number + 1))
    compactor = Compactor(layout, consumers=("detector",))
    assert compactor.remove_segments() == []
    compactor.run()
    assert compactor.remove_segments() == []
    bus = EmbeddedBus(layout)
    bus.release("detector", Offset(2))
    assert compactor.remove_segments() == [1, 2]
    bus.release("detector", Offset(3))
    # ingest may still append to the newest
    assert compactor.remove_segments() == []
    put(store, frame([sysmon(4)], sequence=4))
    assert compactor.remove_segments() == [3]
    # the fourth is found in its segment
    assert len(query(layout, tenants=[TENANT])) == 4
    compactor.close()


def test_one_process_alone_compacts(layout: Layout) -> None:
    compactor = Compactor(layout)
    with pytest.raises(StoreBusyError):
        Compactor(layout)
    compactor.close()
    Compactor(layout).close()


@pytest.mark.faults
@pytest.mark.parametrize("point", LATER)
def test_a_kill_at_a_crash_point_loses_and_doubles_nothing(
    layout: Layout, open_store: Open, point: Point
) -> None:
    store = open_store(segment_bytes=1)
    for number in range(MERGE_FILES + 1):
        put(store, frame([sysmon(number)], sequence=number + 1, identity=ids.uuid7()))
        if number < MERGE_FILES:
            compacted(layout)
    store.close()
    expected = {f"his-{number}" for number in range(MERGE_FILES + 1)}
    child = os.fork()
    if child == 0:
        try:
            points.listeners.append(lambda at: os.kill(os.getpid(), signal.SIGKILL) if at is point else None)
            work(layout)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the point was not reached"
    work(layout)
    found = [one.columns["host"] for one in query(layout, tenants=[TENANT])]
    assert sorted(found) == sorted(expected)
    living = {file.name for file in living_files(layout, [TENANT], since=None, until=None)}
    on_disk = {str(path.relative_to(layout.parquet)) for path in layout.parquet.rglob("*.parquet")}
    assert living == on_disk
    assert not list(layout.parquet.rglob("*.part"))


def work(layout: Layout) -> None:
    compactor = Compactor(layout)
    compactor.run()
    compactor.merge(NOW)
    compactor.remove(NOW + DAY)
    compactor.remove_segments()
    compactor.close()


def test_the_manifest_tells_size_and_digest_of_a_file(layout: Layout, open_store: Open) -> None:
    put(open_store(), frame([sysmon(1)]))
    compacted(layout)
    (file,) = living_files(layout, [TENANT], since=None, until=None)
    from phithak.eventstore.compactor.files import digest_of  # noqa: PLC0415 - only here

    assert digest_of(path_of(layout, file)) == file.digest
    assert path_of(layout, file).stat().st_size == file.size
