"""``root.key.locked``: the root key wrapped under a passphrase (argon2id, AES-256-GCM)."""

from __future__ import annotations

import secrets
import struct

from argon2.low_level import Type, hash_secret_raw

from phithak.base import keyfiles
from phithak.core.privacy.errors import PassphraseError, SealBrokenError, ShortPassphraseError
from phithak.core.privacy.secret import Secret

MAGIC = b"PHRK1\n"
LEAST = 16
SALT_BYTES = 16
_COSTS = struct.Struct(">III")  # passes, KiB of memory, lanes
# RFC 9106 §4, second recommended choice doubled: a small server pays it once a start
PASSES, MEMORY_KIB, LANES = 4, 128 * 1024, 4
_MOST_KIB = 4 * 1024 * 1024


def lock(key: Secret, passphrase: str) -> bytes:
    """Return the content of ``root.key.locked``.

    Raises:
        ShortPassphraseError: under 16 characters.
    """
    if len(passphrase) < LEAST:
        raise ShortPassphraseError(field="passphrase", least=LEAST)
    salt = secrets.token_bytes(SALT_BYTES)
    head = MAGIC + _COSTS.pack(PASSES, MEMORY_KIB, LANES) + salt
    return head + _stretch(passphrase, salt, PASSES, MEMORY_KIB, LANES).seal(key.reveal(), head)


def unlock(locked: bytes, passphrase: str) -> Secret:
    """Return the root key.

    Raises:
        PassphraseError: the passphrase is wrong.
        SealBrokenError: this is no locked key, or its costs are beyond reason.
    """
    size = len(MAGIC) + _COSTS.size + SALT_BYTES
    head, sealed = locked[:size], locked[size:]
    if len(head) < size or not head.startswith(MAGIC):
        raise SealBrokenError
    passes, memory, lanes = _COSTS.unpack_from(head, len(MAGIC))
    # a swapped file must not be able to eat the machine
    if not (1 <= passes <= 64 and 8 * lanes <= memory <= _MOST_KIB and 1 <= lanes <= 64):  # noqa: PLR2004 - sane bounds
        raise SealBrokenError
    wrapping = _stretch(passphrase, head[-SALT_BYTES:], passes, memory, lanes)
    try:
        return Secret(wrapping.open(sealed, head))
    except SealBrokenError:
        raise PassphraseError(field="passphrase") from None


def _stretch(passphrase: str, salt: bytes, passes: int, memory: int, lanes: int) -> Secret:
    return Secret(
        hash_secret_raw(
            passphrase.encode(),
            salt,
            time_cost=passes,
            memory_cost=memory,
            parallelism=lanes,
            hash_len=keyfiles.KEY_BYTES,
            type=Type.ID,
        )
    )
