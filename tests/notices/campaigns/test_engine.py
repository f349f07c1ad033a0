"""The engine of campaigns: the list, two persons, waves, stop and resume, the chase, what is said."""

from __future__ import annotations

import pytest
from django.test import Client

from phithak.core.jobs.services import run_pending
from phithak.core.outbox.models import Message
from phithak.core.privacy import services as privacy
from phithak.notices.errors import (
    CampaignChangedError,
    CampaignNotReadyError,
    CampaignSecondPersonError,
    CampaignStateError,
)
from phithak.notices.models import Campaign, Dispatch, Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.queries import pending
from phithak.notices.services import campaigns, lists
from phithak.notices.states import Answers, Delivery, Step
from tests.notices.campaigns.conftest import Desk, link_in

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_everybody_gets_a_place_and_who_cannot_be_told_a_reason(desk: Desk) -> None:
    list_id = desk.listed(
        "a@example.th", "A@example.th", "b@example.th, 0812345678", "0898765432", "c@example.th"
    )
    cert = desk.people.tenant_id("cert")
    for address in ("b@example.th", "c@example.th"):
        lists.bar(desk.house.actor("analyst"), cert, address=address, reason="ขอไม่รับอีเมล")
    row = desk.gathered(desk.plan(list_id))
    assert (row.state, row.recipients, row.waves) == ("listed", 5, 1)
    found = [(one.channel, one.skipped, one.switched) for one in desk.recipients(row.pk)]
    assert found == [
        ("mail", "", ""),
        ("", "same_address", ""),
        ("sms", "", "do_not_send"),
        ("sms", "", "no_address"),
        ("", "do_not_send", ""),
    ]
    figures = queries.figures(row)
    assert figures.total == 5
    assert figures.to_call == 1
    assert figures.deliveries == {Delivery.WAITING: 3, Delivery.SKIPPED: 2}
    text = " ".join(str(value) for one in Recipient.objects.values() for value in one.values())
    assert "example.th" not in text
    assert "812345678" not in text


def test_the_approver_is_neither_author_nor_submitter_nor_anybody_who_changed_it(desk: Desk) -> None:
    campaign_id = desk.plan(desk.listed("a@example.th"))
    campaigns.set_facts(
        desk.house.actor("cert_admin"), campaign_id, facts=desk.row(campaign_id).facts, passed=(),
        seen=desk.row(campaign_id).version,
    )  # fmt: skip
    row = desk.gathered(campaign_id)
    seal = campaigns.submit(desk.house.actor("cert_admin_2"), row.pk, seen=row.version)
    for key in ("analyst", "cert_admin", "cert_admin_2"):
        with pytest.raises(CampaignSecondPersonError):
            campaigns.approve(desk.house.actor(key), row.pk, seen=seal)
    campaigns.approve(desk.house.actor("executive"), row.pk, seen=seal)
    assert desk.row(row.pk).state == "approved"


def test_an_approval_is_bound_to_words_plan_and_list(desk: Desk) -> None:
    row = desk.gathered(desk.plan(desk.listed("a@example.th", "b@example.th")))
    seal = campaigns.submit(desk.house.actor("analyst"), row.pk, seen=row.version)
    admin = desk.house.actor("cert_admin")
    with pytest.raises(CampaignChangedError):
        campaigns.approve(admin, row.pk, seen="0" * 64)
    Recipient.objects.filter(campaign=row, place=1).update(key="somebody else")
    with pytest.raises(CampaignChangedError):
        campaigns.approve(admin, row.pk, seen=seal)
    Recipient.objects.filter(campaign=row, place=1).update(key=desk.recipients(row.pk)[1].key)
    campaigns.send_back(admin, row.pk, reason="รายชื่อไม่ตรง โปรดรวบรวมใหม่")
    row = desk.gathered(row.pk)
    seal = campaigns.submit(desk.house.actor("analyst"), row.pk, seen=row.version)
    Campaign.objects.filter(pk=row.pk).update(facts={"team": "คนอื่น"})
    with pytest.raises(CampaignChangedError):
        campaigns.approve(admin, row.pk, seen=seal)
    with pytest.raises(CampaignStateError):
        campaigns.start(desk.house.actor("analyst"), row.pk)


def test_a_list_changed_behind_the_approval_stops_the_campaign_before_anybody_is_told(desk: Desk) -> None:
    row = desk.approved(desk.plan(desk.listed("a@example.th", "b@example.th")))
    campaigns.start(desk.house.actor("analyst"), row.pk)
    other = privacy.seal(desk.house.actor("analyst"), "email", "evil@example.th", tenant_id=row.tenant_id)
    Recipient.objects.filter(campaign=row, place=1).update(mail_id=other)
    run_pending("normal")
    assert desk.row(row.pk).state == "stopped"
    assert desk.pump() == []
    assert not Message.objects.filter(campaign=row.pk).exists()


def test_words_changed_while_it_runs_never_leave(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th")))
    Campaign.objects.filter(pk=row.pk).update(tlp="CLEAR")
    assert desk.pump() == []
    assert Message.objects.get(campaign=row.pk).error == "render.notices.not_as_approved"
    assert queries.figures(desk.row(row.pk)).deliveries == {Delivery.FAILED: 1}


def test_a_mail_carries_tlp_reference_and_a_link_that_answers_once(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th"), tlp="AMBER+STRICT"))
    (message,) = desk.pump()
    assert "subject: [TLP:AMBER+STRICT] " in message
    assert message.count("TLP:AMBER+STRICT · ") == 2
    browser = Client()
    path = link_in(message)
    page = browser.get(path).content.decode()
    for word in ("ทำเสร็จแล้ว", "ทำไม่ได้", "ไม่เกี่ยวกับเรา", "ขอความช่วยเหลือ"):
        assert word in page
    assert desk.recipients(row.pk)[0].answer == ""
    assert browser.post(path, {"answer": "done"}).status_code == 200
    one = desk.recipients(row.pk)[0]
    assert (one.answer, one.how) == ("done", "link")
    assert browser.post(path, {"answer": "help"}).status_code == 409
    desk.tick()
    assert desk.row(row.pk).state == "closed"


def test_waves_follow_the_hotline_and_stop_holds_what_has_not_left(desk: Desk) -> None:
    # 2 calls an hour, of whom one in five calls: ten are told in an hour
    lines = [f"p{number}@example.th" for number in range(25)]
    row = desk.approved(desk.plan(desk.listed(*lines), calls_per_hour=2, call_percent=20))
    look = campaigns.look(row)
    assert [(wave.number, wave.count) for wave in look.waves] == [(1, 10), (2, 10), (3, 5)]
    assert look.calls == 5
    actor = desk.house.actor("analyst")
    campaigns.start(actor, row.pk)
    desk.tick()
    assert len(desk.pump()) == 10
    desk.later(minutes=59)
    desk.tick()
    assert len(desk.pump()) == 10
    desk.later(minutes=2)
    desk.tick()
    campaigns.stop(actor, row.pk, reason="สายด่วนรับไม่ทัน")
    assert len(desk.pump()) == 10
    desk.later(hours=5)
    desk.tick()
    assert len(desk.pump()) == 10
    campaigns.resume(actor, row.pk, reason="สายด่วนพร้อมแล้ว")
    desk.tick()
    assert len(desk.pump()) == 20
    desk.later(minutes=61)
    desk.tick()
    assert len(desk.pump()) == 25
    assert queries.figures(desk.row(row.pk)).deliveries == {Delivery.ACCEPTED: 25}


def test_a_cancelled_campaign_says_of_each_what_became_of_it(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th", "b@example.th")))
    campaigns.cancel(desk.house.actor("analyst"), row.pk, reason="แจ้งผิดเรื่อง")
    assert desk.pump() == []
    assert queries.figures(desk.row(row.pk)).deliveries == {Delivery.CANCELLED: 2}


def test_the_silent_are_reminded_told_otherwise_and_called(desk: Desk) -> None:
    chase = ((24, Step.REMIND), (48, Step.SWITCH), (72, Step.CALL))
    row = desk.started(desk.plan(desk.listed("a@example.th, 0812345678", "b@example.th"), chase=chase))
    first = desk.pump()
    assert len(first) == 2
    path = link_in(next(one for one in first if "b@example.th" in one))
    Client().post(path, {"answer": "not_applicable"})
    desk.later(hours=25)
    desk.tick()
    sent = desk.pump()
    assert len(sent) == 3
    (reminder,) = [one for one in sent if one not in first]
    assert "เตือน: " in reminder
    assert "to: a@example.th" in reminder
    desk.later(hours=24)
    desk.tick()
    (sms,) = [one for one in desk.pump() if one not in sent]
    assert "to: +66812345678" in sms
    assert "http" not in sms
    desk.later(hours=24)
    desk.tick()
    one, other = desk.recipients(row.pk)
    assert (one.to_call, one.rounds, one.step_at) == (True, 3, None)
    assert (other.answer, other.rounds, other.to_call) == ("not_applicable", 1, False)
    assert [item.why for item in Dispatch.objects.filter(recipient=one).order_by("round")] == [
        "first", "remind", "switch",
    ]  # fmt: skip
    campaigns.record_answer(desk.house.actor("call_agent"), one.pk, "could_not")
    one = desk.recipients(row.pk)[0]
    assert (one.answer, one.how, one.to_call) == ("could_not", "call", False)
    desk.later(days=9)
    desk.tick()
    assert desk.row(row.pk).state == "closed"
    assert len(desk.pump()) == 4


def test_nobody_whose_message_is_unknown_gets_another(desk: Desk) -> None:
    chase = ((24, Step.REMIND), (48, Step.SWITCH), (72, Step.CALL))
    row = desk.started(desk.plan(desk.listed("a@example.th, 0812345678"), chase=chase))
    Message.objects.filter(campaign=row.pk).update(state="unknown")
    for _ in range(3):
        desk.later(hours=25)
        desk.tick()
    (one,) = desk.recipients(row.pk)
    assert (one.rounds, one.to_call) == (1, True)
    assert desk.pump() == []
    assert queries.figures(desk.row(row.pk)).deliveries == {Delivery.UNKNOWN: 1}
    assert desk.row(row.pk).state == "running"


def test_two_places_with_one_address_are_asked_once_and_answer_together(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th", "a@example.th")))
    (message,) = desk.pump()
    Client().post(link_in(message), {"answer": "done"})
    assert [one.answer for one in desk.recipients(row.pk)] == ["done", "done"]


def test_a_rehearsal_makes_no_message(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th", "0812345678"), exercise=True))
    assert desk.pump() == []
    assert not Message.objects.filter(campaign=row.pk).exists()
    assert queries.figures(desk.row(row.pk)).deliveries == {Delivery.REHEARSED: 2}


def test_a_text_without_a_value_or_an_empty_list_is_not_submitted(desk: Desk) -> None:
    analyst = desk.house.actor("analyst")
    row = desk.gathered(desk.plan(desk.listed("a@example.th"), facts={}))
    with pytest.raises(CampaignNotReadyError) as caught:
        campaigns.submit(analyst, row.pk, seen=row.version)
    assert "due" in str(caught.value.message.en)
    nobody = desk.listed("c@example.th", name="อีกรายชื่อ")
    lists.bar(analyst, desk.people.tenant_id("cert"), address="c@example.th", reason="ขอไม่รับอีเมล")
    row = desk.gathered(desk.plan(nobody))
    with pytest.raises(CampaignNotReadyError):
        campaigns.submit(analyst, row.pk, seen=row.version)


def test_somebody_who_wants_nothing_since_the_approval_is_left_to_a_person(desk: Desk) -> None:
    row = desk.approved(desk.plan(desk.listed("a@example.th", "b@example.th, 0812345678")))
    analyst = desk.house.actor("analyst")
    for address in ("a@example.th", "b@example.th"):
        lists.bar(analyst, desk.people.tenant_id("cert"), address=address, reason="ขอไม่รับอีเมล")
    campaigns.start(analyst, row.pk)
    desk.tick()
    (sms,) = desk.pump()
    assert "+66812345678" in sms
    figures = queries.figures(desk.row(row.pk))
    assert (figures.to_call, figures.deliveries) == (1, {Delivery.SKIPPED: 1, Delivery.ACCEPTED: 1})


def test_by_day_only_nothing_is_queued_at_night(desk: Desk) -> None:
    row = desk.approved(desk.plan(desk.listed("a@example.th"), day_only=True))
    desk.later(hours=12)  # 22:00
    campaigns.start(desk.house.actor("analyst"), row.pk)
    desk.tick()
    assert not Message.objects.filter(campaign=row.pk).exists()
    desk.later(hours=11)
    desk.tick()
    assert len(desk.pump()) == 1


def test_a_campaign_is_not_over_while_a_message_has_failed(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th", "b@example.th"), answers=Answers.NONE))
    desk.pump()
    failed = Message.objects.filter(campaign=row.pk).order_by("pk").values_list("pk", flat=True)[0]
    Message.objects.filter(pk=failed).update(state="failed")
    desk.tick()
    assert desk.row(row.pk).state == "running"
    waiting = [str(item.text) for item in pending.waiting(desk.house.actor("analyst"))]
    assert any("ต้องแจ้งทางอื่น" in words for words in waiting)
    Message.objects.filter(pk=failed).update(state="delivered")
    desk.tick()
    assert desk.row(row.pk).state == "closed"


def test_an_invitation_has_its_own_answers(desk: Desk) -> None:
    row = desk.started(desk.plan(desk.listed("a@example.th"), answers=Answers.INVITATION))
    path = link_in(desk.pump()[0])
    browser = Client()
    assert browser.post(path, {"answer": "done"}).status_code == 422
    assert browser.post(path, {"answer": "declined"}).status_code == 200
    assert queries.figures(row).answers == {"declined": 1}
