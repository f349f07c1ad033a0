"""Sends sealed batches and forgets each one when the centre says that it is durable; the same bytes each time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Callable

from phithak.base import batch
from phithak.sensor import moments
from phithak.sensor.points import Point, reach
from phithak.sensor.spool import Spool, Waiting
from phithak.sensor.uplink.link import Answer, Link, UnreachableError
from phithak.sensor.uplink.pace import Backoff, Pace

_IDLE_SECONDS = 1.0
_SOURCE_CODES = {"source.unknown", "source.off", "source.profile"}


@dataclass
class Progress:
    """What the sender is about, for people: when the last batch arrived, what keeps the next one back."""

    last_ack: int = 0
    sent: int = 0
    trouble: str = ""
    skew: int | None = None


class Sender:
    """Sends what the spool holds, in a thread of its own.

    Args:
        spool: what waits.
        link: a connection of its own.
        pace: the uplink's share.
        off: returns the labels of sources that are switched off; what waits of them stays here.
        new_settings: called with the version of the settings that the centre has.
        rest: returns seconds to rest after work, for the cap of the processor.
    """

    def __init__(
        self,
        spool: Spool,
        link: Link,
        pace: Pace,
        *,
        off: Callable[[], list[str]],
        new_settings: Callable[[str], None],
        rest: Callable[[], float],
    ) -> None:
        self.progress = Progress()
        self._spool = spool
        self._link = link
        self._pace = pace
        self._off = off
        self._new_settings = new_settings
        self._rest = rest
        self._backoff = Backoff()
        self._held: dict[str, float] = {}
        self._stop = threading.Event()

    def run(self) -> None:
        """Send until :meth:`stop`."""
        while not self._stop.is_set():
            wait = self.step()
            # draining a week's spool takes its share of the one cap, beside the reading
            self._stop.wait(max(wait, self._rest()))
        self._link.close()

    def stop(self) -> None:
        """End :meth:`run` after the request under way."""
        self._stop.set()

    def step(self) -> float:
        """Send at most one batch and return seconds to wait before the next."""
        now = moments.steady()
        self._held = {source: until for source, until in self._held.items() if until > now}
        hour = moments.hour_of_day()
        depth_share = self._spool.share()
        lowest, since = self._pace.order(hour, depth_share)
        waiting = self._spool.next(held=[*self._held, *self._off()], lowest=lowest, since=since)
        if waiting is None:
            return _IDLE_SECONDS
        frame = self._spool.frame(waiting)
        if frame is None:
            return 0.0
        if self._stop.wait(self._pace.wait(len(frame), hour)):
            return 0.0
        reach(Point.SEND_BEFORE)
        try:
            answer = self._link.ask("POST", "/v1/batch", frame, batch.CONTENT_TYPE)
        except UnreachableError as error:
            self.progress.trouble = error.why
            return self._backoff.after_failure()
        reach(Point.SEND_ANSWERED)
        return self._settle(waiting, answer)

    def _settle(self, waiting: Waiting, answer: Answer) -> float:
        reply = batch.read_reply(answer.status, answer.body, answer.retry_after)
        if isinstance(reply, batch.Ack):
            if reply.batch != waiting.batch or reply.count != waiting.events:
                # an answer to something else is no answer to this
                self.progress.trouble = "the answer is not to this batch"
                self._link.close()
                return self._backoff.after_failure()
            self._spool.acknowledged(waiting)
            self._backoff.after_success()
            self.progress.last_ack = moments.micros()
            self.progress.skew = moments.micros() - reply.received
            self.progress.sent += waiting.events
            self.progress.trouble = ""
            if reply.settings:
                self._new_settings(reply.settings)
            return 0.0
        kind = batch.REFUSALS.get(reply.code)
        self.progress.trouble = f"{reply.status} {reply.code} {kind.th if kind else ''}".strip()
        if reply.action == "set_aside":
            self._spool.set_aside(waiting, reply.code)
            return 0.0
        if reply.action == "hold":
            if reply.code in _SOURCE_CODES:
                self._held[waiting.source] = moments.steady() + self._backoff.hold()
                return 0.0
            return self._backoff.hold()
        return self._backoff.after_failure(float(reply.retry_after or 0))
