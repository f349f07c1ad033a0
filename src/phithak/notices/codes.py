"""The eight characters that a recipient is told: the reference to name on the telephone, the code of the answer page.

Made from the recipient's id and a key of the instance, so that a message rendered again carries the same; only a
keyed hash is kept to find the recipient by.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from itertools import count
from uuid import UUID

from django.conf import settings

from phithak.base import ids, keyfiles
from phithak.engines.thai import to_arabic

LENGTH = 8


def code_of(recipient_id: UUID) -> str:
    """Return the code of a recipient; its last character checks the others."""
    for turn in count():
        mac = blake2b(
            recipient_id.bytes + turn.to_bytes(4, "big"), key=_key(b"code"), digest_size=16
        ).digest()
        number, body = int.from_bytes(mac, "big"), ""
        for _ in range(LENGTH - 1):
            number, place = divmod(number, len(ids.ALPHABET))
            body += ids.ALPHABET[place]
        if found := ids.with_check(body):
            return found
    raise AssertionError("count() never ends")


def hash_of(typed: str) -> str:
    """Return the keyed hash of a code as typed: case, blanks, dashes and Thai digits do not matter."""
    plain = "".join(char for char in to_arabic(typed).upper() if char.isalnum())
    return blake2b(plain.encode(), key=_key(b"hash"), digest_size=32).hexdigest()


def is_code(typed: str) -> bool:
    """Tell whether a text has the form of a code, check character included."""
    plain = "".join(char for char in to_arabic(typed).upper() if char.isalnum())
    return len(plain) == LENGTH and ids.is_public_reference(plain)


def _key(use: bytes) -> bytes:
    return blake2b(_root(str(settings.CONFIG.config_dir)), digest_size=32, person=use).digest()


@cache
def _root(config_dir: str) -> bytes:  # noqa: ARG001 - tests move the folder, and the key with it
    return keyfiles.derive(keyfiles.read(settings.CONFIG.config_dir / "instance.key"), "notices.campaigns")
