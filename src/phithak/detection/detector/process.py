"""The loop: pull, find, commit; until told to stop."""

from __future__ import annotations

import logging
import threading
import time
from uuid import UUID

from phithak.detection import services
from phithak.detection.detector.finding import Finder
from phithak.detection.detector.rules import Rules
from phithak.engines.sigma.correlate import Correlator
from phithak.engines.sigma.errors import SigmaError
from phithak.eventstore.bus import Bus, Offset

log = logging.getLogger(__name__)

CONSUMER = "detector"
BATCHES = 32
"""So many are looked through between two commits at most."""
LATENESS = 300_000_000
"""Microseconds by which a tenant's events may come out of order."""
REMEMBER_SECONDS = 30.0
RULES_SECONDS = 10.0
PAUSE_SECONDS = 0.5


class Detector:
    """Goes on where the one before it stopped, and ends that one.

    Args:
        bus: where batches come from.
        rules: what to look for.
    """

    def __init__(self, bus: Bus, rules: Rules) -> None:
        self._bus, self._rules = bus, rules
        duty = services.begin()
        self._fence, self._offset, self._after = duty.fence, duty.offset, duty.remembered
        self._memories: dict[UUID, Correlator] = {}
        for tenant, content in duty.memories.items():
            self._restore(tenant, content)
        self._remembered_at = self._rules_at = time.monotonic()

    def step(self, most: int = BATCHES, *, remember: bool = False) -> int:
        """Look through up to ``most`` batches and commit what was found.

        Args:
            most: batches.
            remember: keep the state of the correlations now, not only when it is time.

        Returns:
            How many batches there were; fewer than ``most``: no more wait.

        Raises:
            FencedError: another detector has begun.
        """
        if time.monotonic() - self._rules_at >= RULES_SECONDS:
            self.read_rules()
        pulled = self._bus.pull(CONSUMER, Offset(self._after), most)
        finder = Finder(self._rules.now, self._memories, LATENESS)
        for batch in pulled:
            finder.take(batch, again=batch.offset <= self._offset)
            self._after = batch.offset
        through = max(self._offset, self._after)
        # what the correlations are after a step of a replay is behind the offset: not to be kept yet
        due = self._after >= self._offset and (
            remember or time.monotonic() - self._remembered_at >= REMEMBER_SECONDS
        )
        if pulled or due:
            services.commit(self._fence, through, finder.sightings(), self._packed() if due else None)
            self._offset = through
        if due:
            self._remembered_at = time.monotonic()
            self._bus.release(CONSUMER, Offset(self._after))
        return len(pulled)

    def read_rules(self) -> None:
        """Take up changed rules; correlations that did not change keep their open windows."""
        self._rules_at = time.monotonic()
        if self._rules.refresh():
            for tenant, content in self._packed().items():
                self._restore(tenant, content)

    def _packed(self) -> dict[UUID, bytes]:
        return {tenant: one.snapshot() for tenant, one in self._memories.items()}

    def _restore(self, tenant: UUID, content: bytes) -> None:
        try:
            made, _, lost = Correlator.restore(self._rules.now.plan, content)
        except SigmaError as error:
            log.error("the correlations of a tenant begin anew: %s", error)  # noqa: TRY400 - told whole
            self._memories.pop(tenant, None)
            return
        if lost:
            log.warning("changed correlations begin anew: %s", ", ".join(lost))
        self._memories[tenant] = made


def work(detector: Detector, stop: threading.Event, *, pause: float = PAUSE_SECONDS) -> None:
    """Work until ``stop`` is set; the last step keeps the state of the correlations.

    Raises:
        FencedError: another detector has begun.
    """
    while not stop.is_set():
        if detector.step() < BATCHES:
            stop.wait(pause)
    detector.step(0, remember=True)
