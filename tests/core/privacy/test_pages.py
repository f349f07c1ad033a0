"""The vault through its pages and API: masked lists, unmasking for a reason, keys destroyed by two."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from phithak.base.config import Config
from phithak.core.privacy import services
from phithak.core.privacy.errors import KeyDestroyedError
from phithak.core.privacy.keyring import Kind as KeyKind
from phithak.core.privacy.keyring import ring
from tests.people import People

ID = "1101700203450"
SHOWN = "x-xxxx-xxxx3-45-0"
FORMS_OF_ID = (ID, "1-1017-00203-45-0", "1 1017 00203 45 0", "๑๑๐๑๗๐๐๒๐๓๔๕๐", "๑-๑๐๑๗-๐๐๒๐๓-๔๕-๐")
REASON = "โทรแจ้งผู้เสียหายตามคดีที่รับไว้"


def shows_the_id(text: str) -> bool:
    return any(form in text for form in FORMS_OF_ID)


@pytest.fixture
def analyst(instance: Config, people: People) -> Client:
    """Log the analyst in."""
    return people.client("analyst")


@pytest.fixture
def item(analyst: Client, people: People) -> str:
    """Seal an ID number through the page and return the address of the item."""
    answer = analyst.post(
        "/privacy/add/",
        {"tenant_id": str(people.tenant_id("cert")), "kind": "national_id", "value": "1-1017-00203-45-0"},
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.db
def test_no_list_shows_a_full_id_number(analyst: Client, item: str) -> None:
    """A list view never shows a full ID number: vault, exports, API, journal, its API.

    Proves (part): S0-15
    """
    analyst.post(f"{item}unmask/", {"reason": f"{REASON} เลขบัตร {ID}"})
    addresses = [
        "/privacy/",
        "/privacy/?format=csv",
        "/privacy/?format=json",
        item,
        "/api/v1/privacy/items",
        f"/api/v1{item.replace('/privacy/', '/privacy/items/').rstrip('/')}",
    ]
    for address in addresses:
        answer = analyst.get(address)
        body = answer.getvalue().decode()
        assert answer.status_code == 200, (address, body)
        assert SHOWN in body, address
        assert not shows_the_id(body), address


@pytest.mark.db
def test_journal_shows_the_unmasking_but_no_id(people: People, analyst: Client, item: str) -> None:
    """Unmasking writes an audit record that names person, item and reason, never the number.

    Proves (part): S0-15
    """
    analyst.post(f"{item}unmask/", {"reason": f"{REASON} เลขบัตร {ID}"})
    for address in ("/journal/", "/api/v1/journal/entries"):
        answer = people.client("auditor").get(address)
        body = answer.getvalue().decode()
        assert answer.status_code == 200, body
        if address.startswith("/api"):
            body = json.dumps(json.loads(body), ensure_ascii=False)
        assert REASON in body
        assert SHOWN in body
        assert not shows_the_id(body)


@pytest.mark.db
def test_unmasking_needs_a_reason_and_shows_the_value_once(analyst: Client, item: str) -> None:
    """Without a reason nothing is shown; with one the value comes on that answer alone.

    Proves (part): S0-15
    """
    address = f"{item}unmask/"
    asked = analyst.get(address)
    assert not shows_the_id(asked.content.decode())
    for reason in ("", "สั้นไป"):
        refused = analyst.post(address, {"reason": reason})
        assert refused.status_code == 422
        assert not shows_the_id(refused.content.decode())
    shown = analyst.post(address, {"reason": REASON})
    assert shown.status_code == 200
    assert "1-1017-00203-45-0" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert shown["Referrer-Policy"] == "strict-origin"
    assert not shows_the_id(analyst.get(address).content.decode())


@pytest.mark.db
def test_api_unmasks_for_a_reason_only(analyst: Client, people: People) -> None:
    body = {"tenant_id": str(people.tenant_id("cert")), "kind": "national_id", "value": ID}
    made = analyst.post("/api/v1/privacy/items", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["masked"] == SHOWN
    assert not shows_the_id(made.content.decode())
    address = f"/api/v1/privacy/items/{made.json()['id']}/unmask"
    refused = analyst.post(address, {"reason": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "privacy.reason_needed")
    shown = analyst.post(address, {"reason": REASON}, content_type="application/json")
    assert shown.json() == {"value": ID}
    assert shown["Cache-Control"] == "no-store"


@pytest.mark.parametrize("person", ["member_staff_b", "member_staff", "call_agent"])
def test_strangers_get_404_and_colleagues_the_row(people: People, item: str, person: str) -> None:
    expected = 200 if person == "call_agent" else 404
    browser = people.client(person)
    for address in (item, f"{item}unmask/"):
        assert browser.get(address).status_code == expected
    body = browser.get("/privacy/").content.decode()
    assert (SHOWN in body) == (expected == 200)
    assert browser.get("/api/v1/privacy/items").json()["total"] == int(expected == 200)


def test_roles_without_the_right(people: People, item: str) -> None:
    assert people.client("auditor").get(item).status_code == 200
    assert people.client("auditor").post(f"{item}unmask/", {"reason": REASON}).status_code == 403
    assert people.client("executive").get("/privacy/").status_code == 403
    assert Client().get("/privacy/").status_code == 302


def test_find_by_value_keeps_it_out_of_the_address(analyst: Client, item: str) -> None:
    found = analyst.post("/privacy/find/", {"kind": "national_id", "value": "๑๑๐๑๗๐๐๒๐๓๔๕๐"})
    assert item in found.content.decode()
    assert found["Cache-Control"] == "no-store"
    nothing = analyst.post("/privacy/find/", {"kind": "national_id", "value": "1101700203451"})
    assert item not in nothing.content.decode()
    api = analyst.post(
        "/api/v1/privacy/items/find", {"kind": "national_id", "value": ID}, content_type="application/json"
    )
    assert [row["masked"] for row in api.json()] == [SHOWN]


def test_wrong_input_keeps_the_form(analyst: Client, people: People) -> None:
    answer = analyst.post("/privacy/add/", {"kind": "phone", "value": "0812345678", "tenant_id": "x"})
    assert answer.status_code == 422
    other = {"kind": "phone", "value": "0812345678", "tenant_id": str(people.tenant_id("hospital"))}
    assert analyst.post("/privacy/add/", other).status_code == 422


@pytest.mark.parametrize("language", ["th", "en"])
def test_empty_list_says_what_to_do(instance: Config, people: People, language: str) -> None:
    body = people.client("analyst", language=language).get("/privacy/").content.decode()
    assert ("กดเพิ่มเพื่อเริ่ม" if language == "th" else "Add the first one") in body


# -- keys ----------------------------------------------------------------------------------------------


@pytest.fixture
def case_key(instance: Config, people: People) -> UUID:
    """Make a case key of the hospital."""
    return services.make_key(people.actor("data_owner"), KeyKind.CASE, tenant_id=people.tenant_id("hospital"))


@pytest.mark.db
def test_key_destroyed_by_two_persons_on_the_pages(people: People, case_key: UUID) -> None:
    owner, admin = people.client("data_owner", staff=True), people.client("cert_admin", staff=True)
    address = f"/privacy/keys/{case_key}/"
    assert owner.post(address, {"reason": "สั้น"}).status_code == 422
    assert owner.post(address, {"reason": "ครบกำหนดเก็บตามนโยบาย"}).status_code == 302
    confirm = re.search(
        r'action="(/privacy/keys/destructions/[^"]+/confirm/)"', owner.get(address).content.decode()
    )
    assert confirm is not None
    own = owner.post(confirm[1])
    assert own.status_code == 403
    assert "คนละคน" in own.content.decode()
    assert ring().key(case_key)
    assert admin.post(confirm[1]).status_code == 302
    with pytest.raises(KeyDestroyedError):
        ring().key(case_key)
    assert "ทำลายแล้ว" in admin.get("/privacy/keys/").content.decode()


def test_destruction_needs_a_staff_session(people: People, case_key: UUID) -> None:
    browser = people.client("data_owner")
    answer = browser.post(f"/privacy/keys/{case_key}/", {"reason": "ครบกำหนดเก็บตามนโยบาย"})
    assert answer.status_code in {403, 422}
    assert ring().key(case_key)
    assert people.client("data_owner_b").get(f"/privacy/keys/{case_key}/").status_code == 404


def test_withdrawal_and_rotation_on_the_pages(people: People, case_key: UUID) -> None:
    admin = people.client("cert_admin", staff=True)
    address = f"/privacy/keys/{case_key}/"
    admin.post(address, {"reason": "ครบกำหนดเก็บตามนโยบาย"})
    withdraw = re.search(r'action="([^"]+/withdraw/)"', admin.get(address).content.decode())
    assert withdraw is not None
    assert admin.post(withdraw[1]).status_code == 302
    before = ring().key(case_key)
    (root,) = {entry.root for entry in ring().entries()}
    assert admin.get(reverse("privacy:rotate")).status_code == 200
    assert admin.post(reverse("privacy:rotate"), {}).status_code == 302
    assert ring().key(case_key) == before
    assert {entry.root for entry in ring().entries()} != {root}


def test_get_changes_nothing(people: People, case_key: UUID) -> None:
    admin = people.client("cert_admin", staff=True)
    assert admin.get(f"/privacy/keys/destructions/{case_key}/confirm/").status_code == 405
    assert admin.get(f"/privacy/keys/destructions/{case_key}/withdraw/").status_code == 405
