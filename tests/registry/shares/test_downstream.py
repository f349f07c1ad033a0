"""Who holds data below an organisation, and whose stores anybody can read."""

from __future__ import annotations

import pytest

from phithak.base import clock
from phithak.core.accounts.models import Oversight
from phithak.core.accounts.scope import Reason
from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.shares.downstream import downstream
from phithak.registry.queries.shares.stores import open_stores, stores_visible_to
from phithak.registry.services import shares
from tests.people import People
from tests.registry.factory import organisation, organisation_of
from tests.registry.shares.makers import DURING, SYSTEM, active, open_store, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def platform(people: People) -> Organisation:
    return organisation_of(people, "platform")


@pytest.fixture
def merchant(people: People) -> Organisation:
    return organisation_of(people, "merchant")


def steps(people: People, key: str, top: Organisation) -> list[tuple[str, int]]:
    with clock.at(DURING):
        return [(item.holder.en, item.steps) for item in downstream(people.actor(key), top.pk)]


def test_holders_behind_holders_are_marked_and_circles_end(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    courier = organisation(people, Kind.PRIVATE, name_en="Courier", name_th="ขนส่งสมมติ")
    last = organisation(people, Kind.PRIVATE, name_en="Printer", name_th="โรงพิมพ์สมมติ")
    active(platform, merchant)
    active(merchant, courier)
    active(courier, last)
    active(last, platform)
    proposed(platform, last)
    shop, market = "Baitong Thong Shop", "Hinghoi Online Market"
    assert steps(people, "analyst", platform) == [(shop, 1), ("Courier", 2), ("Printer", 3), (market, 4)]
    # the platform stands over the merchant, and so sees what that gives on, but no further
    assert steps(people, "platform_admin", platform) == [(shop, 1), ("Courier", 2)]
    assert steps(people, "merchant_admin", merchant) == [("Courier", 1)]
    assert steps(people, "merchant_admin", platform) == [(shop, 1), ("Courier", 2)]
    assert steps(people, "member_admin", platform) == []


def test_suspended_holders_still_hold_and_ended_ones_do_not(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    with clock.at(DURING):
        shares.suspend(SYSTEM, row.pk, reason="ตรวจสอบ")
        assert [item.standing.value for item in downstream(SYSTEM, platform.pk)] == ["suspended"]
        shares.end(SYSTEM, row.pk, reason="เลิก")
        assert downstream(SYSTEM, platform.pk) == []


def test_an_open_store_is_shown_to_the_platform_with_the_link_that_gave_the_data(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    store = open_store(merchant)
    other = open_store(organisation(people, Kind.MERCHANT), "ของร้านอื่น")
    row = active(platform, merchant)
    active(platform, merchant, fields=("payment",))
    with clock.at(DURING):
        (shown,) = open_stores(people.actor("platform_admin"))
    assert (shown.store_id, shown.people) == (store.pk, 1200)
    assert [link.share_id for link in shown.links] == [row.pk]
    assert {found.pk for found in stores_visible_to(people.actor("analyst"))} == {store.pk, other.pk}
    assert not stores_visible_to(people.actor("member_admin")).exists()


def test_the_store_that_a_link_names_leaves_no_doubt(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    store = open_store(merchant)
    active(platform, merchant)
    exact = active(platform, merchant, store_id=store.pk)
    with clock.at(DURING):
        (shown,) = open_stores(people.actor("platform_admin"))
    assert [link.share_id for link in shown.links] == [exact.pk]


def test_a_giver_without_oversight_sees_the_open_store_of_its_holder(people: People) -> None:
    giver, taker = organisation_of(people, "hospital"), organisation(people, Kind.VENDOR)
    open_store(taker)
    assert not stores_visible_to(people.actor("member_admin")).exists()
    active(giver, taker)
    assert stores_visible_to(people.actor("member_admin")).count() == 1


def test_a_holder_learns_nothing_of_stores_of_the_others(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    other = organisation(people, Kind.MERCHANT)
    active(platform, merchant)
    active(platform, other)
    open_store(other)
    open_store(platform, "ของแพลตฟอร์มเอง")
    assert not stores_visible_to(people.actor("merchant_admin")).exists()


def test_oversight_that_was_ended_shows_nothing(people: People, merchant: Organisation) -> None:
    organisation_of(people, "platform")
    open_store(merchant)
    seen = stores_visible_to(people.actor("platform_admin"))
    assert seen.count() == 1
    Oversight.objects.filter(reason=Reason.PLATFORM).update(ended_at=DURING)
    assert not stores_visible_to(people.actor("platform_admin")).exists()
