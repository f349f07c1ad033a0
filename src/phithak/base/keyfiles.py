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
    """Write ``content`` durably to a new file of mode 0600.

    Raises:
        FileExistsError: the file exists.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> bytes:
    """Return the key in ``path``.

    Raises:
        KeyFileError: missing, wrong size, or open to group or others.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        key = path.read_bytes()
    except OSError as error:
        raise KeyFileError(
            path=path, reason_th="อ่านไม่ได้ รัน phithak keys init", reason_en="unreadable; run phithak keys init"
        ) from error
    if mode & 0o077:
        raise KeyFileError(
            path=path, reason_th="ผู้อื่นอ่านได้ ใช้ chmod 600", reason_en="others can read it; use chmod 600"
        )
    if len(key) != KEY_BYTES:
        raise KeyFileError(path=path, reason_th="ขนาดไม่ใช่ 32 ไบต์", reason_en="is not 32 bytes long")
    return key


def derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """Return ``length`` bytes derived from ``key`` for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(hashes.SHA256(), length, salt=None, info=b"phithak/" + purpose.encode()).derive(key)
