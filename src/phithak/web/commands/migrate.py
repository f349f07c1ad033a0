"""``phithak migrate`` and ``phithak prepare``: bring the database to this release."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.db import connection

from phithak.base.text import Text
from phithak.web import database
from phithak.web.backup import make
from phithak.web.database import PendingMigrationsError
from phithak.web.supervisor.generation import Generation


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``migrate``."""
    parser = commands.add_parser(
        "migrate", help=str(Text("ปรับโครงฐานข้อมูล", "bring the database to this release"))
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help=str(Text("บอกเฉย ๆ ว่าค้างหรือไม่", "only tell whether steps are pending")),
    )
    parser.add_argument(
        "--no-backup", action="store_true", help=str(Text("ไม่สำรองก่อน", "make no backup before it"))
    )
    parser.set_defaults(handler=_migrate)


def _migrate(arguments: argparse.Namespace) -> int:
    pending = database.pending_migrations()
    if arguments.check:
        print(Text(f"ค้าง {len(pending)} ขั้น", f"{len(pending)} steps pending"))
        return 1 if pending else 0
    # nothing of this instance may write while its tables change; up --migrate holds the same lock
    with Generation(settings.CONFIG.data_dir):
        bring_up_to_date(backup=not arguments.no_backup)
    print(Text("ฐานข้อมูลเป็นรุ่นปัจจุบัน", "The database is up to date"))
    return 0


def bring_up_to_date(*, backup: bool) -> None:
    """Apply what is pending; a database that holds data already is backed up first if ``backup``."""
    pending = database.pending_migrations()
    if not pending:
        return
    if backup and not database.is_fresh():
        folder = make.backup("before-migrate")
        print(Text(f"สำรองไว้ที่ {folder}", f"Backup at {folder}"))
    database.migrate()
    connection.close()


def refuse_pending() -> None:
    """Raise when steps are pending.

    Raises:
        PendingMigrationsError: how many, and what to run.
    """
    pending = database.pending_migrations()
    if pending:
        raise PendingMigrationsError(count=len(pending))
