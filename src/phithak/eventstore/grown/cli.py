"""``phithak move``: copy the event store to the grown one and compare."""

from __future__ import annotations

import argparse
import importlib
import json
from dataclasses import asdict

from phithak.base import config, process
from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.eventstore.errors import GrownError
from phithak.eventstore.layout import Layout


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``move``."""
    parser = commands.add_parser(
        "move",
        help=str(
            Text(
                "คัดลอกคลังเหตุการณ์ไปยัง NATS และ S3 แล้วเทียบจำนวนกับแฮช",
                "copy the event store to NATS and S3, then compare counts and hashes",
            )
        ),
    )
    parser.add_argument(
        "--bus",
        required=True,
        metavar="nats://",
        help=str(Text("เซิร์ฟเวอร์ NATS ที่เปิด JetStream", "NATS server with JetStream")),
    )
    parser.add_argument(
        "--store",
        required=True,
        metavar="s3://",
        help=str(Text("ที่เก็บแฟ้ม เช่น s3://bucket/prefix", "where files go, such as s3://bucket/prefix")),
    )
    parser.add_argument(
        "--endpoint",
        default="",
        metavar="https://",
        help=str(Text("ที่อยู่บริการ S3 ถ้าไม่ใช่ของ Amazon", "address of the S3 service unless it is Amazon's")),
    )
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
