"""All reads of the clocks room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.clocks.models import RunningClock
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.engines import clocks as engine

OPEN_STATES = ("proposed", "running")


@dataclass(frozen=True)
class ClockView:
    """A running clock for other rooms and for pages: the row's facts beside the law's words.

    ``due`` carries law, section, version and the text to show first; ``remaining`` how it stands now.
    """

    id: UUID
    tenant_id: UUID
    object_kind: str
    object_id: UUID
    state: str
    evidence: str
    ended_at: datetime | None
    due: engine.Due
    remaining: engine.Remaining


@cache
def table() -> engine.ClockTable:
    """Return the table of clocks that ships with the product."""
    return engine.load()


@cache
def calendar() -> engine.Calendar:
    """Return the calendar of holidays that ships with the product."""
    return engine.load_calendar()


def visible_to(actor: Actor) -> QuerySet[RunningClock]:
    """Return the clocks that the actor may see."""
    return rows_visible_to(
        RunningClock.objects.all(),
        actor,
        permission="clocks.view",
        through=frozenset({Reason.CONSTITUENCY, Reason.PARENT}),
    )


def one(actor: Actor, clock_id: UUID) -> RunningClock:
    """Return one clock.

    Raises:
        NotFoundError: no such clock, or not the actor's to see.
    """
    row = visible_to(actor).filter(pk=clock_id).first()
    if row is None:
        raise NotFoundError
    return row


def of_object(actor: Actor, object_kind: str, object_id: UUID) -> list[ClockView]:
    """Return the clocks of an object, the one to look at first in front."""
    rows = visible_to(actor).filter(object_kind=object_kind, object_id=object_id)
    views = {id(view.due): view for view in map(view_of, rows)}
    return [views[id(due)] for due in engine.order(view.due for view in views.values())]


def view_of(row: RunningClock) -> ClockView:
    """Return a row with the words of the version of the law that it began with."""
    due = engine.due(table().get(row.code, version=row.version), row.trigger_at, calendar())
    remaining = engine.remaining(due, row.ended_at or clock.now())
    return ClockView(
        row.pk,
        row.tenant_id,
        row.object_kind,
        row.object_id,
        row.state,
        row.evidence,
        row.ended_at,
        due,
        remaining,
    )


def has_open(object_kind: str, object_id: UUID) -> bool:
    """Tell whether any clock of an object is proposed or running; such an object's keys must stay."""
    return RunningClock.objects.filter(
        object_kind=object_kind, object_id=object_id, state__in=OPEN_STATES
    ).exists()


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield what waits for the actor: proposals to confirm, and running clocks by their end."""
    rows = visible_to(actor)
    proposed = rows.filter(state="proposed").count()
    if proposed:
        words = Text(f"นาฬิกากฎหมายรอยืนยัน {proposed} รายการ", f"Legal clocks to be confirmed: {proposed}")
        yield WaitingItem(words, "/clocks/?state=proposed", count=proposed)
    for row in first_rows(rows.filter(state="running", due_at__isnull=False).order_by("due_at"), 5):
        view = view_of(row)
        yield WaitingItem(view.due.title, f"/clocks/{row.pk}/", since=row.trigger_at, due=row.due_at)
