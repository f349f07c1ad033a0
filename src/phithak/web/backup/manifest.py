"""The list of a backup's files with sizes and SHA-256, so that damage is found before a restore starts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phithak.base.errors import PhithakError
from phithak.base.text import Text

NAME = "manifest.json"
FORMAT = 1
_BLOCK = 1 << 20


class DamagedBackupError(PhithakError):
    """A backup is not whole."""

    code = "backup.damaged"
    text = Text(
        "ข้อมูลสำรอง {folder} เสียหาย: {reason_th} ใช้ชุดอื่น",
        "Backup {folder} is damaged: {reason_en}. Use another one.",
    )


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: ISO 8601, UTC.
        release: version of the product that made it.
        database: ``sqlite`` or ``postgresql``.
        files: relative path -> [size, SHA-256 hex].
        checkpoint: last journal checkpoint that the records hold (its note), or "".
    """

    made_at: str
    release: str
    database: str
    files: dict[str, tuple[int, str]]
    checkpoint: str = ""

    def write(self, folder: Path) -> None:
        """Write the manifest into ``folder``."""
        body = {
            "format": FORMAT,
            "made_at": self.made_at,
            "release": self.release,
            "database": self.database,
            "checkpoint": self.checkpoint,
            "files": {name: list(entry) for name, entry in sorted(self.files.items())},
        }
        (folder / NAME).write_text(json.dumps(body, indent=1), encoding="utf-8")


def digest(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file."""
    found = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
            size += len(block)
    return size, found.hexdigest()


def read(folder: Path) -> Manifest:
    """Read a backup's manifest.

    Raises:
        DamagedBackupError: missing, unreadable, or of a newer format.
    """
    try:
        body: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise ValueError(f"format {body['format']}")  # noqa: TRY301 - one place turns all of them into the message
        files = {str(name): (int(size), str(value)) for name, (size, value) in body["files"].items()}
        return Manifest(body["made_at"], body["release"], body["database"], files, body["checkpoint"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedBackupError(
            folder=folder,
            reason_th=f"อ่าน {NAME} ไม่ได้ ({error})",
            reason_en=f"{NAME} cannot be read ({error})",
        ) from error


def check(folder: Path) -> Manifest:
    """Read the manifest and compare every file with it.

    Raises:
        DamagedBackupError: the first file that is missing or differs.
    """
    manifest = read(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        if path.resolve().parent != path.parent.resolve() or ".." in Path(name).parts:
            raise DamagedBackupError(folder=folder, reason_th=f"ชื่อไฟล์ {name}", reason_en=f"file name {name}")
        if not path.is_file() or digest(path) != expected:
            raise DamagedBackupError(folder=folder, reason_th=f"ไฟล์ {name}", reason_en=f"file {name}")
    return manifest
