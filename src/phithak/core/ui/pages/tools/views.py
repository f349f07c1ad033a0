"""Reading Thai dates, the keyboard page, the style guide."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from phithak.base.text import Text
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages.tools.forms import DateForm, EverythingForm
from phithak.core.ui.pages.tools.reading import read
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.states import State

KEYS = (
    ("?", Text("หน้านี้", "This page")),
    ("/", Text("ไปช่องค้นหา", "Go to the search box")),
    ("g h", Text("ไปหน้าแรก", "Go to the home page")),
    ("j", Text("แถวถัดไป", "Next row")),
    ("k", Text("แถวก่อนหน้า", "Previous row")),
    ("Enter", Text("เปิดแถวที่เลือก", "Open the chosen row")),
    ("e", Text("แก้ไขสิ่งที่เลือก", "Edit what is chosen")),
    ("a", Text("ทำขั้นต่อไป หรือเพิ่มรายการ", "Take the next step, or add an item")),
    ("Tab", Text("ไปช่องหรือปุ่มถัดไป", "Go to the next field or button")),
)
TONES = (
    State("good", Text("ส่งถึงแล้ว", "Delivered"), "good"),
    State("bad", Text("ส่งไม่สำเร็จ", "Failed"), "bad"),
    State("warn", Text("ใกล้กำหนด", "Due soon"), "warn"),
    State("info", Text("กำลังทำงาน", "Working"), "info"),
    State("unknown", Text("ไม่ทราบ", "Unknown"), "unknown"),
    State("neutral", Text("ร่าง", "Draft"), "neutral"),
)


@page.public(title=Text("อ่านวันที่แบบไทย", "Read a Thai date"))
def dates(request: Request) -> HttpResponse:
    """Show how a date is understood, what to look at again, and how it is written back."""
    form = DateForm(request.GET if "text" in request.GET else None)
    result = read(request.GET["text"]) if form.is_bound and form.is_valid() else None
    return show_form(request, form, "ui/dates.html", {"result": result})


@page.public(title=Text("แป้นพิมพ์ลัด", "Keyboard"))
def keys(request: Request) -> HttpResponse:
    """List the keys; everything works without them, too."""
    return render(request, "ui/keys.html", {"keys": KEYS})


@page("accounts.self", title=Text("คู่มือหน้าตา", "Style guide"), methods=("GET", "POST"))
def style(request: Request) -> HttpResponse:
    """Show every part of the toolkit once; nothing is stored."""
    form = EverythingForm(request.POST or None)
    done = form.submit(lambda data: data)
    return show_form(request, form, "ui/style.html", {"tones": TONES, "done": done})
