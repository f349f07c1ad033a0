"""Assets at size: 300,000 IP ranges and 100,000 domains of 20,000 organisations, and 2,000 data links.

Whose is an address or a name: median and p95 under 10 ms by first and last index. List pages of ranges, domains and
links: p95 < 200 ms. What is linked one and two steps away from an organisation: p95 < 200 ms.

    python bench/registry_assets.py [--size 300000] [--requests 200] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import IPv4Address
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _pages  # noqa: E402 - found by the path set above
from bench._served import Served  # noqa: E402 - same

RANGES_EACH, DOMAINS_EACH, LINKS = 15, 5, 2_000
FIRST = int(IPv4Address("11.0.0.0"))
OWNER_BAR_MS = 10.0


def prepare(folder: Path, size: int, url: str) -> tuple[str, list[UUID]]:
    """Fill an instance; return a session cookie of the centre and the organisations in order."""
    _pages.instance(folder, url)
    from phithak.core.accounts.models import Oversight, Tenant  # noqa: PLC0415 - ready only now
    from phithak.core.accounts.scope import Reason  # noqa: PLC0415 - same
    from phithak.registry.models import Organisation  # noqa: PLC0415 - same
    from tests import people as sector_people  # noqa: PLC0415 - same

    sector = sector_people.build()
    centre = sector.tenant("cert")
    made: list[UUID] = []
    for tenants in _chunks(
        Tenant(kind="hospital", name_th=f"โรงพยาบาลสมมติ {n}", name_en=f"Imagined {n}")
        for n in range(size // RANGES_EACH)
    ):
        _pages.fill([tenants])
        _pages.fill([[Oversight(over=centre, under=one, reason=Reason.CONSTITUENCY) for one in tenants]])
        _pages.fill(
            [
                [
                    Organisation(tenant=one, kind="hospital", name_th=one.name_th, name_key=b"%d" % n)
                    for n, one in enumerate(tenants)
                ]
            ]
        )
        made += [one.pk for one in tenants]
    _pages.fill(_chunks(_ranges(made, size)))
    _pages.fill(_chunks(_domains(made)))
    systems = list(_systems(made[:LINKS]))
    _pages.fill(_chunks(iter(systems)))
    _pages.fill(_chunks(_links(systems)))
    _pages.analyse()
    return sector.client("cert_admin", staff=True).cookies["sessionid"].value, made


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, _pages.CHUNK)):
        yield chunk


def _ranges(owners: list[UUID], size: int) -> Iterator[Any]:
    from phithak.registry.models import IpRange  # noqa: PLC0415 - ready only now
    from phithak.registry.queries.assets.ranges import read_range  # noqa: PLC0415 - same

    for number in range(size):
        at = FIRST + 256 * number
        # every fifth is no block, but a span
        last = IPv4Address(at + (200 if number % 5 == 0 else 255))
        found = read_range(f"{IPv4Address(at)}-{last}")
        yield IpRange(
            tenant_id=owners[number % len(owners)], cidr=found.cidr, first=found.first, last=found.last,
            block=found.block,
        )  # fmt: skip


def _domains(owners: list[UUID]) -> Iterator[Any]:
    from phithak.registry.models import Domain  # noqa: PLC0415 - ready only now
    from phithak.registry.queries.assets.names import backwards  # noqa: PLC0415 - same

    for number in range(len(owners) * DOMAINS_EACH):
        name = f"h{number}.example.th"
        yield Domain(
            tenant_id=owners[number // DOMAINS_EACH], name=name, shown=name, reversed=backwards(name)
        )


def _systems(owners: list[UUID]) -> Iterator[Any]:
    from phithak.registry.models import System  # noqa: PLC0415 - ready only now
    from phithak.registry.queries.sorting import name_key  # noqa: PLC0415 - same

    for number, owner in enumerate(owners[: LINKS // 3]):
        name = f"ระบบ {number}"
        yield System(tenant_id=owner, name_th=name, name_key=name_key(name))


def _links(systems: list[Any]) -> Iterator[Any]:
    from phithak.registry.models import DataLink  # noqa: PLC0415 - ready only now

    for number in range(LINKS):
        source = systems[number % len(systems)]
        target = systems[(number + (1, 37, 211, 400)[number // len(systems)]) % len(systems)]
        yield DataLink(tenant_id=source.tenant_id, source=source, target=target, kinds=["health_record"])


def lookups(size: int, requests: int) -> dict[str, float]:
    """Ask whose addresses and names are, one after the other."""
    from phithak.registry.queries import assets  # noqa: PLC0415 - ready only now

    chance = random.Random(7)  # noqa: S311 - no secret
    numbers = [chance.randrange(size) for _ in range(requests)]
    domains = size // RANGES_EACH * DOMAINS_EACH
    hosts = [str(IPv4Address(FIRST + 256 * number + 9)) for number in numbers]
    names = [f"www.h{number % domains}.example.th" for number in numbers]
    return {
        **_timed("owner_of_ip", [partial(assets.owner_of_ip, host) for host in hosts]),
        **_timed("owner_of_domain", [partial(assets.owner_of_domain, name) for name in names]),
    }


def _timed(name: str, acts: list[Callable[[], object]]) -> dict[str, float]:
    took = []
    for act in acts:
        began = time.perf_counter()
        if act() is None:
            raise SystemExit(f"{name}: nobody was found")
        took.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return {f"{name}_p50_ms": round(cuts[49], 2), f"{name}_lookup_p95": round(cuts[94], 2)}


def addresses(size: int, made: list[UUID]) -> dict[str, list[str]]:
    """Return for each figure the addresses that are asked for."""
    last = size // 50
    return {
        "ranges": [
            f"/registry/ranges/{q}" for q in ("", "?page=2", f"?page={last}", "?q=11.3.4.5", "?claim=held")
        ],
        "domains": [f"/registry/domains/{q}" for q in ("", "?page=100", "?sort=-name")],
        "links": ["/registry/data-links/", "/registry/systems/"],
        "linked": [f"/registry/{made[number]}/linked/" for number in range(0, 600, 60)],
        "overview": [f"/registry/{made[number]}/assets/" for number in range(0, 600, 60)],
    }


def one_database(name: str, size: int, requests: int, url: str) -> dict[str, Any]:
    """Measure one database; the figures' names begin with it."""
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as folder:
        cookie, made = prepare(Path(folder), size, url)
        asked = lookups(size, requests)
        with Served(cookie) as served:
            figures, medians = _pages.measure(served, addresses(size, made), requests, [__file__, "--write"])
    return {
        "figures": {f"{name}_{key}": value for key, value in {**asked, **figures}.items()},
        "medians": {f"{name} {key}": value for key, value in medians.items()},
    }


def main() -> int:
    """Measure, print, write ``build/report/registry_assets.json``; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--size", type=int, default=300_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        return _pages.change_on("registry.IpRange", "purpose", "แก้แล้ว ")
    if chosen.measure:
        print(json.dumps(one_database(chosen.measure, chosen.size, chosen.requests, chosen.url)))
        return 0
    from tools import postgres  # noqa: PLC0415 - found by the path set above

    parts = []
    if chosen.only != "postgresql":
        parts.append(_in_child("sqlite", chosen, ""))
    if chosen.only != "sqlite":
        if postgres.binaries() is None:
            print(f"postgresql: not run: {postgres.INSTALL}")
        else:
            with postgres.cluster() as server:
                parts.append(_in_child("postgresql", chosen, server.url))
    figures = {key: value for part in parts for key, value in part["figures"].items()}
    medians = {key: value for part in parts for key, value in part["medians"].items()}
    slow = [key for key, value in figures.items() if key.endswith("lookup_p95") and value >= OWNER_BAR_MS]
    return _pages.report("registry_assets", figures, medians) or int(bool(slow))


def _in_child(name: str, chosen: argparse.Namespace, url: str) -> dict[str, Any]:
    """Measure in a process of its own: Django knows one database for its whole life."""
    asked = ["--size", str(chosen.size), "--requests", str(chosen.requests), "--measure", name, "--url", url]
    done = subprocess.run([sys.executable, __file__, *asked], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stdout[-400:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    sys.exit(main())
