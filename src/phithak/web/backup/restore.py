"""Restoring a backup."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

from phithak.base import clock
from phithak.base.config import Config
from phithak.base.errors import ConflictError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.journal import services as journal
from phithak.core.outbox import services as outbox
from phithak.core.privacy import keyring
from phithak.core.privacy import services as privacy
from phithak.web import database
from phithak.web.backup import make, manifest, records
from phithak.web.supervisor.generation import Generation

MARK = "restore.json"


class UnfinishedRestoreError(ConflictError):
    """A restore was killed half-way."""

    code = "restore.unfinished"
    text = Text(
        "การกู้คืนครั้งก่อนยังไม่จบ รัน phithak restore {name} อีกครั้งก่อน",
        "An earlier restore has not finished. Run phithak restore {name} again first.",
    )


class NoSuchBackupError(NotFoundError):
    """The named backup does not exist."""

    code = "restore.no_such_backup"
    text = Text(
        "ไม่มีข้อมูลสำรอง {name} ดูรายชื่อด้วย phithak backup --list", "No backup {name}; see phithak backup --list"
    )


class OtherDatabaseError(ConflictError):
    """The backup is of the other kind of database."""

    code = "restore.other_database"
    text = Text(
        "ข้อมูลสำรองเป็น {theirs} แต่ระบบใช้ {ours} แก้ database_url ให้ตรงกัน",
        "The backup is of {theirs}, this instance uses {ours}. Set database_url to match.",
    )


def refuse_unfinished() -> None:
    """Raise when a restore was begun and not finished.

    Raises:
        UnfinishedRestoreError: with the name to run again.
    """
    mark = _mark()
    if mark.exists():
        raise UnfinishedRestoreError(name=json.loads(mark.read_text(encoding="utf-8"))["name"])


def find(name: str) -> Path:
    """Return the folder of a backup: a name from the list, ``latest``, or a path.

    Raises:
        NoSuchBackupError: nothing there.
    """
    known = make.all_backups()
    if name == "latest" and known:
        return known[-1]
    for folder in known:
        if folder.name == name:
            return folder
    if (Path(name) / manifest.NAME).is_file():
        return Path(name)
    raise NoSuchBackupError(name=name)


def restore(name: str) -> Path:
    """Restore a backup; the instance must be down. Running it again after a kill finishes it.

    Returns:
        The folder to which the former data were moved.

    Raises:
        AlreadyUpError: the instance runs.
        DamagedBackupError: the backup is not whole; nothing was touched.
        OtherDatabaseError: it is of the other kind of database.
    """
    config: Config = settings.CONFIG
    folder = find(name)
    found = manifest.check(folder)
    if found.database != records.vendor():
        raise OtherDatabaseError(theirs=found.database, ours=records.vendor())
    with Generation(config.data_dir):
        aside = _begin(config, folder)
        records.copy_in(folder)
        _copy_files(folder, found, config.data_dir)
        keyring.merge_restored_keyring(_keyring_beside(config, folder))
        database.migrate()
        _resume(found)
        _mark().unlink()
    return aside


def _begin(config: Config, folder: Path) -> Path:
    """Move the present data aside, once; a second run after a kill goes on where the first stopped."""
    mark = _mark()
    if not mark.exists():
        aside = config.data_dir / "replaced" / clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
        aside.mkdir(parents=True, mode=0o700)
        _write_mark({"name": str(folder), "aside": str(aside), "phase": "moving"})
    body = json.loads(mark.read_text(encoding="utf-8"))
    aside = Path(body["aside"])
    if body["phase"] == "moving":
        connection.close()
        for path in _present(config):
            path.rename(aside / path.name)
        # only from here on may the data folder hold restored files
        _write_mark({**body, "phase": "copying"})
    return aside


def _present(config: Config) -> list[Path]:
    paths = [config.data_dir / make.FILES]
    if records.vendor() == "sqlite":
        main = Path(str(settings.DATABASES["default"]["NAME"]))
        # the write-ahead log first: a main file without its log must never be opened
        paths += [main.with_name(main.name + "-shm"), main.with_name(main.name + "-wal"), main]
    return [path for path in paths if path.exists()]


def _write_mark(body: dict[str, str]) -> None:
    mark = _mark()
    partial = mark.with_suffix(".partial")
    partial.write_text(json.dumps(body), encoding="utf-8")
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.rename(mark)


def _copy_files(folder: Path, found: manifest.Manifest, data_dir: Path) -> None:
    for name in found.files:
        if name.startswith(make.FILES + "/"):
            target = data_dir / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = target.with_name(target.name + ".partial")
            shutil.copyfile(folder / name, partial)
            partial.chmod(0o600)
            partial.rename(target)


def _keyring_beside(config: Config, folder: Path) -> Path:
    beside = folder.parent / make.KEYRING
    return beside if beside.exists() else config.backups / make.KEYRING


def _resume(found: manifest.Manifest) -> None:
    actor = actors.system("restore")
    privacy.align_with_keyring()
    outbox.pause_all(actor, reason=f"restore of {found.made_at}")
    journal.begin_epoch(reason=f"restore of {found.made_at}", last_known_checkpoint=found.checkpoint)


def _mark() -> Path:
    config: Config = settings.CONFIG
    return config.data_dir / "run" / MARK
