"""Arguments: plain small JSON passes, personal data in any disguise does not."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import ids
from phithak.core.jobs import backoff, guard
from phithak.core.jobs.errors import ArgumentsError

PERSONAL = [
    "1101700203450",
    "1-1017-00203-45-0",
    "1 1017 00203 45 0",
    "เลข ๑๑๐๑๗๐๐๒๐๓๔๕๐ ของผู้เสียหาย",
    1101700203450,
    "0812345678",
    "081-234-5678",
    "081 234 5678",
    "๐๘๑-๒๓๔-๕๖๗๘",
    "+66812345678",
    "+66 81 234 5678",
    "+66(0)812345678",
    "0066812345678",
    "66812345678",
    "02-123-4567",
    "โทร 021234567 ต่อ 3",
    "somsri@example.th",
    "Somsri <somsri.j@mail.example.th>",
]

PLAIN = [
    None,
    True,
    0,
    -17,
    3.25,
    "โรงพยาบาลธารเมฆ",
    "2026-11-21T01:00:00+00:00",
    "2026-11-21 08:15:30.123456",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "HC-INC-2569-000042",
    123456789012,
    "10.20.30.40",
    "schedule.daily@2026-11-21",
    ["a", ["b", {"c": [1, 2, 3]}]],
]


@pytest.mark.parametrize("value", PERSONAL)
def test_personal_data_is_refused_wherever_it_stands(value: Any) -> None:
    for args in ({"x": value}, {"x": ["a", {"y": value}]}, {str(value): 1}):
        with pytest.raises(ArgumentsError) as caught:
            guard.checked(args)
        assert str(value) not in str(caught.value.message.en).replace("args.", "").split(":")[-1]


@pytest.mark.parametrize("value", PLAIN)
def test_plain_json_passes(value: Any) -> None:
    assert guard.checked({"x": value}) == {"x": value}


def test_ids_of_rows_pass_as_text() -> None:
    for _ in range(2000):
        text = str(ids.uuid7())
        assert guard.checked({"id": text}) == {"id": text}


@pytest.mark.parametrize(
    "value",
    [
        b"bytes",
        datetime(2026, 11, 21, tzinfo=UTC),
        Decimal(1),
        ids.uuid7(),
        {1: 2},
        {"s": {1}},
        float("nan"),
        float("inf"),
        "x" * 4097,
    ],
)
def test_what_is_not_small_json_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentsError):
        guard.checked({"x": value})


@given(st.integers(min_value=10**12, max_value=10**13 - 1), st.sampled_from(["", " ", "-"]))
def test_every_thirteen_digits_are_refused(number: int, gap: str) -> None:
    with pytest.raises(ArgumentsError):
        guard.checked({"x": gap.join(str(number))})


@given(st.integers(min_value=1, max_value=60), st.integers())
def test_the_rest_grows_and_never_passes_an_hour_and_a_quarter(attempt: int, seed: int) -> None:
    seconds = backoff.rest(attempt, backoff.chance(seed)).total_seconds()
    middle = min(2.0 * 2 ** (attempt - 1), 3600.0)
    assert 0.75 * middle <= seconds <= 1.25 * middle + 1e-6
