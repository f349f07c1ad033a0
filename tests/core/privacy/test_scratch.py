"""Scratch space: sealed or in memory, gone at the end and after a kill."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from phithak.base.config import Config
from phithak.core.privacy import scratch
from phithak.core.privacy.errors import SealBrokenError

WORD = b"1101700203450"


@pytest.fixture
def tmpfs(instance: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a folder of the test stand for tmpfs."""
    folder = tmp_path / "shm"
    folder.mkdir()
    monkeypatch.setattr(scratch, "TMPFS", folder)
    return folder


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_memory_is_taken_where_there_is_room(instance: Config, tmpfs: Path) -> None:
    with scratch.folder() as space:
        assert tmpfs in space.path.parents
        assert space.plain
        assert space.path.stat().st_mode & 0o777 == 0o700
        (space.path / "spill").write_bytes(WORD)
    assert files_below(tmpfs) == []


def test_disk_is_sealed_under_a_key_of_this_process(instance: Config, tmpfs: Path) -> None:
    with scratch.folder(wanted_bytes=2**60) as space:
        assert instance.data_dir in space.path.parents
        assert not space.plain
        with space.create("spill") as writer:
            writer.write(WORD * 1000)
        (path,) = files_below(space.path)
        assert WORD not in path.read_bytes()
        assert space.open("spill").read() == WORD * 1000
        path.rename(path.with_name("other"))
        with pytest.raises(SealBrokenError):
            space.open("other")
        assert "secret" not in repr(space)
    assert files_below(instance.data_dir / "scratch") == []


def test_plain_files_never_go_to_the_disk(instance: Config, tmpfs: Path) -> None:
    with (
        pytest.raises(scratch.NoPlainScratchError) as caught,
        scratch.folder(wanted_bytes=2**60, need_plain=True),
    ):
        pass
    assert "tmpfs" in caught.value.message.th


def test_folder_goes_when_the_job_fails(instance: Config, tmpfs: Path) -> None:
    with pytest.raises(RuntimeError), scratch.folder() as space:
        (space.path / "spill").write_bytes(WORD)
        raise RuntimeError
    assert [path for home in tmpfs.iterdir() for path in home.iterdir()] == []


@pytest.mark.faults
@pytest.mark.parametrize("wanted", [0, 2**60])
def test_what_a_kill_left_is_swept_at_the_next_start(instance: Config, tmpfs: Path, wanted: int) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with scratch.folder(wanted_bytes=wanted) as space, space.create("spill") as sealed:
            sealed.write(WORD)
            os.write(writer, b"x")
            signal.pause()
        os._exit(0)
    os.read(reader, 1)
    assert scratch.sweep() == 0  # its process lives
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with scratch.folder(wanted_bytes=wanted) as mine:
        assert scratch.sweep() == 1
        assert mine.path.exists()
    for home in scratch._homes(instance):
        assert not home.exists() or list(home.iterdir()) == []


def test_foreign_things_in_the_folder_are_swept_too(instance: Config, tmpfs: Path) -> None:
    home = instance.data_dir / "scratch"
    (home / "not-ours").mkdir(parents=True)
    # the number of a living process, but another start: the number was given out again
    (home / f"{os.getpid()}-1-abc").mkdir()
    assert scratch.sweep() == 2
