"""Rotas as plain values: a pattern gives shifts; shifts give overlaps and gaps. Nothing is read here."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from phithak.base.clock import BANGKOK
from phithak.base.text import Text

DAYS_OF_WEEK = 7


class Duty(StrEnum):
    """What somebody is on duty as."""

    PRIMARY = "primary"
    BACKUP = "backup"

    @property
    def text(self) -> Text:
        """The duty in both languages."""
        return _DUTIES[self]


_DUTIES = {Duty.PRIMARY: Text("เวรหลัก", "First"), Duty.BACKUP: Text("เวรสำรอง", "Backup")}


class Turn(StrEnum):
    """When the next member's turn comes."""

    SHIFT = "shift"
    WEEK = "week"

    @property
    def text(self) -> Text:
        """The turn in both languages."""
        return _TURNS[self]


_TURNS = {Turn.SHIFT: Text("ทุกเวร", "Each shift"), Turn.WEEK: Text("ทุกสัปดาห์", "Each week")}


@dataclass(frozen=True)
class Pattern:
    """A rota in words.

    Attributes:
        weekdays: days on which a shift begins, 0 = Monday.
        starts: local time in Bangkok at which it begins.
        ends: local time at which it ends; at or before ``starts`` means on the next day.
        members: whose turn it is, in this order, again and again.
        first_day: the day from which weeks are counted.
        weeks: how many.
        duty: as what.
        turn: when the next one's turn comes.
    """

    weekdays: frozenset[int]
    starts: time
    ends: time
    members: tuple[UUID, ...]
    first_day: date
    weeks: int
    duty: Duty = Duty.PRIMARY
    turn: Turn = Turn.SHIFT


@dataclass(frozen=True)
class Planned:
    """One shift that a pattern gives; times in UTC."""

    member_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Span:
    """From one moment to another (UTC)."""

    starts_at: datetime
    ends_at: datetime

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.ends_at - self.starts_at).total_seconds() / 3600


def occurrences(pattern: Pattern) -> list[Planned]:
    """Return the shifts of a pattern in order of time."""
    found: list[Planned] = []
    for number in range(pattern.weeks * DAYS_OF_WEEK):
        day = pattern.first_day + timedelta(days=number)
        if day.weekday() not in pattern.weekdays:
            continue
        turn = len(found) if pattern.turn is Turn.SHIFT else number // DAYS_OF_WEEK
        last_day = day if pattern.ends > pattern.starts else day + timedelta(days=1)
        found.append(
            Planned(
                pattern.members[turn % len(pattern.members)],
                datetime.combine(day, pattern.starts, BANGKOK).astimezone(UTC),
                datetime.combine(last_day, pattern.ends, BANGKOK).astimezone(UTC),
            )
        )
    return found


def first_overlap(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Return the first two of one person's spans that overlap; touching is not overlapping."""
    ordered = sorted(spans, key=lambda span: span.starts_at)
    for former, following in itertools.pairwise(ordered):
        if following.starts_at < former.ends_at:
            return former, following
    return None


def gaps(covered: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """Return the spans between ``since`` and ``until`` in which nobody is on duty."""
    found: list[Span] = []
    reached = since
    for span in sorted(covered, key=lambda one: one.starts_at):
        if span.starts_at >= until:
            break
        if span.starts_at > reached:
            found.append(Span(reached, span.starts_at))
        reached = max(reached, span.ends_at)
    if reached < until:
        found.append(Span(reached, until))
    return found
