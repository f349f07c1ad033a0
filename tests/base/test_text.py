"""Text pairs: Thai unless told otherwise, both forms filled from the same slots."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.text import Text, active_language, set_language, using_language

GREETING = Text("สวัสดี {name}", "Hello {name}")


def test_thai_first() -> None:
    assert str(Text("พิทักษ์", "Phithak")) == "พิทักษ์"


@pytest.mark.parametrize(("language", "form"), [
    ("en", "Hello"), ("en-GB", "Hello"), ("th", "สวัสดี"), ("th-TH", "สวัสดี"), ("fr", "สวัสดี"), ("", "สวัสดี"),
])  # fmt: skip
def test_the_form_follows_the_language(language: str, form: str) -> None:
    pair = Text("สวัสดี", "Hello")
    assert pair.in_language(language) == form
    with using_language(language):
        assert str(pair) == form


@given(st.text())
def test_slots_fill_both_forms(name: str) -> None:
    filled = GREETING.format(name=name)
    assert filled == Text(f"สวัสดี {name}", f"Hello {name}")


def test_a_missing_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        GREETING.format(other="x")


def test_the_language_is_given_back_also_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), using_language("en"):
        raise ValueError("x")
    assert active_language() == "th"


def test_set_language_holds_for_this_context_only() -> None:
    seen: list[str] = []
    with using_language("th"):
        set_language("en")
        thread = threading.Thread(target=lambda: seen.append(active_language()))
        thread.start()
        thread.join()
        assert active_language() == "en"
    assert seen == ["th"]
