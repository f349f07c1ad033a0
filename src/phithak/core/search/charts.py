"""Charts: which regions of a list's order may hold a word, told by its pieces; as plain values."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

from phithak.core.search.keys import SEPARATOR, Term

PAIR, THREE = 2, 3


def packed(starts: Iterable[bytes]) -> bytes:
    """Return the sort keys as one value, each behind its length."""
    return b"".join(struct.pack(">I", len(one)) + one for one in starts)


def unpacked(value: bytes) -> list[bytes]:
    """Return what :func:`packed` was given."""
    found, at = [], 0
    while at < len(value):
        (size,) = struct.unpack_from(">I", value, at)
        found.append(value[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def pieces_of(texts: Iterable[str]) -> set[str]:
    """Return all pieces of two and of three letters in the words of documents' keys."""
    words = {word for text in texts for word in text.split(SEPARATOR)}
    found: set[str] = set()
    for word in words:
        found.update([word[at : at + PAIR] for at in range(len(word) - 1)])
        found.update([word[at : at + THREE] for at in range(len(word) - PAIR)])
    return found


def parts(piece: str) -> frozenset[str]:
    """Return pieces that cover what is looked for, no more than that takes; none for less than two letters."""
    if len(piece) < PAIR:
        return frozenset()
    size = min(len(piece), THREE)
    last = len(piece) - size
    return frozenset(piece[at : at + size] for at in {*range(0, last, size), last})


def asked(terms: Sequence[Term]) -> frozenset[str]:
    """Return every piece of which :func:`regions` wants to know."""
    return frozenset(part for term in terms for piece in (term.exact, term.loose) for part in parts(piece))


def regions(terms: Sequence[Term], known: Mapping[str, int], number: int) -> int:
    """Return the bits of the regions in which all terms may stand.

    Args:
        terms: what is looked for.
        known: the bits of each piece; a piece that is missing stands nowhere.
        number: how many regions there are.
    """
    found = every = (1 << number) - 1
    for term in terms:
        either = 0
        for piece in (term.exact, term.loose):
            if not piece:
                continue
            here = every
            for part in parts(piece):
                here &= known.get(part, 0)
            either |= here
        found &= either
    return found


def runs(bits: int, number: int, gap: int) -> list[tuple[int, int]]:
    """Return the runs of set bits as (first, behind the last), in order; those no further apart than ``gap`` as one."""
    found: list[tuple[int, int]] = []
    for at in range(number):
        if not bits >> at & 1:
            continue
        if found and at - found[-1][1] <= gap:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found
