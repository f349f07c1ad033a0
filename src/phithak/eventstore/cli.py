"""``phithak compactor``: move events into Parquet in the foreground; ``phithak move``: into the grown event store."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import threading
from dataclasses import asdict

from phithak.base import config, process
from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.compactor.process import work
from phithak.eventstore.errors import GrownError
from phithak.eventstore.layout import Layout
from phithak.eventstore.retention import read_rules


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``compactor`` and ``move``."""
    _add_move(commands)
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


def _add_move(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "move",
        help=str(
            Text(
                "คัดลอกคลังเหตุการณ์ไปยัง NATS และ S3 แล้วเทียบจำนวนกับแฮช",
                "copy the event store to NATS and S3, then compare counts and hashes",
            )
        ),
    )
    parser.add_argument("--bus", required=True, metavar="nats://", help="NATS JetStream")
    parser.add_argument("--store", required=True, metavar="s3://", help="s3://bucket/prefix")
    parser.add_argument("--endpoint", default="", metavar="https://", help="S3")
    parser.set_defaults(handler=_move)


def _move(arguments: argparse.Namespace) -> int:
    process.forbid_core_dumps()
    try:
        # only who has grown has installed these
        grown_bus = importlib.import_module("phithak.eventstore.grown.bus")
        moving = importlib.import_module("phithak.eventstore.grown.moving")
        objects = importlib.import_module("phithak.eventstore.grown.objects")
    except ImportError as error:
        raise GrownError(package=error.name or "") from error
    try:
        storage = objects.Objects(arguments.store, arguments.endpoint)
        bus = grown_bus.NatsBus(arguments.bus)
    except ValueError as error:
        raise InvalidInputError(reason_th=str(error), reason_en=str(error)) from error
    try:
        outcome = moving.move(Layout(config.load().config.events), bus, storage)
    finally:
        bus.close()
    for tenant in sorted({*outcome.before, *outcome.after}):
        for when, found in (
            (Text("ก่อน", "before"), outcome.before.get(tenant)),
            (Text("หลัง", "after"), outcome.after.get(tenant)),
        ):
            print(tenant, when, json.dumps(asdict(found) if found else {}, sort_keys=True))
    same = Text("ตรงกันทุกจำนวนและแฮช", "All counts and hashes are equal")
    other = Text("ไม่ตรงกัน ห้ามเลิกใช้ของเดิม รันอีกครั้ง", "They differ. Keep the old store and run this again.")
    print(same if outcome.equal else other)
    return 0 if outcome.equal else 1
