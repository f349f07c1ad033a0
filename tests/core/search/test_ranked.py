"""Many documents in the order of their list: by index and by walking, the same rows in the same order."""

from __future__ import annotations

from uuid import UUID

import pytest

from phithak.base import ids
from phithak.core.accounts.models import Tenant
from phithak.core.search import services
from phithak.core.search.queries import Ranked, ranked, samples

pytestmark = [pytest.mark.django_db, pytest.mark.db]
KIND = "test.ranked"


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a sample be drawn of few documents, afresh in each test."""
    monkeypatch.setattr(samples, "SMALL", 20)
    monkeypatch.setattr(samples, "SIZE", 200)
    samples.forget()


@pytest.fixture(name="known")
def _known() -> list[UUID]:
    """Give 300 things in the order of their keys; every third is a shop, the last ten are mills."""
    tenants = [Tenant(id=ids.uuid7(), kind="merchant", name_th=f"ร้าน {n}") for n in range(300)]
    Tenant.objects.bulk_create(tenants)
    words = {
        row.pk: ["ร้านใบตอง" if n % 3 == 0 else "โรงสีข้าว" if n >= 290 else "คลินิก", f"ลำดับ {n:03}"]
        for n, row in enumerate(tenants)
    }
    services.put_many(KIND, words, {row.pk: b"%03d" % n for n, row in enumerate(tenants)})
    return [row.pk for row in tenants]


@pytest.mark.parametrize("walks", [True, False])
@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("ใบตอง", [n for n in range(300) if n % 3 == 0]),
        ("รง", [290, 292, 293, 295, 296, 298, 299]),
        ("ร้าน ลำดับ 12", [12, 120, 123, 126, 129]),
        ("ลำดับ", list(range(300))),
        ("ไม่มี", []),
    ],
)
def test_both_ways_find_the_same_in_order(
    known: list[UUID], monkeypatch: pytest.MonkeyPatch, question: str, wanted: list[int], *, walks: bool
) -> None:
    monkeypatch.setattr(
        ranked, "_COSTS", dict.fromkeys(("sqlite", "postgresql"), (1e9, 1) if walks else (0, 1))
    )
    found = Ranked(Tenant.objects.all(), KIND, question)
    assert [known.index(key) for key in found.keys(0, 500)] == wanted
    assert [known.index(key) for key in found.keys(2, 4)] == wanted[2:4]
    assert found.count(None) == len(wanted)
    assert found.count(3) == min(3, len(wanted))
    backwards = Ranked(Tenant.objects.all(), KIND, question, backwards=True)
    assert [known.index(key) for key in backwards.keys(0, 500)] == wanted[::-1]


def test_only_what_the_rows_hold_is_counted_and_returned(known: list[UUID]) -> None:
    rows = Tenant.objects.filter(pk__in=known[:10])
    found = Ranked(rows, KIND, "ใบตอง")
    assert found.keys(0, 50) == [known[0], known[3], known[6], known[9]]
    assert found.count(None) == 4
    assert Ranked(Tenant.objects.none(), KIND, "ใบตอง").keys(0, 50) == []
    assert Ranked(rows, KIND, "   ").count(None) == 0


def test_a_changed_key_moves_the_thing(known: list[UUID]) -> None:
    services.put(KIND, known[0], "ร้านใบตอง", sort_key=b"999")
    assert Ranked(Tenant.objects.all(), KIND, "ใบตอง").keys(98, 200) == [known[297], known[0]]
