"""``phithak clocks``: what the table holds, and when a clock ends. Prints JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phithak.base import clock as base_clock
from phithak.engines.clocks.calendar import BANGKOK, load_calendar
from phithak.engines.clocks.due import Due, due
from phithak.engines.clocks.errors import ClockError
from phithak.engines.clocks.model import Clock
from phithak.engines.clocks.standing import remaining
from phithak.engines.clocks.table import ClockTable, load

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 the only name argparse has


def register(commands: Commands) -> None:
    """Add ``clocks list`` and ``clocks due`` to the command line."""
    parser = commands.add_parser("clocks", help="กำหนดเวลาตามกฎหมาย · legal clocks")
    actions = parser.add_subparsers(dest="clocks_command", required=True)
    listing = actions.add_parser("list", help="แสดงทุกนาฬิกา · list all clocks")
    listing.set_defaults(handler=list_clocks)
    ending = actions.add_parser("due", help="คำนวณวันครบกำหนด · when a clock ends")
    ending.add_argument("code", metavar="CODE", help="รหัสนาฬิกา · the code of the clock")
    ending.add_argument(
        "--at", required=True, help="เวลาเริ่ม ISO ค.ศ. (ไม่มีเขตเวลา = กรุงเทพฯ) หรือ now · ISO moment or now"
    )
    ending.add_argument("--version", type=int, help="รุ่นที่คดีเริ่มใช้ · the version that the case began with")
    ending.add_argument("--holidays", type=Path, help="แฟ้มวันหยุดเพิ่มเติม · the operator's holiday file")
    ending.set_defaults(handler=show_due)
    for action in (listing, ending):
        action.add_argument(
            "--clocks", type=Path, action="append", default=[], help="แฟ้มนาฬิกาเพิ่มเติม · further clock files"
        )


def list_clocks(args: argparse.Namespace) -> int:
    """Print every version of every clock; 1 if a data file is wrong."""
    try:
        table = load(extra=args.clocks)
    except ClockError as error:
        return _fail(error)
    _print({"warn_at": list(table.warn_at), "clocks": [_clock(item) for item in table]})
    return 0


def show_due(args: argparse.Namespace) -> int:
    """Print when the clock ends; 1 if the code, version, moment or a data file is wrong."""
    try:
        table, calendar = load(extra=args.clocks), load_calendar(override=args.holidays)
        moment = _moment(args.at)
        found = due(table.get(args.code, at=moment, version=args.version), moment, calendar)
        _print(_due(found, table))
    except ClockError as error:
        return _fail(error)
    return 0


def _moment(text: str) -> datetime:
    if text == "now":
        return base_clock.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockError(
            "clocks.moment",
            th=f"อ่านเวลา {text!r} ไม่ได้ ใช้รูป 2026-11-24T17:00 หรือ now",
            en=f"Cannot read the moment {text!r}; write it like 2026-11-24T17:00, or now.",
            field="at",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK)


def _clock(clock: Clock) -> dict[str, Any]:
    return {**asdict(clock), "length_text": asdict(clock.length.text)}


def _due(item: Due, table: ClockTable) -> dict[str, Any]:
    last = item.due_at or item.possible_at
    left = remaining(item, base_clock.now(), table.warn_at)
    return {
        **asdict(item),
        "is_deadline": item.is_deadline,
        "last_day": item.last_day,
        "bangkok": last.astimezone(BANGKOK) if last else None,
        "level": left.level,
        "left_seconds": None if left.left is None else int(left.left.total_seconds()),
    }


def _fail(error: ClockError) -> int:
    message = error.message
    _print({"ok": False, "code": error.code, "field": error.field, "th": message.th, "en": message.en})
    return 1


def _print(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
