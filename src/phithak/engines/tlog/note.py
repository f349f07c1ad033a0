"""Signed notes (C2SP signed-note): a text, an empty line, and one line per signature.

Two kinds of Ed25519 signature are known: the plain one of a log (type 0x01) and the witness's cosignature
``cosignature/v1`` that carries a time (type 0x04, C2SP tlog-cosignature). A key is known by its name and
by four bytes of a hash over name, type and public key; signatures of unknown keys are passed over, a
wrong signature of a known key makes the whole note worthless.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from phithak.engines.tlog.errors import TlogError

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 64
MAX_TIMESTAMP = (1 << 63) - 1
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_ID_BYTES = 4
_TIME_BYTES = 8
_DASH = "\u2014"


class KeyKind(IntEnum):
    """Signature types of C2SP signed-note that this engine speaks."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name; ``text`` is the C2SP vkey line ``name+id+base64``."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise _bad_key("กุญแจสาธารณะต้องยาว 32 ไบต์", "a public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type byte and public key."""
        seed = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(seed).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as one line for a keys file."""
        body = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{body}"

    @classmethod
    def parse(cls, line: str) -> VerifierKey:
        """Read a vkey line.

        Raises:
            TlogError: wrong form, unknown type, or an id that does not belong to the key.
        """
        name, _, rest = line.strip().partition("+")
        claimed, _, body = rest.partition("+")
        raw = _unbase64(body)
        if raw is None or not raw or raw[0] not in set(KeyKind):
            raise _bad_key("ต้องเป็นรูป name+id+base64 ชนิด 01 หรือ 04", "want name+id+base64 of type 01 or 04")
        key = cls(name, KeyKind(raw[0]), raw[1:])
        if claimed != key.key_id.hex():
            raise _bad_key("รหัสกุญแจไม่ตรงกับกุญแจ", "the key id does not belong to the key")
        return key


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private Ed25519 key with the name and the kind of signature that it makes."""

    name: str
    kind: KeyKind
    private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, name: str, kind: KeyKind, seed: bytes) -> SignerKey:
        """Build from the 32 secret bytes of RFC 8032."""
        _check_name(name)
        return cls(name, kind, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who claims to have signed, and the bytes after the key id."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, newline included."""
        return f"{_DASH} {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (ending in a newline) and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(item.line for item in self.signatures)


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds: the key, and for a cosignature the witness's time (POSIX seconds)."""

    key: VerifierKey
    timestamp: int | None


def parse_note(raw: str | bytes) -> Note:
    """Take a signed note apart; nothing is verified yet.

    Raises:
        TlogError: not UTF-8, control characters, no signature block, a malformed signature line.
    """
    text = _note_text(raw)
    cut = text.rfind("\n\n")
    if cut < 0 or not text.endswith("\n"):
        raise _bad_note("ไม่มีบรรทัดว่างคั่นลายเซ็น", "there is no empty line before the signatures")
    lines = text[cut + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _bad_note(f"ลายเซ็นเกิน {MAX_SIGNATURES} บรรทัด", f"more than {MAX_SIGNATURES} signatures")
    return Note(text[: cut + 1], tuple(_parse_signature(line) for line in lines))


def sign(text: str, key: SignerKey, timestamp: int | None = None) -> Signature:
    """Sign ``text`` (ending in a newline); a cosignature needs the time in POSIX seconds.

    Raises:
        TlogError: no final newline, control characters, or a time where none belongs (or none where one does).
    """
    if not text.endswith("\n"):
        raise _bad_note("ข้อความต้องจบด้วยขึ้นบรรทัดใหม่", "the text must end in a newline")
    _note_text(text)
    if (timestamp is None) is (key.kind is KeyKind.COSIGNATURE):
        raise _bad_note("ใช้เวลาเฉพาะลายเซ็นพยาน", "a cosignature carries a time and nothing else does")
    key_id = key.verifier.key_id
    if timestamp is None:
        return Signature(key.name, key_id, key.private.sign(text.encode()))
    if not 0 <= timestamp <= MAX_TIMESTAMP:
        raise _bad_note("เวลาของพยานอยู่นอกช่วง", "the witness's time is out of range")
    stamp = timestamp.to_bytes(_TIME_BYTES, "big")
    return Signature(key.name, key_id, stamp + key.private.sign(_cosigned(text, timestamp)))


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[Verified, ...]:
    """Return the signatures made by ``keys``, one per key; unknown signers are passed over.

    Raises:
        TlogError: a signature of a known key is wrong, or none of the keys signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[VerifierKey, Verified] = {}
    for item in note.signatures:
        key = known.get((item.name, item.key_id))
        if key is not None:
            verified = _verify_one(note.text, item, key)
            found.setdefault(key, verified)
    if not found:
        raise TlogError(
            "tlog.note.unsigned",
            th="ไม่มีลายเซ็นจากกุญแจที่เชื่อถือ",
            en="None of the trusted keys signed this note.",
        )
    return tuple(found.values())


def parse_keys(text: str) -> Sequence[VerifierKey]:
    """Read a keys file: one vkey a line, empty lines and lines that start with ``#`` skipped.

    Raises:
        TlogError: a malformed line (named by number) or no key at all.
    """
    keys = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                keys.append(VerifierKey.parse(line))
            except TlogError as error:
                raise TlogError(
                    error.code,
                    th=f"บรรทัด {number}: {error.message.th}",
                    en=f"Line {number}: {error.message.en}",
                ) from error
    if not keys:
        raise _bad_key("ไม่มีกุญแจในแฟ้ม", "the file holds no key")
    return keys


def _verify_one(text: str, item: Signature, key: VerifierKey) -> Verified:
    timestamp: int | None = None
    blob, message = item.blob, text.encode()
    if key.kind is KeyKind.COSIGNATURE:
        timestamp = int.from_bytes(blob[:_TIME_BYTES], "big")
        blob, message = blob[_TIME_BYTES:], _cosigned(text, timestamp)
    if not _holds(key.public, blob, message) or (timestamp or 0) > MAX_TIMESTAMP:
        raise TlogError(
            "tlog.note.signature",
            th=f"ลายเซ็นของ {key.name} ไม่ถูกต้อง ห้ามเชื่อข้อความนี้",
            en=f"The signature of {key.name} is wrong; do not trust this note.",
        )
    return Verified(key, timestamp)


def _holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return len(signature) == _SIGNATURE_BYTES


def _cosigned(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    raw = _unbase64(parts[2]) if len(parts) == 3 and parts[0] == _DASH else None  # noqa: PLR2004 dash, name, bytes
    if raw is None or len(raw) <= _ID_BYTES:
        raise _bad_note("บรรทัดลายเซ็นผิดรูป", "a signature line is malformed")
    _check_name(parts[1])
    return Signature(parts[1], raw[:_ID_BYTES], raw[_ID_BYTES:])


def _note_text(raw: str | bytes) -> str:
    if len(raw) > MAX_NOTE_BYTES:
        raise _bad_note("ข้อความยาวเกินกำหนด", "the note is too long")
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        text.encode()
    except UnicodeError:
        raise _bad_note("ไม่ใช่ UTF-8", "it is not UTF-8") from None
    if any(character < " " and character != "\n" for character in text):
        raise _bad_note("มีอักขระควบคุม", "it holds control characters")
    return text


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() or character < " " for character in name):
        raise _bad_key("ชื่อกุญแจต้องไม่ว่าง ไม่มีช่องว่างหรือเครื่องหมาย +", "a key name has no space and no plus")


def _unbase64(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # only the one canonical spelling: else the same signature has several faces
    return raw if base64.b64encode(raw).decode() == text else None


def _bad_note(th: str, en: str) -> TlogError:
    return TlogError("tlog.note.malformed", th=f"ข้อความลงนามผิดรูป: {th}", en=f"Malformed signed note: {en}.")


def _bad_key(th: str, en: str) -> TlogError:
    return TlogError("tlog.key.malformed", th=f"กุญแจผิดรูป: {th}", en=f"Malformed key: {en}.")
