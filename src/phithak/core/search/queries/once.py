"""What one page asks of the index: each question once, and those that are foreseen in one go.

The search box asks a dozen sources for the same words. Most of them find nothing, and to say so costs a query of the
index and one of the source's own table. Foreseen, the index is asked for all kinds by one statement, and a source
whose kinds hold nothing is not asked at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, OuterRef, Q, QuerySet

from phithak.core.db.probes import HasAny
from phithak.core.search import keys
from phithak.core.search.keys import Term
from phithak.core.search.queries import finding, samples

M = TypeVar("M", bound=Model)
FEW = 400
SURELY_MANY = 10 * FEW

_MANY: Sequence[UUID | None] = (None,) * (FEW + 1)

_known: ContextVar[dict[tuple[str, str], Sequence[UUID | None]] | None] = ContextVar("known", default=None)


@contextmanager
def once(question: str = "", kinds: Iterable[str] = ()) -> Iterator[None]:
    """Let what is asked within be asked of the index once: for one page.

    Args:
        question: what will be asked of the kinds, if it is known.
        kinds: kinds of things of which it will be asked.
    """
    known: dict[tuple[str, str], Sequence[UUID | None]] = {}
    found = keys.terms(question)
    if found and connection.vendor != "sqlite":
        # on SQLite a statement costs no journey to a server, and each kind is asked when its turn comes
        known.update({(kind, question): few for kind, few in _few_of(sorted(set(kinds)), found).items()})
    before = _known.set(known)
    try:
        yield
    finally:
        _known.reset(before)


def holds_any(kinds: Iterable[str], question: str) -> bool:
    """Tell whether a thing of one of the kinds is found by a question, no matter who may see it."""
    return any(_asked_once(kind, question) for kind in kinds)


def nothing_found(kind: str, question: str) -> bool:
    """Tell whether it is known on this page that a question finds nothing of a kind; asks nothing."""
    known = _known.get()
    return known is not None and known.get((kind, question)) in ((), [])


def narrowed(rows: QuerySet[M], kind: str, question: str) -> QuerySet[M]:
    """Return those rows that a question finds: a list of few, a look at each row's document when many match."""
    return rows.filter(held(kind, question))


def held(kind: str, question: str, field: str = "pk") -> Q:
    """Return the condition that a row's field is the id of a thing that a question finds, as ``narrowed`` does."""
    few = _asked_once(kind, question)
    if len(few) <= FEW:
        return Q(**{f"{field}__in": few})
    documents = finding.by_looking(kind, keys.terms(question))
    return Q(HasAny(documents.filter(object_id=OuterRef(field))))


def _asked_once(kind: str, question: str) -> Sequence[UUID | None]:
    known = _known.get()
    few = None if known is None else known.get((kind, question))
    if few is None:
        few = _few(kind, question)
        if known is not None:
            known[kind, question] = few
    return few


def _few(kind: str, question: str) -> Sequence[UUID | None]:
    """Return the ids of the things that a question finds; of more than :data:`FEW` things only that they are more."""
    found = keys.terms(question)
    if found and _surely_many(kind, found):
        return _MANY
    documents = finding.as_they_come if connection.vendor == "sqlite" else finding.by_index
    return list(documents(kind, found).values_list("object_id", flat=True)[: FEW + 1])


def _few_of(kinds: Sequence[str], terms: Sequence[Term]) -> dict[str, Sequence[UUID | None]]:
    """Return the same for several kinds, by one statement for all of which it has to be asked."""
    found: dict[str, Sequence[UUID | None]] = {
        kind: _MANY if _surely_many(kind, terms) else () for kind in kinds
    }
    arms, values = [], list[Any]()
    for kind in kinds:
        if not found[kind]:
            where, asked = finding.pieces_held(kind, terms)
            arms.append(f"(SELECT kind, object_id FROM search_document WHERE {where} LIMIT {FEW + 1})")  # noqa: S608 - constants; what was typed is a parameter
            values += asked
    if arms:
        told: dict[str, list[UUID | None]] = {}
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(arms), values)
            for kind, object_id in cursor.fetchall():
                told.setdefault(kind, []).append(object_id)
        found |= told
    return found


def _surely_many(kind: str, terms: Sequence[Term]) -> bool:
    guess = samples.guess(kind, terms)
    return guess is not None and guess.found >= SURELY_MANY
