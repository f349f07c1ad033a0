"""The root key on paper and in shares."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.core.privacy import shares, words
from phithak.core.privacy.errors import WordsError
from phithak.core.privacy.secret import Secret

KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS)
def test_words_bring_the_key_back(key: bytes) -> None:
    lines = words.encode(key)
    assert len(lines) == 5
    assert all(len(line.split()) == 6 for line in lines)
    typed = "\n".join(f"{number}. {line.upper()}" for number, line in enumerate(lines, 1))
    assert words.decode(typed, 32) == key


@given(KEYS, st.data())
def test_a_wrong_word_is_found_in_its_line(key: bytes, data: st.DataObject) -> None:
    lines = [line.split() for line in words.encode(key)]
    line, place = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 5))
    wrong = data.draw(
        st.tuples(*[st.sampled_from(words.CONSONANTS), st.sampled_from(words.VOWELS)] * 2).map("".join)
    )
    if wrong == lines[line][place]:
        return
    lines[line][place] = wrong
    with pytest.raises(WordsError) as caught:
        words.decode(" ".join(itertools.chain(*lines)), 32)
    # a check of 12 bits lets one wrong line in 4,096 pass; then the whole is still refused
    assert f"line {line + 1}" in caught.value.message.en or "whole" in caught.value.message.en


def test_what_is_wrong_is_said() -> None:
    lines = words.encode(bytes(range(32)))
    with pytest.raises(WordsError, match="30 words are needed, 24 were found"):
        _english(lines[:4])
    with pytest.raises(WordsError, match="line 2: “zzzz” is not a word"):
        _english([lines[0], "zzzz " + lines[1][5:], *lines[2:]])
    with pytest.raises(WordsError, match="line 1 holds a wrong word"):
        _english([lines[1], lines[0], *lines[2:]])


def _english(lines: list[str]) -> None:
    try:
        words.decode(" ".join(lines), 32)
    except WordsError as error:
        raise WordsError(reason_th=error.message.en, reason_en="") from None  # the test's language is Thai


@pytest.mark.parametrize(
    ("left", "right", "product"),
    # FIPS 197 §4.2: {57}·{83} = {c1}, {57}·{13} = {fe}
    [(0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0, 0x83, 0), (1, 0x83, 0x83)],
)
def test_field_has_the_published_products(left: int, right: int, product: int) -> None:
    assert shares.multiply(left, right) == product
    if left and right:
        assert shares.divide(product, right) == left


def test_field_by_a_second_method() -> None:
    def slow(left: int, right: int) -> int:
        result = 0
        while right:
            result ^= left if right & 1 else 0
            left = left << 1 ^ (0x11B if left & 0x80 else 0)
            right >>= 1
        return result

    assert all(shares.multiply(a, b) == slow(a, b) for a in range(0, 256, 3) for b in range(256))
    with pytest.raises(ZeroDivisionError):
        shares.divide(1, 0)


@given(st.binary(min_size=1, max_size=40), st.integers(2, 5), st.integers(0, 3), st.randoms())
def test_any_needed_shares_restore(secret: bytes, needed: int, more: int, chance: object) -> None:
    made = shares.split_bytes(secret, needed + more, needed)
    for chosen in itertools.combinations(made, needed):
        assert shares.join_bytes({number: made[number] for number in chosen}) == secret


def test_one_share_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # over all 256 random coefficients a share of any fixed secret takes each value exactly once
    for secret in (0, 1, 77, 255):
        for number in (1, 2, 3):
            seen = Counter()
            for coefficient in range(256):
                monkeypatch.setattr(shares.secrets, "token_bytes", lambda _, byte=coefficient: bytes([byte]))
                seen[shares.split_bytes(bytes([secret]), 3, 2)[number][0]] += 1
            assert set(seen.values()) == {1}
            assert len(seen) == 256


def test_two_of_three_on_paper() -> None:
    key = Secret.random()
    sheets = ["\n".join(share.lines()) for share in shares.split(key)]
    assert len(sheets) == 3
    for left, right in itertools.permutations(sheets, 2):
        assert shares.join([shares.read_share(left), shares.read_share(right)]) == key


def test_wrong_pairs_are_refused() -> None:
    mine, other = shares.split(Secret.random()), shares.split(Secret.random())
    for pair in ([mine[0]], [mine[0], mine[0]], [mine[0], other[1]]):
        with pytest.raises(WordsError):
            shares.join(pair)
    forged = shares.Share(2, 2, mine[0].set_id, other[1].body)
    with pytest.raises(WordsError):
        shares.join([mine[0], forged])


def test_a_mistyped_share_is_found() -> None:
    lines = shares.split(Secret.random())[0].lines()
    first = lines[2].split()
    first[1] = "bobo" if first[1] != "bobo" else "dada"
    with pytest.raises(WordsError) as caught:
        shares.read_share(" ".join([*lines[:2], " ".join(first), *lines[3:]]))
    assert "line 3" in caught.value.message.en


def test_root_words_are_no_share() -> None:
    with pytest.raises(WordsError):
        shares.read_share(" ".join(words.encode(bytes(32))))


def test_share_hides_its_body() -> None:
    share = shares.split(Secret.random())[0]
    assert share.body.hex() not in repr(share)
    assert repr(share.body) not in repr(share)


@pytest.mark.parametrize(("count", "needed"), [(1, 2), (2, 1), (256, 2)])
def test_senseless_splits(count: int, needed: int) -> None:
    with pytest.raises(ValueError, match="shares"):
        shares.split_bytes(b"x", count, needed)
