"""``phithak events``: find events that lie in the store."""

from __future__ import annotations

import argparse
import base64
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.eventstore import queries as store
from phithak.eventstore.queries import AllOf, Contains, Equals, Found, Where
from phithak.monitoring import queries

_ACTOR = actors.system("phithak-events")
_ZONE = ZoneInfo("Asia/Bangkok")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``events`` with its own commands."""
    parser = commands.add_parser("events", help=str(Text("เหตุการณ์ในคลัง", "events in the store")))
    kinds = parser.add_subparsers(dest="events_command", metavar="COMMAND", required=True)
    text = str(Text("ค้นเหตุการณ์", "find events"))
    search = kinds.add_parser("search", help=text, description=text)
    search.add_argument(
        "where",
        nargs="*",
        metavar="COLUMN=VALUE",
        help=str(
            Text(
                "เงื่อนไข ทุกข้อต้องตรง: user=somchai หรือ image~powershell",
                "conditions that all hold: user=somchai, or image~powershell",
            )
        ),
    )
    search.add_argument("--text", default="", help=str(Text("ข้อความในเหตุการณ์ดิบ", "a text in the raw event")))
    search.add_argument(
        "--tenant",
        action="append",
        default=[],
        help=str(Text("รหัสหรือชื่อหน่วยงาน (ว่าง = ทุกหน่วยงาน)", "id or name of an organisation (none = all)")),
    )
    for name, th, en in (
        (
            "since",
            "ตั้งแต่เวลานี้ (ISO, ไม่มีโซน = เวลาไทย)",
            "from this moment on (ISO; without a zone: Bangkok's)",
        ),
        ("until", "ก่อนเวลานี้", "before this moment"),
    ):
        search.add_argument(f"--{name}", default="", help=str(Text(th, en)))
    search.add_argument("--limit", type=int, default=100, help=str(Text("จำนวนมากสุด", "at most so many")))
    search.add_argument("--oldest-first", action="store_true", help=str(Text("เก่าก่อน", "the oldest first")))
    search.add_argument(
        "--top",
        default="",
        metavar="COLUMN",
        help=str(Text("นับค่าที่พบบ่อยของคอลัมน์", "count the values of a column")),
    )
    search.add_argument("--json", action="store_true", help=str(Text("บรรทัดละ JSON", "a JSON on each line")))
    search.set_defaults(handler=_search)


def _search(arguments: argparse.Namespace) -> int:
    tenants = queries.tenants_asked(_ACTOR, arguments.tenant)
    where = AllOf(tuple(_conditions(arguments.where, arguments.text)))
    since, until = _moment("since", arguments.since), _moment("until", arguments.until)
    layout = queries.layout()
    if arguments.top:
        rows = store.top(
            layout,
            tenants=tenants,
            column=arguments.top,
            since=since,
            until=until,
            where=where,
            limit=arguments.limit,
        )
        for value, times in rows:
            print(
                json.dumps({"value": value, "count": times}, ensure_ascii=False)
                if arguments.json
                else f"{times}\t{value}"
            )
        return 0
    found = store.query(
        layout, tenants=tenants, since=since, until=until, where=where, limit=arguments.limit,
        newest_first=not arguments.oldest_first,
    )  # fmt: skip
    for one in found:
        print(_as_json(one) if arguments.json else _as_line(one))
    return 0


def _conditions(texts: list[str], raw: str) -> list[Where]:
    found: list[Where] = [Contains("raw", raw)] if raw else []
    for text in texts:
        # whichever sign stands first: a value may hold the other
        place = min((at for at in (text.find("="), text.find("~")) if at > 0), default=0)
        if not place:
            raise InvalidInputError(
                field="where",
                reason_th=f"{text}: เขียนเป็น คอลัมน์=ค่า หรือ คอลัมน์~ข้อความ",
                reason_en=f"{text}: write COLUMN=VALUE or COLUMN~TEXT",
            )
        column, value = text[:place], text[place + 1 :]
        found.append(Equals(column, (value,)) if text[place] == "=" else Contains(column, value))
    return found


def _moment(field: str, text: str) -> int | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(
            field=field,
            reason_th="เขียนเวลาแบบ 2026-11-22T10:00",
            reason_en="write the moment as 2026-11-22T10:00",
        ) from None
    moment = found if found.tzinfo else found.replace(tzinfo=_ZONE)
    return int(moment.timestamp() * 1_000_000)


def _as_json(one: Found) -> str:
    told = {
        "tenant": str(one.tenant), "id": f"{one.offset}.{one.number}", "time": _utc(one.time),
        "received": _utc(one.received), **one.columns,
    }  # fmt: skip
    try:
        told["raw"] = one.raw.decode("utf-8")
    except UnicodeDecodeError:
        told["raw_base64"] = base64.b64encode(one.raw).decode("ascii")
    return json.dumps(told, ensure_ascii=False)


def _as_line(one: Found) -> str:
    local = datetime.fromtimestamp(one.time / 1_000_000, _ZONE).isoformat(sep=" ", timespec="seconds")
    try:
        raw = one.raw.decode("utf-8")
    except UnicodeDecodeError:
        raw = one.raw.decode("cp874", "backslashreplace")
    # what a device wrote must not steer the terminal that shows it
    return f"{local}\t{one.columns.get('log', '')}\t{_printable(raw)}"


def _printable(text: str) -> str:
    return "".join(
        sign if sign.isprintable() or sign == " " else sign.encode("unicode_escape").decode() for sign in text
    )


def _utc(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1_000_000, UTC).isoformat()
