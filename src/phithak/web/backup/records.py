"""The records database as one file: out and in, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from phithak.base.errors import PhithakError
from phithak.base.text import Text

SQLITE_NAME = "records.db"
POSTGRESQL_NAME = "records.dump"


class ProgramMissingError(PhithakError):
    """An outside program is not installed."""

    code = "backup.program_missing"
    text = Text(
        "ไม่พบโปรแกรม {program} ติดตั้งด้วย {install}", "Program {program} is missing; install it: {install}"
    )


class ProgramFailedError(PhithakError):
    """An outside program failed."""

    code = "backup.program_failed"
    text = Text("{program} ล้มเหลว: {words}", "{program} failed: {words}")


def vendor() -> str:
    """Return ``sqlite`` or ``postgresql``."""
    return connection.vendor


def copy_out(folder: Path) -> Path:
    """Write a consistent copy of the records into ``folder`` while others go on writing; return the file."""
    if vendor() == "sqlite":
        target = folder / SQLITE_NAME
        with connection.cursor() as cursor:
            # VACUUM INTO reads one snapshot and leaves out free pages, where deleted rows linger
            cursor.execute("VACUUM INTO %s", [str(target)])
    else:
        target = folder / POSTGRESQL_NAME
        _postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
    target.chmod(0o600)
    return target


def copy_in(folder: Path) -> None:
    """Put the records of a backup in place of the present ones (which were moved aside before on SQLite)."""
    connection.close()
    if vendor() == "sqlite":
        target = Path(str(settings.DATABASES["default"]["NAME"]))
        partial = target.with_suffix(".restoring")
        shutil.copyfile(folder / SQLITE_NAME, partial)
        partial.chmod(0o600)
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.rename(target)
        return
    _postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
        str(folder / POSTGRESQL_NAME), database_flag="--dbname",
    )  # fmt: skip


def _postgresql(program: str, *words: str, database_flag: str = "--dbname") -> None:
    path = shutil.which(program)
    if path is None:
        raise ProgramMissingError(program=program, install="apt-get install postgresql-client")
    database: dict[str, Any] = settings.DATABASES["default"]
    environment = {**os.environ, "PGPASSWORD": str(database["PASSWORD"])}
    command = [path, database_flag, connection.get_connection_params()["dbname"], *words]
    for flag, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database[key]:
            command += [flag, str(database[key])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode:
        raise ProgramFailedError(program=program, words=done.stderr.strip()[-500:])
