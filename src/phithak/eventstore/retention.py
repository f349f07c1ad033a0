"""How long events are kept, and what the compactor has done about it.

A class is the kind of a source. Its files go after the last of their full days: first condemned, so that nobody finds
them any more, then removed when the compactor has worked for another day. Until then a hold, or a clock that is set
right, brings them back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from phithak.eventstore.errors import ControlError
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import File
from phithak.eventstore.sqlite import is_made, open_reader

DAYS_KEPT = 90
ActKind = Literal["condemned", "spared", "removed"]
_WITH_RULES = 2


@dataclass(frozen=True)
class Rules:
    """How long events are kept.

    Attributes:
        days: full days of classes that have other than :data:`DAYS_KEPT`.
        held: tenants whose events stay, each with the reason.
    """

    days: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[UUID, str] = field(default_factory=dict)

    def over(self, file: File, today: date) -> bool:
        """Tell whether a file's last full day (Bangkok) is over and nothing holds it."""
        kept = timedelta(days=self.days.get(file.retention, DAYS_KEPT))
        return today - date.fromisoformat(file.day) > kept and file.tenant not in self.held


def read_rules(layout: Layout) -> Rules:
    """Return what the Django side has said in ``control.db``; the default where it never said anything.

    Raises:
        ControlError: it cannot be read; then nothing may be condemned or removed.
    """
    if not layout.control.exists():
        return Rules()
    try:
        connection = open_reader(layout.control)
        try:
            if int(connection.execute("PRAGMA user_version").fetchone()[0]) < _WITH_RULES:
                return Rules()
            days = dict(connection.execute("SELECT class, days FROM retention").fetchall())
            held = connection.execute("SELECT tenant, reason FROM holds").fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ControlError(reason_th=str(error), reason_en=str(error)) from error
    return Rules(days, {UUID(bytes=tenant): reason for tenant, reason in held})


@dataclass(frozen=True)
class Act:
    """Something that retention did, for the journal.

    Attributes:
        number: rising; whoever writes the journal keeps the last one that it wrote.
        moment: µs, UTC.
        kind: ``condemned``, ``spared`` (brought back by a hold or a clock), ``removed``.
        tenant, retention, day: whose, which class, received on which day in Bangkok.
        files, events, size: how many files, events and bytes.
    """

    number: int
    moment: int
    kind: ActKind
    tenant: UUID
    retention: str
    day: str
    files: int
    events: int
    size: int


def acts(layout: Layout, *, after: int = 0, most: int = 1000) -> list[Act]:
    """Return what retention has done behind the number ``after``, in order, at most ``most``."""
    if not layout.manifest.exists():
        return []
    connection = open_reader(layout.manifest)
    try:
        if not is_made(connection):
            return []
        found = connection.execute(
            "SELECT number, moment, kind, tenant, class, day, files, events, size FROM acts WHERE number>?"
            " ORDER BY number LIMIT ?",
            (after, most),
        ).fetchall()
    finally:
        connection.close()
    return [
        Act(number, moment, kind, UUID(bytes=tenant), retention, day, files, events, size)
        for number, moment, kind, tenant, retention, day, files, events, size in found
    ]
