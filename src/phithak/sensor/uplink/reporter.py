"""The heartbeat: each minute the sensor tells the centre how it is, and hears whether its settings changed there."""

from __future__ import annotations

import sqlite3
import threading
from random import SystemRandom
from typing import Callable

from phithak.base.batch import BatchError, Heartbeat, HeartbeatReply
from phithak.sensor import moments
from phithak.sensor.uplink.bundle import Bundles
from phithak.sensor.uplink.link import Link, UnreachableError
from phithak.sensor.uplink.orders import Orders

_random = SystemRandom()  # spreads load over time
_SECONDS = 60.0
_SPREAD = 2.0
_BUNDLE_SECONDS = 3_600.0
_OK = 200


class Reporter:
    """Tells and hears, in a thread of its own.

    Args:
        link: a connection of its own: a heartbeat must not wait behind a slow batch.
        orders: the centre's settings.
        bundles: the place of the signed bundle, asked for once an hour.
        beat: makes the heartbeat of this moment.
        changed: called when orders were applied.
        seconds: between two heartbeats.
    """

    def __init__(
        self,
        link: Link,
        orders: Orders,
        bundles: Bundles,
        *,
        beat: Callable[[], Heartbeat],
        changed: Callable[[], None],
        seconds: float = _SECONDS,
    ) -> None:
        self.trouble = ""
        self._link = link
        self._orders = orders
        self._bundles = bundles
        self._next_bundle = 0.0
        self._beat = beat
        self._changed = changed
        self._seconds = seconds
        self._wake = threading.Event()
        self._stopped = False

    def run(self) -> None:
        """Tell at once and then each minute, until :meth:`stop`."""
        while not self._stopped:
            self._wake.clear()
            self.step()
            self._wake.wait(self._seconds + _random.random() * _SPREAD)
        self._link.close()

    def soon(self) -> None:
        """Tell now: a switch was turned, or the centre has other settings."""
        self._wake.set()

    def stop(self) -> None:
        """End :meth:`run`."""
        self._stopped = True
        self._wake.set()

    def step(self) -> None:
        """Tell once; what goes wrong is told by ``trouble`` and tried again in a minute."""
        try:
            answer = self._link.ask("POST", "/v1/heartbeat", self._beat().to_json(), "application/json")
            if answer.status != _OK:
                self.trouble = f"heartbeat: {answer.status}"
                return
            reply = HeartbeatReply.from_json(answer.body)
            self.trouble = ""
            if reply.settings != self._orders.version and self._orders.fetch(self._link, reply.settings):
                self._changed()
            if moments.steady() >= self._next_bundle:
                self._next_bundle = moments.steady() + _BUNDLE_SECONDS
                self._bundles.pull(self._link)
        except (UnreachableError, BatchError, sqlite3.Error, OSError) as error:
            self.trouble = str(error)[:200]
