"""Logging in by address and password, through the page: answers, cookies, rests, and being logged out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from phithak.core.accounts import services
from phithak.core.accounts.models import User
from phithak.core.journal.models import Entry
from tests.people import PASSWORD, People

LOGIN = "/accounts/login/"


def log_in(browser: Client, address: str, password: str, **headers: str) -> HttpResponse:
    return browser.post(LOGIN, {"login": address, "password": password}, **headers)


@pytest.mark.db
def test_a_member_logs_in_and_the_journal_has_it(people: People) -> None:
    browser = Client()
    answer = log_in(browser, "member.staff@example.th", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get("/").status_code == 200
    entry = Entry.objects.get(tag="accounts:login:done")
    assert entry.actor_user == people.user("member_staff").pk


def test_the_address_is_taken_in_any_case(people: People) -> None:
    assert log_in(Client(), " Member.STAFF@Example.TH ", PASSWORD).status_code == 302


def test_wrong_password_and_unknown_account_get_the_same_answer(people: People) -> None:
    wrong = log_in(Client(), "member.staff@example.th", "ไม่ใช่รหัสนี้แน่นอน")
    unknown = log_in(Client(), "nobody.here@example.th", "ไม่ใช่รหัสนี้แน่นอน")
    assert wrong.status_code == unknown.status_code == 200
    assert "อีเมลหรือรหัสผ่านไม่ถูกต้อง" in wrong.text
    hidden = [page.text.split("csrfmiddlewaretoken")[0] for page in (wrong, unknown)]
    assert hidden[0] == hidden[1]
    names = [{name for name in page.headers if name != "Content-Length"} for page in (wrong, unknown)]
    assert names[0] == names[1]
    assert set(wrong.cookies) == set(unknown.cookies)


def test_who_left_does_not_get_in(people: People) -> None:
    browser = Client()
    log_in(browser, "left@example.th", PASSWORD)
    assert browser.get("/")["Location"].startswith(LOGIN)


@pytest.mark.db
@pytest.mark.parametrize("address", ["member.staff@example.th", "nobody.here@example.th"])
def test_a_login_rests_after_eight_failures_and_comes_back(people: People, address: str) -> None:
    browser = Client()
    answers = [log_in(browser, address, f"ผิดครั้งที่-{number}-แน่นอน") for number in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 7 + [429]
    resting = log_in(browser, address, PASSWORD)
    assert resting.status_code == 429
    assert resting["Retry-After"] == "900"
    assert "พักไว้ 15 นาที" in resting.text
    assert "rest for 15 minutes" in resting.text
    # one entry for the rest, not one for each knock
    log_in(browser, address, PASSWORD)
    entry = Entry.objects.get(tag="accounts:login:locked")
    assert address not in entry.body
    AccessAttempt.objects.update(
        attempt_time=AccessAttempt.objects.get().attempt_time - timedelta(minutes=15, seconds=1)
    )
    released = log_in(browser, address, PASSWORD)
    assert released.status_code == (302 if address.startswith("member") else 200)


def test_a_rest_holds_for_that_address_and_account_alone(people: People) -> None:
    for number in range(8):
        log_in(Client(REMOTE_ADDR="192.0.2.7"), "member.staff@example.th", f"ผิดครั้งที่-{number}")
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), "member.staff@example.th", PASSWORD).status_code == 429
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), "member.admin@example.th", PASSWORD).status_code == 302
    assert log_in(Client(REMOTE_ADDR="192.0.2.8"), "member.staff@example.th", PASSWORD).status_code == 302


def test_a_forwarded_address_of_a_stranger_is_not_believed(people: People) -> None:
    for number in range(8):
        log_in(Client(), "member.staff@example.th", "ผิดแน่นอน-99", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert AccessAttempt.objects.get().ip_address == "127.0.0.1"
    assert log_in(Client(), "member.staff@example.th", PASSWORD).status_code == 429


def test_knocking_on_does_not_lengthen_the_rest(people: People) -> None:
    for number in range(9):
        log_in(Client(), "member.staff@example.th", f"ผิดครั้งที่-{number}")
    before = AccessAttempt.objects.get().attempt_time
    log_in(Client(), "member.staff@example.th", PASSWORD)
    assert AccessAttempt.objects.get().attempt_time == before


def test_failures_keep_no_password_and_no_address_of_the_form(people: People) -> None:
    log_in(Client(), "member.staff@example.th", "ความลับที่พิมพ์ผิด")
    attempt = AccessAttempt.objects.get()
    assert "ความลับที่พิมพ์ผิด" not in attempt.post_data
    assert "member.staff" not in attempt.post_data


def test_the_session_gets_a_new_key_at_login(people: People) -> None:
    browser = Client()
    browser.get(LOGIN)
    browser.session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = browser.session.session_key or ""
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    answer = log_in(browser, "member.staff@example.th", PASSWORD)
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value not in {"", before}
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == settings.CONFIG.session_hours * 3600


def test_logging_out_everywhere_ends_other_browsers_and_keeps_this_one(people: People) -> None:
    here, there = people.client("member_staff"), people.client("member_staff")
    here.post("/accounts/sessions/end/")
    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/").status_code == 302


@pytest.mark.db
def test_leaving_ends_sessions_and_tokens_at_once(people: People) -> None:
    browser = people.client("member_staff")
    assert browser.get("/accounts/").status_code == 200
    services.leave(people.actor("member_admin", staff=True), people.user("member_staff").pk)
    assert browser.get("/accounts/").status_code == 302


def test_logging_out_needs_a_post(people: People) -> None:
    browser = people.client("member_staff")
    browser.get("/accounts/logout/")
    assert browser.get("/accounts/").status_code == 200
    assert browser.post("/accounts/logout/")["Location"] == LOGIN
    assert browser.get("/accounts/").status_code == 302


def test_a_poisoned_host_header_is_refused(people: People) -> None:
    assert Client().get(LOGIN, HTTP_HOST="evil.example").status_code == 400


def test_the_way_back_after_login_never_leads_elsewhere(people: People) -> None:
    answer = Client().post(
        LOGIN + "?next=https://evil.example/x", {"login": "member.staff@example.th", "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def test_nobody_signs_up(people: People) -> None:
    before = User.objects.count()
    answer = Client().post(
        "/accounts/signup/", {"email": "new.person@example.th", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "ผู้ดูแลของหน่วยงานเป็นผู้เชิญ" in answer.text
    assert User.objects.count() == before
