"""What the journal's tests do again and again: record, number, tamper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.contrib import EventTag
from phithak.core.db import transactions
from phithak.core.journal import services, triggers
from phithak.core.journal.findings import LiveReport
from phithak.core.journal.models import Leaf
from phithak.core.journal.queries.checking import Check

ACTOR = actors.system("test")


class Tag(EventTag):
    """A tag of a made-up room."""

    MADE = ("test:thing:made", "สร้างสิ่งที่ {n}", "Made thing {n}")


def put(count: int = 1, **more: Any) -> list[UUID]:
    """Record entries, fifty to a transaction, and return their ids."""
    found: list[UUID] = []
    for chunk in transactions.chunks(range(count), 50):
        with transactions.write("test.put"):
            for n in chunk:
                entry = contrib.record(ACTOR, Tag.MADE, ("test.thing", str(n)), facts={"n": n}, **more)
                found.append(entry)
    return found


def numbered(count: int) -> list[UUID]:
    """Record and number entries, with a checkpoint; the first epoch's own entry has number 1 before them."""
    found = put(count)
    services.tick()
    services.sign_if_due(at_once=True)
    return found


@contextmanager
def past_the_triggers() -> Iterator[Any]:
    """Give a cursor of somebody who owns the database: the triggers are dropped and made again."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        triggers.drop(cursor, connection.vendor)
        yield cursor
        triggers.create(cursor, connection.vendor)


def order() -> list[tuple[int, UUID]]:
    """Return number and entry of all leaves, in order of number."""
    return list(Leaf.objects.order_by("seq").values_list("seq", "entry_id"))


def check() -> LiveReport:
    """Check the whole live journal."""
    running = Check()
    while running.step():
        # every step survives being put away and taken out again
        running = Check(running.save())
    return running.report
