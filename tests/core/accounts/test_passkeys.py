"""Passkeys through the pages: set one up, log in with it alone, or as the second step."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.core.accounts.softkey import SoftKey
from tests.core.accounts.test_logins import log_in
from tests.people import PASSWORD, People

ADD = "/accounts/mfa/keys/add/"
LOGIN = "/accounts/mfa/keys/login/"
SECOND = "/accounts/mfa/authenticate/"


def options_of(page: str, name: str) -> dict[str, Any]:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))[name]
    return options


def add_key(browser: Client) -> SoftKey:
    browser.post(f"/accounts/reauthenticate/?next={ADD}", {"password": PASSWORD})
    page = browser.get(ADD)
    assert page.status_code == 200
    key = SoftKey()
    form = {
        "name": "กุญแจสีฟ้า",
        "passwordless": "on",
        "credential": key.create(options_of(page.text, "creation_options")),
    }
    assert browser.post(ADD, form)["Location"] == "/accounts/mfa/codes/"
    return key


def test_a_passkey_counts_as_the_second_factor_and_logs_in_alone(people: People) -> None:
    browser = Client()
    log_in(browser, "no.factor@example.th", PASSWORD)
    key = add_key(browser)
    assert "กุญแจสีฟ้า" in browser.get("/accounts/mfa/keys/").text
    assert browser.get("/accounts/tokens/").status_code == 200

    fresh = Client()
    options = fresh.get(LOGIN, HTTP_ACCEPT="application/json").json()["request_options"]
    assert options["publicKey"]["rpId"] == "localhost"
    assert fresh.post(LOGIN, {"credential": key.get(options)})["Location"] == "/"
    assert fresh.get("/accounts/tokens/").status_code == 200


def test_a_passkey_is_the_second_step_after_the_password(people: People) -> None:
    browser = Client()
    log_in(browser, "no.factor@example.th", PASSWORD)
    key = add_key(browser)
    fresh = Client()
    assert log_in(fresh, "no.factor@example.th", PASSWORD)["Location"] == SECOND
    options = options_of(fresh.get(SECOND).text, "request_options")
    assert fresh.post(SECOND, {"credential": key.get(options)})["Location"] == "/"


def test_a_strange_key_or_an_old_answer_opens_nothing(people: People) -> None:
    browser = Client()
    log_in(browser, "no.factor@example.th", PASSWORD)
    key = add_key(browser)
    forger = SoftKey(key_id=key.key_id, user=key.user)
    fresh = Client()
    options = fresh.get(LOGIN, HTTP_ACCEPT="application/json").json()["request_options"]
    assert fresh.post(LOGIN, {"credential": forger.get(options)})["Location"] == "/accounts/login/"
    old = key.get(options)
    newer = Client()
    newer.get(LOGIN, HTTP_ACCEPT="application/json")
    assert newer.post(LOGIN, {"credential": old})["Location"] == "/accounts/login/"
    assert fresh.get("/accounts/tokens/").status_code == newer.get("/accounts/tokens/").status_code == 302


def test_a_passkey_can_be_named_and_removed_by_its_owner_alone(people: People) -> None:
    browser = Client()
    log_in(browser, "no.factor@example.th", PASSWORD)
    add_key(browser)
    row = Authenticator.objects.get(user=people.user("no_factor"), type=Authenticator.Type.WEBAUTHN)
    stranger = people.client("member_staff")
    stranger.post(
        f"/accounts/reauthenticate/?next=/accounts/mfa/keys/{row.pk}/remove/", {"password": PASSWORD}
    )
    assert stranger.post(f"/accounts/mfa/keys/{row.pk}/remove/").status_code == 404
    browser.post(f"/accounts/mfa/keys/{row.pk}/edit/", {"name": "กุญแจสำรอง"})
    assert "กุญแจสำรอง" in browser.get("/accounts/mfa/keys/").text
    assert browser.post(f"/accounts/mfa/keys/{row.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(user=people.user("no_factor")).exists()
    assert browser.get("/accounts/tokens/")["Location"] == "/"


def test_the_pages_of_passkeys_run_no_inline_script(people: People) -> None:
    browser = Client()
    log_in(browser, "no.factor@example.th", PASSWORD)
    browser.post(f"/accounts/reauthenticate/?next={ADD}", {"password": PASSWORD})
    for page in (Client().get("/accounts/login/"), browser.get(ADD)):
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL):
            assert "src=" in attributes or "application/json" in attributes, body
        for source in re.findall(r'<script src="([^"?]+)', page.text):
            script = browser.get(source)
            assert script.status_code == 200, source
            assert b"".join(script.streaming_content if script.streaming else [script.content])


@pytest.mark.parametrize(("language", "words"), [("th", "ชื่อกุญแจ"), ("en", "Name of the passkey")])
def test_the_form_of_a_passkey_speaks_the_language_of_the_page(
    people: People, language: str, words: str
) -> None:
    browser = people.client("cert_admin", staff=True, language=language)
    page = browser.get(ADD)
    assert words in page.text
    assert ">Name<" not in page.text
