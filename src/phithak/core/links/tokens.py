"""Tokens and codes of links: made from the link's own facts and the link key, so none is stored."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from uuid import UUID

from phithak.base import ids, keyfiles

MAC_BYTES = 16
CODE_LENGTH = 8


def link_key(instance_key: bytes) -> bytes:
    """Return the key of all link tokens of an instance."""
    return keyfiles.derive(instance_key, "links")


@dataclass(frozen=True)
class Facts:
    """What a token is made from."""

    purpose: str
    object_id: UUID
    recipient: str
    version: int


def _mac(key: bytes, facts: Facts, kind: bytes) -> bytes:
    words = "\x1f".join([facts.purpose, str(facts.object_id), facts.recipient, str(facts.version)]).encode()
    return blake2b(words, key=key, digest_size=MAC_BYTES, person=kind).digest()


def token(key: bytes, link_id: UUID, facts: Facts) -> str:
    """Return the token of a link: its id and a 128-bit MAC over its facts, URL-safe."""
    return base64.urlsafe_b64encode(link_id.bytes + _mac(key, facts, b"link")).rstrip(b"=").decode("ascii")


def link_id_of(text: str) -> UUID | None:
    """Return the link id that a token names, or None when it has not a token's form."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == 16 + MAC_BYTES else None


def fits(key: bytes, text: str, link_id: UUID, facts: Facts) -> bool:
    """Tell, in constant time, whether a token is the one of these facts."""
    return hmac.compare_digest(token(key, link_id, facts).encode("ascii"), text.encode("utf-8", "replace"))


def code(key: bytes, facts: Facts) -> str:
    """Return the eight-character code that an SMS carries instead of a link; the last one is a check character."""
    for attempt in count():
        number = int.from_bytes(_mac(key, facts, b"code%d" % attempt), "big")
        body = ""
        for _ in range(CODE_LENGTH - 1):
            number, place = divmod(number, len(ids.ALPHABET))
            body += ids.ALPHABET[place]
        if found := ids.with_check(body):
            return found
    raise AssertionError("count() never ends")
