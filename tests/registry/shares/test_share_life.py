"""Links: refused without purpose or expiry, suspended with a reason, lifted, appealed, over on their last day."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core.journal.models import Entry
from phithak.core.outbox import rendering
from phithak.core.outbox.models import Message
from phithak.core.outbox.rendering import Context
from phithak.core.outbox.states import Channel
from phithak.registry.models import Agreement, Appeal, DataShare, Organisation, Suspension
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.shares import doors, terms
from phithak.registry.queries.shares.doors import Standing
from phithak.registry.queries.shares.waiting import waiting
from phithak.registry.services import agreements, shares
from phithak.registry.services.shares.errors import (
    AppealDecidedError,
    AppealTakenError,
    ExpiryNeededError,
    FieldRefusedError,
    NotBackedError,
    OwnSuspensionError,
    PurposeNeededError,
    ShareChangedError,
    ShareStateError,
)
from tests.people import People
from tests.registry.agreements.makers import signed
from tests.registry.factory import organisation, organisation_of
from tests.registry.shares.makers import (
    DAY,
    DURING,
    SYSTEM,
    UNTIL,
    active,
    facts,
    later,
    proposed,
    read,
    stands,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def platform(people: People) -> Organisation:
    return organisation_of(people, "platform")


@pytest.fixture
def merchant(people: People) -> Organisation:
    return organisation_of(people, "merchant")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"purpose": ""}, PurposeNeededError),
        ({"purpose": " \u200b  "}, PurposeNeededError),
        ({"purpose": "กกก"}, PurposeNeededError),
        ({"until": None}, ExpiryNeededError),
        ({"until": DAY - timedelta(days=1)}, ExpiryNeededError),
        ({"until": date(2090, 1, 1)}, FieldRefusedError),
        ({"fields": ()}, FieldRefusedError),
        ({"fields": ("gossip",)}, FieldRefusedError),
        ({"people": -1}, FieldRefusedError),
        ({"purpose": "ส่งของ\u202eให้ลูกค้า"}, FieldRefusedError),
    ],
)
def test_a_link_that_says_too_little_is_not_recorded(
    platform: Organisation, merchant: Organisation, more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        proposed(platform, merchant, **more)
    assert not DataShare.objects.exists()


def test_no_data_flows_before_the_link_is_begun(platform: Organisation, merchant: Organisation) -> None:
    row = proposed(platform, merchant)
    assert stands(row.pk) == "proposed"
    with clock.at(DURING):
        shares.activate(SYSTEM, row.pk)
        assert stands(row.pk) == "active"
        with pytest.raises(ShareStateError):
            shares.activate(SYSTEM, row.pk)


def test_a_suspension_stops_at_once_and_tells_the_holders_people(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    with clock.at(later(1)):
        held = shares.suspend(people.actor("platform_admin"), row.pk, reason="พบถังเก็บไฟล์เปิดสาธารณะ")
        with pytest.raises(ShareStateError):
            shares.suspend(people.actor("platform_admin"), row.pk, reason="อีกครั้ง")
    assert stands(row.pk, later(1)) == "suspended"
    told = Message.objects.filter(renderer="registry.share_told")
    assert set(told.values_list("recipient_id", flat=True)) == {
        people.users["merchant_admin"].pk,
        people.users["two_tenants"].pk,
    }
    message = told.first()
    assert message is not None
    mail = rendering.render(
        message.renderer, message.params, Context(message.pk, message.tenant_id, Channel.MAIL, "th")
    )
    assert "พบถังเก็บไฟล์เปิดสาธารณะ" in mail.body
    assert mail.subject == "ตลาดออนไลน์หิ่งห้อย ระงับการให้ข้อมูลแก่ ร้านใบตองทอง"
    entry = Entry.objects.get(tag="registry:share:suspended")
    assert (entry.actor_user, entry.tenant_id) == (people.user("platform_admin").pk, platform.pk)
    assert Suspension.objects.get(pk=held).by_id == people.user("platform_admin").pk


def test_a_suspension_for_later_is_announced_and_takes_effect_by_itself(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    with clock.at(DURING):
        shares.suspend(SYSTEM, row.pk, reason="ครบรอบตรวจ", effective_at=later(3))
    assert (stands(row.pk), stands(row.pk, later(3))) == ("warned", "suspended")
    assert read(row.pk).state == "active"
    with clock.at(later(2)):
        assert shares.settle() == 0
    with clock.at(later(3)):
        assert shares.settle() == 1
        assert shares.settle() == 0
    assert read(row.pk).state == "suspended"


@pytest.mark.parametrize("moment", [DURING - timedelta(hours=1), DURING + timedelta(days=500)])
def test_a_suspension_begins_neither_in_the_past_nor_after_the_end(
    platform: Organisation, merchant: Organisation, moment: datetime
) -> None:
    row = active(platform, merchant)
    with clock.at(DURING), pytest.raises(FieldRefusedError) as error:
        shares.suspend(SYSTEM, row.pk, reason="เหตุผล", effective_at=moment)
    assert error.value.field == "effective_at"


def test_a_lifted_suspension_lets_data_flow_and_another_may_follow(
    platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    with clock.at(DURING):
        shares.suspend(SYSTEM, row.pk, reason="ตรวจสอบ")
        shares.lift(SYSTEM, row.pk, reason="แก้แล้ว")
        assert stands(row.pk) == "active"
        with pytest.raises(ShareStateError):
            shares.lift(SYSTEM, row.pk, reason="อีกครั้ง")
        shares.suspend(SYSTEM, row.pk, reason="พบอีก")
    assert Suspension.objects.filter(share=row).count() == 2


def test_the_holder_appeals_and_another_person_decides(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row = active(platform, merchant)
    giver, holder = people.actor("platform_admin"), people.actor("merchant_admin")
    with clock.at(DURING):
        held = shares.suspend(giver, row.pk, reason="พบข้อมูลเปิด")
        with pytest.raises(ForbiddenError):
            shares.appeal(giver, held, words="ขออุทธรณ์เอง")
        asked = shares.appeal(holder, held, words="ปิดถังเก็บไฟล์แล้วเมื่อเช้า")
        with pytest.raises(AppealTakenError):
            shares.appeal(people.actor("two_tenants"), held, words="ซ้ำ")
        with pytest.raises(OwnSuspensionError):
            shares.decide_appeal(giver, asked, uphold=False, reason="ไม่เห็นด้วย")
        with pytest.raises(ForbiddenError):
            shares.decide_appeal(holder, asked, uphold=True, reason="ตัดสินเอง")
        shares.decide_appeal(people.actor("analyst"), asked, uphold=False, reason="ยังพบอยู่")
        with pytest.raises(AppealDecidedError):
            shares.decide_appeal(people.actor("analyst"), asked, uphold=True, reason="เปลี่ยนใจ")
        assert stands(row.pk) == "suspended"
        again = shares.appeal(holder, held, words="ปิดครบทุกถังแล้ว")
        shares.decide_appeal(people.actor("cert_admin"), again, uphold=True, reason="ตรวจแล้วปิดจริง")
        assert stands(row.pk) == "active"
    assert [item.state for item in Appeal.objects.order_by("pk")] == ["refused", "upheld"]
    tags = ("appealed", "appeal_refused", "appeal_upheld", "lifted")
    assert all(Entry.objects.filter(tag=f"registry:share:{tag}").exists() for tag in tags)


def test_the_last_day_counts_and_the_next_one_ends_it(platform: Organisation, merchant: Organisation) -> None:
    row = active(platform, merchant)
    with clock.at(datetime(2027, 6, 30, 16, 59, tzinfo=UTC)):
        assert doors.standing(row) is Standing.ENDING
        assert shares.settle() == 0
    with clock.at(datetime(2027, 6, 30, 17, 0, tzinfo=UTC)):
        assert doors.standing(row) is Standing.ENDED
        assert shares.settle() == 1
        assert shares.settle() == 0
        with pytest.raises(ShareStateError):
            shares.suspend(SYSTEM, row.pk, reason="สายไป")
    assert (read(row.pk).state, UNTIL) == ("ended", date(2027, 6, 30))


def test_a_link_rests_on_its_agreement(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    agreed = signed(people, platform, merchant)
    with pytest.raises(NotBackedError):
        proposed(platform, merchant, agreement_id=agreed.pk, fields=("health_record",))
    with pytest.raises(NotBackedError):
        proposed(platform, organisation(people, Kind.MERCHANT), agreement_id=agreed.pk)
    row = active(platform, merchant, agreement_id=agreed.pk)
    with clock.at(DURING):
        agreements.end(SYSTEM, agreed.pk, reason="เลิกสัญญา")
        assert stands(row.pk) == "suspended"
        with pytest.raises(NotBackedError):
            shares.lift(SYSTEM, row.pk, reason="ขอเปิด")
    held = Suspension.objects.get(share=row)
    assert (held.cause, read(row.pk).state) == ("agreement", "suspended")
    assert Message.objects.filter(renderer="registry.share_told").count() == 2


def test_a_link_stops_the_day_after_its_agreement_though_no_job_ran(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    agreed = signed(people, platform, merchant, ends_on=date(2027, 1, 31))
    row = active(platform, merchant, agreement_id=agreed.pk)
    last = datetime(2027, 1, 31, 16, 59, tzinfo=UTC)
    assert stands(row.pk, last) == "active"
    assert stands(row.pk, last + timedelta(minutes=1)) == "suspended"
    with clock.at(last + timedelta(minutes=1)):
        found = doors.standing_at(doors.visible_to(SYSTEM), "suspended")
        assert list(found) == [row]
        assert agreements.settle() == 2
        assert agreements.settle() == 0
    assert read(row.pk).state == "suspended"


@given(
    until=st.integers(0, 90),
    effect=st.none() | st.integers(-20, 90),
    term=st.none() | st.integers(0, 90),
    state=st.sampled_from(["proposed", "active", "suspended", "ended"]),
    asked=st.integers(0, 100),
)
def test_where_a_link_stands_on_a_day(
    until: int, effect: int | None, term: int | None, state: str, asked: int
) -> None:
    moment = later(asked)
    row = DataShare(state=state, until=DAY + timedelta(days=until))
    if term is not None:
        row.agreement = Agreement(
            state="signed", starts_on=DAY - timedelta(days=9), ends_on=DAY + timedelta(days=term)
        )
    row.running = []  # type: ignore[attr-defined] # as the door's prefetch sets it
    if effect is not None:
        row.running = [Suspension(effective_at=later(effect))]  # type: ignore[attr-defined] # same
    flows = (
        state == "active"
        and asked <= until
        and (term is None or asked <= term)
        and (effect is None or asked < effect)
    )
    assert doors.standing(row, moment).holds == flows


@pytest.mark.parametrize("asked", [0, 10, 40, 181, 183, 212])
def test_lists_and_rows_agree_on_where_links_stand(
    people: People, platform: Organisation, merchant: Organisation, asked: int
) -> None:
    agreed = signed(people, platform, merchant, ends_on=DAY + timedelta(days=181))
    active(platform, merchant)
    active(platform, merchant, agreement_id=agreed.pk)
    proposed(platform, merchant)
    for effect in (0, 20):
        row = active(platform, merchant, until=DAY + timedelta(days=60))
        with clock.at(DURING):
            shares.suspend(SYSTEM, row.pk, reason="ทดสอบ", effective_at=later(effect))
    rows = doors.visible_to(SYSTEM)
    by_row: dict[str, set[object]] = {}
    for row in rows:
        by_row.setdefault(doors.standing(row, later(asked)), set()).add(row.pk)
    for wanted in Standing:
        found = set(doors.standing_at(rows, wanted, later(asked)).values_list("pk", flat=True))
        assert found == by_row.get(wanted, set()), wanted


def test_changes_are_by_version(platform: Organisation, merchant: Organisation) -> None:
    row = active(platform, merchant)
    with clock.at(DURING):
        shares.change(SYSTEM, row.pk, facts(merchant, purpose="ส่งของและรับคืนสินค้า"), version=row.version)
        with pytest.raises(ShareChangedError):
            shares.change(SYSTEM, row.pk, facts(merchant), version=row.version)
        with pytest.raises(FieldRefusedError):
            shares.change(SYSTEM, row.pk, facts(platform), version=row.version + 1)
        shares.end(SYSTEM, row.pk, reason="เลิกขาย")
        with pytest.raises(ShareStateError):
            shares.change(SYSTEM, row.pk, facts(merchant), version=row.version + 2)


def test_who_may_give_and_who_may_see(people: People, platform: Organisation, merchant: Organisation) -> None:
    with clock.at(DURING):
        made = shares.propose(people.actor("platform_admin"), tenant_id=platform.pk, facts=facts(merchant))
        with pytest.raises(NotFoundError):
            shares.propose(people.actor("platform_admin"), tenant_id=merchant.pk, facts=facts(platform))
        with pytest.raises(ForbiddenError):
            shares.activate(people.actor("merchant_admin"), made)
        with pytest.raises(NotFoundError):
            shares.activate(people.actor("member_admin"), made)
        shares.activate(people.actor("analyst"), made)
    for key in ("platform_admin", "merchant_admin", "analyst", "auditor"):
        assert doors.share(people.actor(key), made).pk == made
    for key in ("member_admin", "authority", "partner"):
        assert not doors.visible_to(people.actor(key)).exists()


def test_a_merchant_sees_neither_other_merchants_nor_their_number(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    mine = active(platform, merchant)
    for _ in range(3):
        active(platform, organisation(people, Kind.MERCHANT))
    assert list(doors.visible_to(people.actor("merchant_admin"))) == [mine]


def test_long_terms_are_warned_of_by_the_table() -> None:
    assert terms.most_days(["name"]) == 730
    assert terms.most_days(["name", "id_card_image", "payment"]) == 90
    assert terms.warning(["id_card_image"], DAY, DAY + timedelta(days=90)) is None
    told = terms.warning(["id_card_image"], DAY, DAY + timedelta(days=91))
    assert told is not None
    assert "91" in told.en


def test_what_waits_for_whom(people: People, platform: Organisation, merchant: Organisation) -> None:
    row = active(platform, merchant, until=DAY + timedelta(days=20))
    with clock.at(DURING):

        def texts(key: str) -> list[str]:
            return [item.text.en for item in waiting(people.actor(key))]

        assert texts("platform_admin") == ["The link to Baitong Thong Shop ends on 21 Dec 2026"]
        assert texts("merchant_admin") == []
        held = shares.suspend(people.actor("platform_admin"), row.pk, reason="พบข้อมูลเปิด")
        assert texts("merchant_admin") == ["Hinghoi Online Market suspends its data, from 1 Dec 2026, 09:00"]
        asked = shares.appeal(people.actor("merchant_admin"), held, words="ปิดแล้ว")
        assert texts("merchant_admin") == []
        assert texts("analyst") == ["Decide the appeal of Baitong Thong Shop"]
        # who suspended cannot decide, so nothing waits there
        assert texts("platform_admin") == []
        shares.decide_appeal(people.actor("analyst"), asked, uphold=True, reason="จริง")
        assert texts("analyst") == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_suspend_at_once_one_does_and_the_other_is_told(
    people: People, platform: Organisation, merchant: Organisation
) -> None:
    row, both = active(platform, merchant), threading.Barrier(2)
    results: list[str] = []

    def act(key: str) -> None:
        try:
            with clock.at(DURING):
                actor = people.actor(key)
                both.wait(10)
                shares.suspend(actor, row.pk, reason="พบพร้อมกัน")
            results.append("suspended")
        except ShareStateError:
            results.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(key,)) for key in ("platform_admin", "cert_admin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["suspended", "told"]
    assert Suspension.objects.count() == 1
    assert Message.objects.filter(renderer="registry.share_told").count() == 2
