"""The frame of every page: headers, language, colours, errors, the busy page, the public pages."""

from __future__ import annotations

import json
import re
from contextlib import closing
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from phithak.base.errors import BusyError, InvalidInputError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import Statistic
from phithak.core.ui.pages_kit import Request, page
from phithak.web import urls as real
from tests.people import People

TITLE = Text("ทดสอบ", "Trial")


@page.public(title=TITLE, methods=("GET", "POST"))
def busy(request: Request) -> HttpResponse:
    raise BusyError


@page.public(title=TITLE, methods=("GET", "POST"))
def locked_database(request: Request) -> HttpResponse:
    raise OperationalError("database is locked")


@page.public(title=TITLE)
def wrong(request: Request) -> HttpResponse:
    raise InvalidInputError(reason_th="ผิดตรงนี้", reason_en="wrong here")


@page.public(title=TITLE)
def broken(request: Request) -> HttpResponse:
    raise RuntimeError("an inner secret")


@page("accounts.settings.view", title=TITLE)
def guarded(request: Request) -> HttpResponse:
    return HttpResponse("inside")


urlpatterns = [
    *real.urlpatterns,
    path("trial/busy/", busy),
    path("trial/locked/", locked_database),
    path("trial/wrong/", wrong),
    path("trial/broken/", broken),
    path("trial/guarded/", guarded),
]
handler400, handler403, handler404, handler500 = (
    real.handler400,
    real.handler403,
    real.handler404,
    real.handler500,
)

trial = pytest.mark.urls(__name__)


@pytest.fixture
def browser(db: None) -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "address", ["/statistics/", "/nowhere/", "/healthz", "/api/v1/me", "/static/phithak/phithak.css"]
)
def test_strict_headers_on_every_answer(browser: Client, address: str) -> None:
    with closing(browser.get(address)) as answer:
        headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_htmx_runs_under_the_strict_policy(browser: Client) -> None:
    html = browser.get("/statistics/").content.decode()
    found = re.search(r'<meta name="htmx-config" content="([^"]*)">', html)
    assert found is not None
    assert json.loads(found[1].replace("&quot;", '"')) == {
        "includeIndicatorCSS": False,
        "history": "reload",
        "defaultSettleDelay": 0,
        "noSwap": [204, 304, "4xx", "5xx"],
    }


def test_first_page_is_thai_whatever_the_browser_prefers(browser: Client) -> None:
    answer = browser.get("/statistics/", headers={"Accept-Language": "en-US"})
    assert answer.headers["Content-Language"] == "th"
    assert '<html lang="th"' in answer.content.decode()


def test_the_switch_needs_no_script_and_is_remembered(browser: Client) -> None:
    answer = browser.post("/preferences/", {"language": "en", "next": "/statistics/"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/statistics/"
    assert "Statistics and methods" in browser.get("/statistics/").content.decode()
    browser.post("/preferences/", {"theme": "dark"})
    html = browser.get("/statistics/").content.decode()
    assert 'data-bs-theme="dark"' in html
    assert '<html lang="en"' in html


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_the_switch_leads_nowhere_else(browser: Client, target: str) -> None:
    answer = browser.post("/preferences/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"


def test_a_users_own_language_goes_before_the_cookie(people: People) -> None:
    browser = people.client("member_staff", language="en")
    browser.cookies["phithak_language"] = "th"
    assert '<html lang="en"' in browser.get("/").content.decode()
    browser.post("/preferences/", {"language": "th"})
    assert people.user("member_staff").language == "th"
    assert '<html lang="th"' in browser.get("/").content.decode()


@trial
@pytest.mark.parametrize("address", ["/trial/busy/", "/trial/locked/"])
def test_the_busy_page_keeps_what_was_typed_but_no_secret(browser: Client, address: str) -> None:
    answer = browser.post(address, {"name": "<b>สมหญิง</b>", "tag": ["ก", "ข"], "password": "ความลับ"})
    html = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert f'action="{address}"' in html
    assert '<input type="hidden" name="name" value="&lt;b&gt;สมหญิง&lt;/b&gt;">' in html
    assert html.count('<input type="hidden" name="tag"') == 2
    assert "ความลับ" not in html
    assert "csrfmiddlewaretoken" in html


@trial
def test_errors_say_what_to_do_in_both_languages(browser: Client) -> None:
    wrong_th = browser.get("/trial/wrong/")
    assert wrong_th.status_code == 422
    assert "ผิดตรงนี้" in wrong_th.content.decode()
    assert "โปรดตรวจลิงก์" in browser.get("/nowhere/").content.decode()
    browser.cookies["phithak_language"] = "en"
    assert "wrong here" in browser.get("/trial/wrong/").content.decode()
    assert "Check the link" in browser.get("/nowhere/").content.decode()


@trial
def test_a_fault_of_ours_tells_nothing_of_its_inside(browser: Client) -> None:
    answer = browser.get("/trial/broken/")
    assert answer.status_code == 500
    html = answer.content.decode()
    assert "an inner secret" not in html
    assert "ระบบบันทึกเหตุไว้แล้ว" in html


def test_a_form_without_token_gets_our_page(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/preferences/", {"language": "en"})
    assert answer.status_code == 403
    assert "แบบฟอร์มนี้หมดอายุ" in answer.content.decode()


@trial
def test_a_page_asks_for_login_then_for_the_right(people: People) -> None:
    stranger = Client().get("/trial/guarded/?a=1")
    assert stranger.status_code == 302
    assert stranger.headers["Location"].endswith("?next=/trial/guarded/%3Fa%3D1")
    fragment = Client().get("/trial/guarded/", headers={"HX-Request": "true"})
    assert fragment.status_code == 204
    assert "next=" in fragment.headers["HX-Redirect"]
    refused = people.client("member_staff").get("/trial/guarded/")
    assert refused.status_code == 403
    assert "accounts.settings.view" in refused.content.decode()
    assert people.client("cert_admin").get("/trial/guarded/").content == b"inside"


def test_other_methods_are_refused(browser: Client) -> None:
    answer = browser.delete("/statistics/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert browser.head("/statistics/").status_code == 200


def test_settings_show_origin_and_hide_secrets(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHITHAK_MAIL_URL", "smtp://user:geheim@mail.example:25")
    html = people.client("auditor").get("/settings/").content.decode()
    assert "geheim" not in html
    assert "PHITHAK_MAIL_URL" in html
    assert "session_hours" in html
    assert people.client("analyst").get("/settings/").status_code == 403


def test_statistics_are_public_with_their_methods(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody sees the numbers, how each was counted, and how to check the journal.

    Proves (part): S3-28
    """
    items: dict[str, Any] = {}
    monkeypatch.setattr(contrib.statistics, "_items", items)
    contrib.statistics.register(
        Statistic(
            "t.n", Text("เรื่องที่รับ", "Reports"), Text("นับเรื่องที่ปิดแล้ว", "Counts closed reports"), lambda: 13_250
        )
    )
    html = browser.get("/statistics/").content.decode()
    for text in ("เรื่องที่รับ", "13,250", "นับเรื่องที่ปิดแล้ว", "RFC 6962", "phithak audit verify"):
        assert text in html
    found = browser.get("/api/v1/statistics").json()
    assert [(item["name"], item["value"]) for item in found] == [("t.n", 13_250)]


def test_health(browser: Client) -> None:
    assert browser.get("/healthz").json()["status"] == "ok"


def test_static_files_carry_a_version_and_are_kept(browser: Client) -> None:
    html = browser.get("/statistics/").content.decode()
    found = re.search(r'href="(/static/phithak/phithak\.css\?v=[0-9a-f]{12})"', html)
    assert found is not None
    with closing(browser.get(found[1])) as answer:
        assert answer.status_code == 200
        assert "max-age=86400" in answer.headers["Cache-Control"]


def test_pages_are_kept_by_no_cache(browser: Client) -> None:
    assert browser.get("/statistics/").headers["Cache-Control"] == "no-store"


def test_an_asker_of_dates_reads_the_page(browser: Client) -> None:
    """The page reads the seed's form and writes it back.

    Proves: S2-1
    """
    html = browser.get("/tools/dates/", {"text": "30 กรกฎาคม 2564, 18:15น."}).content.decode()
    assert '<code id="iso">2021-07-30T18:15:00+07:00</code>' in html
    assert '<dd id="written-th" lang="th">30 กรกฎาคม 2564, 18:15น.</dd>' in html


def test_the_weekday_is_checked(browser: Client) -> None:
    """The right weekday passes, the wrong one is shown as a warning.

    Proves: S4-43
    """
    right = browser.get("/tools/dates/", {"text": "วันพุธที่ 19 กรกฎาคม 2566"}).content.decode()
    assert '<code id="iso">2023-07-19</code>' in right
    assert '<dd id="weekday">วันพุธ</dd>' in right
    assert "ชื่อวันไม่ตรงกับวันที่" not in right
    wrong_day = browser.get("/tools/dates/", {"text": "วันศุกร์ที่ 19 กรกฎาคม 2566"}).content.decode()
    assert "ชื่อวันไม่ตรงกับวันที่" in wrong_day
    assert 'role="alert"' in wrong_day


def test_thai_digits_are_read(browser: Client) -> None:
    """Thai digits and a Buddhist year are read.

    Proves (part): S3-1
    """
    found = browser.get("/api/v1/thai/date", {"text": "๒๙ มิถุนายน ๒๕๖๐"}).json()
    assert found["iso"] == "2017-06-29"
    assert found["text_th"] == "29 มิถุนายน 2560"


def test_a_text_that_is_no_date_is_kept_and_explained(browser: Client) -> None:
    answer = browser.get("/tools/dates/", {"text": "พรุ่งนี้มั้ง"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="พรุ่งนี้มั้ง"' in html
    assert 'href="#id_text"' in html
    assert 'aria-invalid="true"' in html


def test_every_view_names_its_permission() -> None:
    request: HttpRequest = RequestFactory().get("/")
    assert guarded.permission == "accounts.settings.view"
    assert busy.permission == "public"
    assert request.path == "/"
