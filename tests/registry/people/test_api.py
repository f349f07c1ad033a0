"""People and contacts over the API: masked, within the own tenants, wrong questions refused."""

from __future__ import annotations

from typing import Any

import pytest

from phithak.registry.models import ContactPoint, Organisation, Person
from phithak.registry.queries.kinds import ContactKind
from tests.people import People
from tests.registry.people.conftest import MakeContact

pytestmark = pytest.mark.db
ROOT = "/api/v1/registry"


def test_a_contact_is_added_changed_confirmed_called_and_ended(
    people: People, hospital: Organisation
) -> None:
    browser = people.client("analyst")

    def post(path: str, body: dict[str, Any] | None = None) -> Any:
        return browser.post(f"{ROOT}{path}", body or {}, content_type="application/json")

    sent = {
        "kind": "technical",
        "label_th": "เวรไอที",
        "phone": "081-234-5678",
        "hours": [[0, "22:00", "06:00"]],
    }
    made = post(f"/organisations/{hospital.pk}/contacts", sent)
    assert made.status_code == 201
    contact_id = made.json()["id"]
    shown = browser.get(f"{ROOT}/contacts/{contact_id}").json()
    assert (shown["phone"], shown["hours"], shown["confirmed"]) == (
        "08x-xxx-5678",
        [[0, "22:00", "06:00"]],
        False,
    )
    change = {**sent, "phone": None, "rank": 3, "version": 1}
    address = f"{ROOT}/contacts/{contact_id}"
    assert browser.put(address, change, content_type="application/json").json()["rank"] == 3
    assert browser.put(address, change, content_type="application/json").status_code == 409
    assert post(f"/contacts/{contact_id}/confirm", {"how": "โทรกลับแล้ว"}).status_code == 204
    assert post(f"/contacts/{contact_id}/call").json()["uri"] == "tel:+66812345678"
    assert post(f"/contacts/{contact_id}/end").status_code == 204
    assert ContactPoint.objects.get(pk=contact_id).ended_at is not None


def test_a_person_with_a_position_leaves_over_the_api(people: People, hospital: Organisation) -> None:
    browser = people.client("member_admin")
    made = browser.post(
        f"{ROOT}/organisations/{hospital.pk}/people",
        {"name_th": "พล.อ.ต. อมร ใจกล้า"},
        content_type="application/json",
    )
    person_id = made.json()["id"]
    held = browser.post(
        f"{ROOT}/people/{person_id}/positions",
        {"title_th": "หัวหน้าเวร", "kinds": ["technical"], "organisation_id": str(hospital.pk)},
        content_type="application/json",
    )
    assert held.status_code == 201
    positions = browser.get(f"{ROOT}/people/{person_id}/positions").json()
    assert [one["kinds"] for one in positions] == [["technical"]]
    left = browser.post(
        f"{ROOT}/people/{person_id}/leave", {"on": "2020-01-01"}, content_type="application/json"
    ).json()
    assert left == {"done": True, "positions": 1, "without_successor": []}
    assert Person.objects.get(pk=person_id).left_at is not None


def test_the_route_leaves_the_diplomat_out(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    desk = make_contact(hospital)
    diplomat = make_contact(hospital, ContactKind.DIPLOMATIC)
    found = people.client("analyst").get(
        f"{ROOT}/organisations/{hospital.pk}/contacts/route", {"message": "technical_alert"}
    )
    assert found.json()["contact_ids"] == [str(desk.pk)]
    assert [(one["contact_id"], one["why"]) for one in found.json()["left_out"]] == [
        (str(diplomat.pk), "never")
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"country": "\x00A"},
        {"country": "THA"},
        {"sector": "\x00"},
        {"liveness": "blue"},
        {"kind": "chef"},
        {"organisation_id": "x"},
    ],
)
def test_a_wrong_question_is_refused(people: People, query: dict[str, str]) -> None:
    assert people.client("analyst").get(f"{ROOT}/contacts", query).status_code == 422


def test_what_is_typed_into_the_search_never_breaks_it(people: People) -> None:
    browser = people.client("analyst")
    for words in ("\x00", "'\"", "%_", "ก" * 200):
        assert browser.get(f"{ROOT}/contacts", {"q": words}).status_code == 200


def test_a_time_without_a_zone_is_refused(people: People) -> None:
    query = {"country": "TH", "at": "2026-11-23T10:00:00"}
    assert people.client("analyst").get(f"{ROOT}/contacts/now", query).status_code == 422
