"""What processes remember together: seen by each for a minute, computed by one, and never needed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from phithak.core.db import shelf

pytestmark = pytest.mark.usefixtures("empty_shelf")


def folder(data_dir: Path) -> Path:
    return data_dir / "run" / "remembered"


def test_another_process_finds_it(empty_shelf: Path) -> None:
    shelf.keep(("count", 7), {"ร้าน": 3})
    ask = (
        "from types import SimpleNamespace; from pathlib import Path; import sys; from phithak.core.db import shelf;"
        "shelf.settings = SimpleNamespace(CONFIG=SimpleNamespace(data_dir=Path(sys.argv[1])));"
        "print(shelf.recall(('count', 7)), shelf.recall(('count', 8)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", ask, str(empty_shelf)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert said.stdout.strip() == "{'ร้าน': 3} None"


def test_a_minute_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.keep("key", 1)
    assert shelf.recall("key") == 1
    now = time.monotonic()
    monkeypatch.setattr(shelf.time, "monotonic", lambda: now + shelf.SECONDS + 1)
    assert shelf.recall("key") is None
    assert shelf.knew("key")
    monkeypatch.setattr(shelf.time, "monotonic", lambda: now - 100.0)  # the machine was started anew
    assert shelf.recall("key") is None


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"[1]", b"{}", b'["x", 1]', b"[1, 2"])
def test_a_damaged_file_is_nothing(empty_shelf: Path, damage: bytes) -> None:
    shelf.keep("key", 1)
    (file,) = folder(empty_shelf).iterdir()
    file.write_bytes(damage)
    assert shelf.recall("key") is None
    shelf.keep("key", 2)
    assert shelf.recall("key") == 2


def test_without_a_folder_pages_still_work(empty_shelf: Path) -> None:
    (empty_shelf / "run").write_text("no folder")
    shelf.keep("key", 1)
    assert shelf.recall("key") is None
    with shelf.alone("key"):
        assert not shelf.knew("key")


def test_nobody_else_may_open_it(empty_shelf: Path) -> None:
    shelf.keep("key", "นาย")
    assert folder(empty_shelf).stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder(empty_shelf).iterdir())


def test_one_works_and_the_others_wait() -> None:
    counted: list[int] = []
    started = threading.Barrier(8)

    def work() -> None:
        started.wait(10)
        with shelf.alone("key"):
            if shelf.recall("key") is None:
                counted.append(1)
                shelf.keep("key", "done")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert counted == [1]


def test_old_files_go(empty_shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.keep("old", 1)
    (old,) = folder(empty_shelf).iterdir()
    os.utime(old, (0, 0))
    monkeypatch.setattr(shelf, "_SWEPT_ONE_IN", 1)
    with shelf.alone("old"):
        shelf.keep("new", 1)
    assert not shelf.knew("old")
    assert shelf.knew("new")
    assert len(list(folder(empty_shelf).iterdir())) == 2  # with the lock's file
