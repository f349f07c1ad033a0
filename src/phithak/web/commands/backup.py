"""``phithak backup``: make, list and check backups."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.web.backup import make, manifest, restore


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``backup``."""
    parser = commands.add_parser("backup", help=str(Text("สำรองข้อมูล", "make a backup")))
    parser.add_argument("--list", action="store_true", help=str(Text("รายชื่อชุดสำรอง", "list the backups")))
    parser.add_argument(
        "--check", metavar="NAME", help=str(Text("ตรวจว่าชุดนี้ครบ", "check that this backup is whole"))
    )
    parser.set_defaults(handler=_backup)


def _backup(arguments: argparse.Namespace) -> int:
    if arguments.list:
        for folder in make.all_backups():
            found = manifest.read(folder)
            size = sum(size for size, _ in found.files.values())
            print(
                f"{folder.name}  {found.database}  {len(found.files)} files  {size:,} bytes  {found.release}"
            )
        return 0
    if arguments.check:
        found = manifest.check(restore.find(arguments.check))
        print(Text(f"ครบ {len(found.files)} ไฟล์", f"whole, {len(found.files)} files"))
        return 0
    print(make.backup())
    return 0
