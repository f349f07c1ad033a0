"""Where deep pages begin is remembered: any page, reached in any order, holds the rows that counting would give."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db.models import Q, QuerySet
from pytest_django import DjangoAssertNumQueries

from phithak.base import clock
from phithak.core.accounts.models import Tenant
from phithak.core.ui.tables import marks

pytestmark = [pytest.mark.django_db, pytest.mark.db, pytest.mark.usefixtures("empty_shelf")]
ROWS = 300


@pytest.fixture
def rows() -> QuerySet[Tenant]:
    """Tenants of which many share a name, each made a minute after the one before."""
    start = clock.now() - timedelta(days=1)
    Tenant.objects.bulk_create(
        Tenant(kind="merchant", name_th=f"ร้าน {number % 40:02}", created_at=start + timedelta(minutes=number))
        for number in range(ROWS)
    )
    return Tenant.objects.filter(kind="merchant")


@pytest.mark.parametrize(
    "order",
    [
        ("name_th", "pk"),
        ("-name_th", "-pk"),
        ("created_at", "pk"),
        ("-created_at", "-pk"),
        ("pk",),
        ("-pk",),
        ("name_th", "-pk"),
    ],
)
def test_any_page_in_any_order(rows: QuerySet[Tenant], order: tuple[str, ...], seed: int) -> None:
    ordered = rows.order_by(*order)
    every = list(ordered.values_list("pk", flat=True))
    chance = random.Random(seed)  # noqa: S311 - picks pages
    for start in chance.choices(range(ROWS + 20), k=60):
        assert marks.Walk(ordered).keys(start, 11) == every[start : start + 11]


def test_what_a_person_filters_by_is_never_mixed_up(rows: QuerySet[Tenant]) -> None:
    made = list(rows.order_by("created_at").values_list("created_at", flat=True))
    for number in (100, 250, 7):
        before = rows.filter(created_at__lt=made[number]).order_by("name_th", "pk")
        assert marks.Walk(before).count() == number
        wanted = list(before.values_list("pk", flat=True)[5:9])
        assert marks.Walk(before).keys(5, 4) == wanted
    words = rows.filter(Q(name_th="2026-99-99 00:00:00") | Q(name_th="ร้าน 01")).order_by("name_th", "pk")
    assert marks.Walk(words).count() == len(range(1, ROWS, 40))


def test_the_moment_of_asking_is_no_other_list(
    rows: QuerySet[Tenant], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def asked() -> marks.Walk:
        return marks.Walk(rows.filter(created_at__lt=clock.now()).order_by("name_th", "pk"))

    assert asked().total() is None
    assert asked().count() == ROWS
    with django_assert_num_queries(0):
        assert asked().total() == asked().count() == ROWS
