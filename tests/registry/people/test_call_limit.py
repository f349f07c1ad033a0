"""A person opens so many numbers within an hour and no more; the journal tells of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from phithak.base import clock
from phithak.core.journal.models import Entry
from phithak.registry.models import CallBudget, Organisation
from phithak.registry.services.people import TooManyCallsError, call
from tests.people import People
from tests.registry.people.conftest import MakeContact, bangkok

pytestmark = pytest.mark.db


def test_the_third_number_of_the_hour_is_refused_and_the_next_hour_begins_anew(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row, actor = make_contact(hospital, phone="0812345678"), people.actor("analyst")
    with override_settings(CONFIG=replace(settings.CONFIG, calls_per_hour=2)):
        with clock.at(bangkok(2, 59)):
            assert [call(actor, row.pk).shown for _ in range(2)] == ["081-234-5678"] * 2
            with pytest.raises(TooManyCallsError) as refused:
                call(actor, row.pk)
            # a colleague has a limit of their own
            assert call(people.actor("cert_admin"), row.pk).shown == "081-234-5678"
        with clock.at(bangkok(3, 0)):
            assert call(actor, row.pk).shown == "081-234-5678"
    assert (refused.value.slots["limit"], refused.value.slots["until"]) == (2, "03:00")
    opened = Entry.objects.filter(tag="registry:contact:called").count()
    kept = Entry.objects.filter(tag="registry:contact:call_refused").count()
    assert (opened, kept) == (4, 1)
    assert {one.used for one in CallBudget.objects.all()} == {1}


def test_the_page_says_until_when_in_place_of_the_button_and_as_a_page(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="0812345678")
    address = f"/registry/contacts/{row.pk}/call/"
    with override_settings(CONFIG=replace(settings.CONFIG, calls_per_hour=1)), clock.at(bangkok(2, 10)):
        browser = people.client("call_agent")
        assert "081-234-5678" in browser.post(address).text
        part = browser.post(address, headers={"HX-Request": "true"})
        whole = browser.post(address)
        english = people.client("call_agent", language="en").post(address)
    assert (part.status_code, whole.status_code, english.status_code) == (429, 429, 429)
    assert "<html" not in part.text
    for page in (part, whole):
        assert "คุณเปิดเบอร์ครบ 1 เบอร์ในชั่วโมงนี้แล้ว เปิดได้อีกเวลา 03:00 น." in page.text
        assert "081-234-5678" not in page.text
    assert "more from 03:00" in english.text


def test_the_budget_is_one_row_for_each_person(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row, actor = make_contact(hospital, phone="0812345678"), people.actor("analyst")
    for hours in range(3):
        with clock.at(bangkok(1) + timedelta(hours=hours)):
            call(actor, row.pk)
    assert CallBudget.objects.count() == 1


def test_a_button_in_the_night_page_that_cannot_open_says_why(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="0812345678")
    browser = people.client("analyst")
    now = browser.get("/registry/contacts/now/", {"organisation": str(hospital.pk)}).text
    # the page lets the answers of an error in; without that the press would do nothing at all
    assert 'hx-status:42x="swap:innerHTML"' in now
    browser.post(f"/registry/contacts/{row.pk}/end/")
    part = browser.post(f"/registry/contacts/{row.pk}/call/", headers={"HX-Request": "true"})
    assert part.status_code == 409
    assert 'role="alert"' in part.text
    assert "สิ้นสุดไปแล้ว" in part.text
