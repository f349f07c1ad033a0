"""``phithak compactor``: move events into Parquet in the foreground."""

from __future__ import annotations

import argparse
import signal
import threading

from phithak.base import config, process
from phithak.base.text import Text
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.compactor.process import work
from phithak.eventstore.layout import Layout
from phithak.eventstore.retention import read_rules


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``compactor``."""
    parser = commands.add_parser(
        "compactor",
        help=str(Text("ย้ายเหตุการณ์เข้า Parquet และลบตามอายุ", "move events into Parquet, let old ones go")),
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help=str(Text("ย้ายสิ่งที่รออยู่แล้วจบ", "move what waits, then end")),
    )
    parser.add_argument(
        "--consumer",
        action="append",
        default=[],
        metavar=str(Text("ชื่อ", "NAME")),
        help=str(
            Text("ผู้อ่านที่ต้องอ่านผ่านก่อนลบ segment", "a consumer that must be past a segment before it goes")
        ),
    )
    parser.set_defaults(handler=_compactor)


def _compactor(arguments: argparse.Namespace) -> int:
    process.forbid_core_dumps()
    layout = Layout(config.load().config.events)
    compactor = Compactor(layout, consumers=arguments.consumer)
    try:
        if arguments.once:
            while compactor.run().more:
                pass
            return 0
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work(compactor, stop, rules=lambda: read_rules(layout))
    finally:
        compactor.close()
    return 0
