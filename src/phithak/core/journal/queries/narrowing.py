"""Narrowing a list of entries: by words, by Thai or western dates, by tag, kind of actor, kind of object."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from phithak.base import clock
from phithak.core.journal.models import Entry
from phithak.engines.thai import ParsedDate, Precision, ThaiFormatError, parse_date, parse_date_range


def matching(rows: QuerySet[Entry], words: str) -> QuerySet[Entry]:
    """Narrow rows to a Thai or western date or range of dates, else to words of actor, object or tag.

    ``21 พ.ย. 2569``, ``1–15 ต.ค. 2569`` and ``2026-11-21`` are days in Bangkok; a month or a year stands for
    all its days.
    """
    days = _days(words)
    if days is not None:
        first, after = (datetime.combine(day, datetime.min.time(), clock.BANGKOK) for day in days)
        return rows.filter(at__gte=first, at__lt=after)
    return rows.filter(
        Q(actor_name__icontains=words)
        | Q(object_id__icontains=words)
        | Q(object_kind__icontains=words)
        | Q(tag__icontains=words)
    )


def of_tag(rows: QuerySet[Entry], tag: str) -> QuerySet[Entry]:
    """Narrow rows to one tag."""
    return rows.filter(tag=tag)


def of_actor_kind(rows: QuerySet[Entry], kind: str) -> QuerySet[Entry]:
    """Narrow rows to those of people, tokens, our own processes or the public."""
    return rows.filter(actor_kind=kind)


def of_object_kind(rows: QuerySet[Entry], kind: str) -> QuerySet[Entry]:
    """Narrow rows to one kind of object."""
    return rows.filter(object_kind=kind)


def _days(words: str) -> tuple[date, date] | None:
    """Return the first day and the day after the last one, or None when the words are no date."""
    if not any(character.isdigit() for character in words):
        return None
    try:
        first, end = _span(words)
    except ThaiFormatError:
        return None
    last = end.day
    if end.precision is Precision.YEAR:
        return first.day, date(last.year + 1, 1, 1)
    if end.precision is Precision.MONTH:
        return first.day, (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.day, last + timedelta(days=1)


def _span(words: str) -> tuple[ParsedDate, ParsedDate]:
    try:
        single = parse_date(words)
    except ThaiFormatError:
        span = parse_date_range(words)
        return span.start, span.end
    return single, single
