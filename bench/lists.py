"""Lists at size: how long a list page takes over 200,000 journal entries, 100,000 messages and 10,000 users.

The pages are asked of the WSGI application in this process by four threads at once, while one writer (a
process of its own, as the worker is) adds messages: first, middle and last page, each sortable column both
ways, filters and searches that hit much, little and nothing. Bar: p95 < 200 ms for each list.

    python bench/lists.py [--requests 600] [--size 100000]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _pages  # noqa: E402 - found by the path set above
from bench._pages import CHUNK  # noqa: E402 - same
from bench._served import Served  # noqa: E402 - same

PER_PAGE = 50
USERS_SHARE = 10

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


def prepare(folder: Path, size: int) -> tuple[str, str]:
    """Make an instance, fill its tables, and return a session cookie and a tenant."""
    _pages.instance(folder)
    from django.db import transaction  # noqa: PLC0415 - ready only now

    from phithak.core.accounts.models import Membership, User  # noqa: PLC0415 - same
    from phithak.core.accounts.roles import Role  # noqa: PLC0415 - same
    from tests import people  # noqa: PLC0415 - same

    sector = people.build()
    for rows in (_users, _entries, _messages):
        _pages.fill(rows(sector, size))
    tenant = sector.tenant("hospital")
    users = User.objects.filter(email__startswith="bench").values_list("pk", flat=True)
    with transaction.atomic():
        Membership.objects.bulk_create(
            (Membership(user_id=pk, tenant=tenant, role=Role.MEMBER_STAFF) for pk in users), batch_size=CHUNK
        )
    _pages.analyse()
    browser = sector.client("cert_admin", staff=True)
    return browser.cookies["sessionid"].value, str(tenant.pk)


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
        found[path.strip("/").replace("/", "_")] = [f"{path}?{quote(query, safe='=&')}" for query in queries]
    return found


def write_on(tenant: str) -> int:
    """Add messages until told to stop, then print how many."""
    import django  # noqa: PLC0415 - the folders were set by the process that started this one

    django.setup()
    from phithak.core.db.transactions import write  # noqa: PLC0415 - ready only now
    from phithak.core.outbox.models import Message  # noqa: PLC0415 - same

    def add(number: int) -> None:
        with write("bench.lists"):
            Message.objects.create(
                tenant_id=tenant, channel="sms", recipient_kind="channel", renderer="bench.notice",
                idempotency_key=f"writer{number}",
            )  # fmt: skip

    return _pages.write_on(add)


def main() -> int:
    """Measure, print, write ``build/report/lists.json``; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--write-for", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write_for:
        return write_on(chosen.write_for)
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as name:
        cookie, tenant = prepare(Path(name), chosen.size)
        with Served(cookie) as served:
            figures, medians = _pages.measure(
                served, addresses(chosen.size), chosen.requests, [__file__, "--write-for", tenant]
            )
    return _pages.report("lists", figures, medians)


if __name__ == "__main__":
    sys.exit(main())
