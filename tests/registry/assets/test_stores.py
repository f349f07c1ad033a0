"""Data stores: what they hold, who sees them, exposure that is never private unless checked, the question in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from phithak.base import clock
from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from phithak.core.accounts import actors
from phithak.core.accounts.models import Oversight
from phithak.core.accounts.scope import Reason
from phithak.registry.models import DataStore
from phithak.registry.queries import assets
from phithak.registry.queries.assets.asking import question, stores_matching
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique
from phithak.registry.services import assets as services
from phithak.registry.services.assets import StoreFacts
from tests.people import People
from tests.registry.factory import organisation, organisation_of

BUCKET = StoreFacts(
    "ถังภาพลูกค้า", Place.PUBLIC_CLOUD, Technique.BUCKET, (DataKind.ID_CARD_IMAGE, DataKind.NAME), "Cloud Nine"
)


@pytest.mark.parametrize("words", [
    "public cloud stores with ID card images",
    "Public-cloud stores with ID-card images".replace("-", " "),
    "ID card images in the public cloud",
    "คลังข้อมูลบนคลาวด์สาธารณะที่มีภาพบัตรประชาชน",
    "คลังข้อมูล คลาวด์สาธารณะ ภาพบัตรประชาชน",
])  # fmt: skip
def test_the_question_in_words_is_read_as_place_and_kind(words: str) -> None:
    asked = question(words)
    assert asked.places == {Place.PUBLIC_CLOUD}
    assert asked.kinds == {DataKind.ID_CARD_IMAGE}
    assert not asked.exposures
    assert not asked.rest


def test_other_questions_in_words() -> None:
    asked = question("open buckets of ใบตอง with phone numbers and health records")
    assert asked.exposures == {Exposure.PUBLIC}
    assert asked.techniques == {Technique.BUCKET}
    assert asked.kinds == {DataKind.PHONE, DataKind.HEALTH_RECORD}
    assert asked.rest == "ใบตอง"
    assert question("ยังไม่ได้ตรวจ").exposures == {Exposure.UNKNOWN}
    plain = question("ทะเบียนผู้ป่วยนอก 2569")
    assert not plain.understood
    assert plain.rest == "ทะเบียนผู้ป่วยนอก 2569"


@pytest.mark.db
def test_the_question_returns_the_one_store_and_no_other(people: People) -> None:
    admin = people.actor("analyst")
    channel, hospital = organisation(people), organisation(people)
    wanted = services.add_store(admin, channel.pk, BUCKET)
    for facts in (
        StoreFacts("คลังในศูนย์", Place.OWN_CENTRE, Technique.DATABASE, (DataKind.ID_CARD_IMAGE,)),
        StoreFacts("รายการสั่งซื้อ", Place.PUBLIC_CLOUD, Technique.BUCKET, (DataKind.ORDER_HISTORY,)),
        StoreFacts("คลาวด์ส่วนตัว", Place.PRIVATE_CLOUD, Technique.BUCKET, (DataKind.ID_CARD_IMAGE,)),
    ):
        services.add_store(admin, hospital.pk, facts)
    rows = assets.stores_visible_to(admin)
    for words in ("public cloud stores with ID card images", "คลังข้อมูลบนคลาวด์สาธารณะที่มีภาพบัตรประชาชน"):
        assert [row.pk for row in stores_matching(rows, words)] == [wanted]
    assert [row.pk for row in stores_matching(rows, "ถังภาพ")] == [wanted]
    assert not stores_matching(rows, "public cloud stores with passwords").exists()


@pytest.mark.db
def test_who_answers_for_an_organisation_sees_its_stores_and_may_check_them(people: People) -> None:
    merchant = organisation_of(people, "merchant")
    row = services.add_store(people.actor("merchant_admin"), merchant.pk, BUCKET)
    platform = people.actor("platform_admin")
    Oversight.objects.filter(under=people.tenant("merchant"), over=people.tenant("platform")).delete()
    assert not assets.stores_visible_to(platform).filter(pk=row).exists()
    with pytest.raises(NotFoundError):
        services.set_exposure(platform, row, Exposure.PUBLIC, "เปิดจากภายนอกได้", clock.now())
    over = Oversight.objects.create(
        over=people.tenant("platform"), under=people.tenant("merchant"), reason=Reason.PLATFORM
    )
    assert assets.stores_visible_to(platform).filter(pk=row).exists()
    services.set_exposure(platform, row, Exposure.PUBLIC, "เปิดจากภายนอกได้", clock.now())
    with pytest.raises(ForbiddenError):
        services.change_store(platform, row, BUCKET, version=2)
    Oversight.objects.filter(pk=over.pk).update(ended_at=clock.now())
    assert not assets.stores_visible_to(platform).filter(pk=row).exists()


@pytest.mark.db
def test_what_nobody_checked_is_not_private(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    admin = people.actor("member_admin")
    key = services.add_store(admin, hospital.pk, BUCKET)
    row = DataStore.objects.get(pk=key)
    assert (row.exposure, row.checked_at) == ("unknown", None)
    moment = clock.now() - timedelta(hours=1)
    services.set_exposure(admin, key, Exposure.PRIVATE, "ลองเปิดโดยไม่เข้าสู่ระบบ", moment)
    row.refresh_from_db()
    assert (row.exposure, row.checked_at) == ("private", moment)
    # another address was never checked
    moved = StoreFacts(**{**_facts(BUCKET), "locator": "https://other.example.th"})
    services.change_store(admin, key, moved, version=row.version)
    row.refresh_from_db()
    assert (row.exposure, row.checked_at, row.checked_how) == ("unknown", None, "")


@pytest.mark.db
def test_an_old_check_does_not_hide_a_new_one(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    machine = actors.system("scanner")
    key = services.add_store(people.actor("member_admin"), hospital.pk, BUCKET)
    services.set_exposure(machine, key, Exposure.PUBLIC, "ตรวจด้วยเครื่อง", clock.now())
    with pytest.raises(ConflictError, match="newer_check"):
        services.set_exposure(machine, key, Exposure.PRIVATE, "ผลเก่า", clock.now() - timedelta(days=1))
    with pytest.raises(InvalidInputError):
        services.set_exposure(machine, key, Exposure.PRIVATE, "อนาคต", clock.now() + timedelta(days=1))
    with pytest.raises(InvalidInputError):
        services.set_exposure(machine, key, Exposure.PRIVATE, " ", clock.now())
    assert DataStore.objects.get(pk=key).exposure == "public"
    services.end_store(people.actor("member_admin"), key)
    with pytest.raises(ConflictError):
        services.set_exposure(machine, key, Exposure.PRIVATE, "หลังเลิกใช้", clock.now())


@pytest.mark.db
def test_a_store_needs_a_name_a_kind_and_a_system_of_its_own_organisation(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    admin = people.actor("member_admin")
    for wrong in (
        {"name": " "},
        {"name": "ชื่อ\u202eหลอก"},
        {"kinds": ()},
        {"people": -1},
        {"system_id": hospital.pk},
        {"locator": "x" * 501},
    ):
        with pytest.raises(InvalidInputError) as refused:
            services.add_store(admin, hospital.pk, StoreFacts(**{**_facts(BUCKET), **wrong}))
        assert refused.value.field == next(iter(wrong))


def _facts(facts: StoreFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}
