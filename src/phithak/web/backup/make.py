"""Making a backup."""

from __future__ import annotations

import os
import shutil
from datetime import UTC
from pathlib import Path

from django.conf import settings

from phithak import __version__
from phithak.base import clock
from phithak.base.config import Config
from phithak.core.journal import queries as journal
from phithak.core.privacy import keyring
from phithak.web.backup import manifest, records

KEYRING = "keyring"
FILES = "files"


def backup(label: str = "") -> Path:
    """Make a backup under the backups folder and return its folder.

    The folder appears under its final name only when it is whole; what was begun and killed is named
    ``.partial-…`` and swept away by the next backup.
    """
    config: Config = settings.CONFIG
    config.backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left_over in config.backups.glob(".partial-*"):
        shutil.rmtree(left_over)
    moment = clock.now().astimezone(UTC)
    name = moment.strftime("%Y%m%dT%H%M%S.%fZ") + (f"-{label}" if label else "")
    partial = config.backups / f".partial-{name}"
    partial.mkdir(mode=0o700)
    checkpoint = journal.latest_checkpoint_note()
    found = {path.name: manifest.digest(path) for path in [records.copy_out(partial)]}
    keyring.export_keyring(config.backups / KEYRING)
    for source in sorted((config.data_dir / FILES).rglob("*")):
        if source.is_file() and not source.name.endswith(".partial"):
            relative = source.relative_to(config.data_dir)
            _link_or_copy(source, partial / relative)
            found[str(relative)] = manifest.digest(partial / relative)
    manifest.Manifest(moment.isoformat(), __version__, records.vendor(), found, checkpoint).write(partial)
    _sync(partial)
    final = config.backups / name
    partial.rename(final)
    _sync_folder(config.backups)
    return final


def all_backups() -> list[Path]:
    """Return the backups, oldest first."""
    config: Config = settings.CONFIG
    return sorted(path.parent for path in config.backups.glob(f"[0-9]*/{manifest.NAME}"))


def _link_or_copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # sealed files never change in place, so a hard link is a copy that costs nothing
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        target.chmod(0o600)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
