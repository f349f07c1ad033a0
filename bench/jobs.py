"""Jobs: how many a second, and the memory of a worker with three lanes.

The rate is that of jobs whose body writes nothing, so it is the price of queue, claim and finish alone: two
durable transactions a job. The memory is PSS (shared pages counted once) of the product's own
``phithak worker``, idle: supervisor and three lanes. The aim comes from a prototype with the jobs room alone;
the bar is that of the whole product, whose modules every lane shares (57 MB of the sum when this was written).

    python bench/jobs.py [--jobs 600] [--postgresql]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.faults.instances import children_of, wait_until  # noqa: E402 - the path must be set first
from tests.faults.jobs.harness import House  # noqa: E402 - same
from tools import facts, postgres  # noqa: E402 - same

LANES = ("urgent", "normal", "heavy")
AIM_PSS_MB = 67.0
BAR_PSS_MB = 90.0
BAR_RATE = 50.0  # jobs/s: the worker's share of SQLite's write budget


def pss_mb(pid: int) -> float:
    """Return the PSS of a process in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def memory(house: House, *, loops: bool) -> dict[str, float]:
    """Start ``phithak worker`` and return the PSS of its processes in MB."""
    settings = {
        "PHITHAK_CONFIG_DIR": str(house.folder / "config"),
        "PHITHAK_DATA_DIR": str(house.folder / "data"),
        "PHITHAK_DATABASE_URL": house.url,
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-c", "from phithak.web.cli import main; raise SystemExit(main())", "worker"]
    worker = subprocess.Popen(
        [*command, *([] if loops else ["--no-loops"])],
        env={**os.environ, **settings},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(
            lambda: house.one("SELECT count(*) FROM jobs_workerbeat") == len(LANES), "three lanes beat"
        )
        time.sleep(3)
        found = {"supervisor": pss_mb(worker.pid)}
        for number, pid in enumerate(children_of(worker.pid)):
            found[f"child {number}"] = pss_mb(pid)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    return {**found, "sum": sum(found.values())}


def rate(house: House, jobs: int) -> dict[str, float]:
    """Queue ``jobs`` empty jobs over three lanes, work them, and return jobs per second."""
    began = time.perf_counter()
    house.run("enqueue", "faults.empty", str(jobs), *LANES)
    queued = time.perf_counter() - began
    worker = house.work(*LANES)
    wait_until(lambda: house.states()["done"] > 0, "the first job")
    first, done = time.perf_counter(), house.states()["done"]
    wait_until(lambda: not house.unfinished(), "all jobs", seconds=600)
    took = time.perf_counter() - first
    worker.terminate()
    return {"queued_per_s": jobs / queued, "done_per_s": (jobs - done) / took}


def measure(jobs: int, url: str = "") -> dict[str, Any]:
    """Return every figure on one database."""
    folder = Path(tempfile.mkdtemp(prefix="phithak-bench-"))
    house = House(folder, url)
    try:
        house.run("prepare")
        found: dict[str, Any] = {"rate": rate(house, jobs)}
        house.clear()
        found["pss_mb_lanes"] = memory(house, loops=False)
        house.clear()
        found["pss_mb_with_loops"] = memory(house, loops=True)
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)
    return found


def main() -> int:
    """Print the figures and hold them against the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=600)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    passed = True
    figures: dict[str, Any] = {}
    with postgres.cluster(fsync=True) if asked.postgresql else nullcontext() as server:
        for name, url in (("sqlite", ""), *((("postgresql", server.url),) if server else ())):
            found = figures[name] = measure(asked.jobs, url)
            lanes, whole = found["pss_mb_lanes"], found["pss_mb_with_loops"]
            print(f"{name}: {found['rate']['done_per_s']:.0f} jobs/s done (bar {BAR_RATE:.0f})")
            print(f"{name}: {found['rate']['queued_per_s']:.0f} jobs/s queued")
            bars = f"(bar {BAR_PSS_MB:.0f}, aim {AIM_PSS_MB:.0f})"
            print(f"{name}: PSS of 3 lanes {lanes['sum']:.1f} MB {bars}, with loops {whole['sum']:.1f}")
            passed &= found["rate"]["done_per_s"] >= BAR_RATE and lanes["sum"] <= BAR_PSS_MB
    facts.write(
        "bench-jobs",
        figures=figures,
        bars={"done_per_s": BAR_RATE, "pss_mb": BAR_PSS_MB, "pss_mb_aim": AIM_PSS_MB},
        not_run=[] if asked.postgresql else ["postgresql"],
        passed=passed,
    )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
