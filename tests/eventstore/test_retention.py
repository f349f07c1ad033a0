"""Events are kept to the last full day of their class and longer where held; jumps of the clock cost nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from phithak.base import clock
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.compactor.files import day_of
from phithak.eventstore.compactor.process import housekeeping
from phithak.eventstore.control import ControlWriter
from phithak.eventstore.errors import ControlError
from phithak.eventstore.layout import Layout
from phithak.eventstore.queries import query
from phithak.eventstore.retention import Act, Rules, acts, read_rules
from phithak.eventstore.store import Store
from tests.eventstore.making import NOW, TENANT, envelope, frame, put

Open = Callable[..., Store]
DAY = 86_400.0
LAST, AFTER = datetime(2027, 2, 20, 16, 59, tzinfo=UTC), datetime(2027, 2, 20, 17, 0, tzinfo=UTC)
"""The last minute of the 90th full day after 22 November 2026 in Bangkok, and the first of the next."""


class Uptime:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def uptime() -> Uptime:
    return Uptime()


@pytest.fixture
def compactor(layout: Layout, open_store: Open, uptime: Uptime) -> Compactor:
    """Return a compactor over two events of 22 November in Bangkok, still the 21st in UTC."""
    store = open_store()
    put(store, frame([b"w"]), envelope(kind="windows"))
    put(store, frame([b"d"]), envelope(kind="dns"))
    made = Compactor(layout, uptime=uptime)
    made.run()
    assert day_of(NOW) == "2026-11-22"
    return made


def at(moment: datetime, compactor: Compactor, layout: Layout) -> list[bytes]:
    """Do the housekeeping at a moment; return the events that are found then."""
    with clock.at(moment):
        housekeeping(compactor, lambda: read_rules(layout))
    return sorted(one.raw for one in query(layout, tenants=[TENANT]))


def told(layout: Layout) -> list[tuple[str, str]]:
    return [(act.kind, act.retention) for act in acts(layout)]


def on_disk(layout: Layout) -> int:
    return len(list(layout.parquet.rglob("*.parquet")))


def test_a_class_goes_after_its_last_full_day_and_from_the_disk_a_day_later(
    layout: Layout, compactor: Compactor, uptime: Uptime
) -> None:
    with ControlWriter(layout) as control:
        control.keep({"dns": 30}, {})
    assert at(datetime(2026, 12, 22, 16, 59, tzinfo=UTC), compactor, layout) == [b"d", b"w"]
    assert at(datetime(2026, 12, 22, 17, 0, tzinfo=UTC), compactor, layout) == [b"w"]
    assert at(LAST, compactor, layout) == [b"w"]
    assert at(AFTER, compactor, layout) == []
    # the dns file lies there still: by the machine's clock months have passed, but nobody has worked for a day
    assert on_disk(layout) == 2
    uptime.now += DAY
    at(AFTER + timedelta(days=1), compactor, layout)
    assert on_disk(layout) == 0
    assert list(layout.parquet.rglob("*.side")) == []
    assert told(layout) == [
        ("condemned", "dns"), ("condemned", "windows"), ("removed", "dns"), ("removed", "windows"),
    ]  # fmt: skip
    first = acts(layout, most=1)[0]
    assert first == Act(1, 1_797_958_800_000_000, "condemned", TENANT, "dns", "2026-11-22", 1, 1, first.size)
    assert [act.number for act in acts(layout, after=2)] == [3, 4]
    compactor.close()


def test_what_is_held_stays_and_a_hold_within_the_day_brings_back(
    layout: Layout, compactor: Compactor, uptime: Uptime
) -> None:
    with ControlWriter(layout) as control:
        control.keep({}, {TENANT: "case 7"})
        assert at(AFTER, compactor, layout) == [b"d", b"w"]
        control.keep({}, {})
        assert at(AFTER, compactor, layout) == []
        uptime.now += DAY
        control.keep({}, {TENANT: "an order came"})
        assert at(AFTER + timedelta(days=2), compactor, layout) == [b"d", b"w"]
        assert told(layout)[-2:] == [("spared", "dns"), ("spared", "windows")]
        control.keep({}, {})
        assert at(AFTER + timedelta(days=3), compactor, layout) == []
        # the day of waiting begins anew
        assert on_disk(layout) == 2
    compactor.close()


def test_a_clock_that_jumps_removes_nothing(layout: Layout, compactor: Compactor, uptime: Uptime) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    # forward by years and again by days, as a dead battery and a wrong server of time do
    assert at(datetime(2099, 1, 1, tzinfo=UTC), compactor, layout) == []
    uptime.now += 600
    assert at(datetime(2099, 1, 5, tzinfo=UTC), compactor, layout) == []
    assert on_disk(layout) == 2
    # and set right: all are found again
    uptime.now += DAY
    assert at(now, compactor, layout) == [b"d", b"w"]
    assert at(datetime(1970, 1, 1, tzinfo=UTC), compactor, layout) == [b"d", b"w"]
    assert told(layout) == [
        ("condemned", "dns"),
        ("condemned", "windows"),
        ("spared", "dns"),
        ("spared", "windows"),
    ]
    compactor.close()


def test_work_is_counted_across_starts_and_not_while_it_rests(
    layout: Layout, compactor: Compactor, uptime: Uptime
) -> None:
    at(AFTER, compactor, layout)
    uptime.now += DAY / 2
    at(AFTER, compactor, layout)
    compactor.close()
    uptime.now += 9 * DAY
    again = Compactor(layout, uptime=uptime)
    at(AFTER + timedelta(days=9), again, layout)
    assert on_disk(layout) == 2
    uptime.now += DAY / 2
    at(AFTER + timedelta(days=10), again, layout)
    assert on_disk(layout) == 0
    again.close()


def test_nothing_goes_while_the_rules_cannot_be_read(layout: Layout, compactor: Compactor) -> None:
    assert read_rules(layout) == Rules()
    layout.control.write_bytes(b"no database" * 100)
    with pytest.raises(ControlError):
        at(AFTER, compactor, layout)
    assert len(query(layout, tenants=[TENANT])) == 2
    layout.control.unlink()
    with ControlWriter(layout) as control, pytest.raises(sqlite3.IntegrityError):
        control.keep({"dns": 0}, {})
    compactor.close()
