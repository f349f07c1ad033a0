"""Who holds a message lives or not: told by the kernel, for forked children too; a late one is ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from phithak.base import ids
from phithak.core.outbox import senders


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the instance another data folder; what this process marked elsewhere is put aside."""
    settings.CONFIG = replace(settings.CONFIG, data_dir=tmp_path)
    monkeypatch.setattr(senders, "_own", senders._Own())
    return tmp_path / "run" / "senders"


@contextmanager
def child() -> Iterator[tuple[int, UUID]]:
    """Fork a process that takes a holder and waits; yield its pid and the holder."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(write, senders.new_holder().bytes)
            signal.pause()
        finally:
            os._exit(0)
    try:
        yield pid, UUID(bytes=os.read(read, 16))
    finally:
        os.close(read)
        os.close(write)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_each_holder_is_new_and_names_its_process(folder: Path) -> None:
    mine = {senders.new_holder() for _ in range(100)}
    assert len(mine) == 100
    assert len({holder.bytes[:8] for holder in mine}) == 1
    with child() as (_, other):
        assert other.bytes[:8] not in {holder.bytes[:8] for holder in mine}


def test_nobody_this_process_and_a_stranger_without_a_mark_are_over(folder: Path) -> None:
    assert senders.is_over(None)
    assert senders.is_over(senders.new_holder())
    assert senders.is_over(ids.uuid7())


def test_a_frozen_sender_is_ended_and_then_over(folder: Path) -> None:
    with child() as (pid, holder):
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED)
        assert not senders.is_over(holder)
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert (ended.si_code, ended.si_status) == (os.CLD_KILLED, signal.SIGKILL)
        assert senders.is_over(holder)
        assert not (folder / holder.bytes[:8].hex()).exists()


def test_a_sender_that_died_is_over(folder: Path) -> None:
    with child() as (pid, holder):
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert senders.is_over(holder)


def test_the_marks_of_the_dead_are_swept(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ("ab" * 8)).touch()
    with child() as (_, holder):
        assert [path.name for path in folder.iterdir()] == [holder.bytes[:8].hex()]
