"""Records that may be one: proposed with reasons, shown side by side, merged or kept apart."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse

from phithak.registry.models import DuplicateProposal, Organisation
from phithak.registry.queries.kinds import Kind
from tests.people import People
from tests.registry.organisations_pages.conftest import Add, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

LIST = reverse("registry:duplicates")
WHY = "หนังสือแจ้งว่าเป็นแห่งเดียวกัน"


@pytest.fixture
def pair(add: Add) -> tuple[UUID, UUID]:
    """Register one market twice, under two spellings, with one host."""
    known = {"sector": "e-commerce", "province": "TH-10"}
    one = add(
        "ตลาดแสงเหนือ", Kind.PLATFORM, name_en="Northern Light Market", website="nlight.example", **known
    )
    other = add(
        "ตลาด แสงเหนือ",
        Kind.PLATFORM,
        name_en="NorthernLight",
        aliases=("NLight",),
        website="www.nlight.example",
        **known,
    )
    return one, other


def proposal(one: UUID, other: UUID) -> DuplicateProposal:
    first, second = sorted((one, other))
    return DuplicateProposal.objects.get(first=first, second=second)


def test_duplicates_are_proposed_and_merged_by_a_person(people: People, pair: tuple[UUID, UUID]) -> None:
    """Duplicates are proposed for merging; any alias of either finds the one record afterwards.

    Proves (part): S0-10
    """
    kept, merged = pair
    browser = people.client("analyst")
    lines = rows_of(browser.get(LIST).content.decode())
    assert len(lines) == 1
    assert {"ตลาดแสงเหนือ", "ตลาด แสงเหนือ"} == set(lines[0][0].split(" · "))
    assert "รอตัดสิน" in lines[0][2]
    page = reverse("registry:duplicate", args=[proposal(*pair).pk])
    said = text_of(browser.get(page).content.decode())
    for piece in (
        "ชื่อเดียวกัน",
        "โดเมนเดียวกัน",
        "จังหวัดเดียวกัน",
        "Northern Light Market",
        "NorthernLight",
        "NLight",
    ):
        assert piece in said, piece
    assert browser.post(page, {"keep": kept, "reason": "สั้น"}).status_code == 422
    assert browser.post(page, {"keep": people.tenant_id("cert"), "reason": WHY}).status_code == 422
    assert Organisation.objects.get(pk=merged).merged_into_id is None
    assert browser.post(page, {"keep": kept, "reason": WHY}).status_code == 302
    result = text_of(browser.get(page).content.decode())
    assert "ระเบียนที่คงไว้: ตลาดแสงเหนือ" in result
    listed = reverse("registry:organisations")
    for name in ("ตลาด แสงเหนือ", "NorthernLight", "NLight", "northern light", "nlight.example"):
        found = rows_of(browser.get(listed, {"q": name}).content.decode())
        assert [line[0] for line in found] == ["ตลาดแสงเหนือ"], name
    old = text_of(browser.get(reverse("registry:organisation", args=[merged])).content.decode())
    assert "ระเบียนนี้รวมกับหน่วยงานอื่นแล้ว" in old
    # the second person to decide is told
    assert browser.post(page, {"keep": merged, "reason": WHY}).status_code == 422


def test_two_bodies_are_kept_apart(people: People, pair: tuple[UUID, UUID]) -> None:
    browser = people.client("analyst")
    found = proposal(*pair)
    assert browser.post(reverse("registry:different", args=[found.pk])).status_code == 302
    lines = rows_of(browser.get(LIST, {"state": "open"}).content.decode())
    assert lines == []
    said = text_of(browser.get(reverse("registry:duplicate", args=[found.pk])).content.decode())
    assert "คนละหน่วยงาน" in said
    assert "รวมระเบียน" not in said
    assert Organisation.objects.filter(merged_into__isnull=False).count() == 0


def test_only_the_centre_decides(people: People, pair: tuple[UUID, UUID]) -> None:
    page = reverse("registry:duplicate", args=[proposal(*pair).pk])
    for who in ("member_admin", "platform_admin", "auditor", "authority"):
        assert people.client(who).get(page).status_code == 403, who
        assert people.client(who).post(page, {"keep": pair[0], "reason": WHY}).status_code == 403, who
