"""The six digits that a contact says on the call back: made from the check and a key, so none is stored."""

from __future__ import annotations

import hmac
from functools import cache
from hashlib import blake2b
from itertools import count
from uuid import UUID

from django.conf import settings

from phithak.base import keyfiles
from phithak.engines.thai import to_arabic
from phithak.registry.models import DrillCheck
from phithak.registry.queries import drills as queries

DIGITS = 6


def new_hash(check_id: UUID) -> str:
    """Return the keyed hash of a code of this check that no other check waits for."""
    for turn in count():
        found = hash_of(_code(check_id, turn))
        if not queries.code_is_taken(found):
            return found
    raise AssertionError("count() never ends")


def code_of(row: DrillCheck) -> str:
    """Return the code of a check that has one; the same at each call."""
    for turn in count():
        found = _code(row.pk, turn)
        if hmac.compare_digest(hash_of(found), row.code_hash):
            return found
    raise AssertionError("count() never ends")


def hash_of(typed: str) -> str:
    """Return the keyed hash of a code as typed: Thai digits, blanks and dashes do not matter."""
    plain = "".join(char for char in to_arabic(typed) if char.isdecimal())
    return blake2b(plain.encode(), key=_key(b"hash"), digest_size=32).hexdigest()


def _code(check_id: UUID, turn: int) -> str:
    mac = blake2b(check_id.bytes + turn.to_bytes(4, "big"), key=_key(b"code"), digest_size=16).digest()
    return f"{int.from_bytes(mac, 'big') % 10**DIGITS:0{DIGITS}d}"


def _key(use: bytes) -> bytes:
    return blake2b(_root(str(settings.CONFIG.config_dir)), digest_size=32, person=use).digest()


@cache
def _root(config_dir: str) -> bytes:  # noqa: ARG001 - tests move the folder, and the key with it
    return keyfiles.derive(keyfiles.read(settings.CONFIG.config_dir / "instance.key"), "registry.drills")
