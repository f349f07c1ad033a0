"""What becomes of a question: exact to the second, asked once, escalated to the backup."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phithak.base import clock
from phithak.core.jobs import services as jobs
from phithak.core.outbox import rendering
from phithak.core.outbox.models import Message
from phithak.core.outbox.rendering import Context
from phithak.core.outbox.states import Channel
from phithak.engines.thai.sms import sms_size
from phithak.registry.models import ContactPoint, DrillCheck, DrillClaim
from phithak.registry.queries import drills as queries
from phithak.registry.services import drills
from tests.people import People
from tests.registry.drills.contacts import SYSTEM, T0, Round, begin, contact, hospital, liveness, person, tick

pytestmark = [pytest.mark.django_db, pytest.mark.db]

SECOND = timedelta(seconds=1)
HOUR = timedelta(minutes=60)


def text_of(round_: Round, one: ContactPoint) -> str:
    """The words that a contact gets."""
    row = Message.objects.get(pk=round_.of(one).message_id)
    context = Context(row.pk, row.tenant_id, Channel(row.channel))
    rendered = rendering.render(row.renderer, row.params, context)
    assert rendering.render(row.renderer, row.params, context) == rendered
    return rendered.body


def test_an_answer_at_the_due_second_is_green_and_one_second_later_amber(people: People) -> None:
    org = hospital(people)
    in_time, late = contact(org, mail="a@example.test"), contact(org, mail="b@example.test")
    with clock.at(T0):
        round_ = begin(people)
    assert round_.states(in_time, late) == ["asked", "asked"]
    with clock.at(T0 + HOUR):
        round_.press(in_time)
    with clock.at(T0 + HOUR + SECOND):
        round_.press(late)
    assert round_.states(in_time, late) == ["answered", "late"]
    assert [liveness(in_time), liveness(late)] == ["green", "amber"]
    assert round_.of(in_time).how == "link"


def test_silence_is_escalated_at_the_due_second_and_not_before(people: People) -> None:
    org = hospital(people)
    second = contact(org, phone="0812345601", kind="director")
    first = contact(org, mail="a@example.test", backup=second)
    with clock.at(T0):
        round_ = begin(people, kinds=("technical",))
    assert round_.messages() == 1
    with clock.at(T0 + HOUR - SECOND):
        tick()
    assert round_.states(first) == ["asked"]
    with clock.at(T0 + HOUR):
        tick()
        tick()
    assert round_.states(first, second) == ["escalated", "asked"]
    assert round_.messages() == 2
    assert round_.of(second).due_at == T0 + 2 * HOUR
    assert liveness(first) == "amber"
    with clock.at(T0 + HOUR + timedelta(minutes=59)):
        drills.answered(people.actor("call_agent"), round_.of(second).pk)
        tick()
    assert round_.states(first, second) == ["late", "answered"]
    assert round_.of(first).how == "backup"
    assert queries.words_of(round_.of(first)) == queries.BY_BACKUP
    assert [liveness(first), liveness(second)] == ["amber", "green"]
    assert round_.row.state == "closed"


def test_silent_on_both_sides_is_red_at_the_backups_due_second(people: People) -> None:
    org = hospital(people)
    second = contact(org, mail="b@example.test", kind="director")
    first = contact(org, mail="a@example.test", backup=second)
    with clock.at(T0):
        round_ = begin(people, kinds=("technical",), due_minutes=30)
    for moment in (T0 + HOUR / 2, T0 + HOUR - SECOND):
        with clock.at(moment):
            tick()
    assert round_.states(first, second) == ["escalated", "asked"]
    with clock.at(T0 + HOUR):
        tick()
    assert round_.states(first, second) == ["missed", "missed"]
    assert [liveness(first), liveness(second)] == ["red", "red"]
    with clock.at(T0 + 2 * HOUR):
        round_.press(first)
    assert (round_.of(first).state, liveness(first)) == ("late", "amber")
    assert round_.of(second).state == "missed"


def test_the_backups_answer_comes_before_the_loop_but_after_its_due(people: People) -> None:
    org = hospital(people)
    second = contact(org, mail="b@example.test", kind="director")
    first = contact(org, mail="a@example.test", backup=second)
    with clock.at(T0):
        round_ = begin(people, kinds=("technical",))
    with clock.at(T0 + HOUR):
        tick()
    with clock.at(T0 + 2 * HOUR + SECOND):
        round_.press(second)
        tick()
    assert round_.states(first, second) == ["missed", "late"]
    assert round_.row.state == "closed"


def test_without_any_address_it_is_red_at_once(people: People) -> None:
    org = hospital(people)
    nobody = contact(org)
    with clock.at(T0):
        round_ = begin(people)
        tick()
    assert round_.states(nobody) == ["missed"]
    assert queries.words_of(round_.of(nobody)) == queries.NO_ADDRESS
    assert liveness(nobody) == "red"
    assert round_.messages() == 0


def test_one_person_with_several_contacts_is_asked_once(people: People) -> None:
    """Same person, same e-mail, same phone, and two that only a third shows to be one."""
    org, other = hospital(people), hospital(people)
    who = person(org)
    by_person = [contact(org, mail="p@example.test", who=who), contact(org, phone="0812345610", who=who)]
    by_value = [contact(org, mail="Q@example.test"), contact(other, mail="q@EXAMPLE.test")]
    chain = [
        contact(org, mail="x@example.test"),
        contact(org, phone="081-234-5611"),
        contact(other, mail="x@example.test", phone="+66 81 234 5611"),
    ]
    with clock.at(T0):
        round_ = begin(people)
    assert round_.messages() == 3
    everyone = by_person + by_value + chain
    assert set(round_.states(*everyone)) == {"asked"}
    with clock.at(T0 + HOUR / 2):
        round_.press(by_value[1])
        round_.press(chain[2], "changed", "ย้ายโต๊ะแล้ว โทร 0899999999")
        drills.answered(people.actor("analyst"), round_.of(by_person[1]).pk)
    assert set(round_.states(*everyone)) == {"answered"}
    assert {liveness(one) for one in everyone} == {"green"}
    assert DrillCheck.objects.filter(says_changed=True).count() == 1
    asked = DrillCheck.objects.get(says_changed=True)
    assert "0899999999" not in queries.note_of(asked)
    assert queries.note_of(asked).startswith("ย้ายโต๊ะแล้ว")


def test_two_people_behind_one_switchboard_are_two(people: People) -> None:
    org = hospital(people)
    ones = [
        contact(org, mail=f"{name}@example.test", phone="021234567", who=person(org)) for name in ("a", "b")
    ]
    with clock.at(T0):
        round_ = begin(people)
    assert round_.messages() == 2
    with clock.at(T0 + SECOND):
        round_.press(ones[0])
    assert round_.states(*ones) == ["answered", "asked"]


def test_a_backup_that_was_asked_already_is_not_asked_again(people: People) -> None:
    org = hospital(people)
    director = contact(org, mail="d@example.test", kind="director")
    firsts = [contact(org, mail=f"t{number}@example.test", backup=director) for number in range(3)]
    # the same human as the director, under another entry
    twin = contact(org, mail="D@example.test", kind="legal")
    firsts.append(contact(org, mail="t9@example.test", backup=twin))
    with clock.at(T0):
        round_ = begin(people, kinds=("technical", "director"))
    assert round_.messages() == 5
    with clock.at(T0 + HOUR / 2):
        round_.press(director)
    with clock.at(T0 + HOUR):
        tick()
    assert round_.messages() == 5
    assert round_.states(*firsts) == ["late"] * 4
    assert {round_.of(one).how for one in firsts} == {"backup"}
    assert round_.row.state == "closed"


def test_a_backup_that_is_the_same_person_helps_nobody(people: People) -> None:
    org = hospital(people)
    other_desk = contact(org, mail="a@example.test", kind="director")
    first = contact(org, mail="A@example.test", backup=other_desk)
    with clock.at(T0):
        round_ = begin(people, kinds=("technical",))
    with clock.at(T0 + HOUR):
        tick()
    assert round_.states(first) == ["missed"]
    assert round_.messages() == 1


def test_drills_that_overlap_ask_a_person_once(people: People) -> None:
    org = hospital(people)
    ones = [contact(org, mail=f"t{number}@example.test") for number in range(3)]
    alone = contact(org, mail="only@example.test", kind="legal")
    with clock.at(T0):
        first = begin(people, kinds=("technical",))
    with clock.at(T0 + HOUR / 4):
        first.press(ones[0])
        second = begin(people)
    assert (first.messages(), second.messages()) == (3, 1)
    assert second.states(*ones, alone) == ["answered", "asked", "asked", "asked"]
    with clock.at(T0 + HOUR / 2):
        first.press(ones[1])
    assert second.states(*ones) == ["answered", "answered", "asked"]
    with clock.at(T0 + HOUR):
        tick()
    assert first.states(*ones) == second.states(*ones) == ["answered", "answered", "missed"]
    with clock.at(T0 + 2 * HOUR):
        for _ in range(4):
            tick()
    assert (first.row.state, second.row.state) == ("closed", "closed")
    assert not DrillClaim.objects.exists()
    with clock.at(T0 + 3 * HOUR):
        third = begin(people)
    assert third.messages() == 4


def test_the_stop_button_ends_it_and_others_take_over(people: People) -> None:
    org = hospital(people)
    one, two = contact(org, mail="a@example.test"), contact(org, mail="b@example.test")
    actor = people.actor("analyst")
    with clock.at(T0):
        first = begin(people)
        first.press(one)
        drills.stop(actor, first.id, "ซ้อมผิดวัน เลื่อนไปก่อน")
        tick()
        tick()
    assert first.states(one, two) == ["answered", "void"]
    assert first.row.state == "stopped"
    with clock.at(T0 + 2 * HOUR):
        tick()
    assert first.states(one, two) == ["answered", "void"]
    assert not DrillClaim.objects.exists()
    with pytest.raises(drills.DrillStateError):
        drills.stop(actor, first.id, "หยุดซ้ำอีกครั้ง")


def test_a_drill_that_waits_for_a_stopped_one_asks_by_itself(people: People) -> None:
    org = hospital(people)
    one = contact(org, mail="a@example.test")
    actor = people.actor("analyst")
    with clock.at(T0):
        round_ = begin(people)
        # as if the first drill had taken the person up and was stopped before it asked
        check = round_.of(one)
        DrillCheck.objects.filter(pk=check.pk).update(
            state="waiting", asked_at=None, due_at=None, message_id=None
        )
        Message.objects.all().delete()
        second = begin(people, name="ซ้อมซ้อน")
        assert second.states(one) == ["waiting"]
        drills.stop(actor, round_.id, "หยุดก่อนถาม")
        for _ in range(3):
            tick()
        jobs.run_pending("normal")
    assert second.states(one) == ["asked"]
    assert second.messages() == 1


def test_an_sms_holds_a_code_and_no_link_and_the_call_back_closes_it(people: People) -> None:
    org = hospital(people)
    phones = [contact(org, phone=f"08123456{number:02d}") for number in range(3)]
    with clock.at(T0):
        round_ = begin(people)
        texts = [text_of(round_, one) for one in phones]
        for text in texts:
            assert sms_size(text).parts <= 3
            assert "http" not in text
            assert "ไม่มีเหตุ" in text
            assert "OTP" in text
        said = [next(word for word in text.split() if word.isdigit() and len(word) == 6) for text in texts]
        assert len(set(said)) == 3
        with pytest.raises(drills.UnknownCodeError):
            drills.answered_by_code(
                people.actor("call_agent"), "000000" if "000000" not in said else "111111"
            )
        thai = said[1].translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
        drills.answered_by_code(people.actor("call_agent"), f"{thai[:3]} {thai[3:]}")
    assert round_.states(*phones) == ["asked", "answered", "asked"]
    assert round_.of(phones[1]).how == "call_back"
    assert said[1] not in str(DrillCheck.objects.filter(pk=round_.of(phones[1]).pk).values())


def test_the_mail_says_what_it_is_in_both_languages(people: People) -> None:
    org = hospital(people)
    one = contact(org, mail="a@example.test", label_th="เวรไอที")
    with clock.at(T0):
        round_ = begin(people, name="ซ้อมเดือนพฤศจิกายน")
        body = text_of(round_, one)
    for words in (
        "เรียน เวรไอที",
        "ซ้อมเดือนพฤศจิกายน",
        "ไม่มีเหตุการณ์ใด",
        "5 พ.ย. 2569 10:00 น.",
        "No incident",
        "/l/",
    ):
        assert words in body
    assert "a@example.test" not in body


def test_a_failed_message_is_due_at_once_and_a_delayed_one_later(people: People) -> None:
    org = hospital(people)
    backup = contact(org, mail="d@example.test", kind="director")
    bounced = contact(org, mail="a@example.test", backup=backup)
    delayed = contact(org, mail="b@example.test")
    unsent = contact(org, mail="c@example.test")
    with clock.at(T0):
        round_ = begin(people, kinds=("technical",))
    accepted = T0 + timedelta(minutes=10)
    Message.objects.filter(pk=round_.of(delayed).message_id).update(accepted_at=accepted)
    Message.objects.filter(pk=round_.of(unsent).message_id).update(state="held", accepted_at=None)
    with clock.at(T0 + timedelta(minutes=5)):
        Message.objects.filter(pk=round_.of(bounced).message_id).update(state="failed")
        drills.message_failed(round_.of(bounced).message_id)
        tick()
    assert round_.states(bounced, backup) == ["escalated", "asked"]
    with clock.at(T0 + HOUR):
        tick()
    assert round_.states(delayed, unsent) == ["asked", "asked"]
    assert round_.of(delayed).due_at == accepted + HOUR
    with clock.at(accepted + HOUR):
        round_.press(delayed)
        tick()
    assert round_.states(delayed, unsent) == ["answered", "asked"]


def test_a_stale_contact_is_flagged_by_the_daily_job(people: People) -> None:
    org = hospital(people)
    old, fresh, back = (contact(org, mail=f"{name}@example.test") for name in "abc")
    now = clock.now()
    ContactPoint.objects.filter(pk=old.pk).update(answered_at=now - timedelta(days=35, seconds=1))
    ContactPoint.objects.filter(pk=fresh.pk).update(answered_at=now - timedelta(days=34, hours=23))
    ContactPoint.objects.filter(pk=back.pk).update(answered_at=now, stale_since=now)
    with clock.at(now):
        jobs.enqueue("registry.contacts_stale", {"due": now.isoformat()}, actor=SYSTEM)
        jobs.run_pending("normal")
    flags = [ContactPoint.objects.get(pk=one.pk).stale_since is not None for one in (old, fresh, back)]
    assert flags == [True, False, False]
