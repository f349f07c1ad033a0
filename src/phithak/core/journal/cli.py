"""``phithak audit``: verify, export, checkpoint, witness-key."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.journal import keys, queries, services
from phithak.core.journal.findings import LiveReport
from phithak.core.journal.queries import checkpoints, entries, tree
from phithak.core.journal.queries.checking import Check
from phithak.engines.tlog import KeyKind, VerifierKey
from phithak.engines.tlog import cli as tlog_cli

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name argparse has


class NoEpochError(NotFoundError):
    """There is no such epoch, or the journal is empty."""

    code = "journal.no_epoch"
    text = Text("ไม่มีบันทึกชุดที่ขอ", "There is no such epoch of the journal.")


def register(commands: Commands) -> None:
    """Add ``audit`` and its sub-commands."""
    audit = commands.add_parser("audit", help="ตรวจสอบบันทึก · check the journal")
    inner = audit.add_subparsers(dest="audit_command", required=True)
    tlog_cli.register_verify(inner, live=verify_live)
    export = inner.add_parser("export", help="ส่งออกบันทึกหนึ่งชุด · write the journal's lines to a file")
    export.add_argument("log", type=Path, metavar="LOG.ndjson", help="ไฟล์ที่จะเขียน · file to write")
    export.add_argument(
        "--checkpoints",
        type=Path,
        metavar="FILE.json",
        help="ไฟล์จุดตรวจที่จะเขียน · file of checkpoints to write",
    )
    export.add_argument(
        "--epoch", type=int, metavar="N", help="ชุดที่ (ปกติชุดล่าสุด) · epoch (default: the newest)"
    )
    export.set_defaults(handler=export_log)
    checkpoint = inner.add_parser(
        "checkpoint", help="ลงนามและแสดงจุดตรวจล่าสุด · sign and print the newest checkpoint"
    )
    checkpoint.set_defaults(handler=print_checkpoint)
    witness_key = inner.add_parser(
        "witness-key", help="แสดงกุญแจสาธารณะของบันทึกและของพยาน · print the public keys of this instance"
    )
    witness_key.set_defaults(handler=print_keys)


def verify_live(args: argparse.Namespace) -> int:
    """Check the whole live database; 0 if nothing was changed, else 1."""
    check = Check()
    while check.step():
        pass
    report = check.report
    if args.json:
        print(json.dumps({"ok": not report.findings, **_described(report)}, ensure_ascii=False))
    else:
        _print_report(report)
    return 1 if report.findings else 0


def export_log(args: argparse.Namespace) -> int:
    """Write one epoch's lines in order of number, and its checkpoints as ``verify`` reads them."""
    services.tick(release=True)
    found = {epoch.number: epoch for epoch in tree.epochs()}
    chosen = found.get(args.epoch or max(found, default=0))
    if chosen is None:
        raise NoEpochError
    services.record_export(actors.system("cli"), entries.last_of(chosen) - chosen.start)
    services.tick(release=True)
    services.sign_if_due(at_once=True)
    signed = checkpoints.of_epoch(chosen.number)
    lines = 0
    with args.log.open("wb") as handle:
        for line in entries.numbered_lines(chosen.start, entries.last_of(chosen)):
            handle.write(line)
            lines += 1
    if args.checkpoints:
        document = {
            "origin": chosen.origin,
            "checkpoints": [
                {"size": item.size, "root": item.root.hex(), "note": item.note} for item in signed
            ],
        }
        args.checkpoints.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    print(
        Text(
            f"ส่งออก {lines} บรรทัด จุดตรวจ {len(signed)} จุด", f"Wrote {lines} lines, {len(signed)} checkpoints"
        )
    )
    return 0


def print_checkpoint(args: argparse.Namespace) -> int:  # noqa: ARG001 - argparse's shape
    """Number what waits, sign, and print the newest checkpoint with its witnesses' signatures."""
    services.tick(release=True)
    services.sign_if_due(at_once=True)
    print(queries.latest_checkpoint_note(), end="")
    return 0


def print_keys(args: argparse.Namespace) -> int:  # noqa: ARG001 - argparse's shape
    """Print public keys: what a witness puts into ``witness_logs``, what we are as a witness, and each epoch's."""
    base = VerifierKey(keys.base_name(), KeyKind.ED25519, keys.public_key())
    print(Text("# สำหรับ witness_logs ของพยาน", "# for witness_logs of our witnesses"))
    print(base.text)
    print(Text("# สำหรับ witness_keys ของผู้ที่เราเป็นพยานให้", "# for witness_keys of those that we witness"))
    print(keys.witness_key().verifier.text)
    print(Text("# สำหรับ audit verify --keys", "# for audit verify --keys"))
    for epoch in tree.epochs():
        print(VerifierKey(epoch.origin, KeyKind.ED25519, bytes(epoch.public_key)).text)
    return 0


def _described(report: LiveReport) -> dict[str, object]:
    told = report.as_dict()
    told["findings"] = [
        {"kind": item.kind, "first": item.first, "last": item.last, "entry": item.entry}
        | {"th": item.text.th, "en": item.text.en}
        for item in report.findings
    ]
    return told


def _print_report(report: LiveReport) -> None:
    for finding in report.findings:
        print(f"ไม่ผ่าน: {finding.text.th}\nNOT VALID: {finding.text.en}")
    for gap in report.gaps:
        print(f"ช่องว่าง: {gap.text.th}\nGAP: {gap.text.en}")
    if not report.findings:
        print(f"ผ่าน: ตรวจ {report.checked} รายการ ตรงกับจุดตรวจ {report.checkpoints} จุด ถึงลำดับ {report.held}")
        print(
            f"VALID: {report.checked} entries checked, {report.checkpoints} checkpoints hold, up to {report.held}"
        )
    if report.unwitnessed:
        print(f"ยังไม่มีพยาน: {report.unwitnessed} รายการ (พยานรับรองถึงลำดับ {report.witnessed})")
        print(f"NOT YET WITNESSED: {report.unwitnessed} entries (witnessed up to {report.witnessed})")
