"""``phithak prepare``: what ``up`` does before it starts the processes."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.web import database
from phithak.web.backup import restore
from phithak.web.commands import migrate


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``prepare``."""
    parser = commands.add_parser(
        "prepare", help=str(Text("เตรียมฐานข้อมูลและลิงก์แรก", "prepare the database and the first login link"))
    )
    parser.add_argument(
        "--migrate",
        action="store_true",
        help=str(Text("สำรองแล้วปรับฐานข้อมูลรุ่นเก่า", "back up, then migrate an older database")),
    )
    parser.set_defaults(handler=_prepare)


def _prepare(arguments: argparse.Namespace) -> int:
    restore.refuse_unfinished()
    if database.is_fresh() or arguments.migrate:
        migrate.bring_up_to_date(backup=True)
    migrate.refuse_pending()
    return 0
