"""What the benchmarks of pages share: an instance in a folder, and the measuring.

Pages are asked of the web process by four clients at once, while a writer (a process of its own, as the worker is)
adds or changes rows.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench._served import HOST, Served

ROOT = Path(__file__).resolve().parent.parent
BAR_P95_MS = 200.0
CHUNK = 2_000
THREADS = 4
WRITES_PER_SECOND = 20
WARM = 8
"""So often each list is asked beforehand: every process of the server has then begun."""


def instance(folder: Path, database_url: str = "") -> None:
    """Make an instance in a folder, with this process as one of its processes; one that is there is taken up."""
    from phithak.base import keyfiles  # noqa: PLC0415 - the caller has set the path

    os.environ |= {
        "PHITHAK_CONFIG_DIR": str(folder / "config"),
        "PHITHAK_DATA_DIR": str(folder / "data"),
        "PHITHAK_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
    }
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name in ("instance.key", "root.key"):
        if not (folder / "config" / name).exists():
            keyfiles.create(folder / "config" / name)
    import django  # noqa: PLC0415 - the folders above must be set first
    from django.conf import settings  # noqa: PLC0415 - same

    settings.SECRET_KEY = keyfiles.derive(keyfiles.read(folder / "config" / "instance.key"), "django").hex()
    settings.ALLOWED_HOSTS = [HOST, "testserver"]
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - same

    call_command("migrate", verbosity=0)


def fill(chunks: Iterable[list[Any]]) -> None:
    """Store lists of unsaved rows, each list in one transaction."""
    from django.db import transaction  # noqa: PLC0415 - ready only after instance()

    for chunk in chunks:
        with transaction.atomic():
            type(chunk[0]).objects.bulk_create(chunk)


def analyse() -> None:
    """Let the database count what it holds, as it does by itself in time."""
    from django.db import connection  # noqa: PLC0415 - ready only after instance()

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write_on(act: Callable[[int], None]) -> int:
    """Act twenty times a second until told to stop, then print how often."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    written = 0
    while not over.wait(1 / WRITES_PER_SECOND):
        act(written)
        written += 1
    print(written)
    return 0


def change_on(model: str, column: str, words: str) -> int:
    """Change a column of a thousand rows of a model (``app.Name``) in turn until told to stop; print how often."""
    import django  # noqa: PLC0415 - the folders were set by the process that started this one
    from django.apps import apps  # noqa: PLC0415 - same

    django.setup()
    from phithak.core.db.transactions import write  # noqa: PLC0415 - ready only now

    rows = apps.get_model(model)._default_manager  # noqa: SLF001 - Django's documented way
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:1000])

    def change(number: int) -> None:
        with write("bench.change_on"):
            rows.filter(pk=keys[number % len(keys)]).update(**{column: f"{words}{number}"})

    return write_on(change)


def measure(
    served: Served, lists: Mapping[str, Sequence[str]], requests: int, writer: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Ask for all addresses of all lists, in rounds, at least ``requests`` of each list.

    Args:
        served: who answers.
        lists: name of a figure → addresses.
        requests: least number of requests for each list.
        writer: arguments of this Python for the process that writes meanwhile, until SIGTERM.

    Returns:
        Figures (``<name>_p50_ms``, ``<name>_p95_ms`` …), and the median of each address in milliseconds.
    """
    figures: dict[str, float] = {}
    medians: dict[str, float] = {}
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, *writer], stdout=subprocess.PIPE, env=environment, text=True)
    with ThreadPoolExecutor(THREADS) as pool:
        for name, urls in lists.items():
            for _ in range(WARM):
                pool.submit(served.get, urls[0]).result()
            todo = list(urls) * max(1, -(-requests // len(urls)))
            random.Random(11).shuffle(todo)  # noqa: S311 - no secret
            took: defaultdict[str, list[float]] = defaultdict(list)
            for url, (status, seconds) in zip(todo, pool.map(served.get, todo), strict=True):
                if status != 200:
                    process.terminate()
                    raise SystemExit(f"{url}: status {status}")
                took[url].append(seconds * 1000)
            every = [value for values in took.values() for value in values]
            cuts = statistics.quantiles(every, n=100, method="inclusive")
            figures |= {
                f"{name}_requests": len(every), f"{name}_p50_ms": cuts[49], f"{name}_p95_ms": cuts[94],
            }  # fmt: skip
            medians |= {url: statistics.median(values) for url, values in took.items()}
    process.terminate()
    figures["written_meanwhile"] = int(process.communicate()[0] or 0)
    return {key: round(value, 1) for key, value in figures.items()}, medians


def report(name: str, figures: Mapping[str, float], medians: Mapping[str, float]) -> int:
    """Print the slowest addresses and the figures, write the report; 1 when a p95 misses its bar."""
    from tools import facts  # noqa: PLC0415 - the caller has set the path

    for url, value in sorted(medians.items(), key=lambda item: -item[1])[:15]:
        print(f"{value:9.1f} ms  {url}")
    bars = {key: BAR_P95_MS for key in figures if key.endswith("_p95_ms")}
    missed = [key for key, bar in bars.items() if figures[key] >= bar]
    for key, value in figures.items():
        met = "MISSED" if key in missed else "ok"
        print(f"{key:34} {value:10,.1f}  bar {bars.get(key, '-'):>8}  {met}")
    facts.write(name, figures=dict(figures), bars=bars, not_run=[], passed=not missed)
    return 1 if missed else 0
