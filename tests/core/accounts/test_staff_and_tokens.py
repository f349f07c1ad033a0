"""Staff sessions (timed, reasoned, journalled, of one browser) and API tokens (scoped, dated, shown once)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core.accounts import permissions, queries, services
from phithak.core.accounts.errors import MomentPassedError, ReasonTooShortError, ScopeNotHeldError
from phithak.core.accounts.models import ApiToken, StaffSession
from phithak.core.journal.models import Entry
from tests.people import People

pytestmark = pytest.mark.db

PAGE = "/accounts/staff-session/"
WHY = "ย้ายเวรผู้ดูแลตามแผนเดือนนี้"


def test_a_staff_session_opens_rights_for_thirty_minutes(people: People) -> None:
    browser = people.client("cert_admin")
    refused = browser.get("/accounts/users/invite/")
    assert refused.status_code == 403
    assert f"{PAGE}?next=/accounts/users/invite/" in refused.text
    answer = browser.post(f"{PAGE}?next=/accounts/users/invite/", {"reason": WHY})
    assert answer["Location"] == "/accounts/users/invite/"
    assert browser.get("/accounts/users/invite/").status_code == 200
    row = StaffSession.objects.get()
    assert row.until - row.created_at == pytest.approx(timedelta(minutes=30), abs=timedelta(seconds=2))
    assert WHY in Entry.objects.get(tag="accounts:staff:started").body
    page = browser.get(PAGE).text
    seconds = re.search(r'data-countdown="(\d+)"', page)
    assert seconds is not None
    assert 1790 < int(seconds[1]) <= 1800
    with clock.at(row.until - timedelta(seconds=1)):
        assert browser.get("/accounts/users/invite/").status_code == 200
    with clock.at(row.until):
        assert browser.get("/accounts/users/invite/").status_code == 403


def test_ending_it_closes_the_rights_at_once(people: People) -> None:
    browser = people.client("cert_admin", staff=True)
    assert browser.get("/accounts/users/invite/").status_code == 200
    browser.post(f"{PAGE}end/")
    assert browser.get("/accounts/users/invite/").status_code == 403
    assert Entry.objects.filter(tag="accounts:staff:ended").count() == 1


def test_it_opens_nothing_in_another_browser_of_the_same_user(people: People) -> None:
    people.client("cert_admin", staff=True)
    assert people.client("cert_admin").get("/accounts/users/invite/").status_code == 403


def test_the_staff_session_of_another_user_opens_nothing(people: People) -> None:
    stolen = {queries.STAFF_SESSION_KEY: str(people.staff_session("cert_admin").pk)}
    assert queries.actor_for_user(people.user("cert_admin_2"), stolen).staff_session_id is None


def test_logging_out_ends_it(people: People) -> None:
    browser = people.client("cert_admin", staff=True)
    browser.post("/accounts/logout/")
    assert StaffSession.objects.get().ended_at is not None


@pytest.mark.parametrize("reason", ["", "งาน", "123456789", "  สั้น      ไป  "])
def test_a_reason_says_something(people: People, reason: str) -> None:
    answer = people.client("cert_admin").post(PAGE, {"reason": reason})
    assert answer.status_code == 422
    assert not StaffSession.objects.exists()


def test_ten_characters_are_enough(people: People) -> None:
    with pytest.raises(ReasonTooShortError):
        services.start_staff_session(people.actor("cert_admin"), "กขคงจฉชซฌ")
    services.start_staff_session(people.actor("cert_admin"), "กขคงจฉชซฌญ")


@pytest.mark.parametrize("key", ["executive", "member_staff", "peer_cert"])
def test_a_role_without_extra_rights_cannot_start_one(people: People, key: str) -> None:
    actor = people.actor(key)
    elevated = [item for item in permissions.all_permissions() if item.elevated and item.roles & actor.roles]
    if not elevated:
        with pytest.raises(ForbiddenError):
            services.start_staff_session(actor, WHY)


def make_token(people: People, key: str, scopes: list[str], *, days: int = 30) -> str:
    until = clock.now() + timedelta(days=days)
    _, secret = services.create_token(people.actor(key), name="นำเข้าข้อมูลรายวัน", scopes=scopes, until=until)
    return secret


def call(secret: str, path: str = "/api/v1/accounts/tokens") -> int:
    return Client().get(path, HTTP_AUTHORIZATION=f"Bearer {secret}").status_code


def test_a_token_does_what_its_scopes_say_and_no_more(people: People) -> None:
    secret = make_token(people, "auditor", ["accounts.self"])
    assert call(secret) == 200
    assert call(secret, "/api/v1/accounts/users") == 403
    assert ApiToken.objects.get().last_used_on == clock.today()
    wide = make_token(people, "auditor", ["accounts.self", "accounts.user.view"])
    assert call(wide, "/api/v1/accounts/users") == 200


def test_the_secret_has_256_bits_and_only_its_digest_is_kept(people: People) -> None:
    secret = make_token(people, "analyst", ["accounts.self"])
    assert re.fullmatch(r"pht_[A-Za-z0-9_-]{43}", secret)
    row = ApiToken.objects.get()
    assert secret[4:] not in f"{bytes(row.digest)!r}{row.name}{row.scopes}"
    assert len(bytes(row.digest)) == 32
    assert secret not in Entry.objects.get(tag="accounts:token:created").body


def test_a_token_ends_by_its_date_by_revocation_and_with_the_role(people: People) -> None:
    dated, revoked, lost = (make_token(people, "member_admin", ["accounts.user.view"]) for _ in range(3))
    users = "/api/v1/accounts/users"
    with clock.at(clock.now() + timedelta(days=31)):
        assert call(dated, users) == 401
    row = ApiToken.objects.get(digest=queries.token_digest(revoked))
    services.revoke_token(people.actor("member_admin"), row.pk)
    assert call(revoked, users) == 401
    assert call(lost, users) == 200
    admin = people.actor("cert_admin", staff=True)
    services.end_role(admin, queries.user_view(admin, people.user("member_admin").pk).memberships[0].id)
    assert call(lost, users) == 403


def test_a_token_never_holds_more_than_its_user(people: People) -> None:
    for scope in ("accounts.user.view", "accounts.user.manage", "no.such.right"):
        with pytest.raises(ScopeNotHeldError):
            make_token(people, "member_staff", ["accounts.self", scope])
    # elevated rights need a person in a staff session, even when one runs right now
    with pytest.raises(ScopeNotHeldError):
        services.create_token(
            people.actor("cert_admin", staff=True),
            name="x",
            scopes=["accounts.user.manage"],
            until=clock.now() + timedelta(days=1),
        )


def test_a_token_makes_no_token_and_starts_no_staff_session(people: People) -> None:
    secret = make_token(people, "cert_admin", ["accounts.self"])
    until = (clock.now() + timedelta(days=1)).isoformat()
    caller = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    body = {"name": "x", "scopes": ["accounts.self"], "until": until}
    assert caller.post("/api/v1/accounts/tokens", body, content_type="application/json").status_code == 403
    answer = caller.post("/api/v1/accounts/staff-session", {"reason": WHY}, content_type="application/json")
    assert answer.status_code == 403
    assert caller.get("/accounts/tokens/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("days", [-1, 367])
def test_a_token_lives_a_year_at_most(people: People, days: int) -> None:
    with pytest.raises(MomentPassedError):
        make_token(people, "analyst", ["accounts.self"], days=days)


def test_a_token_of_somebody_else_is_not_to_be_seen(people: People) -> None:
    make_token(people, "member_staff_b", ["accounts.self"])
    row = ApiToken.objects.get()
    with pytest.raises(NotFoundError):
        services.revoke_token(people.actor("member_admin", staff=True), row.pk)
    assert people.client("member_admin").get(f"/accounts/tokens/{row.pk}/revoke/").status_code == 404


def test_the_page_shows_the_secret_once(people: People) -> None:
    browser = people.client("analyst")
    day = (clock.today() + timedelta(days=10)).isoformat()
    made = browser.post("/accounts/tokens/new/", {"name": "ทดสอบ", "until": day, "scopes": ["accounts.self"]})
    secret = re.search(r'value="(pht_[^"]+)"', made.text)
    assert secret is not None
    assert made["Cache-Control"] == "no-store"
    assert call(secret[1]) == 200
    listing = browser.get("/accounts/tokens/").text
    assert "ทดสอบ" in listing
    assert secret[1] not in listing


def test_a_session_starts_and_ends_a_staff_session_over_the_api(people: People) -> None:
    browser = people.client("cert_admin")
    path = "/api/v1/accounts/staff-session"
    assert browser.get(path).json() is None
    made = browser.post(path, {"reason": WHY}, content_type="application/json")
    assert (made.status_code, made.json()["reason"]) == (201, WHY)
    assert browser.get(path).json()["id"] == made.json()["id"]
    assert browser.delete(path).status_code == 204
    assert browser.get(path).json() is None
