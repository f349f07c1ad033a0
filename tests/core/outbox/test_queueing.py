"""Queueing: once per key, no personal data, nothing before the commit, many at once with bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phithak.base import ids
from phithak.core.db.transactions import write
from phithak.core.jobs.errors import ArgumentsError
from phithak.core.journal.models import Entry
from phithak.core.outbox import services
from phithak.core.outbox.errors import UnknownRendererError, WrongRecipientError
from phithak.core.outbox.models import Message
from phithak.core.outbox.services import Wanted
from phithak.core.outbox.states import Recipient
from tests.core.outbox.conftest import ACTOR, NOTICE, Queue
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_a_retry_of_the_caller_queues_once(queue: Queue) -> None:
    first = queue(key="case-1-person-1")
    again = queue(key="case-1-person-1")
    other_tenant = queue(key="case-1-person-1", tenant="merchant")
    assert first.pk == again.pk
    assert other_tenant.pk != first.pk
    assert Message.objects.count() == 2
    assert Entry.objects.filter(tag="outbox:message:queued").count() == 2


def test_what_is_rolled_back_was_never_queued(queue: Queue) -> None:
    with pytest.raises(ZeroDivisionError), write("tests.rollback"):
        queue()
        raise ZeroDivisionError
    assert Message.objects.count() == 0


@pytest.mark.parametrize("params", [
    {"phone": "081-234-5678"}, {"note": "เลข 1-1037-02071-81-1"}, {"mail": "someone@example.test"}, {"x": object()},
])  # fmt: skip
def test_parameters_with_personal_data_are_refused(queue: Queue, params: dict[str, object]) -> None:
    with pytest.raises(ArgumentsError):
        queue(params=params)
    assert Message.objects.count() == 0


def test_an_idempotency_key_is_no_place_for_a_number_either(queue: Queue) -> None:
    with pytest.raises(ArgumentsError):
        queue(key="0812345678")


def test_unknown_renderers_and_unreachable_recipients_are_refused(queue: Queue) -> None:
    with pytest.raises(UnknownRendererError):
        queue(renderer="tests.nobody")
    with pytest.raises(WrongRecipientError):
        queue(channel="sms", recipient=Recipient.room())
    with pytest.raises(WrongRecipientError):
        queue(channel="webhook", recipient=Recipient.handle(ids.uuid7()))


def test_many_are_queued_in_chunks_each_with_one_journal_entry(people: People) -> None:
    handle = ids.uuid7()
    asked: list[int] = []

    def wanted() -> Iterator[Wanted]:
        for number in range(1203):
            asked.append(number - Message.objects.count())
            yield Wanted(handle, f"k{number}", {"n": number})

    done = services.queue_many(
        ACTOR, wanted(), tenant_id=people.tenant_id("hospital"), channel="sms", renderer=NOTICE, pause=0
    )
    assert (done.new, done.repeated) == (1203, 0)
    assert max(asked) <= 500, "at most one chunk lies in memory"
    entries = Entry.objects.filter(tag="outbox:messages:queued")
    assert sorted(entry.body.count('"root"') for entry in entries) == [1, 1, 1]
    again = services.queue_many(
        ACTOR, wanted(), tenant_id=people.tenant_id("hospital"), channel="sms", renderer=NOTICE, pause=0
    )
    assert (again.new, again.repeated) == (0, 1203)


def test_many_within_an_open_transaction_are_refused(people: People) -> None:
    with write("tests.open"), pytest.raises(RuntimeError):
        services.queue_many(ACTOR, [], tenant_id=people.tenant_id("hospital"), channel="sms", renderer=NOTICE)
