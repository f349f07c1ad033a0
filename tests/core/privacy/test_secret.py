"""Keys in memory: they seal, bind to a place, and never show themselves."""

from __future__ import annotations

import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import ids, keyfiles
from phithak.core.privacy.errors import SealBrokenError
from phithak.core.privacy.secret import Secret, aad

RAW = bytes(range(32))


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_round_trip(plain: bytes, place: bytes) -> None:
    key = Secret.random()
    assert key.open(key.seal(plain, place), place) == plain


@given(st.binary(max_size=100), st.data())
def test_altered_value_does_not_open(plain: bytes, data: st.DataObject) -> None:
    key = Secret.random()
    blob = bytearray(key.seal(plain, b"p"))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBrokenError):
        key.open(bytes(blob), b"p")


@pytest.mark.parametrize("other", range(4))
def test_value_does_not_open_in_another_place(other: int) -> None:
    parts: list[object] = ["table", "column", ids.uuid7(), ids.uuid7()]
    key = Secret.random()
    sealed = key.seal(b"x", aad(*map(str, parts)))
    parts[other] = "elsewhere"
    with pytest.raises(SealBrokenError):
        key.open(sealed, aad(*map(str, parts)))


@given(
    st.lists(st.text(max_size=5), min_size=4, max_size=4),
    st.lists(st.text(max_size=5), min_size=4, max_size=4),
)
def test_no_two_places_share_associated_data(left: list[str], right: list[str]) -> None:
    assert (aad(*left) == aad(*right)) == (left == right)


@pytest.mark.parametrize("blob", [b"", bytes(12), bytes(27)])
def test_too_short_to_be_sealed(blob: bytes) -> None:
    with pytest.raises(SealBrokenError):
        Secret(RAW).open(blob, b"")


def test_same_plain_text_never_looks_the_same() -> None:
    key = Secret(RAW)
    assert key.seal(b"x", b"") != key.seal(b"x", b"")


def test_purposes_and_fingerprint_are_apart_from_the_key() -> None:
    key = Secret(RAW)
    assert key.derive("a") != key.derive("b")
    assert key.derive("a") == Secret(RAW).derive("a")
    assert len(key.fingerprint) == 16
    assert RAW.hex()[:16] != key.fingerprint


def test_key_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    key = Secret(RAW)
    shown = [repr(key), str(key), f"{key}", repr([key]), repr({"k": key})]
    logging.getLogger("t").warning("with %s and %r", key, key)
    shown.append(caplog.text)
    try:
        key.open(bytes(40), b"")
    except SealBrokenError as error:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown.append("".join(frames.format()))
    for text in shown:
        assert RAW.hex() not in text
        assert repr(RAW)[2:40] not in text
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_keys_have_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Secret(b"short")
    assert len(Secret.random().reveal()) == keyfiles.KEY_BYTES
