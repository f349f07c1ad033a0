"""Events of the sites that somebody may search: rows, counts over time, most frequent values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from phithak.base import config
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.eventstore import queries as store
from phithak.eventstore.layout import Layout
from phithak.eventstore.queries import Found
from phithak.monitoring.models import Site
from phithak.monitoring.queries import doors
from phithak.monitoring.queries.asking import Question

MOST_SHOWN = 100
MOST_EXPORTED = 10_000
_BARS = 48


@dataclass(frozen=True)
class Answer:
    """What a question found.

    Attributes:
        events: the newest, at most as many as asked for.
        steps: start (UTC) and count of each part of the span, empty parts too.
        total: all events that it found.
        names: organisation by tenant.
    """

    events: list[Found]
    steps: list[tuple[datetime, int]]
    total: int
    names: dict[UUID, Text]


def tenants_of(actor: Actor, site: str = "") -> dict[UUID, Text]:
    """Return whose events the actor may search, narrowed to a site.

    Raises:
        NotFoundError: the site is not the actor's to see.
    """
    rows = doors.visible_to(actor, doors.EVENTS).select_related("tenant")
    if site:
        try:
            rows = rows.filter(pk=UUID(site))
        except ValueError:
            raise NotFoundError from None
    found = {row.tenant_id: _name(row) for row in rows}
    if site and not found:
        raise NotFoundError
    return found


def ask(
    actor: Actor, question: Question, *, limit: int = MOST_SHOWN, skip: int = 0, newest_first: bool = True
) -> Answer:
    """Answer a question.

    Args:
        actor: who asks.
        question: what for.
        limit: at most so many events, after ``skip`` of them; together at most 10,000.
        skip: how many are passed over: those of the pages before.
        newest_first: order of time.

    Raises:
        InvalidInputError: the question is of the wrong form.
        NotFoundError: its site is not the actor's to see.
    """
    names = tenants_of(actor, question.site)
    begin, end = question.moments()
    where = question.where()
    place, tenants = layout(), list(names)
    step = max(1, (end - begin) // _BARS)
    counted = store.histogram(place, tenants=tenants, since=begin, until=end, step=step, where=where)
    found = dict(counted.steps)
    steps = [(moment(begin + n * step), found.get(begin + n * step, 0)) for n in range(_BARS + 1)]
    events = store.query(
        place,
        tenants=tenants,
        since=begin,
        until=end,
        where=where,
        limit=min(skip + limit, MOST_EXPORTED),
        newest_first=newest_first,
    )
    return Answer(events[skip:], steps, counted.total, names)


def one(actor: Actor, time: int, offset: int, number: int) -> tuple[Found, Text]:
    """Return one event by its time (µs) and its own name.

    Raises:
        NotFoundError: there is none, or it is of a tenant that the actor may not search.
    """
    names = tenants_of(actor)
    same = store.query(layout(), tenants=list(names), since=time, until=time + 1, limit=MOST_EXPORTED)
    for found in same:
        if (found.offset, found.number) == (offset, number):
            return found, names[found.tenant]
    raise NotFoundError


def moment(micros: int) -> datetime:
    """Return a moment of the event store, UTC."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def layout() -> Layout:
    """Return where the event store lies."""
    return Layout(config.load().config.events)


def _name(row: Site) -> Text:
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)
