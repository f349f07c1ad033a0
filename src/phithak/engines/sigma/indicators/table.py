"""Millions of indicators in two flat buffers, looked up by value, never by a hash alone.

``_records`` holds one record after the other: a head, the key, and what people read about it. ``_slots`` is an
open-addressed table of places in it, at most two fifths full, filled once by :meth:`Table.freeze`. Indicators of
one value hang in a chain, so a list that repeats one value a million times costs no time. Python's keyed hash of
bytes decides the slot: nobody outside can make keys that collide.
"""

from __future__ import annotations

import struct
from array import array
from collections import Counter
from collections.abc import Iterator

from phithak.engines.sigma.indicators.model import LEVELS, PAP, TLP, Indicator
from phithak.engines.sigma.indicators.normal import network_key, value_of

# next of the same value, begins, expires, length of key, length of the rest, TLP, PAP, level, kept
_HEAD = struct.Struct("<IIIHHBBBB")
_NEXT = struct.Struct("<I")
_SIZE = _HEAD.size
_KEY_LENGTH = 12
_UNIT = 8
_FULL = 0.4
_MOST_OF_ONE_VALUE = 16
_MOST_ENDINGS = 20_000
_LONGEST_KEY = 4096
_LONGEST_REST = 2000
_MOST_BYTES = _UNIT * ((1 << 32) - 1)


class _Any:
    def __contains__(self, item: object) -> bool:
        return True


class Table:
    """Indicators by value.

    Fill it with :meth:`add`, then :meth:`freeze`; only then it answers. Forked processes share its memory.

    Attributes:
        endings: the last labels of all domains; holds every label once they are too many.
        repeated: indicators left out because the same was there, or sixteen of the same value.
    """

    def __init__(self) -> None:
        # the first record is nobody's, so that place 0 means none
        self._records = bytearray(_UNIT)
        self._slots: array[int] = array("I", [0])
        self._mask = 0
        self._lengths: dict[int, set[int]] = {4: set(), 16: set()}
        self._by_size: dict[int, tuple[int, ...]] = {4: (), 16: ()}
        self._count = 0
        self.endings: set[bytes] | _Any = set()
        self.repeated = 0
        self.kinds: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._count - self.repeated

    def memory(self) -> int:
        """Return the bytes that the buffers take."""
        return len(self._records) + len(self._slots) * self._slots.itemsize

    def add(
        self,
        key: bytes,
        *,
        begins: int,
        expires: int,
        tlp: str = "",
        pap: str = "",
        level: str = "",
        said: tuple[str, str, str] = ("", "", ""),
    ) -> None:
        """Add one indicator.

        Args:
            key: as ``normal.key_of`` gives it.
            begins: seconds since 1970 from which it counts.
            expires: seconds since 1970 at which it ends, or ``NEVER``.
            tlp: one of ``TLP``.
            pap: one of ``PAP``.
            level: one of ``LEVELS``.
            said: its name, source and note; cut at 2,000 bytes together.

        Raises:
            ValueError: the key is longer than 4,096 bytes, or the table holds 32 GiB.
        """
        if len(key) > _LONGEST_KEY or len(self._records) > _MOST_BYTES - 2 * _LONGEST_KEY:
            raise ValueError("too long")
        rest = b"" if said == ("", "", "") else "\0".join(said).encode("utf-8", "replace")[:_LONGEST_REST]
        self._records += _HEAD.pack(
            0,
            begins,
            expires,
            len(key),
            len(rest),
            TLP.index(tlp),
            PAP.index(pap),
            LEVELS.index(level),
            0,
        )
        self._records += key
        self._records += rest
        self._records += bytes(-len(self._records) % _UNIT)
        self._count += 1
        letter = key[:1]
        if letter in (b"4", b"6"):
            self._lengths[len(key) - 2].add(key[1])
        elif letter in (b"d", b"e") and isinstance(self.endings, set):
            self.endings.add(key[key.rfind(b".") + 1 :])
            if len(self.endings) > _MOST_ENDINGS:
                self.endings = _Any()

    def freeze(self) -> None:
        """Build the table of slots; nothing can be added after."""
        size = 1 << max(3, int(self._count / _FULL).bit_length())
        self._mask = size - 1
        self._slots = array("I", bytes(4)) * size
        at, end, records = _UNIT, len(self._records), self._records
        while at < end:
            _, _, _, key_length, rest_length, *_ = _HEAD.unpack_from(records, at)
            key = bytes(records[at + _SIZE : at + _SIZE + key_length])
            self._insert(key, at)
            at += _SIZE + key_length + rest_length
            at += -at % _UNIT
        self._by_size = {size: tuple(sorted(found, reverse=True)) for size, found in self._lengths.items()}

    def _insert(self, key: bytes, at: int) -> None:
        slots, mask = self._slots, self._mask
        place = hash(key) & mask
        while slots[place]:
            first = slots[place] * _UNIT
            if self._key_at(first) == key:
                self._chain(first, at)
                return
            place = (place + 1) & mask
        slots[place] = at // _UNIT
        self.kinds[_KIND_OF[key[:1]]] += 1

    def _chain(self, first: int, at: int) -> None:
        size = self._size_at(at)
        content = self._records[at + 4 : at + size]
        last = first
        for _ in range(_MOST_OF_ONE_VALUE):
            if self._records[last + 4 : last + self._size_at(last)] == content:
                break
            following = _NEXT.unpack_from(self._records, last)[0] * _UNIT
            if not following:
                _NEXT.pack_into(self._records, last, at // _UNIT)
                return
            last = following
        self.repeated += 1

    def _size_at(self, at: int) -> int:
        head = _HEAD.unpack_from(self._records, at)
        return _SIZE + int(head[3]) + int(head[4])

    def _key_at(self, at: int) -> bytes:
        start = at + _SIZE
        length = self._records[at + _KEY_LENGTH] | self._records[at + _KEY_LENGTH + 1] << 8
        return bytes(self._records[start : start + length])

    def find(self, key: bytes) -> int:
        """Return where the first indicator of a key lies, or 0."""
        slots, mask = self._slots, self._mask
        place = hash(key) & mask
        while found := slots[place]:
            if self._key_at(found * _UNIT) == key:
                return found * _UNIT
            place = (place + 1) & mask
        return 0

    def networks(self, packed: bytes) -> Iterator[bytes]:
        """Yield the keys under which an address of 4 or 16 bytes may be found, the narrowest first."""
        for length in self._by_size[len(packed)]:
            yield network_key(packed, length)

    def at(self, place: int) -> Iterator[Indicator]:
        """Yield the indicators whose first lies at ``place``, as the list gave them."""
        while place:
            head = _HEAD.unpack_from(self._records, place)
            following, begins, expires, key_length, rest_length, tlp, pap, level, _ = head
            start = place + _SIZE
            kind, value = value_of(bytes(self._records[start : start + key_length]))
            start += key_length
            rest = bytes(self._records[start : start + rest_length]).decode("utf-8", "replace")
            name, source, note = (*rest.split("\0", 2), "", "", "")[:3]
            yield Indicator(
                kind, value, begins, expires, TLP[tlp], PAP[pap], LEVELS[level], name, source, note
            )
            place = following * _UNIT


_KIND_OF = {
    b"4": "ip",
    b"6": "ip",
    b"d": "domain",
    b"u": "url",
    b"m": "md5",
    b"s": "sha1",
    b"h": "sha256",
    b"e": "email",
}
