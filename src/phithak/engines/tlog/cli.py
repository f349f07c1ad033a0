"""``phithak audit verify``: judge a copy of the log without the machine that wrote it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from phithak.engines.tlog.errors import LogFileError
from phithak.engines.tlog.verify import Report, verify_log
from phithak.engines.tlog.witnessed import Trust, View, load_keys, load_witnessed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 the only name argparse has
    Handler = Callable[[argparse.Namespace], int]


def register(commands: Commands) -> None:
    """Add ``audit`` with its ``verify`` to the command line.

    A caller that has an ``audit`` parser of its own calls ``register_verify`` on its subparsers instead.
    """
    audit = commands.add_parser("audit", help="ตรวจสอบบันทึก · check the journal")
    register_verify(audit.add_subparsers(dest="audit_command", required=True))


def register_verify(audit_commands: Commands, live: Handler | None = None) -> None:
    """Add ``verify`` to the subparsers of ``audit``; sets ``handler`` (namespace -> exit code).

    Args:
        audit_commands: subparsers of ``audit``.
        live: serves ``verify --live`` (namespace -> exit code); None = there is nothing live to verify.
    """
    parser = audit_commands.add_parser(
        "verify", help="ตรวจสำเนาบันทึกกับจุดตรวจ · verify a copy of the log against checkpoints"
    )
    parser.add_argument(
        "log", type=Path, nargs="?", metavar="LOG.ndjson", help="สำเนาบันทึก · the copy to verify"
    )
    if live is not None:
        parser.add_argument("--live", action="store_true", help="ตรวจฐานข้อมูลจริง · verify the live database")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.json",
        help="จุดตรวจจากพยาน ใส่ซ้ำได้ · checkpoints kept elsewhere; one file per witness, may be repeated",
    )
    parser.add_argument(
        "--reference", type=Path, metavar="LOG", help="สำเนาอีกฉบับ เพื่อชี้บรรทัด · another copy, to name the line"
    )
    parser.add_argument("--origin", help="ชื่อบันทึกที่ต้องตรง · the log's name that the checkpoints must carry")
    parser.add_argument(
        "--keys", type=Path, metavar="KEYS", help="กุญแจของบันทึกและพยาน · public keys that must have signed"
    )
    parser.add_argument(
        "--witnesses", type=int, metavar="N", help="จำนวนพยานขั้นต่ำ · least number of witnesses (with --keys)"
    )
    parser.add_argument("--json", action="store_true", help="ผลเป็น JSON · print the report as JSON")

    def choose(args: argparse.Namespace) -> int:
        if live is not None and args.live:
            return live(args)
        if args.log is None or not args.checkpoints:
            parser.error("ต้องมี LOG.ndjson และ --checkpoints · LOG.ndjson and --checkpoints are required")
        return verify(args)

    parser.set_defaults(handler=choose)


def verify(args: argparse.Namespace) -> int:
    """Run the verification and print its report; 0 if every witnessed line is unchanged, else 1."""
    try:
        trust = Trust.of(load_keys(args.keys), args.witnesses) if args.keys else None
        origin, views = _load_all(args.checkpoints, args.origin, trust)
        report = verify_log(args.log, views, args.reference)
    except LogFileError as fault:
        _print_fault(fault, as_json=args.json)
        return 1
    if args.json:
        print(json.dumps({"origin": origin, **report.as_dict()}, ensure_ascii=False))
    else:
        _print_report(report)
    return report.exit_code


def _load_all(files: Sequence[Path], origin: str | None, trust: Trust | None) -> tuple[str, list[View]]:
    views: list[View] = []
    for path in files:
        witnessed = load_witnessed(path, origin, trust)
        origin = witnessed.origin
        views.extend(witnessed.views)
    return origin or "", views


def _print_fault(fault: LogFileError, *, as_json: bool) -> None:
    if as_json:
        found = {"code": fault.code, "file": fault.file, "line": fault.line, "field": fault.field}
        print(
            json.dumps(
                {"ok": False, "exit_code": 1, **found, "th": fault.message.th, "en": fault.message.en},
                ensure_ascii=False,
            )
        )
    else:
        print(f"ไม่ผ่าน: {fault.message.th}\nNOT VALID: {fault.message.en}")


def _print_report(report: Report) -> None:
    if report.problem:
        print(f"ไม่ผ่าน: {report.problem.th}\nNOT VALID: {report.problem.en}")
        print(f"ตรงกับพยานถึงบรรทัด {report.good_until} · unchanged up to line {report.good_until}")
    else:
        print(f"ผ่าน: บรรทัด 1-{report.good_until} ตรงกับจุดตรวจ {report.checkpoints} จุด")
        print(f"VALID: lines 1-{report.good_until} match {report.checkpoints} checkpoints")
    if report.unwitnessed:
        first, last = report.unwitnessed
        print(f"ยังไม่มีพยาน: บรรทัด {first}-{last}\nNOT YET WITNESSED: lines {first}-{last}")
    if report.reference_note:
        print("\n".join(report.reference_note))
