"""Questions over many tenants, shared out: to a pool of processes, or to Dask where a scheduler's address is set.

The functions and the results are the same; only who runs them differs.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from phithak.eventstore.errors import GrownError
from phithak.eventstore.layout import Layout
from phithak.eventstore.queries.search import MAX_ROWS, Found, query
from phithak.eventstore.queries.tree import Where

PROCESSES = "processes"


@dataclass(frozen=True)
class Hunt:
    """What is looked for.

    Attributes:
        where: conditions.
        since, until: event time, µs; None for no bound.
        limit: at most so many events, 1 to 10,000.
    """

    where: Where
    since: int | None = None
    until: int | None = None
    limit: int = 1000


@contextmanager
def compute(setting: str = PROCESSES, *, workers: int | None = None) -> Iterator[Executor]:
    """Give what runs hunts.

    Args:
        setting: ``processes``, or the address of a Dask scheduler (``tcp://…``, ``tls://…``) whose workers see the same
            folder of events.
        workers: processes; as many as there are processors unless it is told.

    Raises:
        GrownError: Dask is not installed.
        OSError: no scheduler answers.
    """
    if setting == PROCESSES:
        # not forked: DuckDB's threads do not come along
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=context) as pool:
            yield pool
        return
    try:
        dask = importlib.import_module("distributed")
    except ImportError as error:
        raise GrownError(package="distributed") from error
    with (
        dask.Client(setting, set_as_default=False, timeout=10) as client,
        client.get_executor(pure=False) as pool,
    ):
        yield pool


def hunt(layout: Layout, tenants: Sequence[UUID], wanted: Hunt, executor: Executor) -> list[Found]:
    """Return events of ``tenants``, the newest first, as one :func:`query` over all of them would.

    Raises:
        InvalidInputError: the conditions are of the wrong form.
    """
    futures = [executor.submit(hunt_one, layout, tenant, wanted) for tenant in tenants]
    found = [event for future in futures for event in future.result()]
    found.sort(key=lambda event: (event.time, event.offset, event.number), reverse=True)
    return found[: max(1, min(wanted.limit, MAX_ROWS))]


def hunt_one(layout: Layout, tenant: UUID, wanted: Hunt) -> list[Found]:
    """Return the events of one tenant; what a worker runs."""
    return query(
        layout,
        tenants=[tenant],
        since=wanted.since,
        until=wanted.until,
        where=wanted.where,
        limit=wanted.limit,
    )
