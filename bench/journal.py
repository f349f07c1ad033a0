"""Journal: entries recorded, numbered and signed a second, and how long each transaction holds the lock.

One process records (50 entries to a transaction, as bulk services do), another is the sequencer; the clock
stops when every entry has its number and the last checkpoint is signed. Run on SQLite (``synchronous=FULL``)
and on PostgreSQL (fsync on). Bars: >= 2,000 entries/s, and 99 of 100 holds within the write budget of 50 ms.

    python bench/journal.py [--seconds 10]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tools import facts, postgres  # noqa: E402 - the path must be set first

BAR_RATE = 2000.0
BAR_HOLD_MS = 50.0
ENTRIES_A_WRITE = 50

Holds = list[tuple[str, float]]


def use(folder: str, url: str) -> None:
    """Let this process be one of the instance in ``folder``."""
    os.environ["PHITHAK_CONFIG_DIR"] = f"{folder}/config"
    os.environ["PHITHAK_DATA_DIR"] = f"{folder}/data"
    os.environ["PHITHAK_DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "phithak.web.settings"
    import django  # noqa: PLC0415 - settings come from the variables above

    django.setup()


def prepare(folder: str, url: str) -> None:
    """Make keys and tables."""
    from phithak.base import keyfiles  # noqa: PLC0415 - same

    keyfiles.create(Path(folder) / "config" / "instance.key")
    keyfiles.create(Path(folder) / "config" / "root.key")
    (Path(folder) / "data").mkdir()
    use(folder, url)
    from django.core.management import call_command  # noqa: PLC0415 - same

    call_command("migrate", verbosity=0)


def watch() -> Holds:
    """Return a list that every hold of a write transaction is added to, in milliseconds.

    Time in which the machine gave the process no processor is not the code's and is left out.
    """
    from phithak.core.db import budget  # noqa: PLC0415 - same

    seen: Holds = []
    budget.watchers.append(lambda hold: seen.append((hold.name, hold.own_seconds * 1000)))
    return seen


def write(folder: str, url: str, seconds: float) -> tuple[int, Holds, float]:
    """Record entries for a while; return how many, the holds and the CPU seconds."""
    use(folder, url)
    from phithak.core import contrib  # noqa: PLC0415 - same
    from phithak.core.accounts import actors  # noqa: PLC0415 - same
    from phithak.core.db import transactions  # noqa: PLC0415 - same
    from phithak.core.journal.events import Tag  # noqa: PLC0415 - same

    holds, actor, count = watch(), actors.system("bench"), 0
    cpu = time.process_time()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with transactions.write("bench.record"):
            for number in range(ENTRIES_A_WRITE):
                facts_ = {"entries": count + number, "note": "ข้อความภาษาไทยหนึ่งบรรทัด"}
                contrib.record(actor, Tag.EXPORTED, ("bench.thing", str(number)), facts=facts_)
        count += ENTRIES_A_WRITE
        # the pause of the write budget: others get the lock in between
        time.sleep(0.002)
    return count, holds, time.process_time() - cpu


def number(folder: str, url: str, stop: Any) -> tuple[int, Holds, float]:
    """Be the sequencer until told to stop and nothing waits; return how many were numbered, holds, CPU seconds."""
    use(folder, url)
    from phithak.core.journal import services  # noqa: PLC0415 - same

    holds, total = watch(), 0
    cpu = time.process_time()
    while True:
        over = stop.is_set()
        found = services.tick()
        total += found
        if over and not found:
            services.sign_if_due(at_once=True)
            return total, holds, time.process_time() - cpu
        if not found:
            time.sleep(0.05)


def percentile(samples: list[float], share: float) -> float:
    """Return the sample below which ``share`` of all lie (nearest rank)."""
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else 0.0


def measure(url: str, seconds: float) -> dict[str, Any]:
    """Run both processes and return the figures of one backend."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as folder, multiprocessing.Manager() as manager:
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            pool.submit(prepare, folder, url).result()
        stop = manager.Event()
        with ProcessPoolExecutor(2, mp_context=spawn) as pool:
            # both have loaded Django before the clock starts
            for warm in [pool.submit(use, folder, url) for _ in range(2)]:
                warm.result()
            numbering = pool.submit(number, folder, url, stop)
            started = time.monotonic()
            written, record_holds, record_cpu = pool.submit(write, folder, url, seconds).result()
            stop.set()
            numbered, number_holds, number_cpu = numbering.result()
            took = time.monotonic() - started
    holds = [length for name, length in [*record_holds, *number_holds] if name != "journal.epoch"]
    return {
        "entries": written,
        "numbered": numbered,
        "seconds": round(took, 1),
        "entries_per_second": round(written / took),
        "record_cpu_us": round(record_cpu / max(1, written) * 1e6),
        "number_cpu_us": round(number_cpu / max(1, numbered) * 1e6),
        "hold_ms_p50": percentile(holds, 0.5),
        "hold_ms_p99": percentile(holds, 0.99),
        "hold_ms_longest": round(max(holds), 1),
        "holds": len(holds),
    }


def main() -> int:
    """Measure, print, report; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    figures, not_run = {"sqlite": measure("", chosen.seconds)}, []
    if postgres.binaries() is None:
        not_run.append(f"PostgreSQL: {postgres.INSTALL}")
    else:
        with postgres.cluster(fsync=True) as server:
            figures["postgresql"] = measure(server.url, chosen.seconds)
    missed = []
    for backend, found in figures.items():
        print(f"{backend}: {found}")
        if found["entries"] != found["numbered"]:
            missed.append(f"{backend}: {found['entries']} recorded, {found['numbered']} numbered")
        if found["entries_per_second"] < BAR_RATE:
            missed.append(f"{backend}: {found['entries_per_second']}/s < {BAR_RATE}/s")
        if found["hold_ms_p99"] > BAR_HOLD_MS:
            missed.append(f"{backend}: p99 hold {found['hold_ms_p99']} ms > {BAR_HOLD_MS} ms")
    bars = {"entries_per_second": BAR_RATE, "hold_ms_p99": BAR_HOLD_MS}
    path = facts.write(
        "journal", figures=figures, bars=bars, not_run=not_run, missed=missed, passed=not missed
    )
    print(*missed, path.relative_to(ROOT), sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
