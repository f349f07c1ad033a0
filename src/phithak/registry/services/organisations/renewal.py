"""The yearly renewal of platforms, by the legal clock ``platform_renewal``."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.db.models import F

from phithak.base import clock
from phithak.base.errors import ConflictError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.clocks import queries as clocks
from phithak.core.db.transactions import write
from phithak.engines.clocks import BANGKOK, add_months, due
from phithak.registry.events.organisations import Tag
from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import KIND, State
from phithak.registry.services.organisations.access import managed
from phithak.registry.services.organisations.rows import note

CLOCK = "platform_renewal"
RENEWING = frozenset({Kind.PLATFORM})
"""The kinds that the law asks to renew their notification."""


EARLIEST_DAYS = 180
"""So many days before its end a renewal can be recorded: a second click must not add a second year."""


class NotDueError(ConflictError):
    """The renewal lies too far ahead, or none is asked for."""

    code = "registry.not_due"
    text = Text(
        "ยังต่ออายุไม่ได้ ครบกำหนด {until} ต่อได้ก่อนครบไม่เกิน {days} วัน",
        "It cannot be renewed yet: it is due on {until}, and renewal opens {days} days before.",
    )


def next_renewal(kind: Kind, since: date | None) -> date | None:
    """Return the last day for the renewal after a notification on ``since``; None where none is asked for."""
    if kind not in RENEWING or since is None:
        return None
    start = datetime.combine(since, time(), tzinfo=BANGKOK)
    return due(clocks.table().get(CLOCK), start, clocks.calendar()).last_day


def first_renewal(kind: Kind, since: date | None) -> date | None:
    """Return the first renewal that lies ahead, for an organisation that the registry takes in now.

    Whether former years were renewed is not known, so they are not held against it.
    """
    if since is None:
        return None
    today = clock.today()
    years = max(0, today.year - since.year)
    base = add_months(since, 12 * years)
    return next_renewal(
        kind, base if base <= today else add_months(since, 12 * (years - 1)) if years else base
    )


def lapse(actor: Actor, limit: int = 500) -> int:
    """Mark registered organisations whose renewal is overdue; at most ``limit`` at a time.

    Returns:
        How many were marked; call it again until it answers 0.
    """
    with write("registry.lapse"):
        late = list(
            Organisation.objects.filter(state=State.REGISTERED, renewal_due__lt=clock.today())
            .order_by("renewal_due")
            .values_list("pk", flat=True)[:limit]
        )
        if not late:
            return 0
        changed = Organisation.objects.filter(pk__in=late, state=State.REGISTERED).update(
            state=State.LAPSED, version=F("version") + 1, updated_at=clock.now()
        )
        contrib.record(actor, Tag.LAPSED, (KIND, "renewal"), facts={"organisations": changed}, count=changed)
    return changed


def renew(actor: Actor, organisation_id: UUID) -> date:
    """Renew a platform's notification: from its old end when that lies ahead, else from today.

    Args:
        actor: needs ``registry.manage`` over it.
        organisation_id: which one.

    Returns:
        The last day for the next renewal.

    Raises:
        NotFoundError: no such organisation, or not the actor's.
        NotDueError: no renewal is asked for, or it lies too far ahead.
    """
    row = managed(actor, organisation_id)
    today = clock.today()
    due_on = row.renewal_due
    until = next_renewal(Kind(row.kind), max(due_on, today)) if due_on else None
    if due_on is None or until is None or (due_on - today).days > EARLIEST_DAYS:
        raise NotDueError(until=due_on or "-", days=EARLIEST_DAYS)
    state = State.REGISTERED if row.state == State.LAPSED else row.state
    with write("registry.renew"):
        changed = Organisation.objects.filter(pk=row.pk, renewal_due=due_on).update(
            renewal_due=until, state=state, version=F("version") + 1, updated_at=clock.now()
        )
        if not changed:
            raise ConflictError
        note(actor, Tag.RENEWED, row, {"until": until.isoformat()})
    return until
