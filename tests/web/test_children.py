"""The supervisor's children: real processes, started again with growing pauses, stopped for good."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from phithak.web.supervisor.children import FIRST_PAUSE, Child, Children
from phithak.web.supervisor.generation import AlreadyUpError, Generation, living_pid

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]
_STUBBORN_CODE = """
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(int(sys.argv[1]), b"r")
signal.pause()
"""
STUBBORN = [sys.executable, "-c", _STUBBORN_CODE]


class Time:
    """A monotonic clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def wait_dead(child: Child) -> int:
    assert child.process is not None
    return child.process.wait(10)


def test_a_dead_child_starts_again_only_after_its_pause() -> None:
    time = Time()
    child = Child("quitter", [sys.executable, "-c", ""])
    children = Children([child], monotonic=time)
    children.start()
    for start, pause in enumerate([FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4], start=1):
        assert child.starts == start
        wait_dead(child)
        children.watch_once()
        time.now += pause - 0.01
        children.watch_once()
        assert child.starts == start, "started before its pause was over"
        time.now += 0.02
        children.watch_once()
        assert child.starts == start + 1
    wait_dead(child)


def test_a_steady_child_earns_a_short_pause_again() -> None:
    time = Time()
    child = Child("steady", SLEEPER)
    child.pause = 30.0
    children = Children([child], monotonic=time)
    children.start()
    time.now += 61
    children.watch_once()
    assert child.pause == FIRST_PAUSE
    children.stop()


def test_stop_ends_all_and_kills_what_will_not_end() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)  # noqa: FBT003 - the signature of os
    polite = Child("polite", SLEEPER)
    stubborn = Child("stubborn", [])
    children = Children([polite])
    children.start()
    stubborn.process = subprocess.Popen([*STUBBORN, str(writer)], pass_fds=[writer], start_new_session=True)
    assert select.select([reader], [], [], 20)[0], "the child never came up"
    both = Children([polite, stubborn])
    both.stop(seconds=0.3)
    assert not polite.alive
    assert stubborn.process.returncode == -signal.SIGKILL
    os.close(reader)
    os.close(writer)


def test_one_generation_at_a_time(tmp_path: Path) -> None:
    assert living_pid(tmp_path) is None
    with Generation(tmp_path):
        assert living_pid(tmp_path) == os.getpid()
        with pytest.raises(AlreadyUpError, match=str(os.getpid())):
            Generation(tmp_path).__enter__()
    assert living_pid(tmp_path) is None


def test_a_generation_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, signal, pathlib; from phithak.web.supervisor.generation import Generation;"
        "Generation(pathlib.Path(sys.argv[1])).__enter__(); print('up', flush=True); signal.pause()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert living_pid(tmp_path) == process.pid
        process.kill()
    assert living_pid(tmp_path) is None
