"""The pump against a real provider in a process of its own: outcomes, rests, days, rates, stops, batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phithak.base import clock, ids
from phithak.core import signals
from phithak.core.outbox import queries, services
from phithak.core.outbox.models import Message, Note
from phithak.core.outbox.services import control
from phithak.core.outbox.states import Recipient
from phithak.core.privacy import services as privacy
from phithak.core.signals import Signal
from tests.core.outbox.conftest import ACTOR, Configure, Queue, state, tick
from tests.people import People
from tests.simulator.running import Simulator

# the pump's calls run in threads, and its rows are seen by them: a real commit, not a test's transaction
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]
Start = Callable[..., Simulator]
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 13, 0, 0, tzinfo=UTC)


@pytest.fixture
def told() -> Iterator[list[tuple[str, object]]]:
    heard: list[tuple[str, object]] = []

    def failed(message_id: object) -> None:
        heard.append(("failed", message_id))

    def delivered(message_id: object) -> None:
        heard.append(("delivered", message_id))

    signals.receive(Signal.MESSAGE_FAILED, failed)
    signals.receive(Signal.MESSAGE_DELIVERED, delivered)
    yield heard
    signals._receivers[Signal.MESSAGE_FAILED].remove(failed)
    signals._receivers[Signal.MESSAGE_DELIVERED].remove(delivered)


def test_a_message_is_accepted_with_the_providers_id(provider: Start, queue: Queue) -> None:
    simulator = provider(mode="client_ref")
    row = queue(params={"n": 7})
    tick()
    (line,) = simulator.log()
    assert (line["to"], line["text"], line["ref"]) == ("+66812345678", "แจ้งเตือน 7 ผ่าน sms", f"{row.pk}.1")
    row.refresh_from_db()
    assert (row.state, row.provider_id, row.attempts, row.holder) == ("accepted", line["id"], 1, None)
    assert len(bytes(row.body_hash or b"")) == 32
    tick()
    assert len(simulator.log()) == 1


def test_a_busy_provider_is_asked_again_after_a_rest(provider: Start, queue: Queue) -> None:
    simulator = provider(mode="none", busy=1.0)
    row = queue()
    tick()
    row.refresh_from_db()
    assert (row.state, row.error, row.failures) == ("queued", "http.429", 1)
    assert row.next_at > clock.now()
    simulator.behave(busy=0.0)
    with clock.at(clock.now() + timedelta(seconds=5)):
        tick()
    assert state(row.pk) == "accepted"


def test_a_provider_that_is_down_makes_a_dead_letter_in_the_end(
    configure: Configure, queue: Queue, told: list[tuple[str, object]], people: People
) -> None:
    configure(sms_url="http://127.0.0.1:9/send#none")
    row = queue()
    for hours in range(8):
        with clock.at(clock.now() + timedelta(hours=2 * hours)):
            tick()
    row.refresh_from_db()
    assert (row.state, row.error, row.failures) == ("failed", "connect", 8)
    assert told == [("failed", row.pk)]
    admin = people.actor("cert_admin")
    assert [one.pk for one in queries.dead_letters_to(admin)] == [row.pk]
    services.decide(admin, row.pk, "resend", reason="ผู้ให้บริการกลับมาแล้ว")
    row.refresh_from_db()
    assert (row.state, row.round, row.failures) == ("queued", 2, 0)


@pytest.mark.parametrize(("address", "code"), [("02-123-4567", "address.no_mobile"), ("ไม่มีเบอร์", "address")])
def test_an_address_that_cannot_get_an_sms_fails_at_once(
    provider: Start, queue: Queue, address: str, code: str
) -> None:
    simulator = provider(mode="none")
    row = queue(address)
    tick()
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", code)
    assert simulator.log() == []


def test_a_refusal_for_good_is_not_repeated(provider: Start, queue: Queue) -> None:
    provider(mode="none", refuse=["+66812345678"])
    row = queue()
    tick()
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("failed", "http.400", 1)


def test_a_lost_answer_of_a_forgetful_provider_is_unknown_and_stays(provider: Start, queue: Queue) -> None:
    simulator = provider(mode="none", lose=1.0)
    row = queue()
    for minutes in (0, 5, 60):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            tick()
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("unknown", "answer.lost", 1)
    assert len(simulator.log()) == 1


@pytest.mark.parametrize("mode", ["client_ref", "lookup"])
def test_a_lost_answer_is_mended_by_reference_or_by_asking(provider: Start, queue: Queue, mode: str) -> None:
    simulator = provider(mode=mode, lose=1.0)
    row = queue()
    tick()
    assert state(row.pk) == "sending"
    simulator.behave(lose=0.0)
    with clock.at(clock.now() + timedelta(minutes=5)):
        tick()
    row.refresh_from_db()
    (line,) = simulator.log()
    assert (row.state, row.provider_id) == ("accepted", line["id"])
    assert row.attempts == (2 if mode == "client_ref" else 1)


def test_a_renderer_that_breaks_fails_its_own_message_only(provider: Start, queue: Queue) -> None:
    simulator = provider(mode="none")
    broken, whole = queue(params={"broken": True}), queue()
    tick()
    broken.refresh_from_db()
    assert (broken.state, broken.error) == ("failed", "render.ZeroDivisionError")
    assert state(whole.pk) == "accepted"
    assert len(simulator.log()) == 1


def test_urgent_messages_go_first_and_early_ones_wait(provider: Start, queue: Queue) -> None:
    simulator = provider(mode="client_ref")
    later = queue(params={"n": 3}, not_before=clock.now() + timedelta(hours=1))
    queue("081-000-0001", params={"n": 1})
    queue("081-000-0002", params={"n": 2}, urgent=True)
    found = Message.objects.filter(pk__in=queries.claimable(queries.Channel.SMS, clock.now(), 9))
    order = queries.claimable(queries.Channel.SMS, clock.now(), 9)
    assert [found.get(pk=one).params["n"] for one in order] == [2, 1]
    tick()
    assert state(later.pk) == "queued"
    assert len(simulator.log()) == 2


@pytest.mark.parametrize(("hour", "minute", "sent"), [
    (7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False), (2, 0, False),
])  # fmt: skip
def test_by_day_means_eight_to_twenty_in_bangkok(
    provider: Start, queue: Queue, hour: int, minute: int, *, sent: bool
) -> None:
    provider(mode="client_ref")
    moment = datetime(2026, 11, 21, hour, minute, tzinfo=clock.BANGKOK)
    with clock.at(moment):
        quiet, loud = queue(day_only=True), queue("081-000-0001")
        tick()
    assert state(quiet.pk) == ("accepted" if sent else "queued")
    assert state(loud.pk) == "accepted"


def test_the_rate_of_a_channel_holds(provider: Start, queue: Queue, configure: Configure) -> None:
    simulator = provider(mode="client_ref")
    configure(sms_per_minute=60)
    for number in range(6):
        queue(f"081-000-000{number}")
    now = clock.now()
    with clock.at(now):
        tick()
        tick()
    assert len(simulator.log()) == 2, "a full bucket is two seconds' worth"
    with clock.at(now + timedelta(seconds=1)):
        tick()
    assert len(simulator.log()) == 3


def test_stopped_means_nothing_leaves(provider: Start, queue: Queue, people: People) -> None:
    simulator = provider(mode="client_ref")
    row = queue()
    assert services.stop_all(people.actor("analyst"), reason="ข้อความผิด")
    assert not services.stop_all(people.actor("analyst"), reason="อีกครั้งหนึ่ง")
    tick()
    assert (simulator.log(), state(row.pk)) == ([], "queued")
    assert services.release(people.actor("cert_admin", staff=True), reason="แก้แล้วส่งได้")
    tick()
    assert len(simulator.log()) == 1


def test_exercise_mode_reaches_nobody_real(
    provider: Start, queue: Queue, configure: Configure, tmp_path: Path
) -> None:
    simulator = provider(mode="client_ref")
    configure(exercise_mode=True, data_dir=tmp_path)
    row = queue()
    tick()
    row.refresh_from_db()
    assert simulator.log() == []
    assert (row.state, row.adapter) == ("accepted", "null")
    (written,) = (tmp_path / "null-outbox").iterdir()
    assert "081-234-5678" in written.read_text(encoding="utf-8")
    assert written.stat().st_mode & 0o777 == 0o600


def test_a_held_batch_waits_a_released_one_leaves_a_cancelled_one_never(
    provider: Start, queue: Queue, people: People
) -> None:
    simulator = provider(mode="client_ref")
    campaign, tenant_id = ids.uuid7(), people.tenant_id("hospital")
    rows = [queue(f"081-000-000{number}", campaign=campaign) for number in range(3)]
    single = queue("081-000-0009")
    services.hold_campaign(ACTOR, campaign, tenant_id=tenant_id, reason="รอความจุสายด่วน")
    tick()
    assert [line["to"] for line in simulator.log()] == ["+66810000009"]
    assert state(single.pk) == "accepted"
    control.sweep()
    assert queries.campaign_counts(campaign) == {"held": 3}
    services.release_campaign(ACTOR, campaign, tenant_id=tenant_id, reason="สายว่างแล้ว")
    control.sweep()
    assert state(rows[0].pk) == "queued"
    services.cancel_campaign(ACTOR, campaign, tenant_id=tenant_id, reason="ข้อมูลผิด")
    tick()
    control.sweep()
    services.release_campaign(ACTOR, campaign, tenant_id=tenant_id, reason="ลองปล่อยอีกครั้ง")
    control.sweep()
    assert queries.campaign_counts(campaign) == {"cancelled": 3}
    assert len(simulator.log()) == 1


def test_a_batch_of_another_tenant_cannot_be_touched(queue: Queue, people: People) -> None:
    campaign = ids.uuid7()
    queue(campaign=campaign)
    services.hold_campaign(ACTOR, campaign, tenant_id=people.tenant_id("hospital"), reason="พักไว้ก่อน")
    services.cancel_campaign(ACTOR, campaign, tenant_id=people.tenant_id("merchant"), reason="ไม่ใช่ของเรา")
    control.sweep()
    assert queries.campaign_counts(campaign) == {"held": 1}


def test_a_destroyed_address_fails_and_staff_who_left_get_nothing(
    provider: Start, queue: Queue, people: People
) -> None:
    simulator = provider(smtp=True, mode="none")
    lost = queue(channel="mail", recipient=ids.uuid7())
    left = queue(channel="mail", recipient=Recipient.user(people.users["left"].pk))
    here = queue(channel="mail", recipient=Recipient.user(people.users["analyst"].pk))
    tick("mail")
    assert [state(row.pk) for row in (lost, left, here)] == ["failed", "failed", "accepted"]
    assert [line["to"] for line in simulator.log()] == [people.users["analyst"].email]


def test_mail_carries_the_reference_and_refuses_injected_headers(provider: Start, queue: Queue) -> None:
    simulator = provider(smtp=True, mode="none")
    good = queue("somchai@example.test", channel="mail", params={"headers": {"List-Id": "notices"}})
    bad = [
        queue("somchai@example.test\r\nBcc: all", channel="mail"),
        queue("a@example.test,b@example.test", channel="mail"),
        queue("a@example.test", channel="mail", params={"subject": "x\r\nBcc: victim"}),
        queue("a@example.test", channel="mail", params={"headers": {"Bcc": "victim"}}),
        queue("a@example.test", channel="mail", params={"headers": {"X-A": "1\r\nX-B: 2"}}),
    ]
    tick("mail")
    (line,) = simulator.log()
    assert (line["ref"], line["to"]) == (f"{good.pk}.1", "somchai@example.test")
    found = [(state(row.pk), Message.objects.get(pk=row.pk).error) for row in bad]
    assert found == [("failed", "address")] * 2 + [("failed", "headers")] * 3


def test_chat_says_only_the_reference_and_call_us(
    provider: Start, queue: Queue, configure: Configure
) -> None:
    simulator = provider(mode="none")
    configure(hotline="02-000-1111")
    queue(channel="chat", recipient=Recipient.room(), params={"n": 99})
    tick("chat")
    (line,) = simulator.log()
    assert "AB2C3D4E" in line["text"]
    assert "02-000-1111" in line["text"]
    assert "99" not in line["text"]


def test_nothing_personal_lies_in_the_rows(provider: Start, queue: Queue) -> None:
    provider(mode="none", lose=0.5)
    for number in range(6):
        queue(f"081-777-000{number}")
    tick()
    everything = [str(row) for table in (Message, Note) for row in table.objects.values_list()]
    assert everything
    assert not [line for line in everything if "817770" in line.replace("-", "") or "แจ้งเตือน" in line]


def test_the_vault_is_asked_only_at_sending(provider: Start, queue: Queue, people: People) -> None:
    simulator = provider(mode="client_ref")
    tenant_id = people.tenant_id("hospital")
    handle = privacy.seal(ACTOR, "phone", "081-555-1234", tenant_id=tenant_id)
    queue(recipient=handle)
    tick()
    assert [line["to"] for line in simulator.log()] == ["+66815551234"]
