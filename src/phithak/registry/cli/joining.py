"""``phithak registry import FILE`` and ``phithak registry export``: the same check and run as the pages."""

from __future__ import annotations

import argparse
import io
import sys
import time
from pathlib import Path
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.jobs import queries as jobs
from phithak.core.jobs.registry import Lane
from phithak.core.jobs.services import work_once
from phithak.registry.queries.joining import imports as queries
from phithak.registry.queries.joining.imports import ImportState, RowState
from phithak.registry.services import joining
from phithak.registry.services.joining import exporting
from phithak.registry.sheets import Options, writing
from phithak.registry.sheets.columns import LAYOUTS
from phithak.registry.sheets.errors import refuse
from phithak.registry.sheets.reading import MOST_BYTES

_ACTOR = actors.system("phithak-registry")
_SHOWN = 50
"""Faulty rows that are printed; the page shows all."""
_REST = 0.2
_UNREADABLE = Text("เปิดไฟล์ {name} ไม่ได้", "the file {name} cannot be opened")


def register(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this part."""
    text = Text("นำเข้าหน่วยงานหรือผู้ประสานงานจากไฟล์", "import organisations or contacts from a file")
    command = kinds.add_parser("import", help=str(text), description=str(text))
    command.add_argument(
        "file", type=Path, help=str(Text("ไฟล์ CSV TSV XLSX หรือ ODS", "CSV, TSV, XLSX or ODS file"))
    )
    command.add_argument(
        "--kind",
        choices=sorted(LAYOUTS),
        default="organisations",
        help=str(Text("ในไฟล์คืออะไร", "what the file holds")),
    )
    command.add_argument(
        "--encoding", default="", help=str(Text("รหัสอักขระ เช่น cp874", "encoding such as cp874"))
    )
    command.add_argument("--sheet", default="", help=str(Text("ชื่อแผ่นงาน", "name of the sheet")))
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--dry-run", action="store_true", help=str(Text("ตรวจอย่างเดียว (ปกติ)", "check only (the default)"))
    )
    what.add_argument(
        "--yes",
        action="store_true",
        help=str(Text("ตรวจแล้วนำเข้าแถวที่ถูกต้อง", "check, then import the good rows")),
    )
    command.set_defaults(handler=_import)
    text = Text("ส่งออกทะเบียนเป็น CSV ทางหน้าจอ", "write the registry as CSV to standard output")
    kinds.add_parser("export", help=str(text), description=str(text)).set_defaults(handler=_export)


def _import(arguments: argparse.Namespace) -> int:
    """Answer 0 when every row is good, 1 when some are at fault."""
    try:
        with arguments.file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError:
        raise refuse(_UNREADABLE, name=arguments.file.name) from None
    run_id = joining.upload(
        _ACTOR,
        io.BytesIO(content),
        name=arguments.file.name,
        kind=arguments.kind,
        options=Options(encoding=arguments.encoding, sheet=arguments.sheet),
    )
    row = queries.run(_ACTOR, run_id)
    _work(row.job_id, Lane.NORMAL)
    row = queries.run(_ACTOR, run_id)
    if row.state == ImportState.FAILED:
        print(row.error)
        return 1
    told = queries.decided(row)
    print(
        Text("อ่านเป็น {how} {rows} แถว", "read as {how}, {rows} rows").format(
            how=told.encoding or told.sheet, rows=row.rows
        )
    )
    faulty = queries.rows_of(row).filter(state=RowState.FAULT)
    for one in faulty[:_SHOWN]:
        for fault in one.faults:
            print(f"{one.number}\t{fault['column']}\t{Text(fault['th'], fault['en'])}")
    plan = row.plan
    print(
        Text(
            "จะเพิ่ม {add} จะแก้ {change} เหมือนเดิม {same} ผิด {fault}",
            "to add {add}, to change {change}, the same {same}, at fault {fault}",
        ).format(**{name: plan.get(name, 0) for name in ("add", "change", "same", "fault")})
    )
    if not arguments.yes:
        joining.cancel(_ACTOR, run_id)
        return 1 if row.faults else 0
    if sum(plan.get(name, 0) for name in ("add", "change", "same")):
        joining.start(_ACTOR, run_id)
        _work(queries.run(_ACTOR, run_id).job_id, Lane.HEAVY)
        row = queries.run(_ACTOR, run_id)
    print(
        Text(
            "เพิ่ม {added} แก้ {changed} เหมือนเดิม {same} ผิด {faults}",
            "added {added}, changed {changed}, the same {same}, at fault {faults}",
        ).format(added=row.added, changed=row.changed, same=row.same, faults=row.faults)
    )
    return 1 if row.faults else 0


def _work(job_id: UUID | None, lane: Lane) -> None:
    """Work until a job has ended: here, or in a worker that runs beside and was faster."""
    while job_id is not None:
        told = jobs.progress(job_id)
        if told is None or told.state not in {jobs.State.QUEUED, jobs.State.RUNNING}:
            return
        if not work_once(lane):
            time.sleep(_REST)


def _export(_: argparse.Namespace) -> int:
    for piece in writing.csv_lines(exporting.export(_ACTOR, "csv")):
        sys.stdout.write(piece)
    return 0
