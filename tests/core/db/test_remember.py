"""Figures over many rows are remembered for a minute, for the same question by the same person alone."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from phithak.base import clock
from phithak.core.accounts.models import Tenant
from phithak.core.db import remember, shelf

pytestmark = [pytest.mark.django_db, pytest.mark.db, pytest.mark.usefixtures("empty_shelf")]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three rows be many and every count be dear."""
    monkeypatch.setattr(remember, "MANY", 3)
    monkeypatch.setattr(remember, "DEAR_SECONDS", 0.0)


@pytest.fixture
def three() -> None:
    for number in range(3):
        add(number)


def add(number: int) -> None:
    Tenant.objects.create(kind="merchant", name_th=f"ร้าน {number}")


def merchants() -> int:
    rows = Tenant.objects.filter(kind="merchant", created_at__lte=clock.now() + timedelta(seconds=1))
    return remember.figure(rows, "count", rows.count)


@pytest.mark.usefixtures("three")
def test_the_same_question_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert merchants() == 3
    add(3)
    assert merchants() == 3
    later = time.monotonic() + shelf.SECONDS
    monkeypatch.setattr(shelf.time, "monotonic", lambda: later)
    assert merchants() == 4


@pytest.mark.usefixtures("three")
def test_another_question_is_never_answered_with_it() -> None:
    assert merchants() == 3
    other = Tenant.objects.filter(kind="hospital")
    assert remember.figure(other, "count", other.count) == 0
    same = Tenant.objects.filter(kind="merchant")
    assert (
        remember.figure(same, "names", lambda: sorted(same.values_list("name_th", flat=True)))[0] == "ร้าน 0"
    )
    before = Tenant.objects.filter(kind="merchant", created_at__lte=clock.now() - timedelta(days=1))
    assert remember.figure(before, "count", before.count) == 0


def test_a_query_that_can_find_nothing() -> None:
    nothing = Tenant.objects.none()
    assert remember.figure(nothing, "count", nothing.count) == 0


def test_few_rows_are_counted_each_time() -> None:
    for number in range(2):
        add(number)
        assert merchants() == number + 1


@pytest.mark.usefixtures("three")
def test_what_is_quick_is_counted_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remember, "DEAR_SECONDS", 60.0)
    assert merchants() == 3
    add(3)
    assert merchants() == 4
