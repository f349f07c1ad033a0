"""An import killed by SIGKILL at any moment ends as one that never was: each row once, none lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phithak.base import keyfiles
from tools import postgres

pytestmark = [pytest.mark.faults]

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("program.py")
ROWS = 120
INSIDE = ["chunk.updated:2", "chunk.before_commit:1", "chunk.committed:1", "chunk.before_commit:2",
          "chunk.committed:2", "finish.updated:1", "finish.before_commit:1"]  # fmt: skip
"""Crash points of a job's chunk and of its end, and at which passing the process dies."""


def outcome(folder: Path, url: str, kills: list[str]) -> dict[str, Any]:
    """Run the program on a fresh instance and return what is left."""
    (folder / "data").mkdir(parents=True)
    for key in ("instance.key", "root.key"):
        keyfiles.create(folder / "config" / key)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")}
    own = {
        "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PHITHAK_CONFIG_DIR": str(folder / "config"),
        "PHITHAK_DATA_DIR": str(folder / "data"),
        "PHITHAK_WORKER_LEASE_SECONDS": "1",
        **({"PHITHAK_DATABASE_URL": url} if url else {}),
    }
    done = subprocess.run(
        [sys.executable, PROGRAM, str(ROWS), *kills],
        env={**kept, **own}, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres"))])
def test_a_killed_import_ends_like_a_clean_one(kind: str, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - picks moments
    kills = [*INSIDE[:5], *(f"time:{chance.uniform(0.0, 0.1):.3f}" for _ in range(3)), *INSIDE[5:]]
    if kind == "sqlite":
        clean, killed = outcome(tmp_path / "a", "", []), outcome(tmp_path / "b", "", kills)
    else:
        with postgres.cluster(fsync=True) as server:
            clean = outcome(tmp_path / "a", server.url, [])
            server.empty()
            killed = outcome(tmp_path / "b", server.url, kills)
    # a positive control: the workers did die, and their attempts were counted as lost
    assert killed.pop("killed") == len(kills)
    assert killed.pop("lost") == len(kills)
    assert (clean.pop("killed"), clean.pop("lost")) == (0, 0)
    assert clean["state"] == "done"
    # 7 rows are of an unknown kind; of the 12 that were there, one of those is left as it was
    assert clean["counts"] == [102, 11, 0, 7, 121]
    assert len(clean["organisations"]) == 114
    assert len(clean["rows"]) == 120
    assert killed == clean
