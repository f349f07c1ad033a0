"""The side index of a Parquet file: its different addresses, domains, hashes and users, so that a hunt skips files.

A value that is not in it is not in the file. It keeps of each value, in small letters as hunts compare them, the lower
half of its MD5, sorted: eight bytes a value, found by halving. Two values that share those eight bytes cost the opening
of one file in vain and nothing else.

Layout, numbers with the little end first: ``b"PHX1"``; for each kind the number of its values in four bytes; CRC-32 of
what follows; the values of each kind.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

SideKind = Literal["ip", "domain", "hash", "user"]
SIDE_KINDS: tuple[SideKind, ...] = ("ip", "domain", "hash", "user")
SUFFIX = ".side"
_MAGIC = b"PHX1"
_HEAD = struct.Struct(f"<4s{len(SIDE_KINDS)}II")
_LOWER = struct.Struct("<8xQ")
_MOST_SOUND = 100_000
_sound: set[tuple[str, int, int, int]] = set()
Wanted = Mapping[SideKind, Sequence[int]]


class SideError(ValueError):
    """A side index is damaged."""


def mark(value: str) -> int:
    """Return what stands for a value (``md5_number_lower`` of DuckDB gives the same)."""
    digest = hashlib.md5(value.lower().encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    number: int = _LOWER.unpack(digest)[0]
    return number


def packed(marks: Mapping[SideKind, Iterable[int]]) -> bytes:
    """Return the bytes of a side index of these marks, each kind sorted and without repeats."""
    parts = [array("Q", marks.get(kind, ())) for kind in SIDE_KINDS]
    if sys.byteorder == "big":
        for part in parts:
            part.byteswap()
    body = b"".join(part.tobytes() for part in parts)
    return _HEAD.pack(_MAGIC, *(len(part) for part in parts), zlib.crc32(body)) + body


def read_side(path: Path) -> dict[SideKind, Sequence[int]]:
    """Read the side index beside a Parquet file: the sorted marks of each kind, looked up where they lie.

    The checksum is reckoned once in a process for each file: files never change.

    Raises:
        OSError: it is not there.
        SideError: it is damaged.
    """
    place = path.with_name(path.name + SUFFIX)
    with place.open("rb") as stream:
        told = os.fstat(stream.fileno())
        if told.st_size < _HEAD.size:
            raise SideError("too short")
        whole = memoryview(mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ))
    magic, *counts, checksum = _HEAD.unpack_from(whole)
    body = whole[_HEAD.size :]
    if magic != _MAGIC or len(body) != 8 * sum(counts):
        raise SideError("not whole")
    identity = (str(place), told.st_ino, told.st_mtime_ns, told.st_size)
    if identity not in _sound:
        if zlib.crc32(body) != checksum:
            raise SideError("not as it was written")
        if len(_sound) >= _MOST_SOUND:
            _sound.clear()
        _sound.add(identity)
    found: dict[SideKind, Sequence[int]] = {}
    first = 0
    for kind, count in zip(SIDE_KINDS, counts, strict=True):
        found[kind] = _numbers(body[8 * first : 8 * (first + count)])
        first += count
    return found


def _numbers(part: memoryview) -> Sequence[int]:
    if sys.byteorder == "little":
        return part.cast("Q")
    turned = array("Q", bytes(part))
    turned.byteswap()
    return turned


def marks_of(values: Mapping[SideKind, Iterable[str]]) -> Wanted:
    """Return the sorted marks of values that are looked for."""
    return {kind: sorted(map(mark, those)) for kind, those in values.items()}


def may_hold(path: Path, wanted: Wanted) -> bool:
    """Tell whether one of ``wanted`` may be in a file; True also when its side index cannot be read."""
    try:
        held = read_side(path)
    except (OSError, SideError):
        return True
    return any(_share(held[kind], marks) for kind, marks in wanted.items())


def _share(held: Sequence[int], wanted: Sequence[int]) -> bool:
    """Tell whether two sorted sequences have a number in common."""
    place = 0
    for number in wanted:
        place = bisect_left(held, number, place)
        if place == len(held):
            return False
        if held[place] == number:
            return True
    return False
