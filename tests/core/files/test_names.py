"""File names from outside are shown, never trusted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.core.files.names import MOST_BYTES, MOST_CHARACTERS, displayed_name, displayed_type


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("สำเนาบัตร.pdf", "สำเนาบัตร.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\บัตร.jpg", "บัตร.jpg"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\x07.txt", "ab.txt"),
        ("two\nlines.txt", "two lines.txt"),
        ("  .bashrc", "bashrc"),
        ("a\U0001bca0b\u0600.txt", "ab.txt"),
        ("\U0001bca0", "file"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ("con.txt", "_con.txt"),
        ('a<b>"c|d?.csv', "a_b__c_d_.csv"),
        ("ข้าว" * 100 + ".xlsx", None),
        ("x" * 300, "x" * MOST_CHARACTERS),
    ],
)
def test_names(given_name: str, shown: str | None) -> None:
    found = displayed_name(given_name)
    if shown is None:
        assert found.endswith(".xlsx")
        assert len(found) <= MOST_CHARACTERS
    else:
        assert found == shown


@given(st.text(max_size=400))
def test_any_name_becomes_harmless(given_name: str) -> None:
    shown = displayed_name(given_name)
    assert shown
    assert len(shown) <= MOST_CHARACTERS + 4
    assert len(shown.encode()) <= MOST_BYTES + 4
    assert not set(shown) & set('/\\\x00<>:"|?*')
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs"} for char in shown)
    assert displayed_name(shown) == shown


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("image/PNG", "image/png"),
        ("text/html; charset=utf-8", "text/html"),
        ("<script>", ""),
        ("a/b\r\nX: y", ""),
        ("", ""),
    ],
)
def test_claimed_types(claimed: str, shown: str) -> None:
    assert displayed_type(claimed) == shown
