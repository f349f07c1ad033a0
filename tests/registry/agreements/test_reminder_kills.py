"""The keeper is reminded exactly once, wherever the nightly job is killed."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import connections

from phithak.base import clock
from phithak.core.journal.models import Entry
from phithak.core.outbox import points
from phithak.core.outbox.models import Message
from phithak.core.outbox.points import Point
from phithak.registry.models import Agreement
from phithak.registry.queries import agreements as queries
from phithak.registry.services import agreements
from tests.people import People
from tests.registry.agreements.makers import days_before_end, signed
from tests.registry.factory import organisation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]


def remind_and_die(row: Agreement, point: Point, times: int) -> int:
    """Run the job in a process of its own, killed when it reaches a point for the n-th time; return how it ended."""
    connections.close_all()  # a database connection must not be shared with the child
    child = os.fork()
    if child == 0:
        left = [times]

        def kill(reached: Point) -> None:
            left[0] -= reached is point
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        points.listeners.append(kill)
        with clock.at(days_before_end(row, 60)):
            agreements.remind()
        connections.close_all()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_killed_at_any_step_each_keeper_gets_one_mail(people: People) -> None:
    first, second = (signed(people, organisation(people)) for _ in range(2))
    keepers = len(queries.people_with(first.tenant_id, queries.MANAGE))
    assert keepers > 1
    told = Message.objects.filter(renderer="registry.agreement_ends")
    # in the first transaction: none of it stays
    for times in (1, 2):
        assert remind_and_die(first, Point.QUEUE_INSERTED, times) == -signal.SIGKILL
        assert told.count() == 0
        assert not Agreement.objects.filter(reminded_for__isnull=False).exists()
    # in the second: the first stays whole
    assert remind_and_die(first, Point.QUEUE_INSERTED, keepers + 1) == -signal.SIGKILL
    assert told.count() == keepers
    # whoever comes next ends the work, and repeats nothing
    assert remind_and_die(first, Point.QUEUE_INSERTED, 100) == 0
    assert remind_and_die(first, Point.QUEUE_INSERTED, 1) == 0
    assert told.count() == 2 * keepers
    assert len({(row.params["agreement"], row.recipient_id) for row in told}) == 2 * keepers
    assert Entry.objects.filter(tag="registry:agreement:reminded").count() == 2
    assert {row.reminded_for for row in Agreement.objects.all()} == {first.ends_on, second.ends_on}
