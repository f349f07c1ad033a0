"""Charts of long lists: they never hide what the index holds, whatever was written since they were drawn."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from phithak.base import clock, ids
from phithak.core.accounts.models import Tenant
from phithak.core.search import charts, services
from phithak.core.search.keys import terms
from phithak.core.search.models import Change, Chart, ChartPiece
from phithak.core.search.queries import Ranked, charted, samples
from phithak.core.search.queries.ranked import Ranked as Way
from phithak.core.search.services import charts as drawing

pytestmark = [pytest.mark.django_db, pytest.mark.db]
KIND = "test.charted"


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few documents be charted, in many small regions, and every question go by the chart."""
    monkeypatch.setattr(samples, "SMALL", 20)
    monkeypatch.setattr(drawing, "SMALL", 20)
    monkeypatch.setattr(drawing, "REGION", 7)

    def by_chart(self: Way, _stop: int) -> tuple[str, charted.Charted | None]:
        return "walk", charted.charted(self._kind, self._terms)

    monkeypatch.setattr(Way, "_way", by_chart)
    samples.forget()
    charted.forget()


@pytest.fixture(name="known")
def _known() -> list[UUID]:
    """Give 200 charted things in the order of their keys: mills at 0–9 and 150–169, clinics elsewhere."""
    tenants = [Tenant(id=ids.uuid7(), kind="merchant", name_th=f"ร้าน {n}") for n in range(200)]
    Tenant.objects.bulk_create(tenants)
    words = {
        row.pk: ["โรงสีข้าว" if n < 10 or 150 <= n < 170 else "คลินิก", f"ลำดับ {n:03}"]
        for n, row in enumerate(tenants)
    }
    services.put_many(KIND, words, {row.pk: b"%03d" % n for n, row in enumerate(tenants)})
    services.chart(KIND)
    return [row.pk for row in tenants]


def _found(
    known: list[UUID], question: str, start: int = 0, stop: int = 500, *, backwards: bool = False
) -> list[int]:
    ranked = Ranked(Tenant.objects.all(), KIND, question, backwards=backwards)
    return [known.index(key) for key in ranked.keys(start, stop)]


MILLS = [*range(10), *range(150, 170)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("โรงสี", MILLS),
        ("รง", MILLS),
        ("โรงสี ลำดับ 15", list(range(150, 160))),
        ("ก", [n for n in range(200) if n not in MILLS]),
        ("ลำดับ", list(range(200))),
        ("ไม่มี", []),
    ],
)
def test_a_chart_finds_all_in_order(known: list[UUID], question: str, wanted: list[int]) -> None:
    assert Chart.objects.get().total == 200
    assert _found(known, question) == wanted
    assert _found(known, question, 3, 12) == wanted[3:12]
    assert _found(known, question, backwards=True) == wanted[::-1]
    assert _found(known, question, 3, 12, backwards=True) == wanted[::-1][3:12]


def test_a_chart_leaves_most_regions_out(known: list[UUID]) -> None:
    found = charted.charted(KIND, terms("โรงสี"))
    assert found is not None
    # 0–6, 7–13; 147–153 … 168–174
    assert (found.bits.bit_count(), len(found.starts)) == (6, 29)
    assert known


def test_what_is_written_after_the_chart_is_found_before_and_after_it_is_told(known: list[UUID]) -> None:
    services.put(KIND, known[100], "โรงสีใหม่", sort_key=b"100")
    services.put(KIND, known[3], "คลินิก", sort_key=b"003")
    services.put(KIND, known[5], "โรงสีย้าย", sort_key=b"999")
    services.remove(KIND, known[7])
    wanted = [0, 1, 2, 4, 6, 8, 9, 100, *range(150, 170), 5]
    assert _found(known, "โรงสี") == wanted
    services.chart(KIND)
    assert Change.objects.filter(charted_at=None).count() == 0
    assert _found(known, "โรงสี") == wanted
    Change.objects.all().delete()  # as happens some minutes later
    assert _found(known, "โรงสี") == wanted
    assert Chart.objects.get().version == 1


def test_changes_stay_while_pages_may_have_read_the_chart_before(known: list[UUID]) -> None:
    services.put(KIND, known[100], "โรงสีใหม่", sort_key=b"100")
    services.chart(KIND)
    services.chart(KIND)
    assert Change.objects.filter(object_id=known[100]).exists()
    Change.objects.update(charted_at=clock.now() - timedelta(minutes=10))
    services.chart(KIND)
    assert not Change.objects.exists()


def test_a_flood_of_changes_that_was_told_does_not_put_the_chart_out_of_use(
    known: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charted, "MOST_CHANGES", 50)
    words = {key: ["โรงสีข้าว"] for key in known[20:120]}
    services.put_many(KIND, words, {key: b"%03d" % n for n, key in enumerate(known[20:120], 20)})
    assert charted.charted(KIND, terms("โรงสี")) is None
    services.chart(KIND)
    # pages that read the chart a moment ago still look through the changes
    assert charted.charted(KIND, terms("โรงสี")) is None
    Change.objects.update(charted_at=clock.now() - timedelta(minutes=1))
    assert charted.charted(KIND, terms("โรงสี")) is not None
    assert _found(known, "โรงสี") == [*range(10), *range(20, 120), *range(150, 170)]


def test_many_changes_draw_the_chart_anew_beside_the_one_in_use(known: list[UUID]) -> None:
    words = {key: ["โรงสีข้าว"] for key in known[20:120]}
    services.put_many(KIND, words, {key: b"%03d" % n for n, key in enumerate(known[20:120], 20)})
    services.chart(KIND)
    assert Chart.objects.get().version == 2
    assert set(ChartPiece.objects.values_list("version", flat=True)) == {1, 2}
    assert _found(known, "โรงสี") == [*range(10), *range(20, 120), *range(150, 170)]


def test_a_short_list_or_one_in_no_order_has_no_chart() -> None:
    services.put_many("test.few", {ids.uuid7(): ["ก"] for _ in range(20)})
    services.put_many("test.unsorted", {ids.uuid7(): ["ก"] for _ in range(40)})
    services.chart_all()
    assert not Chart.objects.exists()
    assert not Change.objects.filter(charted_at=None).exists()


def test_runs_of_regions_that_lie_close_are_one() -> None:
    assert charts.runs(0b1_0000_1011, 9, 0) == [(0, 2), (3, 4), (8, 9)]
    assert charts.runs(0b1_0000_1011, 9, 1) == [(0, 4), (8, 9)]
    assert charts.unpacked(charts.packed([b"", b"a\0", b"bc"])) == [b"", b"a\0", b"bc"]


def test_a_list_that_shrinks_and_grows_again_has_another_chart(known: list[UUID]) -> None:
    assert _found(known, "โรงสี") == MILLS
    services.put_many(KIND, {key: ["โรงสีข้าว"] for key in known[:100]}, dict.fromkeys(known[:100], b"000"))
    for key in known[10:]:
        services.remove(KIND, key)
    services.chart(KIND)
    assert charted.charted(KIND, terms("โรงสี")) is None
    assert sorted(_found(known, "โรงสี")) == MILLS[:10]
    # the other way round this time: what was kept of the first chart would look in the wrong regions
    words = {key: ["โรงสีข้าว" if 60 <= n < 80 else "คลินิก"] for n, key in enumerate(known)}
    services.put_many(KIND, words, {key: b"%03d" % (200 - n) for n, key in enumerate(known)})
    services.chart(KIND)
    assert charted.charted(KIND, terms("โรงสี")) is not None
    assert _found(known, "โรงสี") == [*range(79, 59, -1)]
