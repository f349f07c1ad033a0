"""``phithak prepare``: what ``up`` does before it starts the processes."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.services import create_first_admin_link
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
    for preparation in contrib.preparations:
        preparation.run()
    if accounts.first_admin_needed():
        link = create_first_admin_link()
        print(
            Text(
                f"เข้าใช้ครั้งแรก เปิดลิงก์นี้ (ใช้ได้ครั้งเดียว ภายใน 24 ชั่วโมง):\n  {link}",
                f"First login, open this link (works once, within 24 hours):\n  {link}",
            ),
            flush=True,
        )
    return 0
