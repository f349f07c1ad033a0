"""The two secrets on an instance's disk, both outside the data folder and never in a backup.

``instance.key`` (32 bytes): signs cookies and journal checkpoints; always readable by the service.
``root.key`` (32 bytes): wraps the data keys of the vault. In passphrase mode it is absent and
``root.key.locked`` holds it wrapped; then vault and sending stay locked until ``phithak unlock``.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from phithak.base.errors import PhithakError
from phithak.base.text import Text

KEY_BYTES = 32


class KeyFileError(PhithakError):
    """A key file is missing, of the wrong size, or readable by others."""

    code = "keys.file"
    text = Text("ไฟล์กุญแจ {path} ใช้ไม่ได้: {reason_th}", "Key file {path} cannot be used: {reason_en}")
    status = 503


def create(path: Path) -> bytes:
    """Write a new random key of 32 bytes to ``path`` with mode 0600 and return it; never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(KEY_BYTES)
    write(path, key)
    return key


def write(path: Path, content: bytes) -> None:
    """Write ``content`` durably (file and folder synced) to a new file of mode 0600.

    Raises:
        FileExistsError: the file exists.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were created, renamed or removed in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> bytes:
    """Return the key in ``path``.

    Raises:
        KeyFileError: missing, wrong size, of another user, or open to group or others.
    """
    key = read_private(path)
    if len(key) != KEY_BYTES:
        raise KeyFileError(path=path, reason_th="ขนาดไม่ใช่ 32 ไบต์", reason_en="is not 32 bytes long")
    return key


def read_private(path: Path) -> bytes:
    """Return the content of a file that only its owner may touch.

    Owner, mode and content are taken from one open file, so that none of them can be swapped in between.

    Raises:
        KeyFileError: missing, of another user, or open to group or others.
    """
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            content = stream.read()
    except OSError as error:
        raise KeyFileError(
            path=path, reason_th="อ่านไม่ได้ รัน phithak keys init", reason_en="unreadable; run phithak keys init"
        ) from error
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyFileError(
            path=path, reason_th="ผู้อื่นอ่านได้ ใช้ chmod 600", reason_en="others can read it; use chmod 600"
        )
    if status.st_uid not in {os.geteuid(), 0}:
        raise KeyFileError(
            path=path,
            reason_th="เป็นของผู้ใช้อื่น ใช้ chown",
            reason_en="belongs to another user; use chown",
        )
    return content


def derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """Return ``length`` bytes derived from ``key`` for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(hashes.SHA256(), length, salt=None, info=b"phithak/" + purpose.encode()).derive(key)
