"""A key in memory that never shows itself: not in ``repr``, logs, tracebacks with locals, or pickles."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phithak.base import keyfiles
from phithak.core.privacy.errors import SealBrokenError

NONCE_BYTES = 12
TAG_BYTES = 16


class Secret:
    """32 secret bytes and what may be done with them."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        if len(value) != keyfiles.KEY_BYTES:
            raise ValueError("a key has 32 bytes")
        self._value = bytes(value)

    @classmethod
    def random(cls) -> Secret:
        """Return a new random key."""
        return cls(secrets.token_bytes(keyfiles.KEY_BYTES))

    def reveal(self) -> bytes:
        """Return the bytes, for wrapping and for paper words only."""
        return self._value

    def derive(self, purpose: str) -> Secret:
        """Return the key for one purpose (HKDF-SHA256)."""
        return Secret(keyfiles.derive(self._value, purpose))

    @property
    def fingerprint(self) -> str:
        """16 hex digits that name this key without telling anything of it."""
        return keyfiles.derive(self._value, "fingerprint", 8).hex()

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Return nonce and AES-256-GCM ciphertext of ``plain``, bound to ``aad``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._value).encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Return what :meth:`seal` sealed.

        Raises:
            SealBrokenError: altered, another ``aad``, or another key.
        """
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise SealBrokenError
        try:
            return AESGCM(self._value).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag:
            raise SealBrokenError from None

    def aead(self) -> AESGCM:
        """Return the cipher itself, for codecs that keep their own nonces."""
        return AESGCM(self._value)

    def hasher(self, person: str, size: int = 32) -> hashlib.blake2b:
        """Return a blake2b that is keyed with this key and separated by ``person`` (≤ 16 bytes)."""
        return hashlib.blake2b(key=self._value, digest_size=size, person=person.encode())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled")


def aad(table: str, column: str, row: UUID | str, key_id: UUID | str) -> bytes:
    """Return the associated data of a sealed value: where it stands and under which key.

    Each part is led by its length, so that no two places share one encoding.
    """
    parts = [str(part).encode() for part in (table, column, row, key_id)]
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
