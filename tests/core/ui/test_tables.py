"""List pages: filter, sort, pages, exports, empty texts; over rows of a real table."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text, set_language
from phithak.core.accounts.actors import PUBLIC
from phithak.core.accounts.models import Tenant
from phithak.core.ui.tables import Column, Filter, State, Table, paging
from phithak.core.ui.tables.export import plain, safe_cell
from phithak.core.ui.tables.paging import cut

KINDS = [("hospital", Text("โรงพยาบาล", "Hospital")), ("shop", Text("ร้านค้า", "Shop"))]
TABLE = Table(
    name="tenants",
    columns=[
        Column(
            "name", Text("ชื่อ", "Name"), value="name_th", sort="name_th", link=lambda row: f"/x/{row.name_en}/"
        ),
        Column("code", Text("รหัส", "Code"), value="name_en", sort="name_en", kind="code"),
        Column(
            "state",
            Text("สถานะ", "State"),
            value=lambda row: State(row.state, Text("ใช้งาน", "Active"), "good"),
            kind="state",
        ),
        Column("secret", Text("ลับ", "Secret"), value="kind"),
    ],
    filters=[Filter("kind", Text("ชนิด", "Kind"), options=KINDS, apply=lambda rows, v: rows.filter(kind=v))],
    search=lambda rows, words: rows.filter(name_th__icontains=words),
    default_sort="-name_en",
    empty=Text("ยังไม่มีหน่วยงาน", "No organisations yet"),
    page_size=10,
)
SHOPS = replace(TABLE.filters[0], default="shop")


@pytest.fixture
def rows(db: None) -> Any:
    """Give 25 rows: 20 hospitals H00..H19, 5 shops S20..S24."""
    Tenant.objects.bulk_create(
        Tenant(
            kind="hospital" if n < 20 else "shop",
            name_th=f"หน่วยงาน {n:02}",
            name_en=f"{'H' if n < 20 else 'S'}{n:02}",
        )
        for n in range(25)
    )
    return Tenant.objects.all()


def answer(rows: Any, query: str = "", *, partial: bool = False, language: str = "th") -> str:
    request = RequestFactory().get(f"/list/{query}", headers={"HX-Request": "true"} if partial else {})
    request.actor = PUBLIC  # type: ignore[attr-defined]
    set_language(language)
    try:
        found = TABLE.respond(
            request,
            rows=rows,
            title=Text("หน่วยงาน", "Organisations"),
            actions=[(Text("เพิ่ม", "Add"), "/add/")],
        )
    finally:
        set_language("th")
    if isinstance(found, StreamingHttpResponse):
        return b"".join(found).decode()  # type: ignore[arg-type]
    assert isinstance(found, HttpResponse)
    return found.content.decode()


def codes(html: str) -> list[str]:
    """Return the codes in the order of the page."""
    return [part.split("<", 1)[0] for part in html.split("<code hx-ignore>")[1:]]


def test_default_order_and_first_page(rows: Any) -> None:
    html = answer(rows)
    assert codes(html) == [f"S{n}" for n in (24, 23, 22, 21, 20)] + [f"H{n}" for n in (19, 18, 17, 16, 15)]
    assert "1–10 จาก 25 รายการ" in html
    assert "หน้า 1 จาก 3" in html
    assert 'aria-sort="descending"' in html


def test_middle_and_last_page_and_one_past_the_end(rows: Any) -> None:
    assert codes(answer(rows, "?page=2"))[0] == "H14"
    assert codes(answer(rows, "?page=3")) == ["H04", "H03", "H02", "H01", "H00"]
    assert codes(answer(rows, "?page=99")) == ["H04", "H03", "H02", "H01", "H00"]


def test_a_list_that_can_be_searched_shows_the_box(rows: Any) -> None:
    assert 'name="q"' in answer(rows)
    assert 'value="หน่วยงาน 07"' in answer(rows, "?q=หน่วยงาน 07")


def test_more_rows_than_are_counted(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 24)
    html = answer(rows)
    assert "1–10 จากมากกว่า 24 รายการ" in html
    assert "หน้า 1<" in html
    last = answer(rows, f"?page={re.findall(r'page=([0-9]+)', html)[-1]}")
    assert codes(last) == ["H04", "H03", "H02", "H01", "H00"]
    assert "21–25 จาก 25 รายการ" in last


def test_sort_filter_and_search_together(rows: Any) -> None:
    assert codes(answer(rows, "?sort=code&kind=hospital"))[:3] == ["H00", "H01", "H02"]
    assert codes(answer(rows, "?kind=shop&sort=-name")) == ["S24", "S23", "S22", "S21", "S20"]
    assert codes(answer(rows, "?q=หน่วยงาน 07")) == ["H07"]


@pytest.mark.parametrize(
    "query",
    ["?sort=secret", "?sort=kind", "?sort=-state", "?sort=tenant__user__password", "?kind=bank", "?page=0",
     "?page=-1", "?page=x", "?page=๒", "?format=exe"],
)  # fmt: skip
def test_what_is_not_offered_is_refused(rows: Any, query: str) -> None:
    with pytest.raises(InvalidInputError):
        answer(rows, query)


def test_links_keep_what_was_asked(rows: Any) -> None:
    html = answer(rows, "?kind=hospital&sort=code&q=หน่วย")
    assert "page=2" in html
    following = next(part for part in html.split('href="') if part.startswith("?") and "page=2" in part)
    for part in ("kind=hospital", "sort=code", "q=%E0%B8%AB"):
        assert part in following.split('"', 1)[0]


def test_what_narrows_the_list_can_be_dropped_one_by_one(rows: Any) -> None:
    assert "ph-chips" not in answer(rows, "?sort=code")
    html = answer(rows, "?q=<1>&kind=hospital&sort=code&page=2")
    chips = re.findall(r'<li><a class="btn btn-sm" href="([^"]+)">(.*?)</a></li>', html, re.DOTALL)
    assert [url for url, _ in chips] == ["?kind=hospital&amp;sort=code", "?q=%3C1%3E&amp;sort=code"]
    assert "&lt;1&gt;" in chips[0][1]
    assert "ชนิด: <span hx-ignore>โรงพยาบาล</span>" in chips[1][1]


def test_a_filter_may_be_on_by_itself_and_be_switched_off(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.core.ui.test_tables.TABLE", replace(TABLE, filters=[SHOPS]))
    first = answer(rows)
    assert codes(first) == [f"S{n}" for n in (24, 23, 22, 21, 20)]
    assert '<option value="shop" selected>' in first
    assert 'href="?kind="' in first  # the chip that drops it
    everything = answer(rows, "?kind=")
    assert len(codes(everything)) == 10
    assert "?kind=&amp;page=2" in everything
    assert codes(answer(rows, "?kind=hospital&page=2"))[0] == "H09"
    Tenant.objects.filter(kind="shop").delete()
    assert "ยังไม่มีหน่วยงาน" in answer(rows)
    assert 'href="?kind="' in answer(rows, "?q=nothing")


def test_fragment_for_htmx_holds_the_list_alone(rows: Any) -> None:
    html = answer(rows, partial=True)
    assert html.lstrip().startswith('<div id="table-tenants"')
    assert "<html" not in html


def test_english_page(rows: Any) -> None:
    html = answer(rows, language="en")
    assert "1–10 of 25" in html
    assert "Active" in html


def test_empty_list_says_the_next_step(db: None) -> None:
    html = answer(Tenant.objects.none())
    assert "ยังไม่มีหน่วยงาน" in html
    assert 'href="/add/"' in html
    narrowed = answer(Tenant.objects.none(), "?q=ไม่มีแน่")
    assert "ล้างตัวกรอง" in narrowed


def test_csv_export_honours_filters_and_opens_in_thai(rows: Any) -> None:
    text = answer(rows, "?format=csv&kind=shop&sort=code")
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert lines[0] == ["ชื่อ", "รหัส", "สถานะ", "ลับ"]
    assert [line[1] for line in lines[1:]] == ["S20", "S21", "S22", "S23", "S24"]
    assert lines[1][2] == "active"


def test_json_export_holds_every_row_and_an_empty_one_is_a_list(rows: Any) -> None:
    found = json.loads(answer(rows, "?format=json"))
    assert len(found) == 25
    assert found[0] == {"name": "หน่วยงาน 24", "code": "S24", "state": "active", "secret": "shop"}
    assert json.loads(answer(Tenant.objects.none(), "?format=json")) == []


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+66812345678", "'+66812345678"),
        ("-5 คน", "'-5 คน"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("ปกติ = ดี", "ปกติ = ดี"),
        (-5, "-5"),
        (None, ""),
    ],
)
def test_cells_are_no_formulas(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.text(max_size=40))
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip(" \u00a0\u200b\n").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_moments_are_exported_in_utc_and_days_as_iso() -> None:
    assert plain(datetime(2026, 11, 21, 10, 0, tzinfo=UTC)) == "2026-11-21T10:00:00Z"
    assert plain(date(2026, 11, 21)) == "2026-11-21"


@given(total=st.integers(0, 57), size=st.integers(1, 12))
def test_pages_of_a_list_hold_every_row_once(total: int, size: int) -> None:
    everything = list(range(total))
    pages = cut(everything, 1, size).pages
    parts = [cut(everything, number, size) for number in range(1, pages + 1)]
    assert [row for part in parts for row in part.rows] == everything
    assert all(part.total == total for part in parts)


@pytest.mark.db
def test_pages_of_a_query_hold_every_row_once_even_with_ties(rows: Any) -> None:
    ordered = rows.order_by("kind", "pk")
    parts = [cut(ordered, number, 4).rows for number in range(1, 8)]
    assert [row.pk for part in parts for row in part] == [row.pk for row in ordered]


def test_stored_markup_is_shown_as_text(db: None) -> None:
    Tenant.objects.create(kind="shop", name_th='<img src=x onerror=alert(1) hx-get="/x">', name_en="Z")
    html = answer(Tenant.objects.all())
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
