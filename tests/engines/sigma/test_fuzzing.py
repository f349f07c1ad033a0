"""Any bytes as rules, any bytes as events: nothing breaks, nothing hangs (coverage-guided, by atheris)."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# CPU seconds of each kind at length: ten minutes together; and for how long one process of them runs by the clock
SOAK_SECONDS = 305.0
LAP_SECONDS = 100
pytestmark = pytest.mark.needs("atheris")


def fuzz(kind: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run one target in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.engines.sigma.fuzzing", kind, str(folder), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )


@pytest.mark.parametrize(("kind", "error"), [("control", "ValueError"), ("hanging", "TimeoutError")])
def test_a_target_that_breaks_is_seen(
    kind: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHITHAK_FUZZ_SECONDS", "1")
    done = fuzz(kind, tmp_path, "-runs=10000")
    assert done.returncode != 0
    assert error in done.stdout + done.stderr
    assert list(tmp_path.glob("broke-*"))


@pytest.mark.parametrize("kind", ["rules", "events"])
def test_nothing_breaks_in_a_short_run(kind: str, tmp_path: Path) -> None:
    done = fuzz(kind, tmp_path, "-runs=400", "-seed=20261122")
    assert done.returncode == 0, done.stderr[-4000:]
    assert re.search(r"Done \d+ runs", done.stderr)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["rules", "events"])
def test_nothing_breaks_at_length(kind: str, tmp_path: Path) -> None:
    before, laps = _spent(), 0
    # a busy machine gives less than a second of CPU for one by the clock, so laps are run until it is enough
    while _spent() - before < SOAK_SECONDS:
        done = fuzz(kind, tmp_path, f"-max_total_time={LAP_SECONDS}")
        assert done.returncode == 0, (
            done.stderr[-4000:],
            [path.read_bytes() for path in tmp_path.glob("broke-*")],
        )
        assert re.search(r"Done \d+ runs in (\d+) second", done.stderr)
        laps += 1
    assert laps < 60


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
