"""Login through an OIDC provider, a real one on loopback: it finds users by their verified address, makes none."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from phithak.core.accounts.models import User
from phithak.core.journal.models import Entry
from tests.people import People

LOGIN = "/accounts/oidc/oidc/login/"

CLAIMS: tuple[dict[str, object], ...] = (
    {"sub": "nat", "email": "member.staff@example.th", "email_verified": True},
    {"sub": "claims-to-be-nat", "email": "member.staff@example.th", "email_verified": False},
    {"sub": "says-nothing", "email": "member.staff@example.th"},
    {"sub": "stranger", "email": "stranger@example.th", "email_verified": True},
    {"sub": "analyst", "email": "analyst@example.th", "email_verified": True},
    {"sub": "left", "email": "left@example.th", "email_verified": True},
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run the provider as a process of its own and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    users = [part for claims in CLAIMS for part in ("--user-claims", json.dumps(claims))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *users]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_open(port, process)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
    raise AssertionError("the provider did not start")


@pytest.fixture
def provider(server: str, settings: object) -> str:
    """Name the provider in the settings, as a configured instance does."""
    settings.SOCIALACCOUNT_PROVIDERS = {  # type: ignore[attr-defined] # pytest-django's settings
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "ระบบกลาง",
                    "client_id": "phithak",
                    "secret": "made-up-secret-of-the-test",
                    "settings": {"server_url": server},
                }
            ],
        }
    }
    return server


def come_back_as(browser: Client, sub: str, start: str = LOGIN) -> str:
    """Go to the provider, log in there, come back; return where the browser is sent then."""
    away = browser.post(start)
    assert away.status_code == 302
    back = requests.post(away["Location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    assert parts.path == "/accounts/oidc/oidc/callback/"
    answer = browser.get(f"{parts.path}?{parts.query}")
    return answer.headers.get("Location", str(answer.status_code))


def test_the_login_page_offers_the_provider(people: People, provider: str) -> None:
    page = Client().get("/accounts/login/").text
    assert f'action="{LOGIN}"' in page
    assert "ระบบกลาง" in page


def test_a_known_user_comes_in_by_the_verified_address(people: People, provider: str) -> None:
    browser = Client()
    assert come_back_as(browser, "nat") == "/"
    assert browser.get("/accounts/").status_code == 200
    assert SocialAccount.objects.get().user_id == people.user("member_staff").pk
    assert Entry.objects.filter(tag="accounts:login:done").count() == 1
    # the second time the account is known by the provider's own id
    assert come_back_as(Client(), "nat") == "/"


@pytest.mark.parametrize("sub", ["claims-to-be-nat", "says-nothing", "stranger"])
def test_nobody_else_comes_in_and_no_user_is_made(people: People, provider: str, sub: str) -> None:
    before = User.objects.count()
    browser = Client()
    come_back_as(browser, sub)
    assert browser.get("/accounts/").status_code == 302
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_who_left_stays_out(people: People, provider: str) -> None:
    browser = Client()
    come_back_as(browser, "left")
    assert browser.get("/accounts/").status_code == 302


def test_the_second_factor_is_still_asked(people: People, provider: str) -> None:
    assert come_back_as(Client(), "analyst") == "/accounts/mfa/authenticate/"


def test_a_provider_account_is_never_tied_to_whoever_is_logged_in(people: People, provider: str) -> None:
    browser = people.client("member_admin")
    assert come_back_as(browser, "stranger", f"{LOGIN}?process=connect") == "/accounts/oidc/error/"
    assert not SocialAccount.objects.exists()


def test_an_answer_that_was_not_asked_for_is_refused(people: People, provider: str) -> None:
    browser = Client()
    answer = browser.get("/accounts/oidc/oidc/callback/?code=stolen&state=made-up")
    assert answer.status_code in {200, 401}
    assert "ไม่สำเร็จ" in answer.text
    assert browser.get("/accounts/").status_code == 302
