"""An import of 10,000 organisations into a registry of 100,000, beside people at work, on both databases.

The product's own ``phithak worker`` takes the import, while four threads ask the WSGI application for lists,
searches and detail pages and a process writes twenty times a second. The import ends within 60 s from the moment
that the worker took it, and each kind of page has p95 < 200 ms meanwhile. On PostgreSQL a cluster of its own is
started on a unix socket; without its programs that half is *not run*.

    python bench/registry_import.py [--size 100000] [--rows 10000] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _pages  # noqa: E402 - found by the path set above
from bench._served import Served  # noqa: E402 - same

BAR_SECONDS = 60.0
PATIENCE = 900.0
DETAILS = 60
LANES = 3
FIRST = ("โรงพยาบาล", "ร้าน", "บริษัท", "ตลาดออนไลน์", "คลินิก", "สำนักงาน", "ศูนย์", "ห้างหุ้นส่วน")
SECOND = ("ธารเมฆ", "ดอยแสง", "ใบตอง", "หิ่งห้อย", "เกาะทราย", "ลมหนาว", "ข้าวหอม", "สายน้ำ", "ภูผา", "แก้วตา")
THIRD = ("เหนือ", "ใต้", "รุ่งเรือง", "เจริญสุข", "พัฒนา", "สามัคคี", "ก้าวหน้า", "มั่นคง", "ร่มเย็น", "สุขใจ")
KINDS = ("hospital", "merchant", "private", "platform", "clinic", "ministry_unit")
SECTORS = ("e-commerce.shop", "health.hospital", "telecom.mobile", "")
HEAD = "รหัสหน่วยงาน,ชื่อหน่วยงาน,ชื่ออังกฤษ,ประเภท,ภาคส่วน,จังหวัด,เลขนิติบุคคล,เว็บไซต์"


def name_of(number: int) -> str:
    """Return an invented name; many share their beginning, as names do."""
    return f"{FIRST[number % 8]}{SECOND[number // 8 % 10]}{THIRD[number // 80 % 10]} {number // 800 + 1}"


def file_of(rows: int) -> bytes:
    """Return a CSV of organisations that are not there yet, with codes and numbers of their own."""
    from phithak.engines.thai import PROVINCES, check_digit  # noqa: PLC0415 - the path is set now

    words = ("โรงพยาบาล", "ร้านค้า", "เอกชน", "แพลตฟอร์ม")
    lines = [HEAD]
    for number in range(rows):
        digits = f"0105{number:08d}"
        lines.append(
            f"N{number},{name_of(number)} สาขาใหม่ {number},Imagined branch {number},{words[number % 4]},"
            f"{SECTORS[number % 4]},{PROVINCES[number % 77].th},{digits}{check_digit(digits)},new{number}.example.th"
        )
    return "\n".join(lines).encode()


def fill(size: int) -> None:
    """Make the made-up sector, an authority's scope, and so many organisations as the services would have left them."""
    from phithak.core.search import services as search  # noqa: PLC0415 - ready only now
    from phithak.registry.services import organisations as services  # noqa: PLC0415 - same
    from tests import people as sector_people  # noqa: PLC0415 - same

    people = sector_people.build()
    services.load_ready()
    services.find_tenants()
    services.set_scope(people.actor("cert_admin"), people.tenant_id("authority"), "e-commerce")
    centre = people.tenant_id("cert")
    for start in range(0, size, _pages.CHUNK):
        _store(centre, range(start, min(start + _pages.CHUNK, size)))
        print(f"{start:,} of {size:,} organisations", file=sys.stderr, flush=True)
    search.chart_all()  # the worker does it every five minutes
    _pages.analyse()


def _store(centre: UUID, numbers: range) -> None:
    from django.db import transaction  # noqa: PLC0415 - ready only now

    from phithak.core.accounts.models import Oversight, Tenant  # noqa: PLC0415 - same
    from phithak.core.db import bulk  # noqa: PLC0415 - same
    from phithak.core.search import services as search  # noqa: PLC0415 - same
    from phithak.engines.thai import PROVINCES  # noqa: PLC0415 - same
    from phithak.registry.models import Alias, MatchKey, Organisation  # noqa: PLC0415 - same
    from phithak.registry.queries import duplicates, organisations, searching, sectors  # noqa: PLC0415 - same
    from phithak.registry.queries.sorting import name_key  # noqa: PLC0415 - same

    sector_ids = {row.code: row.pk for row in sectors.sectors()}
    tenants = [Tenant(kind="merchant", name_th=name_of(number)) for number in numbers]
    rows = [
        Organisation(
            tenant_id=tenant.pk, name_th=tenant.name_th, name_key=name_key(tenant.name_th), kind=KINDS[number % 6],
            size=("small", "medium", "large")[number % 3], province=PROVINCES[number % 77].code,
            sector_id=sector_ids.get(SECTORS[number % 4]),
        )
        for number, tenant in zip(numbers, tenants, strict=True)
    ]  # fmt: skip
    keys = [
        (row.pk, key)
        for row in rows
        for key in duplicates.keys_of(duplicates.Known(row, (row.name_th,), (), frozenset()))
    ]
    codes = zip(numbers, rows, strict=True)
    with transaction.atomic():
        bulk.insert_all(tenants)
        bulk.insert_all([Oversight(over_id=centre, under_id=row.pk, reason="constituency") for row in rows])
        bulk.insert_all(rows)
        bulk.insert_all([Alias(tenant_id=row.pk, text=f"H{at}", folded=f"h{at}") for at, row in codes])
        bulk.insert(MatchKey, ("organisation_id", "key"), keys)
    for start in range(0, len(rows), 500):
        search.put_many(organisations.KIND, searching.words_of(rows[start : start + 500]))


def addresses(size: int) -> dict[str, list[str]]:
    """Return for each figure the addresses that are asked for."""
    from phithak.registry.models import Organisation  # noqa: PLC0415 - ready only now

    every = Organisation.objects.order_by("name_key").values_list("pk", flat=True)[:size]
    last = size // 50
    lists = ["", f"page={last // 2}", f"page={last}", "sort=-name", "kind=hospital", "province=TH-50"]
    words = ["q=โรง", "q=ร้าน", "q=หิ่งห้อย", "q=ใบตองมั่นคง 44", "q=ไม่มีชื่อนี้", "q=ฆฌ"]
    return {
        "list": [quote(f"/registry/?{query}", safe="/?=&") for query in lists],
        "search": [quote(f"/registry/?{query}", safe="/?=&") for query in words],
        "detail": [f"/registry/{pk}/" for pk in every[:: max(1, size // DETAILS)]],
    }


def wait(what: str, done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > until:
            raise SystemExit(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.2)


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run this Python beside us, and end it politely."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    started = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        if started.stdout is not None and not started.stdout.closed:
            started.communicate(timeout=60)


def ask_on(
    served: Served, asked: Mapping[str, Sequence[str]], over: threading.Event
) -> dict[str, list[float]]:
    """Ask for all addresses in random order by four threads until it is over; milliseconds by figure."""
    took: dict[str, list[float]] = defaultdict(list)

    def client(seed: int) -> None:
        todo = [
            (name, url) for name, urls in asked.items() for url in list(urls) * max(1, DETAILS // len(urls))
        ]
        random.Random(seed).shuffle(todo)  # noqa: S311 - no secret
        for name, url in itertools.cycle(todo):
            if over.is_set():
                return
            status, seconds = served.get(url)
            if status != 200:
                raise SystemExit(f"{url}: status {status}")
            took[name].append(seconds * 1000)

    with ThreadPoolExecutor(_pages.THREADS) as pool:
        for done in [pool.submit(client, seed) for seed in range(_pages.THREADS)]:
            done.result()
    return took


def measure(rows: int, size: int) -> dict[str, float]:
    """Import so many rows beside readers and a writer, and return the figures."""
    from phithak.core.accounts.models import User  # noqa: PLC0415 - ready only now
    from phithak.core.accounts.queries import actor_for_user  # noqa: PLC0415 - same
    from phithak.core.jobs.models import Job, WorkerBeat  # noqa: PLC0415 - same
    from phithak.registry.models import ImportRun  # noqa: PLC0415 - same
    from phithak.registry.services import joining  # noqa: PLC0415 - same
    from tests.people import People  # noqa: PLC0415 - same

    user = User.objects.get(email="cert.admin@example.th")
    people = People({}, {"cert_admin": user})
    cookie = people.client("cert_admin").cookies["sessionid"].value
    actor = actor_for_user(user, {})
    asked = addresses(size)
    command = ("-c", "from phithak.web.cli import main; raise SystemExit(main())", "worker", "--no-loops")
    over = threading.Event()
    with process(*command), Served(cookie) as served:
        for url in [urls[0] for urls in asked.values()] * _pages.WARM:
            served.get(url)
        wait("the worker", lambda: WorkerBeat.objects.count() == LANES)
        began = time.perf_counter()
        run_id = joining.upload(actor, io.BytesIO(file_of(rows)), name="new.csv", kind="organisations")
        here = ImportRun.objects.filter(pk=run_id)
        wait("the check", lambda: not here.filter(state="checking").exists())
        checked = time.perf_counter() - began
        with process(__file__, "--write") as writer, ThreadPoolExecutor(1) as pool:
            asking = pool.submit(ask_on, served, asked, over)
            joining.start(actor, run_id)
            try:
                wait("the import", lambda: not here.filter(state="running").exists() or asking.done())
            finally:
                over.set()
            took = asking.result()
            writer.send_signal(signal.SIGTERM)
            written = int(writer.communicate()[0] or 0)
        row = here.get()
        job = Job.objects.get(pk=str(row.job_id))
    if row.state != "done" or row.added != rows or job.started_at is None or job.finished_at is None:
        raise SystemExit(
            f"the import ended as {row.state}: {row.added} added, {row.faults} at fault; {row.error}"
        )
    seconds = (job.finished_at - job.started_at).total_seconds()
    figures: dict[str, float] = {
        "check_seconds": checked, "import_seconds": seconds, "rows": rows, "written_meanwhile": written,
    }  # fmt: skip
    for name, values in took.items():
        cuts = statistics.quantiles(values, n=100, method="inclusive")
        figures |= {f"{name}_requests": len(values), f"{name}_p50_ms": cuts[49], f"{name}_p95_ms": cuts[94]}
    return {key: round(value, 1) for key, value in figures.items()}


def one_database(name: str, size: int, rows: int, url: str) -> dict[str, float]:
    """Prepare and measure one database; the figures' names begin with it."""
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as folder:
        _pages.instance(Path(folder), url)
        fill(size)
        return {f"{name}_{key}": value for key, value in measure(rows, size).items()}


def in_child(name: str, chosen: argparse.Namespace, url: str) -> dict[str, float]:
    """Measure in a process of its own: Django knows one database for its whole life."""
    sizes = ["--size", str(chosen.size), "--rows", str(chosen.rows)]
    done = subprocess.run(
        [sys.executable, __file__, *sizes, "--measure", name, "--url", url],
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{name}: {done.stdout[-400:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def report(figures: Mapping[str, float], not_run: list[str]) -> int:
    """Print the figures and write the report; 1 when a bar is missed."""
    from tools import facts  # noqa: PLC0415 - found by the path set above

    bars = {key: _pages.BAR_P95_MS for key in figures if key.endswith("_p95_ms")}
    bars |= {key: BAR_SECONDS for key in figures if key.endswith("_import_seconds")}
    missed = [key for key, bar in bars.items() if figures[key] >= bar]
    for key, value in figures.items():
        met = "MISSED" if key in missed else "ok"
        print(f"{key:34} {value:10,.1f}  bar {bars.get(key, '-'):>8}  {met}")
    facts.write("registry_import", figures=dict(figures), bars=bars, not_run=not_run, passed=not missed)
    return 1 if missed else 0


def main() -> int:
    """Measure, print, write ``build/report/registry_import.json``; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        return _pages.change_on("registry.Organisation", "short_th", "ยก")
    if chosen.measure:
        print(json.dumps(one_database(chosen.measure, chosen.size, chosen.rows, chosen.url)))
        return 0
    from tools import postgres  # noqa: PLC0415 - found by the path set above

    figures: dict[str, float] = {}
    not_run = []
    if chosen.only != "postgresql":
        figures |= in_child("sqlite", chosen, "")
    if chosen.only != "sqlite":
        if postgres.binaries() is None:
            print(f"postgresql: not run: {postgres.INSTALL}")
            not_run.append("postgresql")
        else:
            with postgres.cluster() as server:
                figures |= in_child("postgresql", chosen, server.url)
    return report(figures, not_run)


if __name__ == "__main__":
    sys.exit(main())
