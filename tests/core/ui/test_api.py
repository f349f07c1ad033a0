"""The API's base: logins, the one error schema, both languages, its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.people import People


@pytest.fixture
def browser(db: None) -> Client:
    return Client(raise_request_exception=False)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Check the shape of a refusal and return it."""
    assert answer.status_code == status
    found: dict[str, Any] = answer.json()
    assert set(found) == {"code", "message_th", "message_en", "problems"}
    assert found["code"] == code
    assert found["message_th"] != found["message_en"]
    return found


def test_without_login(browser: Client) -> None:
    answer = browser.get("/api/v1/me")
    refused(answer, 401, "not_logged_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_made_up_token(browser: Client) -> None:
    refused(browser.get("/api/v1/me", headers={"Authorization": "Bearer pht_x"}), 401, "not_logged_in")


def test_session_login(people: People) -> None:
    found = people.client("analyst").get("/api/v1/me").json()
    assert found["kind"] == "user"
    assert found["roles"] == ["analyst"]
    assert "accounts.self" in found["permissions"]


def test_wrong_input_names_the_field_in_both_languages(browser: Client) -> None:
    found = refused(browser.get("/api/v1/thai/date"), 422, "input.invalid")
    assert found["problems"] == [
        {"field": "query.text", "message_th": "ต้องมีค่านี้", "message_en": "This value is required"}
    ]
    unread = refused(browser.get("/api/v1/thai/date", {"text": "ไม่ใช่วันที่"}), 422, "input.invalid")
    assert unread["problems"][0]["field"] == "query.text"


def test_unknown_address_under_the_api(browser: Client) -> None:
    refused(browser.get("/api/v1/nothing"), 404, "not_found")


def test_every_operation_declares_permission_texts_and_refusals(browser: Client) -> None:
    document = browser.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    calls = [call for item in document["paths"].values() for call in item.values()]
    assert len(calls) >= 4
    for call in calls:
        assert call["x-permission"]
        assert call["x-text-th"]
        assert call["x-text-en"]
        assert {"401", "403", "404", "422"} <= set(call["responses"])


def test_the_page_of_the_api_lists_every_operation_without_scripts(browser: Client) -> None:
    document = browser.get("/api/v1/openapi.json").json()
    html = browser.get("/api/docs/").content.decode()
    for path in document["paths"]:
        assert path in html


def test_two_rooms_may_name_a_schema_alike(browser: Client) -> None:
    """Jobs and messages both have a ``State``; the document keeps them apart."""
    schemas = browser.get("/api/v1/openapi.json").json()["components"]["schemas"]
    values = [
        set(part["enum"]) for name, part in schemas.items() if name.startswith("State") and "enum" in part
    ]
    assert {"queued", "running", "done", "dead", "cancelled"} in values
    assert any("unknown" in found for found in values)
