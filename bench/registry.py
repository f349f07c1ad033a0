"""The registry at size: 100,000 organisations and 300,000 contacts, on SQLite and on PostgreSQL.

Lists (first, middle and last page, filters, sorts), Thai substring search of two letters and more with common and
rare words, detail pages, the map, the figures, the front page and the search box are asked of ``phithak web``
by four clients at once while a writer changes organisations and contacts: p95 < 200 ms each. On PostgreSQL a
cluster of its own is started on a unix socket; without its programs that half is *not run*.

Rows are made once, for SQLite, and copied. With ``--folder`` they stay there and are taken up again the next time.

    python bench/registry.py [--size 100000] [--requests 500] [--only sqlite|postgresql]
        [--groups GROUPS] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _fill, _pages  # noqa: E402 - found by the path set above
from bench._pages import CHUNK  # noqa: E402 - same
from bench._served import Served  # noqa: E402 - same

PER_PAGE = 50
CONTACTS_EACH = 3
DETAILS = 60
READY = "ready"
"""A file in the folder of a set that was made to its end."""

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
LABELS = ("เวรไอที", "ฝ่ายกฎหมาย", "ศูนย์สื่อสาร")
TITLE = "เจ้าหน้าที่"
NAMES = ("สมศรี", "บุญมา", "กานต์", "วิภา", "อนันต์", "ลดา", "พิชัย", "จันทร์เพ็ญ", "ณัฐ", "ปราณี")
FAMILIES = ("ใจงาม", "ขุนเขา", "มองละเอียด", "นำทาง", "เฝ้าเรือน", "ดอยสูง", "รักษ์ข้อมูล", "แสงทอง", "ขยันยิ่ง", "ดูแลดี")


def prepare(folder: Path, size: int, database_url: str) -> None:
    """Make an instance and fill its tables, unless that was done before; PostgreSQL gets a copy of SQLite's rows."""
    _pages.instance(folder, database_url)
    from phithak.core.search import services as search  # noqa: PLC0415 - ready only now

    if not (folder / READY).exists():
        _fill_all(folder, size, database_url)
    search.chart_all()  # the worker does it every five minutes
    (folder / READY).touch()


def _fill_all(folder: Path, size: int, database_url: str) -> None:
    from tests import people as sector_people  # noqa: PLC0415 - ready only now

    centre = sector_people.build().tenant_id("cert").hex
    if database_url:
        source = folder.parent / "sqlite"
        names = ", ".join(f"'{name}'" for _, _, name in sector_people.TENANTS.values())
        own = f"SELECT id FROM accounts_tenant WHERE name_en IN ({names})"  # noqa: S608 - own names
        left = {
            "accounts_tenant": f"id NOT IN ({own})",
            "accounts_oversight": f"under_id NOT IN ({own})",
        }
        with sqlite3.connect(source / "data" / "phithak.db") as lite:
            cert = sector_people.TENANTS["cert"][2]
            (there,) = lite.execute("SELECT id FROM accounts_tenant WHERE name_en = ?", [cert]).fetchone()
        _fill.copy(source, _tables().values(), left, {there: centre})
    else:
        with _fill.unindexed(folder) as cursor:
            for start in range(0, size, CHUNK):
                _store(cursor, centre, range(start, min(start + CHUNK, size)))
                print(f"{start:,} of {size:,} organisations", file=sys.stderr, flush=True)


@cache
def _tables() -> dict[str, _fill.Filler]:
    """Return the tables that are filled, each with the columns that differ from row to row."""
    from phithak.core.accounts.models import Oversight, Tenant  # noqa: PLC0415 - ready only now
    from phithak.core.search.models import Document  # noqa: PLC0415 - same
    from phithak.registry import models  # noqa: PLC0415 - same

    return {
        "tenants": _fill.Filler(Tenant, "id", "kind", "name_th", "name_en"),
        "oversight": _fill.Filler(Oversight, "id", "over_id", "under_id", "reason"),
        "organisations": _fill.Filler(
            models.Organisation, "tenant_id", "name_th", "name_en", "short_th", "name_key", "kind", "size", "province"
        ),
        "persons": _fill.Filler(models.Person, "id", "tenant_id", "name_th", "name_key"),
        "positions": _fill.Filler(models.Position, "id", "tenant_id", "person_id", "title_th", "kinds"),
        "contacts": _fill.Filler(
            models.ContactPoint, "id", "tenant_id", "kind", "position_id", "label_th", "name_key", "rank", "liveness",
            "languages",
        ),
        "spoken": _fill.Filler(models.ContactLanguage, "contact_id", "code"),
        "documents": _fill.Filler(Document, "id", "kind", "object_id", "exact", "loose", "sort_key"),
    }  # fmt: skip


def _store(cursor: sqlite3.Cursor, centre: str, numbers: range) -> None:
    from phithak.base import ids  # noqa: PLC0415 - ready only now
    from phithak.core.accounts.scope import Reason  # noqa: PLC0415 - same
    from phithak.engines.thai import PROVINCES  # noqa: PLC0415 - same
    from phithak.registry.models import Organisation  # noqa: PLC0415 - same
    from phithak.registry.queries import searching  # noqa: PLC0415 - same
    from phithak.registry.queries.kinds import ContactKind, Kind  # noqa: PLC0415 - same
    from phithak.registry.queries.organisations import KIND  # noqa: PLC0415 - same
    from phithak.registry.queries.people_doors import CONTACT_KIND, PERSON_KIND  # noqa: PLC0415 - same
    from phithak.registry.queries.sorting import name_key  # noqa: PLC0415 - same

    tables = _tables()
    own_kinds = (Kind.HOSPITAL, Kind.MERCHANT, Kind.PRIVATE, Kind.PLATFORM, Kind.CLINIC, Kind.MINISTRY_UNIT)
    rows: dict[str, list[Any]] = {name: [] for name in tables}

    def put(table: str, *values: Any) -> None:
        rows[table].append(tables[table].row(*values))

    def index(kind: str, at: int, key: str, order: bytes, words: Iterable[str]) -> None:
        put("documents", numbers_of(kind) + at, kind, key, *_keys(words), order)

    organisations = [
        Organisation(
            tenant_id=ids.uuid7(), name_th=_name(number), name_en=_latin(number), short_th=f"ยก{number}",
            name_key=name_key(_name(number)), size=("small", "medium", "large")[number % 3],
            kind=own_kinds[number % 6],
            province=PROVINCES[number % 77].code,
        )
        for number in numbers
    ]  # fmt: skip
    told = searching.words_of(organisations, known={})
    kinds = [str(kind) for kind in ContactKind]
    for number, one in zip(numbers, organisations, strict=True):
        key = one.pk.hex
        put("tenants", key, "merchant", one.name_th, one.name_en)
        put("oversight", ids.uuid7().hex, centre, key, str(Reason.CONSTITUENCY))
        put(
            "organisations",
            key,
            one.name_th,
            one.name_en,
            one.short_th,
            one.name_key,
            str(one.kind),
            one.size,
            one.province,
        )
        index(KIND, number, key, bytes(one.name_key), told[one.pk])
        for place in range(CONTACTS_EACH):
            at = number * CONTACTS_EACH + place
            person, position, contact = (ids.uuid7().hex for _ in range(3))
            name = f"{NAMES[at % 10]} {FAMILIES[at // 10 % 10]}{at // 100}"
            label = f"{LABELS[place]} {SECOND[number % 12]} {at}"
            order, label_order = name_key(name), name_key(label)
            spoken = ("th", "lo") if at % 211 == 0 else ("th", "en") if at % 5 == 0 else ("th",)
            put("persons", person, key, name, order)
            put("positions", position, key, person, TITLE, f'["{kinds[at % 10]}"]')
            put(
                "contacts", contact, key, kinds[place], position, label, label_order, place + 1,
                ("green", "amber", "red", "unknown")[at % 4], json.dumps(spoken),
            )  # fmt: skip
            for code in spoken:
                put("spoken", contact, code)
            index(PERSON_KIND, at, person, order, (name, TITLE))
            index(CONTACT_KIND, at, contact, label_order, (label, name, TITLE))
    for table, made in rows.items():
        tables[table].store(cursor, made)


@cache
def numbers_of(kind: str) -> int:
    """Return the first number of a kind's documents."""
    from phithak.core.search import keys  # noqa: PLC0415 - ready only now

    return keys.numbers_of(kind)[0]


def _keys(words: Iterable[str]) -> tuple[str, str]:
    """Return what :func:`phithak.core.search.keys.document_keys` does; most words are folded once."""
    folded = [_folded(word) for word in words]
    return "".join(one for one, _ in folded), "".join(one for _, one in folded)


@lru_cache(100_000)
def _folded(word: str) -> tuple[str, str]:
    from phithak.core.search import keys  # noqa: PLC0415 - ready only now

    return keys.document_keys([word])


def _name(number: int) -> str:
    first, second, third = FIRST[number % 8], SECOND[number // 8 % 12], THIRD[number // 96 % 10]
    return f"{first}{second}{third} {number // 960 + 1}"


def _latin(number: int) -> str:
    return f"{LATIN[number // 8 % 12]} {number}"


def _session() -> str:
    """Return the cookie of an administrator of the centre in a staff session."""
    from phithak.core.accounts.models import Tenant, User  # noqa: PLC0415 - ready only now
    from tests import people as sector_people  # noqa: PLC0415 - same

    tenants = {row.name_en: row for row in Tenant.objects.filter(name_en=sector_people.TENANTS["cert"][2])}
    users = {"cert_admin": User.objects.get(email="cert.admin@example.th")}
    sector = sector_people.People(tenants, users)
    return sector.client("cert_admin", staff=True).cookies["sessionid"].value


def _picked(size: int) -> dict[str, list[UUID]]:
    """Return some organisations, contacts and people from everywhere in the order of their names."""
    from phithak.registry.models import ContactPoint, Organisation, Person  # noqa: PLC0415 - ready only now

    found = {}
    for model in (Organisation, ContactPoint, Person):
        every = model.objects.order_by("name_key").values_list("pk", flat=True)[:size]
        found[model.__name__] = list(every[:: max(1, size // DETAILS)])
    return found


def addresses(size: int, picked: dict[str, list[UUID]]) -> dict[str, list[str]]:
    """Return for each figure the addresses that are asked for."""

    def walk(rows: int) -> list[str]:
        last = -(-rows // PER_PAGE)
        return ["", f"page={last // 2}", f"page={last}"]

    orders = ["sort=name", "sort=-name", f"sort=name&page={size // PER_PAGE // 3}"]
    filters = ["kind=hospital", "size=large", "province=TH-50", "kind=platform&size=small&province=TH-10"]
    common = ["q=โรง", "q=รพ", "q=บา", "q=ร้าน", "q=โรงพยาบาล", "q=หิ่งห้อย", "q=Baitong", "q=โรงพยาบาล&page=40"]
    rare = ["q=ยก77", "q=ใบตองมั่นคง 44", "q=ไม่มีชื่อนี้", "q=ฆฌ", "q=Doi Saeng 9609"]
    of_contacts = [
        "kind=technical",
        "liveness=red",
        "language=lo",
        "language=km",
        "language=en",
        "kind=press&language=en",
    ]
    people = ["q=สม", "q=เจ้าหน้าที่", "q=บุญมา", "q=บุญมา ขุนเขา", "q=แสงทอง77", "q=ซฌ", "q=แสงทอง77 ณัฐ"]
    labels = ["q=เวร", "q=ไอที", "q=กฎหมาย", "q=หิ่งห้อย 9", "q=ศูนย์สื่อสาร บัวบาน", "q=สมศรี&kind=technical", "q=ฆฌ"]
    boxes = ["/search/?q=โรง", "/search/?q=สมศรี", "/search/?q=แสงทอง77", "/search/?q=ฆฌ"]
    asked = {
        "list": [f"/registry/?{query}" for query in walk(size) + orders + filters],
        "search": [f"/registry/?{query}" for query in common + rare],
        "detail": [f"/registry/{pk}/" for pk in picked["Organisation"]],
        "contacts": [f"/registry/contacts/?{query}" for query in walk(size * CONTACTS_EACH) + of_contacts],
        "contact_search": [f"/registry/contacts/?{query}" for query in labels + people],
        "contact_detail": [f"/registry/contacts/{pk}/" for pk in picked["ContactPoint"]],
        "people": [f"/registry/people/?{query}" for query in walk(size * CONTACTS_EACH)],
        "people_search": [f"/registry/people/?{query}" for query in people],
        "person_detail": [f"/registry/people/{pk}/" for pk in picked["Person"]],
        "overview": ["/registry/map/", "/registry/figures/", "/"],
        "search_box": boxes,
    }
    return {name: [quote(url, safe="/?=&") for url in urls] for name, urls in asked.items()}


def write_on() -> int:
    """Change organisations and contacts until told to stop, then print how often."""
    import django  # noqa: PLC0415 - the folders were set by the process that started this one

    django.setup()
    from phithak.core.db.transactions import write  # noqa: PLC0415 - ready only now
    from phithak.core.search import services as search  # noqa: PLC0415 - same
    from phithak.registry.models import ContactPoint, Organisation  # noqa: PLC0415 - same
    from phithak.registry.queries.organisations import KIND  # noqa: PLC0415 - same
    from phithak.registry.queries.people_doors import CONTACT_KIND  # noqa: PLC0415 - same

    keys = list(Organisation.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    contacts = list(ContactPoint.objects.order_by("pk").values_list("pk", flat=True)[:1000])

    def change(number: int) -> None:
        key, contact = keys[number % len(keys)], contacts[number % len(contacts)]
        with write("bench.registry"):
            if number % 2:
                ContactPoint.objects.filter(pk=contact).update(label_en=f"Changed {number}", version=number)
                search.put(CONTACT_KIND, contact, f"เปลี่ยนแล้ว {number}")
                return
            Organisation.objects.filter(pk=key).update(short_th=f"ยก{number}", version=number)
            search.put(KIND, key, f"เปลี่ยนแล้ว {number}")

    return _pages.write_on(change)


def one_database(name: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure one prepared database; the figures' names begin with it."""
    _pages.instance(chosen.folder / name, chosen.url)
    asked = addresses(chosen.size, _picked(chosen.size))
    if chosen.groups:
        asked = {name: urls for name, urls in asked.items() if name in chosen.groups.split(",")}
    with Served(_session()) as served:
        figures, medians = _pages.measure(served, asked, chosen.requests, [__file__, "--write"])
    return {
        "figures": {f"{name}_{key}": value for key, value in figures.items()},
        "medians": {f"{name} {key}": value for key, value in medians.items()},
    }


def child(act: str, name: str, chosen: argparse.Namespace, url: str) -> subprocess.Popen[str]:
    """Prepare or measure in a process of its own: Django knows one database for its whole life."""
    asked = [
        "--size",
        chosen.size,
        "--requests",
        chosen.requests,
        "--folder",
        chosen.folder,
        "--groups",
        chosen.groups,
        act,
        name,
        "--url",
        url,
    ]
    command = [sys.executable, __file__, *map(str, asked)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def answer_of(process: subprocess.Popen[str]) -> str:
    """Return the last line that a process of ours printed; ends this one when it failed."""
    said = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"{process.args!r}: {said[-400:]}")
    return said.splitlines()[-1] if said else ""


@contextmanager
def databases(chosen: argparse.Namespace) -> Iterator[dict[str, str]]:
    """Give the addresses of the databases that are to be measured; "" is SQLite."""
    from tools import postgres  # noqa: PLC0415 - found by the path set above

    found = {} if chosen.only == "postgresql" else {"sqlite": ""}
    if chosen.only == "sqlite" or postgres.binaries() is None:
        if chosen.only != "sqlite":
            print(f"postgresql: not run: {postgres.INSTALL}")
        yield found
        return
    kept = chosen.folder / "postgresql" / "cluster"
    with postgres.cluster() as server:
        data = server.folder / "data"
        if kept.exists():
            server.stop()
            shutil.rmtree(data)
            shutil.move(kept, data)
            server.start()
        yield found | {"postgresql": server.url}
        server.stop()
        shutil.move(data, kept)


def main() -> int:
    """Measure, print, write ``build/report/registry.json``; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--groups", default="", help="ask these alone: list,search,detail,…")
    parser.add_argument("--folder", type=Path, help="keep the sets here, and take them up again")
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--prepare", help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        return write_on()
    if chosen.prepare:
        prepare(chosen.folder / chosen.prepare, chosen.size, chosen.url)
        return 0
    if chosen.measure:
        print(json.dumps(one_database(chosen.measure, chosen)))
        return 0
    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as folder:
        chosen.folder = (chosen.folder or Path(folder)).resolve()
        return everything(chosen)


def everything(chosen: argparse.Namespace) -> int:
    """Prepare the databases and measure one after the other."""
    figures: dict[str, float] = {}
    medians: dict[str, float] = {}
    with databases(chosen) as found:
        began = time.perf_counter()
        # PostgreSQL copies the rows that were made for SQLite
        for name, url in ({"sqlite": ""} | found).items():
            answer_of(child("--prepare", name, chosen, url))
        print(f"prepared in {time.perf_counter() - began:.0f} s", flush=True)
        for name, url in found.items():
            part = json.loads(answer_of(child("--measure", name, chosen, url)))
            figures |= part["figures"]
            medians |= part["medians"]
    return _pages.report("registry", figures, medians)


if __name__ == "__main__":
    sys.exit(main())
