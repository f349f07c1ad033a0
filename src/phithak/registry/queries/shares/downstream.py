"""Everybody below an organisation who holds data that came from it: direct holders, and those behind them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.registry.models import DataShare
from phithak.registry.queries.shares import doors
from phithak.registry.queries.shares.doors import Standing

MOST_STEPS = 8
LIVE = frozenset(set(Standing) - {Standing.ENDED, Standing.PROPOSED})


@dataclass(frozen=True)
class Holding:
    """One holder below an organisation.

    Attributes:
        share_id: the link by which the holder got the data.
        giver_id: who gave it; another than the organisation when it is indirect.
        giver: the giver's name.
        holder_id: who holds it.
        holder: the holder's name.
        fields: kinds of data.
        purpose: what for.
        until: the last day.
        standing: where the link stands.
        steps: 1 for a direct holder, more behind others.
    """

    share_id: UUID
    giver_id: UUID
    giver: Text
    holder_id: UUID
    holder: Text
    fields: tuple[str, ...]
    purpose: str
    until: date
    standing: Standing
    steps: int

    @property
    def indirect(self) -> bool:
        """Whether it came through somebody else."""
        return self.steps > 1


def holding(row: DataShare, *, steps: int = 1, moment: datetime | None = None) -> Holding:
    """Return a link that came through a door as a holding."""
    return Holding(
        share_id=row.pk,
        giver_id=row.tenant_id,
        giver=doors.giver(row),
        holder_id=row.holder_id,
        holder=doors.holder(row),
        fields=tuple(row.fields),
        purpose=row.purpose,
        until=row.until,
        standing=doors.standing(row, moment),
        steps=steps,
    )


def downstream(
    actor: Actor, organisation_id: UUID, *, standings: Collection[Standing] = LIVE
) -> list[Holding]:
    """Return who holds data that came from an organisation, as far as the actor may see the links.

    Args:
        actor: who asks.
        organisation_id: where the data came from.
        standings: which links count.

    Returns:
        Each link once, at its least number of steps, direct ones first; circles end where they began.
    """
    moment = clock.now()
    found: list[Holding] = []
    asked: set[UUID] = set()
    frontier = {organisation_id}
    for steps in range(1, MOST_STEPS + 1):
        asked |= frontier
        rows = doors.visible_to(actor).filter(tenant__in=frontier).exclude(state=doors.State.ENDED)
        step = [
            item
            for row in rows.order_by("holder__name_key", "holder", "pk")
            if (item := holding(row, steps=steps, moment=moment)).standing in standings
        ]
        found += step
        frontier = {item.holder_id for item in step} - asked
        if not frontier:
            break
    return found
