"""The registry at size: 100,000 organisations and 300,000 contacts, on SQLite and on PostgreSQL.

List, Thai substring search of two letters and more, and detail pages are asked of the WSGI application by four
threads at once while a writer changes organisations: p95 < 200 ms each. On PostgreSQL a cluster of its own is
started on a unix socket; without its programs that half is *not run*.

    python bench/registry.py [--size 100000] [--requests 500] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _pages  # noqa: E402 - found by the path set above
from bench._pages import CHUNK  # noqa: E402 - same

PER_PAGE = 50
CONTACTS_EACH = 3
DETAILS = 60

FIRST = ("โรงพยาบาล", "ร้าน", "บริษัท", "ตลาดออนไลน์", "คลินิก", "สำนักงาน", "ศูนย์", "ห้างหุ้นส่วน")
SECOND = (
    "ธารเมฆ",
    "ดอยแสง",
    "ใบตอง",
    "หิ่งห้อย",
    "เกาะทราย",
    "ลมหนาว",
    "ข้าวหอม",
    "สายน้ำ",
    "ภูผา",
    "แก้วตา",
    "ทองดี",
    "บัวบาน",
)
THIRD = ("เหนือ", "ใต้", "รุ่งเรือง", "เจริญสุข", "พัฒนา", "สามัคคี", "ก้าวหน้า", "มั่นคง", "ร่มเย็น", "สุขใจ")
LATIN = (
    "Than Mek",
    "Doi Saeng",
    "Baitong",
    "Hinghoi",
    "Ko Sai",
    "Lom Nao",
    "Khao Hom",
    "Sai Nam",
    "Phu Pha",
    "Kaeo Ta",
    "Thong Di",
    "Bua Ban",
)
NAMES = ("สมศรี", "บุญมา", "กานต์", "วิภา", "อนันต์", "ลดา", "พิชัย", "จันทร์เพ็ญ", "ณัฐ", "ปราณี")
FAMILIES = ("ใจงาม", "ขุนเขา", "มองละเอียด", "นำทาง", "เฝ้าเรือน", "ดอยสูง", "รักษ์ข้อมูล", "แสงทอง", "ขยันยิ่ง", "ดูแลดี")


def prepare(folder: Path, size: int, database_url: str) -> tuple[str, list[UUID]]:
    """Make an instance, fill its tables, and return a session cookie and some organisations."""
    _pages.instance(folder, database_url)
    from phithak.core.search import services as search  # noqa: PLC0415 - ready only now
    from phithak.registry.models import Organisation  # noqa: PLC0415 - same
    from phithak.registry.queries import organisations, people_doors, searching  # noqa: PLC0415 - same
    from tests import people as sector_people  # noqa: PLC0415 - same

    sector = sector_people.build()
    for number, chunk in enumerate(_tenants(size)):
        _pages.fill([chunk, _oversight(sector, chunk)])
        rows = [_organisation(row, number * CHUNK + place) for place, row in enumerate(chunk)]
        persons, positions, contacts = _contacts([row.pk for row in chunk], number * CHUNK)
        _pages.fill([rows, persons, positions, contacts])
        names = {row.pk: row.name_th for row in persons}
        search.put_many(organisations.KIND, searching.words_of(rows))
        search.put_many(
            people_doors.PERSON_KIND, {row.pk: [row.name_th, positions[0].title_th] for row in persons}
        )
        search.put_many(
            people_doors.CONTACT_KIND,
            {
                row.pk: [row.label_th, names[position.person_id], position.title_th]
                for row, position in zip(contacts, positions, strict=True)
            },
        )
        done = number * CHUNK + len(chunk)
        print(f"{done:,} of {size:,} organisations", file=sys.stderr, flush=True)
    _pages.analyse()
    browser = sector.client("cert_admin", staff=True)
    every = Organisation.objects.order_by("name_key").values_list("pk", flat=True)
    return browser.cookies["sessionid"].value, list(every[:: max(1, size // DETAILS)])


def _tenants(size: int) -> Iterator[list[Any]]:
    from phithak.core.accounts.models import Tenant  # noqa: PLC0415 - ready only now

    for start in range(0, size, CHUNK):
        numbers = range(start, min(start + CHUNK, size))
        yield [Tenant(kind="merchant", name_th=_name(number), name_en=_latin(number)) for number in numbers]


def _name(number: int) -> str:
    first, second, third = FIRST[number % 8], SECOND[number // 8 % 12], THIRD[number // 96 % 10]
    return f"{first}{second}{third} {number // 960 + 1}"


def _latin(number: int) -> str:
    return f"{LATIN[number // 8 % 12]} {number}"


def _oversight(sector: Any, tenants: list[Any]) -> list[Any]:
    from phithak.core.accounts.models import Oversight  # noqa: PLC0415 - ready only now
    from phithak.core.accounts.scope import Reason  # noqa: PLC0415 - same

    centre = sector.tenant("cert")
    return [Oversight(over=centre, under=row, reason=Reason.CONSTITUENCY) for row in tenants]


def _organisation(tenant: Any, number: int) -> Any:
    from phithak.engines.thai import PROVINCES  # noqa: PLC0415 - ready only now
    from phithak.registry.models import Organisation  # noqa: PLC0415 - same
    from phithak.registry.queries.kinds import Kind  # noqa: PLC0415 - same
    from phithak.registry.queries.sorting import name_key  # noqa: PLC0415 - same

    kinds = (Kind.HOSPITAL, Kind.MERCHANT, Kind.PRIVATE, Kind.PLATFORM, Kind.CLINIC, Kind.MINISTRY_UNIT)
    return Organisation(
        tenant=tenant, name_th=tenant.name_th, name_en=tenant.name_en, short_th=f"ยก{number}",
        name_key=name_key(tenant.name_th), kind=kinds[number % 6], size=("small", "medium", "large")[number % 3],
        province=PROVINCES[number % 77].code,
    )  # fmt: skip


def _contacts(owners: list[UUID], start: int) -> tuple[list[Any], list[Any], list[Any]]:
    from phithak.registry.models import ContactPoint, Person, Position  # noqa: PLC0415 - ready only now
    from phithak.registry.queries.kinds import ContactKind  # noqa: PLC0415 - same
    from phithak.registry.queries.sorting import name_key  # noqa: PLC0415 - same

    kinds = list(ContactKind)
    persons, positions, contacts = [], [], []
    for place, owner in enumerate(owners):
        for number in range(CONTACTS_EACH):
            at = (start + place) * CONTACTS_EACH + number
            name = f"{NAMES[at % 10]} {FAMILIES[at // 10 % 10]}{at // 100}"
            person = Person(tenant_id=owner, name_th=name, name_key=name_key(name))
            position = Position(tenant_id=owner, person=person, title_th="เจ้าหน้าที่", kinds=[kinds[at % 10]])
            persons.append(person)
            positions.append(position)
            contacts.append(
                ContactPoint(
                    tenant_id=owner,
                    kind=kinds[number],
                    position=position,
                    label_th=f"เวรไอที {at}",
                    name_key=name_key(f"เวรไอที {at}"),
                    rank=number + 1,
                    liveness=("green", "amber", "red", "unknown")[at % 4],
                )
            )
    return persons, positions, contacts


def addresses(size: int, organisations: list[UUID]) -> dict[str, list[str]]:
    """Return for each figure the addresses that are asked for."""
    last = size // PER_PAGE
    walk = ["", f"page={last // 2}", f"page={last}"]
    orders = ["sort=name", "sort=-name", f"sort=name&page={last // 3}"]
    filters = ["kind=hospital", "size=large", "province=TH-50", "kind=platform&size=small&province=TH-10"]
    common = ["q=โรง", "q=รพ", "q=บา", "q=ร้าน", "q=โรงพยาบาล", "q=หิ่งห้อย", "q=Baitong"]
    rare = ["q=ยก77", "q=ใบตองมั่นคง 44", "q=ไม่มีชื่อนี้", "q=ฆฌ", "q=Doi Saeng 9609"]
    contacts = ["", f"page={last}", "kind=technical", "liveness=red"]
    people = ["q=สม", "q=บุญมา ขุนเขา", "q=แสงทอง77", "q=ซฌ"]
    return {
        name: [quote(url, safe="/?=&") for url in urls]
        for name, urls in {
            "list": [f"/registry/?{query}" for query in walk + orders + filters],
            "search": [f"/registry/?{query}" for query in common + rare],
            "detail": [f"/registry/{pk}/" for pk in organisations],
            "contacts": [f"/registry/contacts/?{query}" for query in contacts],
            "people_search": [f"/registry/people/?{query}" for query in people],
        }.items()
    }  # fmt: skip


def write_on() -> int:
    """Change organisations until told to stop, then print how often."""
    import django  # noqa: PLC0415 - the folders were set by the process that started this one

    django.setup()
    from phithak.core.db.transactions import write  # noqa: PLC0415 - ready only now
    from phithak.core.search import services as search  # noqa: PLC0415 - same
    from phithak.registry.models import Organisation  # noqa: PLC0415 - same
    from phithak.registry.queries.organisations import KIND  # noqa: PLC0415 - same

    keys = list(Organisation.objects.order_by("pk").values_list("pk", flat=True)[:1000])

    def change(number: int) -> None:
        key = keys[number % len(keys)]
        with write("bench.registry"):
            Organisation.objects.filter(pk=key).update(short_th=f"ยก{number}", version=number)
            search.put(KIND, key, f"เปลี่ยนแล้ว {number}")

    return _pages.write_on(change)


def one_database(name: str, size: int, requests: int, url: str) -> dict[str, Any]:
    """Measure one database; the figures' names begin with it."""
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as folder:
        cookie, picked = prepare(Path(folder), size, url)
        figures, medians = _pages.measure(
            _pages.Application(cookie), addresses(size, picked), requests, [__file__, "--write"]
        )
    return {
        "figures": {f"{name}_{key}": value for key, value in figures.items()},
        "medians": {f"{name} {key}": value for key, value in medians.items()},
    }


def in_child(name: str, chosen: argparse.Namespace, url: str) -> dict[str, Any]:
    """Measure in a process of its own: Django knows one database for its whole life."""
    arguments = [
        "--size",
        str(chosen.size),
        "--requests",
        str(chosen.requests),
        "--measure",
        name,
        "--url",
        url,
    ]
    done = subprocess.run(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stdout[-400:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> int:
    """Measure, print, write ``build/report/registry.json``; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        return write_on()
    if chosen.measure:
        print(json.dumps(one_database(chosen.measure, chosen.size, chosen.requests, chosen.url)))
        return 0
    from tools import postgres  # noqa: PLC0415 - found by the path set above

    found: dict[str, dict[str, float]] = {"figures": {}, "medians": {}}
    parts = []
    if chosen.only != "postgresql":
        parts.append(in_child("sqlite", chosen, ""))
    if chosen.only != "sqlite":
        if postgres.binaries() is None:
            print(f"postgresql: not run: {postgres.INSTALL}")
        else:
            with postgres.cluster() as server:
                parts.append(in_child("postgresql", chosen, server.url))
    for part in parts:
        found["figures"] |= part["figures"]
        found["medians"] |= part["medians"]
    return _pages.report("registry", found["figures"], found["medians"])


if __name__ == "__main__":
    sys.exit(main())
