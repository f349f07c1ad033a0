"""Search keys of documents and of questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phithak.engines.thai import fold, loose_fold

SEPARATOR = "\n"
"""Stands behind each word of a document: no match runs into the next, and every pair of letters has a third."""

MAX_TERMS = 8
MAX_TERM_LENGTH = 100


@dataclass(frozen=True)
class Term:
    """One word of a question in both folds."""

    exact: str
    loose: str


def document_keys(words: Iterable[str]) -> tuple[str, str]:
    """Return the exact and the loose key of a document's words."""
    lines = [line for word in words for line in word.splitlines() if line.strip()]
    exact, loose = (SEPARATOR.join([*map(way, lines), ""]) for way in (fold, loose_fold))
    return exact, loose


def terms(question: str) -> list[Term]:
    """Split a question at blanks into at most eight terms; all of them must match."""
    found = []
    for word in question.split()[:MAX_TERMS]:
        exact, loose = fold(word[:MAX_TERM_LENGTH]), loose_fold(word[:MAX_TERM_LENGTH])
        if exact:
            found.append(Term(exact, loose))
    return found
