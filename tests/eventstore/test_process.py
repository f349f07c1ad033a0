"""The compactor's command and its rounds."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phithak.base import clock
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.compactor.process import work
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import living_files
from phithak.eventstore.queries import query
from phithak.eventstore.retention import Rules
from phithak.eventstore.store import Store
from tests.eventstore.making import TENANT, frame, put

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., Store]


def command(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "phithak", "compactor", *more],
        env={
            **os.environ, "PYTHONPATH": str(ROOT / "src"), "PHITHAK_DATA_DIR": str(folder),
            "PHITHAK_CONFIG_DIR": str(folder.parent / "config"),
        },
    )  # fmt: skip


def test_the_command_moves_what_waits_and_ends(layout: Layout, open_store: Open) -> None:
    put(open_store(), frame([b"one", b"two"]))
    assert command(layout.root.parent, "--once").wait(60) == 0
    assert {one.raw for one in query(layout, tenants=[TENANT])} == {b"one", b"two"}


def test_the_command_goes_on_until_it_is_told_to_stop(layout: Layout, open_store: Open) -> None:
    put(open_store(), frame([b"one"]))
    process = command(layout.root.parent)
    try:
        end = time.monotonic() + 60
        while not living_files(layout, [TENANT], since=None, until=None):
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def test_a_damaged_record_stops_nothing_but_itself(
    layout: Layout, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    put(open_store(), frame([b"one"]))
    path = layout.segment(1)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    compactor, stop = Compactor(layout), threading.Event()
    thread = threading.Thread(target=work, args=(compactor, stop), kwargs={"rules": Rules, "pause": 0.02})
    with caplog.at_level(logging.ERROR):
        thread.start()
        end = time.monotonic() + 30
        while "a round of the compactor failed" not in caplog.text:
            assert time.monotonic() < end
            time.sleep(0.01)
    path.write_bytes(whole)
    while not living_files(layout, [TENANT], since=None, until=None):
        assert time.monotonic() < end
        time.sleep(0.01)
    stop.set()
    thread.join(30)
    compactor.close()
    assert not thread.is_alive()


def test_rounds_let_old_files_go(layout: Layout, open_store: Open) -> None:
    put(open_store(), frame([b"old"]))
    compactor, stop = Compactor(layout), threading.Event()
    compactor.run()

    def rules() -> Rules:
        stop.set()
        return Rules()

    # received on 22 November 2026; 21 February 2027 is the 91st day
    with clock.at(datetime(2027, 2, 20, 12, tzinfo=UTC)):
        work(compactor, stop, rules=rules, pause=0)
    assert len(query(layout, tenants=[TENANT])) == 1
    stop.clear()
    with clock.at(datetime(2027, 2, 21, 12, tzinfo=UTC)):
        work(compactor, stop, rules=rules, pause=0)
    assert query(layout, tenants=[TENANT]) == []
    compactor.close()
