"""UUIDv7 by RFC 9562, numbers for people, and references whose check character finds slips."""

from __future__ import annotations

import itertools
import threading
import time
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import ids

references = st.builds(ids.public_reference, st.integers(2, 30))


def test_uuid7_has_the_bits_of_the_rfc() -> None:
    # RFC 9562 section 5.7: 48 bits of Unix milliseconds, version 7, variant 10
    before = time.time_ns() // 1_000_000
    value = ids.uuid7()
    after = time.time_ns() // 1_000_000
    assert value.version == 7
    assert value.variant == RFC_4122
    # many ids within a millisecond never borrow from the time
    assert before <= value.int >> 80 <= after


def test_uuid7_rises_strictly() -> None:
    values = [ids.uuid7() for _ in range(20_000)]
    assert values == sorted(set(values))


def test_uuid7_rises_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids.uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    second = ids.uuid7()
    assert second > first
    assert second.version == 7
    assert second.int >> 80 == first.int >> 80


def test_uuid7_from_many_threads_are_all_different() -> None:
    found: list[UUID] = []

    def make() -> None:
        found.extend([ids.uuid7() for _ in range(2_000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8_000


def test_uuid7_is_not_guessable_from_the_one_before() -> None:
    values = [ids.uuid7().int & ((1 << 62) - 1) for _ in range(1_000)]
    steps = {later - earlier for earlier, later in itertools.pairwise(values)}
    assert len(steps) > 990


def test_numbers_for_people() -> None:
    assert ids.human_number("HC", "INC", 2569, 42) == "HC-INC-2569-000042"
    assert ids.human_number("HC", "INC", 2569, 1_234_567) == "HC-INC-2569-1234567"


@given(references)
def test_a_reference_checks_itself(reference: str) -> None:
    assert set(reference) <= set(ids.ALPHABET)
    assert ids.is_public_reference(reference)
    spoken = "-".join(reference[start : start + 4] for start in range(0, len(reference), 4))
    assert ids.is_public_reference(f" {spoken.lower()} ")


@given(references)
def test_every_wrong_character_is_found(reference: str) -> None:
    for place, right in enumerate(reference):
        for wrong in set(ids.ALPHABET) - {right}:
            assert not ids.is_public_reference(reference[:place] + wrong + reference[place + 1 :])


@given(references)
def test_every_swap_of_neighbours_is_found(reference: str) -> None:
    for place in range(len(reference) - 1):
        left, right = reference[place], reference[place + 1]
        if left != right:
            swapped = reference[:place] + right + left + reference[place + 2 :]
            assert not ids.is_public_reference(swapped)


@given(references, st.data())
def test_every_two_characters_that_changed_places_are_found(reference: str, data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(reference) - 1))
    other = data.draw(st.integers(0, len(reference) - 1))
    letters = list(reference)
    letters[one], letters[other] = letters[other], letters[one]
    assert ids.is_public_reference("".join(letters)) is (letters == list(reference))


@pytest.mark.parametrize("text", ["", "2", "-", "ABCD 0123", "กขคง", "ABCO1234", "2" * 31])
def test_what_cannot_be_a_reference(text: str) -> None:
    assert not ids.is_public_reference(text)


@pytest.mark.parametrize("length", [0, 1, 31])
def test_lengths_that_the_check_does_not_cover_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="2 to 30"):
        ids.public_reference(length)


def test_references_use_every_letter_and_do_not_repeat() -> None:
    made = [ids.public_reference() for _ in range(2_000)]
    assert {letter for reference in made for letter in reference} == set(ids.ALPHABET)
    # 30^7 possible: two alike among 2,000 would come once in 10,000 runs
    assert len(set(made)) == 2_000
    assert not set("01ILOU") & set(ids.ALPHABET)
