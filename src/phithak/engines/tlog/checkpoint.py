"""Checkpoints (C2SP tlog-checkpoint): what a log says of itself at one size, and who witnessed it.

A checkpoint's text is origin, size and base64 root, a line each, then extension lines if any. The log
signs it; witnesses that saw the log grow without rewriting add cosignatures with their time.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phithak.engines.tlog.errors import TlogError
from phithak.engines.tlog.note import (
    KeyKind,
    Note,
    SignerKey,
    Verified,
    VerifierKey,
    parse_note,
    sign,
    verify_note,
)
from phithak.engines.tlog.proofs import verify_consistency
from phithak.engines.tlog.tree import HASH_BYTES, MAX_SIZE

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log ``origin`` had ``size`` entries under the 32-byte ``root``."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if any(not line or any(character < " " for character in line) for line in lines):
            raise _bad("ชื่อบันทึกและบรรทัดเสริมต้องไม่ว่าง", "origin and extension lines must not be empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise _bad("ขนาดอยู่นอกช่วง", "the size is out of range")
        if len(self.root) != HASH_BYTES:
            raise _bad("รากต้องยาว 32 ไบต์", "the root has 32 bytes")

    @property
    def text(self) -> str:
        """The note text, final newline included."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]
        return "".join(line + "\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note text.

        Raises:
            TlogError: fewer than three lines, a size with leading zeros, a root that is no base64 of 32 bytes.
        """
        lines = text.split("\n")
        if lines.pop() or len(lines) < _LINES:
            raise _bad("ต้องมีอย่างน้อยสามบรรทัด", "want at least three lines, each ending in a newline")
        origin, size, root, *extensions = lines
        if not (size.isascii() and size.isdigit() and str(int(size[:20])) == size):
            raise _bad("ขนาดต้องเป็นเลขฐานสิบไม่มีศูนย์นำหน้า", "the size is a decimal without leading zeros")
        try:
            raw = base64.b64decode(root, validate=True)
        except (binascii.Error, ValueError):
            raise _bad("รากต้องเป็น base64", "the root must be base64") from None
        if base64.b64encode(raw).decode() != root:
            raise _bad("รากต้องเป็น base64", "the root must be base64")
        return cls(origin, int(size), raw, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, key: SignerKey) -> Note:
    """Sign as the log (Ed25519, key kind 0x01)."""
    return Note(checkpoint.text, (sign(checkpoint.text, key),))


def cosign(note: Note, key: SignerKey, timestamp: int) -> Note:
    """Add a witness's cosignature/v1 at ``timestamp`` (POSIX seconds); says nothing about consistency."""
    return Note(note.text, (*note.signatures, sign(note.text, key, timestamp)))


@dataclass(frozen=True, slots=True)
class Attested:
    """A checkpoint whose log signature holds, and the witnesses that cosigned it."""

    checkpoint: Checkpoint
    log: Verified
    witnesses: tuple[Verified, ...]


def verify_checkpoint(
    note: Note | str | bytes, keys: Iterable[VerifierKey], *, origin: str | None = None, quorum: int = 0
) -> Attested:
    """Verify a signed checkpoint: the log's own signature and at least ``quorum`` distinct witnesses.

    The log's key is one of kind Ed25519 whose name is the checkpoint's origin; witnesses are keys of kind
    cosignature. Distinct means distinct public keys, so one witness under two names counts once.

    Raises:
        TlogError: malformed, another origin, wrong or missing log signature, too few witnesses.
    """
    parsed = note if isinstance(note, Note) else parse_note(note)
    checkpoint = Checkpoint.parse(parsed.text)
    if origin is not None and checkpoint.origin != origin:
        raise TlogError(
            "tlog.checkpoint.origin",
            th=f"จุดตรวจนี้เป็นของบันทึก {checkpoint.origin} ไม่ใช่ {origin}",
            en=f"This checkpoint is of the log {checkpoint.origin}, not {origin}.",
        )
    verified = verify_note(parsed, keys)
    logs = [
        item for item in verified if item.key.kind is KeyKind.ED25519 and item.key.name == checkpoint.origin
    ]
    if not logs:
        raise TlogError(
            "tlog.checkpoint.log_key",
            th=f"ไม่มีลายเซ็นของบันทึก {checkpoint.origin} เอง",
            en=f"The log {checkpoint.origin} itself did not sign with a trusted key.",
        )
    witnesses = {item.key.public: item for item in verified if item.key.kind is KeyKind.COSIGNATURE}
    if len(witnesses) < quorum:
        raise TlogError(
            "tlog.checkpoint.quorum",
            th=f"มีพยานลงนาม {len(witnesses)} ราย ต้องมีอย่างน้อย {quorum} ราย",
            en=f"{len(witnesses)} witnesses cosigned; at least {quorum} are needed.",
        )
    return Attested(checkpoint, logs[0], tuple(witnesses.values()))


def witness(
    seen: Checkpoint | None,
    note: Note | str | bytes,
    proof: Sequence[bytes],
    *,
    log_key: VerifierKey,
    key: SignerKey,
    timestamp: int,
) -> Note:
    """Do a witness's whole duty: cosign only what is signed by the log and extends what was seen.

    ``seen`` is the last checkpoint that this witness cosigned for this log (None at the first meeting);
    the caller stores the returned note's checkpoint in the same transaction as it hands the note out.

    Raises:
        TlogError: not signed by ``log_key``, another origin, smaller than seen, or not an extension of it.
    """
    parsed = note if isinstance(note, Note) else parse_note(note)
    new = verify_checkpoint(parsed, [log_key], origin=seen.origin if seen else None).checkpoint
    if seen is not None and not verify_consistency(seen.size, new.size, proof, seen.root, new.root):
        raise TlogError(
            "tlog.witness.inconsistent",
            th=f"จุดตรวจขนาด {new.size} ไม่ต่อเนื่องจากขนาด {seen.size} ที่เคยเห็น: ห้ามลงนาม แจ้งผู้ตรวจสอบ",
            en=f"The checkpoint of size {new.size} does not extend size {seen.size} as seen before: "
            "do not cosign, tell the auditor.",
        )
    return cosign(parsed, key, timestamp)


def _bad(th: str, en: str) -> TlogError:
    return TlogError("tlog.checkpoint.malformed", th=f"จุดตรวจผิดรูป: {th}", en=f"Malformed checkpoint: {en}.")
