"""``EncryptedText``: a sealed text column of another room's table.

::

    NOTE = EncryptedText("cases_report", "caller_note")

    row.caller_note = NOTE.seal(row.id, "…", key_id=key_id)      # a BinaryField
    text = NOTE.open(row.id, row.caller_note)

The value names its key, and opens only in the table, column and row that it was sealed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from phithak.core.privacy.errors import SealBrokenError
from phithak.core.privacy.keyring import ring
from phithak.core.privacy.secret import aad

_ID_BYTES = 16


@dataclass(frozen=True)
class EncryptedText:
    """Seals and opens the values of one column."""

    table: str
    column: str

    def seal(self, row_id: UUID, text: str, *, key_id: UUID) -> bytes:
        """Return the sealed text: key id, nonce, ciphertext.

        Raises:
            KeyDestroyedError, KeyLostError, WrongRootKeyError, LockedError: the key cannot be had.
        """
        place = aad(self.table, self.column, row_id, key_id)
        return key_id.bytes + ring().key(key_id).seal(text.encode(), place)

    def open(self, row_id: UUID, sealed: bytes | memoryview) -> str:
        """Return the text; errors as :meth:`seal`, and SealBrokenError when it was altered or moved."""
        blob = bytes(sealed)
        if len(blob) <= _ID_BYTES:
            raise SealBrokenError
        key_id = UUID(bytes=blob[:_ID_BYTES])
        place = aad(self.table, self.column, row_id, key_id)
        return ring().key(key_id).open(blob[_ID_BYTES:], place).decode()
