"""Keys of the journal, all derived from ``instance.key``: what signs, and what hashes personal fields."""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from phithak.base import keyfiles
from phithak.engines.tlog import KeyKind, SignerKey, VerifierKey

SALT_BYTES = 16


def instance_key() -> bytes:
    """Return the instance key.

    Raises:
        KeyFileError: missing or readable by others.
    """
    return _read(settings.CONFIG.config_dir / "instance.key")


@lru_cache(maxsize=4)
def _read(path: Path) -> bytes:
    return keyfiles.read(path)


def base_name() -> str:
    """Return the name that all epochs of this journal share: ``phithak/<instance>-<key>/journal``."""
    return f"phithak/{_instance_part()}/journal"


def log_key(origin: str) -> SignerKey:
    """Return the key that signs checkpoints of ``origin`` (one epoch's name)."""
    return SignerKey.from_seed(origin, KeyKind.ED25519, _seed("journal.checkpoint"))


def witness_key() -> SignerKey:
    """Return the key with which this instance signs for its peers."""
    name = f"phithak/{_instance_part()}/witness"
    return SignerKey.from_seed(name, KeyKind.COSIGNATURE, _seed("journal.witness"))


def public_key() -> bytes:
    """Return the public half (32 bytes) of the key that signs checkpoints."""
    return _public(_seed("journal.checkpoint"))


def hash_personal(salt: bytes, field: str, value: str) -> str:
    """Return the hex hash of one personal field: blake2b with a key of this instance and the entry's salt."""
    digest = hashlib.blake2b(key=_seed("journal.personal"), salt=salt, digest_size=32)
    digest.update(field.encode() + b"\x00" + value.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two hex hashes in constant time."""
    return hmac.compare_digest(left, right)


def _instance_part() -> str:
    name = re.sub(r"[^0-9A-Za-z.-]", "-", settings.CONFIG.instance) or "instance"
    return f"{name}-{hashlib.sha256(public_key()).hexdigest()[:8]}"


def _seed(purpose: str) -> bytes:
    return _derive(instance_key(), purpose)


@lru_cache(maxsize=16)
def _derive(key: bytes, purpose: str) -> bytes:
    return keyfiles.derive(key, purpose)


@lru_cache(maxsize=4)
def _public(seed: bytes) -> bytes:
    verifier: VerifierKey = SignerKey.from_seed("journal", KeyKind.ED25519, seed).verifier
    return verifier.public
