"""SIGKILL at random moments of a run with correlations: going on gives the same lines as a run without a kill."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engines.sigma.correlated_run import go, write

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[3]
EVENTS, CHUNK = 6_000, 3_000
AWAY = 60.0


def start(folder: Path) -> subprocess.Popen[bytes]:
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    command = [sys.executable, "-m", "tests.engines.sigma.correlated_run", str(folder), str(CHUNK)]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL
    )


def kill_at_random(folder: Path, kills: int, seed: int) -> int:
    """Kill runs until ``kills`` have died while they worked; return how many runs came to their end."""
    source = random.Random(seed)  # noqa: S311 a seed, no secret
    state, done, ended = folder / "state", 0, 0
    while done < kills:
        before = state.stat().st_mtime_ns if state.exists() else 0
        child = start(folder)
        end = time.monotonic() + AWAY
        # a run counts as working once it has written a state of its own
        while child.poll() is None and time.monotonic() < end:
            if state.exists() and state.stat().st_mtime_ns != before:
                break
            time.sleep(0.002)
        time.sleep(source.uniform(0, 0.08))
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            done += child.wait() == -signal.SIGKILL
        else:
            assert child.returncode == 0
            ended += 1
    assert start(folder).wait(timeout=AWAY) == 0
    return ended


def alerts(path: Path) -> list[str]:
    return [hit["alert"] for hit in map(json.loads, path.read_text().splitlines()) if "alert" in hit]


def check(folder: Path, kills: int, seed: int) -> None:
    write(folder, EVENTS)
    go(folder, chunk=CHUNK, state=False, out="clean.jsonl")
    expected = alerts(folder / "clean.jsonl")
    assert len(expected) > 300
    assert len(expected) == len(set(expected))
    kill_at_random(folder, kills, seed)
    assert alerts(folder / "hits.jsonl") == expected
    assert (folder / "hits.jsonl").read_bytes() == (folder / "clean.jsonl").read_bytes()


def test_twenty_kills_change_no_alert(tmp_path: Path) -> None:
    check(tmp_path, 20, 1)


@pytest.mark.soak
def test_two_hundred_kills_change_no_alert(tmp_path: Path) -> None:
    check(tmp_path, 200, 2)
