"""``phithak registry list | show | figures | sectors | packs | sizes | resize | duplicates``."""

from __future__ import annotations

import argparse
from pathlib import Path
from uuid import UUID

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.registry.jobs.organisations import find_duplicates
from phithak.registry.models import Organisation
from phithak.registry.packs import Size
from phithak.registry.queries import duplicates, figures, searching, sectors, sizes
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import LoadedPack

_ACTOR = actors.system("phithak-registry")
Kinds = argparse._SubParsersAction  # noqa: SLF001 - argparse names the type only so


def register(kinds: Kinds[argparse.ArgumentParser]) -> None:
    """Add the commands of the part."""
    listing = _add(kinds, "list", Text("รายการหรือค้นหาหน่วยงาน", "list or search organisations"), _list)
    listing.add_argument(
        "words",
        nargs="*",
        help=str(Text("คำค้น เช่น e-commerce ใหญ่", "words such as: large e-commerce")),
    )
    listing.add_argument("--limit", type=int, default=50, help=str(Text("จำนวนมากสุด", "most rows")))
    show = _add(kinds, "show", Text("แสดงหน่วยงานหนึ่งแห่ง", "show one organisation"), _show)
    show.add_argument("name", help=str(Text("รหัส หรือชื่อใดก็ได้", "its id, or any of its names")))
    _add(kinds, "figures", Text("ตัวเลขรวมที่ไม่ระบุตัว", "anonymised figures"), _figures)
    _add(kinds, "sectors", Text("ภาคส่วนที่โหลดแล้ว", "the sectors that are loaded"), _sectors)
    packs = _add(kinds, "packs", Text("ชุดภาคส่วน", "sector packs"), None)
    acts = packs.add_subparsers(dest="packs_command", metavar="COMMAND", required=True)
    load = _add(acts, "load", Text("โหลดชุดภาคส่วนจากไฟล์", "load sector packs from files"), _load)
    load.add_argument(
        "file",
        nargs="*",
        type=Path,
        help=str(Text("ไฟล์ TOML (ว่าง = ชุดที่มากับระบบ)", "TOML files (none = those of the product)")),
    )
    _add(kinds, "sizes", Text("กฎขนาดที่ใช้อยู่", "the rules of size in force"), _sizes)
    _add(kinds, "resize", Text("จัดขนาดใหม่ตามกฎที่ใช้อยู่", "size all by the rules in force"), _resize)
    twins = _add(kinds, "duplicates", Text("หน่วยงานที่อาจซ้ำกัน", "possible duplicates"), _duplicates)
    twins.add_argument(
        "--find",
        action="store_true",
        help=str(Text("หาใหม่ทั้งทะเบียนโดยตัวทำงาน", "let the worker look through all")),
    )


def _add(
    kinds: Kinds[argparse.ArgumentParser], name: str, text: Text, handler: object
) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=str(text), description=str(text))
    if handler is not None:
        parser.set_defaults(handler=handler)
    return parser


def _list(arguments: argparse.Namespace) -> int:
    rows = queries.listed(_ACTOR)
    question = " ".join(arguments.words)
    if question.strip():
        rows = searching.matching(rows, question)
    found = list(rows.order_by("name_key", "pk")[: max(1, arguments.limit)])
    for row in found:
        print(*_line(row), sep="\t")
    if not found:
        print(Text("ไม่พบหน่วยงาน", "No organisation found"))
    return 0 if found else 1


def _line(row: Organisation) -> tuple[str, ...]:
    sector = row.sector.code if row.sector else "-"
    return (
        str(row.pk),
        str(queries.name_of(row)),
        row.kind,
        sector,
        row.size,
        row.province or row.country,
        row.state,
    )


def _show(arguments: argparse.Namespace) -> int:
    row = _named(arguments.name)
    print(row.name_th, row.name_en, sep="\n")
    print(*_line(row), sep="\t")
    for alias in queries.aliases_of(row):
        print(f"= {alias.text} ({alias.kind})")
    for relation in queries.relations_of(_ACTOR, row):
        print(f"{relation.over} · {relation.kind.text} · {relation.under}")
    decided = sizes.decision_of(row)
    told = Text("ขนาด {size} ตามกฎ {rule} ยังขาด {missing}", "Size {size} by rule {rule}; missing: {missing}")
    print(told.format(size=decided.size, rule=decided.rule or "-", missing=", ".join(decided.missing) or "-"))
    return 0


def _named(name: str) -> Organisation:
    try:
        return queries.organisation(_ACTOR, UUID(name))
    except ValueError:
        found = searching.matching(queries.listed(_ACTOR), name).order_by("name_key", "pk").first()
    if found is None:
        raise NotFoundError
    return found


def _figures(_: argparse.Namespace) -> int:
    for table in figures.all_figures(_ACTOR):
        print(f"[{table.dimension.text}] {_number(table.total)}")
        for cell in table.cells:
            print(f"{cell.text}\t{_number(cell.count)}")
    return 0


def _number(count: int | None) -> str:
    return "<" if count is None else f"{count:,}"


def _sectors(_: argparse.Namespace) -> int:
    for row in sectors.sectors():
        print(row.code, sectors.name_of(row), "CII" if row.cii else "-", row.pack, sep="\t")
    return 0


def _load(arguments: argparse.Namespace) -> int:
    done = (
        [services.load_file(_ACTOR, path) for path in arguments.file]
        if arguments.file
        else services.load_ready(_ACTOR)
    )
    for one in done:
        print(_loaded(one))
    return 0


def _loaded(one: LoadedPack) -> Text:
    told = Text(
        "{pack} รุ่น {version}: เพิ่ม {added} แก้ {changed} คงเดิม {same}",
        "{pack} version {version}: {added} added, {changed} changed, {same} the same",
    )
    return told.format(
        pack=one.pack,
        version=one.version,
        added=len(one.added),
        changed=len(one.changed),
        same=len(one.same),
    )


def _sizes(_: argparse.Namespace) -> int:
    for rule in sizes.rules():
        kinds = ", ".join(str(Kind(kind).text) if kind in set(Kind) else kind for kind in rule.kinds)
        print(f"{rule.name}\t{kinds}\t{rule.law}")
        for one in rule.conditions:
            sign = "≥" if one.inclusive else ">"
            print(f"  {Size(one.size).text}\t{one.figure} {sign} {one.limit:,}\t{one.who}")
    return 0


def _resize(_: argparse.Namespace) -> int:
    changed = 0
    for rule in sizes.rules():
        while rows := list(queries.not_sized_by(rule.name).order_by("pk")[:100]):
            with write("registry.resize"):
                changed += services.resize_chunk(rows)
    print(Text("จัดขนาดใหม่ {count} หน่วยงาน", "Sized anew: {count}").format(count=f"{changed:,}"))
    return 0


def _duplicates(arguments: argparse.Namespace) -> int:
    if arguments.find:
        jobs.enqueue(find_duplicates, actor=_ACTOR, unique="all")
        print(Text("สั่งค้นหาแล้ว ดูความคืบหน้าที่หน้างาน", "Queued. See its progress on the page Jobs."))
        return 0
    found = 0
    for row in duplicates.visible_pairs(_ACTOR).iterator():
        first, second = duplicates.pair_names(row)
        print(row.pk, row.score, first, second, ", ".join(row.reasons), sep="\t")
        found += 1
    if not found:
        print(Text("ไม่มีคู่ที่รอตัดสิน", "No pair waits for a decision"))
    return 0
