"""Search keys of documents and of questions."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from phithak.engines.thai import fold, loose_fold

SEPARATOR = "\n"
"""Stands behind each word of a document: no match runs into the next, and every pair of letters has a third."""

NUMBER_BITS = 48
"""So many bits of a document's number are its own on SQLite; those above tell its kind."""

MAX_TERMS = 8
MAX_TERM_LENGTH = 100


@dataclass(frozen=True)
class Term:
    """One word of a question in both folds."""

    exact: str
    loose: str


def document_keys(words: Iterable[str]) -> tuple[str, str]:
    """Return the exact and the loose key of a document's words."""
    both = [_line_keys(line) for word in words for line in word.splitlines() if line.strip()]
    return SEPARATOR.join([*(one[0] for one in both), ""]), SEPARATOR.join([*(one[1] for one in both), ""])


@lru_cache(maxsize=1024)
def _line_keys(line: str) -> tuple[str, str]:
    """Return both folds of a line; kinds, sectors and provinces stand in very many documents."""
    return fold(line), loose_fold(line)


def terms(question: str) -> list[Term]:
    """Split a question at blanks into at most eight terms; all of them must match."""
    found = []
    for word in question.split()[:MAX_TERMS]:
        exact, loose = fold(word[:MAX_TERM_LENGTH]), loose_fold(word[:MAX_TERM_LENGTH])
        if exact:
            found.append(Term(exact, loose))
    return found


def numbers_of(kind: str) -> tuple[int, int]:
    """Return the first and the last number that documents of a kind have on SQLite.

    FTS5 then walks through the documents of one kind alone. Two kinds that share a range are still told apart by name.
    """
    first = (zlib.crc32(kind.encode()) & 0x7FFF) << NUMBER_BITS
    return first, first + (1 << NUMBER_BITS) - 1
