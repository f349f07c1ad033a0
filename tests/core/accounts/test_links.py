"""One-time login links: the first administrator, invitations, help; and the command that makes them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from phithak.base import clock
from phithak.core.accounts import contributions, queries, services
from phithak.core.accounts.errors import AdminExistsError, UserUnknownError
from phithak.core.accounts.models import LoginLink, Membership, Tenant, User
from phithak.core.accounts.roles import Role
from phithak.core.journal.models import Entry
from phithak.web.cli import main
from tests.core.accounts.test_logins import log_in
from tests.people import PASSWORD, People

NEW = "ทะเลสาบสีครามตอนเช้า"
ME = {"go": "1", "email": "first.admin@example.th", "name_th": "แรก เริ่มงาน"}


def path_of(link: str) -> str:
    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}" == settings.CONFIG.public_url
    assert re.fullmatch(r"/accounts/link/[A-Za-z0-9_-]{43}", parts.path)
    return parts.path


@pytest.mark.db
@pytest.mark.django_db
def test_the_first_administrator_comes_in_sets_a_password_and_a_factor_is_asked() -> None:
    path = path_of(services.create_first_admin_link())
    browser = Client()
    page = browser.get(path)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert not User.objects.exists()
    answer = browser.post(path, ME)
    assert answer["Location"] == "/accounts/password/"
    assert answer["Referrer-Policy"] == "strict-origin"
    user = User.objects.get()
    held = Membership.objects.get()
    assert (user.email, held.role, held.tenant.kind) == ("first.admin@example.th", Role.CERT_ADMIN, "cert")
    assert browser.get("/")["Location"] == "/accounts/password/"
    done = browser.post("/accounts/password/", {"password": NEW, "again": NEW})
    assert done["Location"] == "/accounts/mfa/"
    # straight on to the authenticator: the password was typed a moment ago
    assert browser.get("/accounts/mfa/totp/activate/").status_code == 200
    assert browser.get("/accounts/users/")["Location"] == "/"
    tags = set(Entry.objects.values_list("tag", flat=True))
    assert {
        "accounts:link:created",
        "accounts:link:used",
        "accounts:user:created",
        "accounts:role:given",
    } <= tags
    with pytest.raises(AdminExistsError):
        services.create_first_admin_link()


@pytest.mark.django_db
def test_opening_a_link_changes_nothing_and_using_it_twice_does_nothing() -> None:
    path = path_of(services.create_first_admin_link())
    for _ in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert Client().post(path, ME).status_code == 302
    again = Client().post(path, {**ME, "email": "second@example.th"})
    assert again.status_code == 409
    assert "ใช้ไม่ได้แล้ว" in again.text
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_form_does_not_use_the_link_up() -> None:
    path = path_of(services.create_first_admin_link())
    assert Client().post(path, {**ME, "email": "not an address"}).status_code == 422
    assert Client().post(path, ME).status_code == 302


@pytest.mark.django_db
def test_a_link_runs_out_after_24_hours_and_a_newer_one_ends_it() -> None:
    first = path_of(services.create_first_admin_link())
    second = path_of(services.create_first_admin_link())
    assert Client().get(first).status_code == 409
    with clock.at(clock.now() + timedelta(hours=23, minutes=59)):
        assert Client().get(second).status_code == 200
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)):
        assert Client().get(second).status_code == 409
        assert Client().post(second, ME).status_code == 409
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_first_link_is_worthless_once_an_administrator_has_logged_in(people: People) -> None:
    Membership.objects.filter(role=Role.CERT_ADMIN).update(ended_at=None)
    path = path_of(services.create_first_admin_link())
    User.objects.filter(pk=people.user("cert_admin").pk).update(last_login=clock.now())
    assert Client().post(path, ME).status_code == 409
    assert not User.objects.filter(email=ME["email"]).exists()


@pytest.mark.django_db
def test_only_the_digest_of_a_link_is_kept() -> None:
    secret = path_of(services.create_first_admin_link()).rsplit("/", 1)[1]
    row = LoginLink.objects.get()
    assert bytes(row.digest) == queries.token_digest(secret)
    assert not Entry.objects.filter(body__contains=secret).exists()


@pytest.mark.django_db
def test_a_poisoned_host_header_does_not_reach_the_link(people: People, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined] # as a careless operator might set it
    browser = people.client("member_admin", staff=True)
    answer = browser.post(f"/accounts/users/{people.user('member_staff').pk}/link/", HTTP_HOST="evil.example")
    assert "evil.example" not in answer.text
    assert "/accounts/link/" in answer.text


@pytest.mark.db
def test_an_invited_person_comes_in_by_the_link(people: People) -> None:
    browser = people.client("member_admin", staff=True)
    answer = browser.post(
        "/accounts/users/invite/",
        {
            "email": "new.person@example.th",
            "name_th": "ใหม่ เอี่ยม",
            "name_en": "",
            "tenant": str(people.tenant_id("hospital")),
            "role": "member_staff",
            "until": "",
        },
    )
    link = re.search(r'value="([^"]+/accounts/link/[^"]+)"', answer.text)
    assert link is not None
    path = path_of(link[1])
    guest = Client()
    assert guest.post(path, {"go": "1"})["Location"] == "/accounts/password/"
    guest.post("/accounts/password/", {"password": NEW, "again": NEW})
    assert guest.get("/").status_code == 200
    assert log_in(Client(), "new.person@example.th", NEW).status_code == 302
    # the right to set a password without the old one was for once
    assert 'name="old"' in guest.get("/accounts/password/").text


def test_help_does_not_go_round_the_second_factor(people: People) -> None:
    link = services.create_login_link(people.actor("cert_admin", staff=True), people.user("analyst").pk)
    browser = Client()
    assert browser.post(path_of(link), {"go": "1"})["Location"] == "/accounts/mfa/authenticate/"
    assert browser.get("/accounts/password/").status_code == 302


def test_leaving_ends_open_links(people: People) -> None:
    admin = people.actor("member_admin", staff=True)
    link = services.create_login_link(admin, people.user("member_staff").pk)
    services.leave(admin, people.user("member_staff").pk)
    assert Client().post(path_of(link), {"go": "1"}).status_code == 409


def test_the_command_lists_links_unlocks_and_resets(
    people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["admin", "list"]) == 0
    listed = capsys.readouterr().out
    assert "cert.admin@example.th" in listed
    assert "member.admin@example.th" not in listed

    assert main(["admin", "link", "CERT.admin@example.th"]) == 0
    path = path_of(capsys.readouterr().out.strip())
    assert Client().post(path, {"go": "1"})["Location"] == "/accounts/mfa/authenticate/"

    for number in range(8):
        log_in(Client(), "member.staff@example.th", f"ผิดครั้งที่-{number}")
    assert log_in(Client(), "member.staff@example.th", PASSWORD).status_code == 429
    assert main(["admin", "unlock", "member.staff@example.th"]) == 0
    assert log_in(Client(), "member.staff@example.th", PASSWORD).status_code == 302

    assert main(["admin", "reset-mfa", "analyst@example.th"]) == 0
    assert not queries.has_second_factor(people.user("analyst").pk)


def test_the_command_knows_no_stranger_once_an_administrator_came_in(
    people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    User.objects.filter(pk=people.user("cert_admin").pk).update(last_login=clock.now())
    assert main(["admin", "link", "stranger@example.th"]) == 2
    told = capsys.readouterr().err
    assert UserUnknownError.code in told
    assert "ไม่มีผู้ใช้ที่อยู่" in told


@pytest.mark.django_db
def test_before_that_the_command_makes_the_first_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "link", "boss@example.th"]) == 0
    assert Client().post(path_of(capsys.readouterr().out.strip()), {"go": "1"}).status_code == 302
    assert Tenant.objects.get().kind == "cert"
    assert [user.email for user in queries.admins()] == ["boss@example.th"]


def test_the_doctor_asks_for_an_administrator_with_a_second_factor(people: People) -> None:
    assert contributions.check_admin().state == "error"
    User.objects.filter(pk=people.user("cert_admin").pk).update(last_login=clock.now())
    assert contributions.check_admin().state == "ok"
    services.reset_second_factors(people.actor("cert_admin_2", staff=True), people.user("cert_admin").pk)
    found = contributions.check_admin()
    assert found.state == "warning"
    assert "cert.admin@example.th" in found.text.th


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "ok"),
        ({"host": "0.0.0.0"}, "error"),  # noqa: S104 - the open door that the check must find
        ({"host": "0.0.0.0", "base_url": "https://cert.example.th"}, "ok"),  # noqa: S104 - same, encrypted
        ({"base_url": "http://cert.example.th"}, "error"),
    ],
)
def test_the_doctor_asks_for_encryption_beyond_this_machine(
    settings: object, values: dict[str, str], state: str
) -> None:
    from phithak.base.config import Config  # noqa: PLC0415 - only here

    settings.CONFIG = Config(**values)  # type: ignore[attr-defined, arg-type] # pytest-django's settings
    assert contributions.check_https().state == state
