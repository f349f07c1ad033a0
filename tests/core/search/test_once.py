"""What a page asks of the index at once is what it would find asking kind by kind, on both databases."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phithak.base import ids
from phithak.core.search import queries, services
from phithak.core.search.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PLACES, PEOPLE, TOOLS = KINDS = ("test.place", "test.person", "test.tool")


@pytest.fixture(autouse=True)
def documents() -> dict[str, UUID]:
    """Some things of two kinds by name, more of the first than a page lists by number, and none of the third."""
    named = {
        "place": (PLACES, "โรงพยาบาลสมมุติสุข", "100% แท้"),
        "person": (PEOPLE, "สมศรี มั่นคงปลอดภัย", "a_b"),
    }
    ids_of = {name: ids.uuid7() for name in named}
    for name, (kind, *words) in named.items():
        services.put(kind, ids_of[name], *words)
    services.put_many(PLACES, {ids.uuid7(): ["คลินิกที่เหมือนกัน"] for _ in range(queries.FEW + 5)})
    return ids_of


def found(kind: str, question: str) -> set[UUID]:
    """Return what :func:`queries.held` finds among the documents of a kind."""
    rows = Document.objects.filter(queries.held(kind, question, "object_id"), kind=kind)
    return set(rows.values_list("object_id", flat=True))


@pytest.mark.parametrize(
    "question",
    ["สมมุติ", "สม", "ส", "มั่งคงปลอดภัย", "100%", "%", "a_b", "_", "โรงพยาบาล สุข", "คลินิก", "ไม่มีคำนี้แน่", "  ", "่"],
)
def test_foreseen_is_found(question: str) -> None:
    alone = {kind: found(kind, question) for kind in KINDS}
    with queries.once(question, KINDS):
        assert {kind: found(kind, question) for kind in KINDS} == alone
        assert {kind: queries.holds_any([kind], question) for kind in KINDS} == {
            kind: bool(things) for kind, things in alone.items()
        }


def test_each_kind_is_told_apart_and_many_are_found_too(documents: dict[str, UUID]) -> None:
    with queries.once("สม", KINDS):
        assert found(PLACES, "สม") == {documents["place"]}
        assert found(PEOPLE, "สม") == {documents["person"]}
        assert not queries.holds_any([TOOLS], "สม")
        assert queries.holds_any([TOOLS, PEOPLE], "สม")
    with queries.once("คลินิก", KINDS):
        assert len(found(PLACES, "คลินิก")) == queries.FEW + 5
        assert not queries.holds_any([PEOPLE, TOOLS], "คลินิก")


def test_what_was_not_foreseen_is_asked_once() -> None:
    with queries.once():
        with CaptureQueriesContext(connection) as first:
            assert queries.holds_any([PLACES], "สมมุติ")
        with CaptureQueriesContext(connection) as second:
            assert queries.holds_any([PLACES], "สมมุติ")
    assert len(first) > 0
    assert len(second) == 0
    with CaptureQueriesContext(connection) as after:
        assert queries.holds_any([PLACES], "สมมุติ")
    assert len(after) > 0


def test_a_ranked_list_of_nothing_asks_nothing() -> None:
    rows = Document.objects.filter(kind=TOOLS)
    with queries.once("สมมุติ", KINDS):
        assert not queries.holds_any([TOOLS], "สมมุติ")
        with CaptureQueriesContext(connection) as asked:
            assert queries.Ranked(rows, TOOLS, "สมมุติ").keys(0, 20) == []
    assert len(asked) == 0
