"""Public keys of contacts: OpenPGP (armoured) and S/MIME (PEM); fingerprint, end, and why one is refused.

Sources: RFC 9580 (OpenPGP: 4.2 packet headers, 5.2.3 signatures and subpackets, 5.5.2 public keys, 5.5.4
fingerprints, 6 armour), draft-koch-librepgp for version 5 keys, RFC 5280 for certificates. Only what is needed
to name a key and to know when it ends is read. Self-signatures are not verified: the fingerprint is what binds a
key to a person, so whoever adds a key compares it with what its owner told another way.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from phithak.registry.services.people_errors import ContactKeyError

MOST = 100_000
_ARMOUR = re.compile(
    r"-----BEGIN PGP PUBLIC KEY BLOCK-----\s*\n(?P<body>.*?)-----END PGP PUBLIC KEY BLOCK-----", re.DOTALL
)
_PUBLIC_KEY, _SIGNATURE = 6, 2
_V4, _V5, _V6 = 4, 5, 6
_EXPIRATION, _REVOKED = 9, 0x20
_CERTIFICATIONS = frozenset({0x10, 0x11, 0x12, 0x13, 0x1F})
_FAR = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class KeyFacts:
    """A public key that was read.

    Attributes:
        kind: ``openpgp`` or ``smime``.
        fingerprint: upper-case hexadecimal; of a certificate its SHA-256.
        expires_at: when it ends (UTC); None = never.
    """

    kind: str
    fingerprint: str
    expires_at: datetime | None


def read_key(text: str, *, now: datetime, fingerprint: str = "") -> KeyFacts:
    """Return what a key says of itself.

    Args:
        text: armoured OpenPGP public key, or PEM certificate.
        now: the present moment; a key that has ended is refused.
        fingerprint: what the fingerprint must be, in any spacing; "" = not told.

    Raises:
        ContactKeyError: a private key, no key at all, broken, of a former version, ended, revoked, or another one.
    """
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > MOST:
        raise _refused("ยาวเกินไป ส่งเฉพาะกุญแจสาธารณะ", "it is too long; give the public key alone")
    if "PRIVATE KEY" in plain:
        raise _refused(
            "นี่คือกุญแจลับ อย่าส่งให้ใคร ให้สร้างกุญแจใหม่และส่งเฉพาะกุญแจสาธารณะ",
            "this is a private key. Never give it away: make a new one and send its public key alone",
        )
    if "BEGIN PGP" in plain:
        found = _openpgp(plain)
    elif "BEGIN CERTIFICATE" in plain:
        found = _certificate(plain)
    else:
        raise _refused(
            "ไม่พบ BEGIN PGP PUBLIC KEY BLOCK หรือ BEGIN CERTIFICATE",
            "there is no BEGIN PGP PUBLIC KEY BLOCK and no BEGIN CERTIFICATE",
        )
    if found.expires_at is not None and found.expires_at <= now:
        day = found.expires_at.date().isoformat()
        raise _refused(f"หมดอายุแล้วเมื่อ {day} ขอกุญแจใหม่", f"it ended on {day}; ask for a new one")
    told = re.sub(r"[\s:]", "", fingerprint).upper().removeprefix("0X")
    if told and told != found.fingerprint:
        raise _refused(
            "ลายนิ้วมือไม่ตรงกับที่แจ้ง ตรวจกับเจ้าของทางอื่น",
            "the fingerprint is not the one that was told; check it with the owner another way",
        )
    return found


def _certificate(text: str) -> KeyFacts:
    try:
        found = x509.load_pem_x509_certificate(text.encode())
        ends = found.not_valid_after_utc
        uses = [item.value for item in found.extensions if isinstance(item.value, x509.ExtendedKeyUsage)]
    except (ValueError, TypeError) as error:
        raise _refused("อ่านใบรับรองไม่ได้", "the certificate cannot be read") from error
    if uses and ExtendedKeyUsageOID.EMAIL_PROTECTION not in uses[0]:
        raise _refused("ใบรับรองนี้ไม่ได้ออกเพื่ออีเมล", "the certificate is not made for e-mail")
    return KeyFacts("smime", found.fingerprint(hashes.SHA256()).hex().upper(), ends)


def _openpgp(text: str) -> KeyFacts:
    packets = list(_packets(_dearmoured(text)))
    if not packets or packets[0][0] != _PUBLIC_KEY:
        raise _refused("ไม่มีกุญแจสาธารณะอยู่ข้างใน", "it holds no public key")
    body = packets[0][1]
    primary, created = _fingerprint(body)
    expires: datetime | None = None
    newest = 0
    for tag, signature in packets[1:]:
        if tag not in {_SIGNATURE, 13, 17}:
            break  # subkeys follow; the primary key's own signatures are over
        if tag != _SIGNATURE:
            continue
        kind, made, seconds = _signature(signature)
        if kind == _REVOKED:
            raise _refused("เจ้าของเพิกถอนกุญแจนี้แล้ว ขอกุญแจใหม่", "its owner revoked it; ask for a new one")
        if kind in _CERTIFICATIONS and made >= newest:
            newest = made
            expires = _after(created, seconds) if seconds else None
    return KeyFacts("openpgp", primary, expires)


def _after(created: datetime, seconds: int) -> datetime:
    try:
        return created + timedelta(seconds=seconds)
    except OverflowError:
        return _FAR


def _fingerprint(body: bytes) -> tuple[str, datetime]:
    if len(body) < 6:  # noqa: PLR2004 - version, time, algorithm
        raise _refused("กุญแจไม่ครบ", "it is not whole")
    created = datetime.fromtimestamp(int.from_bytes(body[1:5], "big"), UTC)
    if body[0] == _V4:
        # RFC 9580 5.5.4.2 prescribes SHA-1 for version 4; it names the key, it does not protect it
        digest = hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body, usedforsecurity=False)
        return digest.hexdigest().upper(), created
    if body[0] in {_V5, _V6}:
        lead = b"\x9a" if body[0] == _V5 else b"\x9b"
        return hashlib.sha256(lead + len(body).to_bytes(4, "big") + body).hexdigest().upper(), created
    raise _refused("กุญแจรุ่นเก่าเกินไป สร้างใหม่", "it is of a version that is not safe any more; make a new one")


def _dearmoured(text: str) -> bytes:
    found = _ARMOUR.search(text)
    if not found:
        raise _refused("กุญแจไม่ครบ คัดลอกตั้งแต่ BEGIN ถึง END", "it is not whole; copy it from BEGIN to END")
    lines = found["body"].split("\n")
    # headers such as "Comment: …" stand before the first empty line
    if any(":" in line for line in lines[:10]):
        blank = next((place for place, line in enumerate(lines) if not line.strip()), None)
        lines = lines[blank + 1 :] if blank is not None else lines
    data = "".join(line.strip() for line in lines if line.strip() and not line.startswith("="))
    sums = [line.strip() for line in lines if line.startswith("=") and len(line.strip()) == 5]  # noqa: PLR2004 - CRC-24
    try:
        raw = base64.b64decode(data, validate=True)
        told = base64.b64decode(sums[0][1:], validate=True) if sums else b""
    except (binascii.Error, ValueError) as error:
        raise _refused("กุญแจเสียหาย คัดลอกใหม่", "it is damaged; copy it again") from error
    if told and int.from_bytes(told, "big") != _crc24(raw):
        raise _refused(
            "กุญแจเสียหาย (ผลรวมตรวจสอบไม่ตรง) คัดลอกใหม่", "it is damaged (its checksum differs); copy it again"
        )
    return raw


def _crc24(data: bytes) -> int:
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        head = data[at]
        if not head & 0x80:
            raise _refused("กุญแจเสียหาย คัดลอกใหม่", "it is damaged; copy it again")
        tag, length, start = _new_header(data, at) if head & 0x40 else _old_header(data, at)
        if start + length > len(data):
            raise _refused("กุญแจไม่ครบ คัดลอกใหม่", "it is cut off; copy it again")
        yield tag, data[start : start + length]
        at = start + length


def _new_header(data: bytes, at: int) -> tuple[int, int, int]:
    length, start = _length(data, at + 1)
    return data[at] & 0x3F, length, start


def _old_header(data: bytes, at: int) -> tuple[int, int, int]:
    size = {0: 1, 1: 2, 2: 4}.get(data[at] & 3)
    if size is None:
        raise _refused("กุญแจเสียหาย คัดลอกใหม่", "it is damaged; copy it again")
    return (data[at] >> 2) & 0xF, int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size


def _length(data: bytes, at: int) -> tuple[int, int]:
    first = data[at] if at < len(data) else 0
    if first < 192:  # noqa: PLR2004 - RFC 9580 4.2.1: one octet
        return first, at + 1
    if first < 224:  # noqa: PLR2004 - two octets
        second = data[at + 1] if at + 1 < len(data) else 0
        return ((first - 192) << 8) + second + 192, at + 2
    if first == 255:  # noqa: PLR2004 - five octets
        return int.from_bytes(data[at + 1 : at + 5], "big"), at + 5
    # partial lengths are for streamed data only, never for keys
    raise _refused("กุญแจเสียหาย คัดลอกใหม่", "it is damaged; copy it again")


def _signature(body: bytes) -> tuple[int, int, int]:
    """Return type, moment of making and seconds of validity after the key's making (0 = none) of a signature."""
    if len(body) < 8 or body[0] not in {_V4, _V5, _V6}:  # noqa: PLR2004 - the fixed part
        return -1, 0, 0
    wide = 4 if body[0] == _V6 else 2
    size = int.from_bytes(body[4 : 4 + wide], "big")
    hashed = body[4 + wide : 4 + wide + size]
    made = seconds = at = 0
    while at < len(hashed):
        length, start = _length(hashed, at)
        if not length or start + length > len(hashed):
            break
        kind, value = hashed[start] & 0x7F, hashed[start + 1 : start + length]
        if kind == 2:  # noqa: PLR2004 - signature creation time
            made = int.from_bytes(value, "big")
        elif kind == _EXPIRATION:
            seconds = int.from_bytes(value, "big")
        at = start + length
    return body[1], made, seconds


def _refused(th: str, en: str) -> ContactKeyError:
    return ContactKeyError(field="key_text", reason_th=th, reason_en=en)
