"""The heart: a thread with a database connection of its own that keeps leases alive."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from phithak.base import clock
from phithak.base.errors import BusyError
from phithak.core.jobs import backoff
from phithak.core.jobs.queries import Outcome
from phithak.core.jobs.services import lease
from phithak.core.jobs.services.run import Run

_log = logging.getLogger("phithak.jobs")
GRACE_SECONDS = 5.0
TIMEOUT_EXIT = 75


class Heart(threading.Thread):
    """Beats three times per lease: notes that the process lives and renews the lease of the present run.

    A run that is over its timeout and does not notice (it hangs, or calls no checkpoint) is failed from here
    and the process leaves; the supervisor forks a new one.
    """

    def __init__(
        self, worker: str, lane: str, parent: int, leave: Callable[[int], object] = os._exit
    ) -> None:
        super().__init__(name=f"heart-{lane}", daemon=True)
        self._worker = worker
        self._lane = lane
        self._parent = parent
        self._leave = leave
        self._born = clock.now()
        self._run: Run | None = None
        self._guard = threading.Lock()
        self._over = threading.Event()

    @contextmanager
    def watching(self, run: Run) -> Iterator[None]:
        """Renew the lease of ``run`` inside the block."""
        with self._guard:
            self._run = run
        try:
            yield
        finally:
            with self._guard:
                self._run = None

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._over.set()
        if self.is_alive():
            self.join(timeout=5)

    def run(self) -> None:
        """Beat until stopped."""
        try:
            while True:
                self._beat()
                if self._over.wait(lease.length().total_seconds() / 3):
                    return
        finally:
            connection.close()

    def _beat(self) -> None:
        if os.getppid() != self._parent:
            self._leave(0)
        with self._guard:
            run = self._run
        try:
            if run is not None and run.seconds > run.claim.timeout + GRACE_SECONDS:
                self._end_overdue(run)
            lease.beat(self._worker, self._lane, self._born, run.claim if run else None)
        except (DatabaseError, BusyError) as error:
            # the next beat tries again; a lease that runs out meanwhile costs an attempt, never a row
            _log.warning("heart of %s: %s", self._worker, type(error).__name__)
            connection.close()

    def _end_overdue(self, run: Run) -> None:
        claim = run.claim
        told = f"jobs.timeout: over {claim.timeout} s without a checkpoint"
        _log.error("job %s (%s): %s", claim.job_id, claim.name, told)
        try:
            lease.fail(claim, told, chance=backoff.chance(), outcome=Outcome.TIMEOUT)
        finally:
            self._leave(TIMEOUT_EXIT)
