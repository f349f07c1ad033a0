"""Two machines with one sensor's identity, as a copied virtual machine makes them: told once, until one enrols anew.

Two signs: batches of both carry the same numbers, and heartbeats alternate between two starts of the program. A
sensor that was restored from an old copy of its folder uses numbers again too; enrolling it anew mends both.
"""

from __future__ import annotations

from typing import Any

from phithak.base import clock
from phithak.base.batch import Heartbeat
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db.transactions import write
from phithak.monitoring.events import Tag
from phithak.monitoring.models import Sender
from phithak.monitoring.queries.states import TwinSign
from phithak.monitoring.services.senders import SENDER

_KEPT = 4
_ACTOR = actors.system("monitoring")


def by_numbers(row: Sender, clashes: int) -> None:
    """Take in that the ledger counted more numbers that came twice under other batches."""
    with write("monitoring.twin_numbers"):
        Sender.objects.filter(pk=row.pk).update(clashes=clashes)
        _tell(row, TwinSign.NUMBERS)


def by_starts(row: Sender, told: Heartbeat) -> list[list[Any]]:
    """Look whether a start comes back that another one had followed; called in the transaction of the heartbeat.

    Returns:
        The last starts with their machines, newest last, to be kept with the heartbeat.
    """
    known: list[list[Any]] = [one for one in row.beat.get("starts", []) if isinstance(one, list)]
    if known and known[-1][0] == told.started:
        return known
    if any(one[0] == told.started for one in known):
        _tell(row, TwinSign.STARTS)
    rest = [one for one in known if one[0] != told.started]
    return [*rest, [told.started, told.host[:200]]][-_KEPT:]


def _tell(row: Sender, sign: TwinSign) -> None:
    if Sender.objects.filter(pk=row.pk, twin_at=None).update(twin_at=clock.now(), twin=sign):
        contrib.record(
            _ACTOR,
            Tag.TWIN,
            (SENDER, row.pk),
            tenant_id=row.tenant_id,
            facts={"name": row.name, "sign": sign.value},
        )
