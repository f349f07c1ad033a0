"""``phithak events``: search events from the command line."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.monitoring.exporting import as_csv, as_lines, readable
from phithak.monitoring.queries import events
from phithak.monitoring.queries.asking import DEFAULT_SPAN, SPANS, Question

_ACTOR = actors.system("phithak-events")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``events`` with its own commands."""
    about = str(Text("ค้นเหตุการณ์", "search events"))
    parser = commands.add_parser("events", help=about, description=about)
    kinds = parser.add_subparsers(dest="events_command", metavar="COMMAND", required=True)
    search = kinds.add_parser("search", help=about, description=about)
    search.add_argument(
        "words",
        nargs="*",
        help=str(Text("เช่น src_ip:10.0.0.5 user:adm*", "such as src_ip:10.0.0.5 user:adm*")),
    )
    search.add_argument(
        "--span", choices=list(SPANS), default=DEFAULT_SPAN, help=str(Text("ย้อนหลังเท่าใด", "how far back"))
    )
    search.add_argument("--limit", type=int, default=20, help=str(Text("แสดงกี่รายการ", "how many are shown")))
    search.add_argument(
        "--format",
        choices=["text", "csv", "ndjson"],
        default="text",
        help=str(Text("รูปแบบ", "form of the answer")),
    )
    search.set_defaults(handler=_search)


def _search(parsed: argparse.Namespace) -> int:
    answer = events.ask(_ACTOR, Question(" ".join(parsed.words), parsed.span), limit=parsed.limit)
    if parsed.format == "csv":
        print(as_csv(answer), end="")
    elif parsed.format == "ndjson":
        print(as_lines(answer).decode("utf-8"), end="")
    else:
        for one in answer.events:
            print(f"{events.moment(one.time).isoformat()}\t{answer.names[one.tenant]}\t{readable(one.raw)}")
        print(Text(f"พบ {answer.total} รายการ", f"{answer.total} found"))
    return 0 if answer.total else 1
