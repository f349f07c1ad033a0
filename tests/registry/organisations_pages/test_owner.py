"""The citizen id of a natural person behind an organisation: sealed, masked, never sent back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from phithak.core.privacy.models import VaultItem
from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import Kind
from tests.people import People
from tests.registry.organisations_pages.conftest import Add, text_of
from tests.registry.organisations_pages.test_editing import address, opened

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NEW = reverse("registry:new")
NUMBER, OTHER = "1112034563562", "1100500084006"
SHOP = {"name_th": "ร้านดอกปีบ", "kind": "merchant", "country": "TH", "owner_number": "1-1120-34563-56-2"}


def owner(row: Organisation) -> VaultItem:
    return VaultItem.objects.get(pk=row.owner_id)


def test_a_number_typed_is_sealed_and_shown_masked(people: People) -> None:
    browser = people.client("analyst")
    answer = browser.post(NEW, SHOP)
    assert answer.status_code == 302
    row = Organisation.objects.get(name_th="ร้านดอกปีบ")
    kept = owner(row)
    assert (kept.kind, row.is_juristic) == ("national_id", False)
    for page in (answer["Location"], address("edit", row.pk)):
        html = browser.get(page).text
        assert kept.masked in html
        assert NUMBER not in html.replace("-", "")
    # saving without typing it keeps it
    assert (
        browser.post(address("edit", row.pk), opened(browser, row.pk) | {"address": "ถนนหนึ่ง"}).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.owner_id, row.address) == (kept.pk, "ถนนหนึ่ง")
    assert "เลขประจำตัวเจ้าของ" not in text_of(people.client("auditor").get(answer["Location"]).text)


def test_it_is_replaced_and_taken_away(people: People, add: Add) -> None:
    made = add("ร้านใบเตย", Kind.MERCHANT, is_juristic=False)
    browser = people.client("analyst")
    url = address("edit", made)
    assert browser.post(url, opened(browser, made) | {"owner_number": NUMBER}).status_code == 302
    first = owner(Organisation.objects.get(pk=made))
    assert first.tenant_id == made
    assert browser.post(url, opened(browser, made) | {"owner_number": OTHER}).status_code == 302
    second = owner(Organisation.objects.get(pk=made))
    assert second.pk != first.pk
    assert browser.post(url, opened(browser, made) | {"remove_owner": "on"}).status_code == 302
    assert Organisation.objects.get(pk=made).owner_id is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"owner_number": "1112034563563"}, "หลักตรวจสอบไม่ตรง"),
        ({"owner_number": NUMBER, "is_juristic": "on"}, "ใช้กับบุคคลธรรมดา"),
    ],
)
def test_a_wrong_one_is_told_at_its_field_and_nothing_is_sealed(
    people: People, typed: dict[str, str], said: str
) -> None:
    before = VaultItem.objects.count()
    answer = people.client("analyst").post(NEW, SHOP | typed)
    assert answer.status_code == 422
    shown = answer.text.partition('id="id_owner_number_error">')[2].partition("</p>")[0]
    assert said in shown
    assert VaultItem.objects.count() == before


def test_nothing_is_sealed_for_what_is_refused_or_saved_by_another(people: People, add: Add) -> None:
    made = add("ร้านสองคน", Kind.MERCHANT, is_juristic=False)
    browser = people.client("analyst")
    stale = opened(browser, made) | {"owner_number": NUMBER}
    browser.post(address("edit", made), opened(browser, made) | {"address": "ถนนสอง"})
    before = VaultItem.objects.count()
    refused = browser.post(address("edit", made), stale)
    assert refused.status_code == 422
    wrong = browser.post(NEW, SHOP | {"name_th": "ร้าน\u202eสอง"})
    assert wrong.status_code == 422
    assert VaultItem.objects.count() == before
