"""The checkpoint file that an auditor brings along: what independent people saw of the log, and when.

The file is JSON: ``{"origin": "...", "checkpoints": [{"size": 100, "root": "<64 hex digits>"}]}`` in
rising order of size. A checkpoint may carry ``"note"``: the signed checkpoint as text, which is verified
when keys are given. Several files (one per witness) are merged; the same size under two roots stays
visible as two views.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phithak.engines.tlog.checkpoint import verify_checkpoint
from phithak.engines.tlog.errors import LogFileError, TlogError
from phithak.engines.tlog.note import KeyKind, VerifierKey, parse_keys
from phithak.engines.tlog.tree import EMPTY_ROOT, MAX_SIZE

MAX_FILE_BYTES = 64_000_000
_ROOT_DIGITS = 64
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class View:
    """One file's claim: at ``size`` the root was ``root``."""

    size: int
    root: bytes
    file: str


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One checkpoint file: the log's name and the claims, rising by size."""

    origin: str
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys that must have signed each checkpoint, and how many distinct witnesses it takes."""

    keys: tuple[VerifierKey, ...]
    quorum: int

    @classmethod
    def of(cls, keys: Sequence[VerifierKey], quorum: int | None = None) -> Trust:
        """Ask for ``quorum`` witnesses; unless told: one if any witness key is given, else none."""
        if quorum is None:
            quorum = int(any(key.kind is KeyKind.COSIGNATURE for key in keys))
        return cls(tuple(keys), quorum)


def load_witnessed(path: Path, origin: str | None = None, trust: Trust | None = None) -> Witnessed:
    """Read and check one checkpoint file.

    Raises:
        LogFileError: unreadable, not JSON of the right form, not rising, of another origin, or (with
            ``trust``) a checkpoint that is not signed as asked.
    """
    file = str(path)
    document = _load_json(path)
    claimed = document.get("origin")
    if not isinstance(claimed, str) or not claimed:
        raise _malformed(file, "origin", "ต้องเป็นข้อความไม่ว่าง", "want a text that is not empty")
    if origin is not None and claimed != origin:
        raise LogFileError(
            "tlog.verify.origin",
            th=f"เป็นของบันทึก {claimed} ไม่ใช่ {origin} ขอแฟ้มจุดตรวจของบันทึกนี้",
            en=f"these are checkpoints of {claimed}, not of {origin}; ask for this log's file.",
            file=file,
            field="origin",
        )
    entries = document.get("checkpoints")
    if not isinstance(entries, list) or not entries:
        raise _malformed(file, "checkpoints", "ต้องเป็นรายการไม่ว่าง", "want a list that is not empty")
    views: list[View] = []
    for number, entry in enumerate(entries):
        field = f"checkpoints[{number}]"
        view = _view(file, field, entry)
        _check_rising(file, field, views, view)
        if trust is not None:
            _check_signed(view, entry, f"{field}.note", claimed, trust)
        views.append(view)
    return Witnessed(claimed, tuple(views))


def load_keys(path: Path) -> Sequence[VerifierKey]:
    """Read a keys file (one C2SP vkey a line).

    Raises:
        LogFileError: unreadable or malformed.
    """
    text = _read(path).decode("utf-8", errors="replace")
    try:
        return parse_keys(text)
    except TlogError as error:
        raise LogFileError(error.code, th=error.message.th, en=error.message.en, file=str(path)) from error


def _check_rising(file: str, field: str, before: list[View], view: View) -> None:
    if not before or view.size > before[-1].size:
        return
    last = before[-1]
    if view.size == last.size and view.root != last.root:
        raise LogFileError(
            "tlog.verify.fork",
            th=f"ขนาด {view.size} มีสองราก: มีผู้เห็นบันทึกสองฉบับ แจ้งผู้ตรวจสอบ",
            en=f"size {view.size} has two roots: two views of the log were shown; tell the auditor.",
            file=file,
            field=f"{field}.root",
        )
    raise LogFileError(
        "tlog.verify.order",
        th=f"ขนาด {view.size} ต้องมากกว่าขนาดก่อนหน้า {last.size}",
        en=f"size {view.size} must be larger than the one before, {last.size}.",
        file=file,
        field=f"{field}.size",
    )


def _check_signed(view: View, entry: dict[str, Any], field: str, origin: str, trust: Trust) -> None:
    note = entry.get("note")
    if not isinstance(note, str):
        raise _malformed(view.file, field, "ต้องมีจุดตรวจที่ลงนามแล้ว", "want the signed checkpoint as text")
    try:
        attested = verify_checkpoint(note, trust.keys, origin=origin, quorum=trust.quorum)
    except TlogError as error:
        message = error.message
        raise LogFileError(error.code, th=message.th, en=message.en, file=view.file, field=field) from error
    if (attested.checkpoint.size, attested.checkpoint.root) != (view.size, view.root):
        raise LogFileError(
            "tlog.verify.note",
            th="ข้อความที่ลงนามไม่ตรงกับ size และ root ในแฟ้ม",
            en="the signed text does not say the same size and root as the file.",
            file=view.file,
            field=field,
        )


def _view(file: str, field: str, entry: object) -> View:
    if not isinstance(entry, dict):
        raise _malformed(file, field, "ต้องเป็นวัตถุ", "want an object")
    size, root = entry.get("size"), entry.get("root")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MAX_SIZE:
        raise _malformed(file, f"{field}.size", "ต้องเป็นจำนวนเต็มไม่ติดลบ", "want a whole number from 0")
    if not isinstance(root, str) or len(root) != _ROOT_DIGITS or set(root.lower()) - set("0123456789abcdef"):
        raise _malformed(file, f"{field}.root", "ต้องเป็นเลขฐานสิบหก 64 หลัก", "want 64 hex digits")
    if size == 0 and bytes.fromhex(root) != EMPTY_ROOT:
        raise _malformed(file, f"{field}.root", "ไม่ใช่รากของบันทึกว่าง", "this is not the root of an empty log")
    return View(size, bytes.fromhex(root), file)


def _load_json(path: Path) -> dict[str, Any]:
    raw = _read(path)
    try:
        document = json.loads(raw)
    except json.JSONDecodeError as error:
        raise LogFileError(
            "tlog.verify.json",
            th="ไม่ใช่ JSON",
            en=f"not JSON: {error.msg}.",
            file=str(path),
            line=error.lineno,
        ) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise LogFileError("tlog.verify.json", th="ไม่ใช่ JSON", en="not JSON.", file=str(path)) from error
    if not isinstance(document, dict):
        raise LogFileError(
            "tlog.verify.json",
            th="ชั้นนอกต้องเป็นวัตถุ",
            en="the outermost value must be an object.",
            file=str(path),
        )
    return document


def _read(path: Path) -> bytes:
    blocks, size = [], 0
    try:
        with path.open("rb") as handle:
            while size <= MAX_FILE_BYTES and (block := handle.read(_BLOCK_BYTES)):
                blocks.append(block)
                size += len(block)
    except OSError as error:
        raise unreadable(path, error) from error
    if size > MAX_FILE_BYTES:
        raise LogFileError(
            "tlog.verify.large", th="แฟ้มใหญ่เกินกำหนด", en="the file is too large.", file=str(path)
        )
    return b"".join(blocks)


def unreadable(path: Path, error: OSError) -> LogFileError:
    """Say that a file cannot be opened or read."""
    reason = error.strerror or type(error).__name__
    return LogFileError(
        "tlog.verify.unreadable",
        th=f"เปิดอ่านไม่ได้ ({reason}) ตรวจชื่อแฟ้มและสิทธิ์",
        en=f"cannot be read ({reason}); check its name and rights.",
        file=str(path),
    )


def _malformed(file: str, field: str, th: str, en: str) -> LogFileError:
    return LogFileError("tlog.verify.malformed", th=th, en=en + ".", file=file, field=field)
