"""The RFC 6962 hash tree, built one append at a time.

``Frontier`` keeps only the right edge (one hash per set bit of the size): enough to append and to know
the root, 32 bytes a level, a few hundred bytes on disk. ``HashTree`` also keeps every complete subtree in
memory, which is what proofs need; a caller with a database stores the same nodes through ``store`` and
reads them back through a ``NodeReader``.

Node (level, index) is the root of the leaves ``index << level`` up to ``(index + 1) << level``; level 0
holds the leaf hashes. Only complete subtrees have a node, so a node never changes once it exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from itertools import islice

from phithak.engines.tlog.errors import TlogError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_SIZE = (1 << 63) - 1
_BATCH = 4096

NodeReader = Callable[[int, int], bytes]
"""Given (level, index), the 32 bytes of that complete subtree."""

NodeStore = Callable[[int, int, list[bytes]], None]
"""Given (level, first index, hashes): complete subtrees that have just come into being."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one log entry: SHA-256 over 0x00 and the entry (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256 over 0x01, left and right (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(width: int) -> int:
    """Return the largest power of two below ``width`` (>= 2): where RFC 6962 splits a range of leaves."""
    return 1 << ((width - 1).bit_length() - 1)


def range_root(start: int, end: int, read: NodeReader) -> bytes:
    """Return the RFC 6962 root over leaves ``start`` to ``end`` (exclusive), from complete subtrees.

    ``start`` must be a multiple of the smallest power of two that holds the range, which is true of every
    range that RFC 6962 ever asks for.
    """
    if start == end:
        return EMPTY_ROOT
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


class Frontier:
    """The right edge of a growing tree: appends and the current root, nothing else kept.

    Example: ``f = Frontier(); f.append(b"line"); f.root()``. The state survives as ``bytes(f)`` and comes
    back by ``Frontier.from_bytes``.
    """

    __slots__ = ("_edge", "_size")

    def __init__(self) -> None:
        self._size = 0
        # one slot per level: the complete subtree that still waits for its right sibling
        self._edge: list[bytes | None] = []

    @property
    def size(self) -> int:
        """Number of entries appended so far."""
        return self._size

    def append(self, entry: bytes, store: NodeStore | None = None) -> int:
        """Append one entry and return its index (from 0)."""
        return self.append_hash(leaf_hash(entry), store)

    def append_hash(self, leaf: bytes, store: NodeStore | None = None) -> int:
        """Append an entry known only by its leaf hash (32 bytes) and return its index (from 0)."""
        index = self._size
        node, level, edge = leaf, 0, self._edge
        while True:
            if store is not None:
                store(level, index >> level, [node])
            if level == len(edge):
                edge.append(node)
                break
            waiting = edge[level]
            if waiting is None:
                edge[level] = node
                break
            edge[level] = None
            node = node_hash(waiting, node)
            level += 1
        self._size += 1
        return index

    def extend(self, entries: Iterable[bytes], store: NodeStore | None = None) -> int:
        """Append many entries, level by level in batches, and return how many there were.

        An exception from ``entries`` leaves the frontier at the last whole batch before it.
        """
        sha = hashlib.sha256
        source = iter(entries)
        added = 0
        while batch := [sha(b"\x00" + entry).digest() for entry in islice(source, _BATCH)]:
            self._extend_hashes(batch, store)
            added += len(batch)
        return added

    def _extend_hashes(self, nodes: list[bytes], store: NodeStore | None) -> None:
        sha = hashlib.sha256
        before, level, edge = self._size, 0, self._edge
        self._size += len(nodes)
        while nodes:
            if store is not None:
                store(level, before >> level, nodes)
            if level == len(edge):
                edge.append(None)
            waiting = edge[level]
            if waiting is not None:
                nodes = [waiting, *nodes]
            edge[level] = nodes[-1] if len(nodes) & 1 else None
            pairs = iter(nodes)
            nodes = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
            level += 1

    def root(self) -> bytes:
        """Return the 32-byte root of everything appended so far."""
        root: bytes | None = None
        for node in self._edge:
            if node is not None:
                root = node if root is None else node_hash(node, root)
        return EMPTY_ROOT if root is None else root

    def copy(self) -> Frontier:
        """Return an independent frontier in the same state."""
        twin = Frontier()
        twin._size, twin._edge = self._size, list(self._edge)
        return twin

    def __bytes__(self) -> bytes:
        """Serialise: size as 8 bytes big-endian, then the waiting subtrees from the lowest level up."""
        return self._size.to_bytes(8, "big") + b"".join(node for node in self._edge if node is not None)

    @classmethod
    def from_bytes(cls, state: bytes) -> Frontier:
        """Restore a frontier from ``bytes(frontier)``.

        Raises:
            TlogError: ``state`` has not the length that its size asks for.
        """
        size = int.from_bytes(state[:8], "big")
        if len(state) != 8 + HASH_BYTES * size.bit_count() or size > MAX_SIZE:
            raise TlogError(
                "tlog.state",
                th="สถานะของต้นไม้แฮชเสียหาย ให้สร้างใหม่จากบันทึก",
                en="The saved tree state is damaged; rebuild it from the log.",
            )
        frontier = cls()
        frontier._size = size
        at = 8
        for level in range(size.bit_length()):
            if size >> level & 1:
                frontier._edge.append(state[at : at + HASH_BYTES])
                at += HASH_BYTES
            else:
                frontier._edge.append(None)
        return frontier


class HashTree:
    """A growing tree that keeps all complete subtrees in memory (64 bytes an entry)."""

    __slots__ = ("_frontier", "_levels")

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._frontier = Frontier()
        self._levels: list[bytearray] = []
        self.extend(entries)

    @property
    def size(self) -> int:
        """Number of entries appended so far."""
        return self._frontier.size

    def append(self, entry: bytes) -> int:
        """Append one entry and return its index (from 0)."""
        return self._frontier.append(entry, self._store)

    def extend(self, entries: Iterable[bytes]) -> int:
        """Append many entries and return how many there were."""
        return self._frontier.extend(entries, self._store)

    def read(self, level: int, index: int) -> bytes:
        """Return one complete subtree: this method is a ``NodeReader``."""
        at = index * HASH_BYTES
        return bytes(self._levels[level][at : at + HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """Return the root now, or as it was when the tree had ``size`` entries.

        Raises:
            TlogError: ``size`` is negative or larger than the tree.
        """
        if size is None:
            return self._frontier.root()
        if not 0 <= size <= self.size:
            raise TlogError(
                "tlog.size",
                th=f"ขนาด {size} อยู่นอกบันทึกซึ่งมี {self.size} รายการ",
                en=f"Size {size} is outside of the log, which has {self.size} entries.",
            )
        return range_root(0, size, self.read)

    def _store(self, level: int, first: int, nodes: list[bytes]) -> None:
        if level == len(self._levels):
            self._levels.append(bytearray())
        held = self._levels[level]
        held[first * HASH_BYTES :] = b"".join(nodes)
