"""The second factor: set up by a real authenticator, asked at login, needed by privileged roles."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from phithak.core.accounts import services
from phithak.core.journal.models import Entry
from tests.core.accounts import totp
from tests.core.accounts.test_logins import log_in
from tests.people import PASSWORD, TOTP_SECRET, People

ACTIVATE = "/accounts/mfa/totp/activate/"
SECOND = "/accounts/mfa/authenticate/"


def test_the_authenticator_of_these_tests_follows_the_rfc() -> None:
    # RFC 6238, appendix B, SHA-1: the last six of the eight digits
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [totp.code(secret, at=at) for at in (59, 1111111109, 20000000000)] == [
        "287082",
        "081804",
        "353130",
    ]


@pytest.mark.parametrize("key", ["analyst", "cert_admin", "auditor", "data_owner", "authority"])
def test_a_privileged_role_sees_nothing_before_the_second_factor(people: People, key: str) -> None:
    Authenticator.objects.filter(user=people.user(key)).delete()
    browser = Client()
    log_in(browser, people.user(key).email, PASSWORD)
    home = browser.get("/")
    assert home.status_code == 200
    assert "ตั้งการยืนยันตัวตนสองชั้นก่อน" in home.text
    for address in ("/accounts/users/", "/accounts/tokens/", "/settings/"):
        assert browser.get(address)["Location"] == "/"
    assert browser.get("/api/v1/accounts/users").status_code == 403
    assert browser.get("/accounts/mfa/").status_code == 200


def test_a_plain_role_may_go_without(people: People) -> None:
    browser = Client()
    log_in(browser, "member.staff@example.th", PASSWORD)
    assert browser.get("/accounts/tokens/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_analyst_sets_up_the_app_and_logs_in_with_it(people: People) -> None:
    browser, other = Client(), Client()
    for one in (browser, other):
        log_in(one, "no.factor@example.th", PASSWORD)
    assert browser.get(ACTIVATE)["Location"].startswith("/accounts/reauthenticate/")
    browser.post(f"/accounts/reauthenticate/?next={ACTIVATE}", {"password": PASSWORD})
    page = browser.get(ACTIVATE).text
    assert "data:image/svg+xml;base64," in page
    secret = re.search(r'id="authenticator_secret" readonly value="([A-Z2-7]+)"', page)
    assert secret is not None
    wrong = browser.post(ACTIVATE, {"code": "000000"})
    assert "รหัสไม่ถูกต้อง" in wrong.text
    done = browser.post(ACTIVATE, {"code": totp.code(secret[1])})
    assert done["Location"] == "/accounts/mfa/codes/"
    # the session that showed the code goes on, and now sees what the role sees; the other one is out
    assert browser.get("/accounts/tokens/").status_code == 200
    assert other.get("/accounts/tokens/")["Location"].startswith("/accounts/login/")
    codes = re.findall(r"<code>([0-9a-z]+)</code>", browser.get("/accounts/mfa/codes/").text)
    assert len(codes) == 10
    stored = Authenticator.objects.get(user=people.user("no_factor"), type=Authenticator.Type.TOTP)
    assert secret[1] not in str(stored.data)
    assert Entry.objects.filter(tag="accounts:factor:added").count() == 1

    fresh = Client()
    assert log_in(fresh, "no.factor@example.th", PASSWORD)["Location"] == SECOND
    assert fresh.get("/accounts/").status_code == 302
    assert fresh.post(SECOND, {"code": codes[0]})["Location"] == "/"
    assert fresh.get("/accounts/tokens/").status_code == 200
    again = Client()
    log_in(again, "no.factor@example.th", PASSWORD)
    assert "รหัสไม่ถูกต้อง" in again.post(SECOND, {"code": codes[0]}).text


def test_the_code_of_the_app_opens_the_login(people: People) -> None:
    browser = Client()
    assert log_in(browser, "analyst@example.th", PASSWORD)["Location"] == SECOND
    code = totp.code(TOTP_SECRET)
    assert browser.post(SECOND, {"code": code})["Location"] == "/"
    assert browser.get("/accounts/tokens/").status_code == 200
    # a code that was seen over a shoulder does not work again
    second = Client()
    log_in(second, "analyst@example.th", PASSWORD)
    assert second.post(SECOND, {"code": code}).status_code == 200


def test_wrong_codes_count_like_wrong_passwords(people: People) -> None:
    browser = Client()
    log_in(browser, "analyst@example.th", PASSWORD)
    answers = [browser.post(SECOND, {"code": f"{number:06d}"}).status_code for number in range(8)]
    assert answers == [200] * 7 + [429]
    assert browser.post(SECOND, {"code": totp.code(TOTP_SECRET)}).status_code == 429
    assert browser.get("/accounts/tokens/").status_code == 302


@pytest.mark.db
def test_an_administrator_removes_lost_factors(people: People) -> None:
    analyst = people.client("analyst")
    services.reset_second_factors(people.actor("cert_admin", staff=True), people.user("analyst").pk)
    assert analyst.get("/accounts/").status_code == 302
    assert not Authenticator.objects.filter(user=people.user("analyst")).exists()


def test_a_session_from_before_the_factor_stays_outside(people: People) -> None:
    browser = people.client("analyst")
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    assert browser.get("/accounts/tokens/")["Location"] == "/"
