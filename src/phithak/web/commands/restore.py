"""``phithak restore``: bring a backup back."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.web.backup import restore


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``restore``."""
    parser = commands.add_parser("restore", help=str(Text("กู้คืนข้อมูลสำรอง", "bring a backup back")))
    parser.add_argument(
        "name", help=str(Text("ชื่อชุดสำรอง latest หรือโฟลเดอร์", "a backup's name, latest, or a folder"))
    )
    parser.set_defaults(handler=_restore)


def _restore(arguments: argparse.Namespace) -> int:
    aside = restore.restore(arguments.name)
    print(
        Text(
            f"กู้คืนแล้ว ข้อมูลเดิมอยู่ที่ {aside}\nข้อความขาออกหยุดไว้ จนกว่าจะมีคนปล่อยที่หน้า Outbox",
            f"Restored. The former data lie in {aside}\nSending is paused until a person releases it (outbox page).",
        )
    )
    return 0
