"""Lists at size: how long a list page takes over 200,000 journal entries, 100,000 messages and 10,000 users.

The pages are asked of the WSGI application in this process by four threads at once, while one writer (a
process of its own, as the worker is) adds messages: first, middle and last page, each sortable column both
ways, filters and searches that hit much, little and nothing. Bar: p95 < 200 ms for each list.

    python bench/lists.py [--requests 600] [--size 100000]
"""

from __future__ import annotations

import argparse
import io
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

BAR_P95_MS = 200.0
CHUNK = 2_000
THREADS = 4
WRITES_PER_SECOND = 20
PER_PAGE = 50
USERS_SHARE = 10
HOST = "127.0.0.1"

ROWS = {"/journal/": 2, "/outbox/": 1, "/accounts/users/": 1 / USERS_SHARE}
"""Rows of each list, as a multiple of the size."""

ASKED: dict[str, dict[str, tuple[str, ...]]] = {
    "/journal/": {
        "columns": ("at", "tag"),
        "narrow": (
            "tag=accounts.login.worked", "by=system", "object=accounts.user", "q=ปราณี", "q=bench", "q=ไม่มีผู้นี้",
            "q=21 พ.ย. 2569", "tag=accounts.login.worked&q=1 ม.ค. 2560",
        ),
    },
    "/outbox/": {
        "columns": ("created_at",),
        "narrow": ("state=unknown", "state=delivered", "channel=sms", "q=bench.notice", "q=ไม่มี", "channel=mail"),
    },
    "/accounts/users/": {
        "columns": ("name", "email", "last_login", "state"),
        "narrow": ("q=หมายเลข 77", "q=no.such.person", "role=analyst", "factor=missing"),
    },
}  # fmt: skip


def prepare(folder: Path, size: int) -> dict[str, Any]:
    """Make an instance, fill its tables, and return the session cookie and the tenants."""
    from phithak.base import keyfiles  # noqa: PLC0415 - found by the path set above

    os.environ |= {
        "PHITHAK_CONFIG_DIR": str(folder / "config"),
        "PHITHAK_DATA_DIR": str(folder / "data"),
        "PHITHAK_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
    }
    (folder / "data").mkdir()
    for name in ("instance.key", "root.key"):
        keyfiles.create(folder / "config" / name)
    import django  # noqa: PLC0415 - the folders above must be set first
    from django.conf import settings  # noqa: PLC0415 - same

    settings.SECRET_KEY = keyfiles.derive(keyfiles.read(folder / "config" / "instance.key"), "django").hex()
    settings.ALLOWED_HOSTS = [HOST, "testserver"]
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - same

    call_command("migrate", verbosity=0)
    from django.db import connection, transaction  # noqa: PLC0415 - same

    from tests import people  # noqa: PLC0415 - same

    sector = people.build()
    for fill in (_users, _entries, _messages):
        for chunk in fill(sector, size):
            with transaction.atomic():
                type(chunk[0]).objects.bulk_create(chunk)
    from phithak.core.accounts.models import Membership, User  # noqa: PLC0415 - same
    from phithak.core.accounts.roles import Role  # noqa: PLC0415 - same

    tenant = sector.tenant("hospital")
    users = User.objects.filter(email__startswith="bench").values_list("pk", flat=True)
    with transaction.atomic():
        Membership.objects.bulk_create(
            (Membership(user_id=pk, tenant=tenant, role=Role.MEMBER_STAFF) for pk in users), batch_size=CHUNK
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    browser = sector.client("cert_admin", staff=True)
    return {"cookie": browser.cookies["sessionid"].value, "tenant": sector.tenant_id("hospital")}


def _users(_sector: Any, size: int) -> Iterator[list[Any]]:
    from phithak.base import clock  # noqa: PLC0415 - ready only now
    from phithak.core.accounts.models import User  # noqa: PLC0415 - same

    now = clock.now()
    size //= USERS_SHARE
    for start in range(0, size, CHUNK):
        yield [
            User(
                email=f"bench{number}@example.th",
                name_th=f"ผู้ใช้ หมายเลข {number}",
                name_en=f"User {number}",
                password="!",  # noqa: S106 - nobody can log in with it
                last_login=now - timedelta(minutes=number) if number % 3 else None,
                left_at=now if number % 50 == 0 else None,
            )
            for number in range(start, min(start + CHUNK, size))
        ]


def _entries(sector: Any, size: int) -> Iterator[list[Any]]:
    from phithak.base import clock  # noqa: PLC0415 - ready only now
    from phithak.core.journal.models import Entry  # noqa: PLC0415 - same

    actors = [("user", sector.user("cert_admin").name_th), ("system", "bench"), ("user", "บัวผัน ใจเย็น")]
    tags = ["accounts.login.worked", *(f"bench.event_{number}" for number in range(30))]
    kinds = ["accounts.user", "outbox.message", "jobs.job", "privacy.item"]
    tenants = [sector.tenant_id(key) for key in ("cert", "hospital", "hospital_b")] + [None]
    # the same rows in each run
    dice = random.Random(7)  # noqa: S311 - no secret
    now = clock.now() - timedelta(days=300)
    body = json.dumps({"count": 1, "facts": {}})
    for start in range(0, size * 2, CHUNK):
        yield [
            Entry(
                tenant_id=dice.choice(tenants),
                tag=dice.choice(tags),
                actor_kind=(who := dice.choice(actors))[0],
                actor_name=who[1],
                object_kind=dice.choice(kinds),
                object_id=f"{dice.getrandbits(64):x}",
                at=now + timedelta(seconds=number * 60),
                body=body,
            )
            for number in range(start, start + CHUNK)
        ]


def _messages(sector: Any, size: int) -> Iterator[list[Any]]:
    from phithak.core.accounts import actors  # noqa: PLC0415 - ready only now
    from phithak.core.outbox.models import Message  # noqa: PLC0415 - same
    from phithak.core.privacy import services as privacy  # noqa: PLC0415 - same

    tenants = [sector.tenant_id(key) for key in ("cert", "hospital", "hospital_b")]
    values = [("phone", f"08{10_000_000 + number}") for number in range(CHUNK)]
    handles = privacy.seal_many(actors.system("bench"), values, tenant_id=tenants[0])
    for start in range(0, size, CHUNK):
        yield [
            Message(
                tenant_id=tenants[number % 3],
                channel="sms",
                recipient_kind="handle",
                recipient_id=handles[number % CHUNK],
                renderer="bench.notice",
                idempotency_key=f"bench{number}",
                state="unknown" if number % 5_000 == 0 else "delivered" if number % 2 else "accepted",
            )
            for number in range(start, min(start + CHUNK, size))
        ]


def addresses(size: int) -> dict[str, list[str]]:
    """Return for each list the addresses that are asked for."""
    found = {}
    for path, asked in ASKED.items():
        last = int(size * ROWS[path]) // PER_PAGE
        queries = ["", f"page={last // 2}", f"page={last}"]
        for column in asked["columns"]:
            queries += [f"sort={column}", f"sort=-{column}", f"sort={column}&page={last // 2}"]
        queries += asked["narrow"]
        found[path] = [f"{path}?{quote(query, safe='=&')}" for query in queries]
    return found


class Application:
    """The WSGI application with a session, as a server would call it."""

    def __init__(self, cookie: str) -> None:
        from phithak.web.wsgi import application  # noqa: PLC0415 - ready only now

        self._call, self._cookie = application, cookie

    def get(self, url: str) -> tuple[int, float]:
        """Return status and seconds of one page, its body read to the end."""
        path, _, query = url.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": HOST,
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": HOST, "HTTP_HOST": HOST,
            "HTTP_COOKIE": f"sessionid={self._cookie}", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        status: list[str] = []
        began = time.perf_counter()

        def begin(line: str, *_: Any) -> Any:
            status.append(line)

        answer = self._call(environ, begin)
        for _ in answer:
            pass
        seconds = time.perf_counter() - began
        answer.close()
        return int(status[0].split()[0]), seconds


def write_on(tenant: str) -> int:
    """Add messages until told to stop, then print how many."""
    import django  # noqa: PLC0415 - the folders were set by the process that started this one

    django.setup()
    from phithak.core.db.transactions import write  # noqa: PLC0415 - ready only now
    from phithak.core.outbox.models import Message  # noqa: PLC0415 - same

    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    written = 0
    while not over.wait(1 / WRITES_PER_SECOND):
        with write("bench.lists"):
            Message.objects.create(
                tenant_id=tenant, channel="sms", recipient_kind="channel", renderer="bench.notice",
                idempotency_key=f"writer{written}",
            )  # fmt: skip
        written += 1
    print(written)
    return 0


def measure(requests: int, size: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the figures of the lists, and the median of each address in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as name:
        made = prepare(Path(name), size)
        application, lists = Application(made["cookie"]), addresses(size)
        rounds = max(1, -(-requests // sum(map(len, lists.values()))))
        figures: dict[str, float] = {}
        medians: dict[str, float] = {}
        writer = subprocess.Popen(
            [sys.executable, __file__, "--write-for", str(made["tenant"])],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            text=True,
        )
        with ThreadPoolExecutor(THREADS) as pool:
            for path, urls in lists.items():
                pool.submit(application.get, urls[0]).result()
                todo = urls * rounds
                random.Random(11).shuffle(todo)  # noqa: S311 - no secret
                took: defaultdict[str, list[float]] = defaultdict(list)
                for url, (status, seconds) in zip(todo, pool.map(application.get, todo), strict=True):
                    if status != 200:
                        raise SystemExit(f"{url}: status {status}")
                    took[url].append(seconds * 1000)
                every = [value for values in took.values() for value in values]
                cuts = statistics.quantiles(every, n=100, method="inclusive")
                key = path.strip("/").replace("/", "_")
                figures |= {
                    f"{key}_requests": len(every),
                    f"{key}_p50_ms": cuts[49],
                    f"{key}_p95_ms": cuts[94],
                }
                medians |= {url: statistics.median(values) for url, values in took.items()}
        writer.terminate()
        figures["written_meanwhile"] = int(writer.communicate()[0] or 0)
    return {key: round(value, 1) for key, value in figures.items()}, medians


def main() -> int:
    """Measure, print, write ``build/report/lists.json``; 1 when a bar is missed."""
    from tools import facts  # noqa: PLC0415 - found by the path set above

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--write-for", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write_for:
        return write_on(chosen.write_for)
    figures, medians = measure(chosen.requests, chosen.size)
    for url, value in sorted(medians.items(), key=lambda item: -item[1])[:15]:
        print(f"{value:9.1f} ms  {url}")
    bars = {name: BAR_P95_MS for name in figures if name.endswith("_p95_ms")}
    missed = [name for name, bar in bars.items() if figures[name] >= bar]
    for name, value in figures.items():
        met = "MISSED" if name in missed else "ok"
        print(f"{name:28} {value:10,.1f}  bar {bars.get(name, '-'):>8}  {met}")
    facts.write("lists", figures=figures, bars=bars, not_run=[], passed=not missed)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
