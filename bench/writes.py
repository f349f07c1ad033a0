"""Write budget on SQLite: how long a page's write waits beside a worker, a detector and a chunked import.

Four processes write at the full shares of the write budget (two web processes 50 transactions/s each, a
worker 50/s, a detector 10/s of 500 rows) while a fifth imports 10,000 rows in chunks, again and again.
Bar: p99 of a page's write < 200 ms, no write refused. ``--unpaced`` imports in one piece, as the budget forbids.

    python bench/writes.py [--seconds 60] [--unpaced]
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

BAR_P99_MS = 200.0
IMPORT_ROWS = 10_000
DETECTOR_ROWS = 500
WEB_RATE, WORKER_RATE, DETECTOR_RATE = 50.0, 50.0, 10.0

Samples = list[float]


def use_folder(folder: str) -> None:
    """Load the database floor with the product's own database settings, in a folder of its own."""
    os.environ |= {
        "PHITHAK_CONFIG_DIR": f"{folder}/config",
        "PHITHAK_DATA_DIR": f"{folder}/data",
        "PHITHAK_DATABASE_URL": "",
    }
    import django  # noqa: PLC0415 - the folders above must be set first
    from django.conf import settings  # noqa: PLC0415 - same

    from phithak.web import settings as product  # noqa: PLC0415 - same

    settings.configure(DATABASES=product.DATABASES, INSTALLED_APPS=["phithak.core.db"], USE_TZ=True)
    django.setup()


def prepare(folder: str) -> None:
    """Make the database: three tables of the shapes that pages, detector and importer write."""
    Path(folder, "data").mkdir()
    use_folder(folder)
    from django.db import connection  # noqa: PLC0415 - same

    with connection.cursor() as cursor:
        for table in ("page", "entry", "bulk"):
            cursor.execute(
                f"CREATE TABLE bench_{table} (id BLOB PRIMARY KEY, kind TEXT NOT NULL, body TEXT, at TEXT)"
            )
            cursor.execute(f"CREATE INDEX bench_{table}_kind ON bench_{table} (kind, at)")
    connection.close()


def insert(table: str, kind: str, count: int) -> list[tuple[str, tuple[object, ...]]]:
    """Return rows ready to insert: the values are made outside of the transaction, as services do."""
    from phithak.base import ids  # noqa: PLC0415 - same

    body = "ข้อความภาษาไทย " * 20
    statement = f"INSERT INTO bench_{table} VALUES (%s, %s, %s, %s)"  # noqa: S608 - a name of our own
    return [(statement, (ids.uuid7().bytes, kind, body, "2026-11-21")) for _ in range(count)]


def store(rows: Any) -> None:
    """Write rows in the open transaction."""
    from django.db import connection  # noqa: PLC0415 - same

    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(rows[0][0], [values for _, values in rows])


def paced(folder: str, seconds: float, rate: float, rows: int, name: str) -> Samples:
    """Write at a steady rate and report how long each write took, waiting for the lock included."""
    use_folder(folder)
    from phithak.core.db.transactions import write  # noqa: PLC0415 - same

    took: Samples = []
    begin = due = time.perf_counter()
    while (now := time.perf_counter()) - begin < seconds:
        if now < due:
            time.sleep(due - now)
            continue
        # a late write does not pile up: a share is an upper limit, not a debt
        due = max(due + 1 / rate, now)
        page, entry = insert("page", name, rows), insert("entry", name, 1)
        started = time.perf_counter()
        with write(f"bench.{name}"):
            store(page)
            store(entry)
        took.append(time.perf_counter() - started)
    return took


def imports(folder: str, seconds: float, *, chunked: bool) -> Samples:
    """Import 10,000 rows again and again; report how long each import took."""
    use_folder(folder)
    from phithak.core.db.transactions import in_chunks, write  # noqa: PLC0415 - same

    took: Samples = []
    begin = time.perf_counter()
    while not took or time.perf_counter() - begin < seconds:
        rows = insert("bulk", "import", IMPORT_ROWS)
        started = time.perf_counter()
        if chunked:
            for _ in in_chunks("bench.import", rows, store):
                pass
        else:
            with write("bench.import"):
                store(rows)
        took.append(time.perf_counter() - started)
    return took


def percentile(samples: Samples, share: float) -> float:
    """Return the sample below which ``share`` of all lie (nearest rank), in milliseconds."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def measure(seconds: float, *, chunked: bool = True) -> dict[str, dict[str, float]]:
    """Run the load and return, for each writer, count, rate, p50, p99 and the longest in milliseconds."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as folder:
        with ProcessPoolExecutor(1, mp_context=spawn) as maker:
            maker.submit(prepare, folder).result()
        with ProcessPoolExecutor(5, mp_context=spawn) as pool:
            writers = {
                name: pool.submit(paced, folder, seconds, rate, rows, name)
                for name, rate, rows in (
                    ("web 1", WEB_RATE, 1),
                    ("web 2", WEB_RATE, 1),
                    ("worker", WORKER_RATE, 1),
                    ("detector", DETECTOR_RATE, DETECTOR_ROWS),
                )
            }
            writers["import"] = pool.submit(imports, folder, seconds, chunked=chunked)
            found = {name: writer.result() for name, writer in writers.items()}
    found["page"] = found["web 1"] + found["web 2"]
    return {
        name: {
            "count": len(samples),
            "per_second": round(len(samples) / seconds, 1),
            "p50_ms": round(percentile(samples, 0.50), 1),
            "p99_ms": round(percentile(samples, 0.99), 1),
            "max_ms": round(max(samples) * 1000, 1),
        }
        for name, samples in found.items()
    }


def main() -> int:
    """Measure, print, write ``build/report/writes.json``; 1 when the bar is missed."""
    from tools import facts  # noqa: PLC0415 - found by the path set above

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--unpaced", action="store_true", help="import in one piece, as the budget forbids")
    chosen = parser.parse_args()
    figures = measure(chosen.seconds, chunked=not chosen.unpaced)
    for name, values in figures.items():
        print(f"{name:10}", "  ".join(f"{key} {value:8}" for key, value in values.items()))
    p99 = figures["page"]["p99_ms"]
    passed = p99 < BAR_P99_MS
    facts.write(
        "writes-unpaced" if chosen.unpaced else "writes",
        figures={"seconds": chosen.seconds, **figures},
        bars={"page p99_ms": BAR_P99_MS},
        not_run=[],
        passed=passed,
    )
    print(f"p99 of a page's write: {p99} ms, bar {BAR_P99_MS:.0f} ms, ratio {p99 / BAR_P99_MS:.2f}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
