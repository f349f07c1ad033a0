"""Senders that keep each batch until it is acknowledged, as a sensor does."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from dataclasses import dataclass, field

from phithak.base import batch
from phithak.base.batch import Ack
from tests.ingest.running import TOKEN, Ingest

NOW = 1_795_300_000_000_000


@dataclass
class Senders:
    """Some threads that send ``batches`` each, or until ``enough``; every twentieth is sent again after its answer."""

    ingest: Ingest
    threads: int = 4
    batches: int = 60
    events: int = 20
    again: bool = True
    acknowledged: list[str] = field(default_factory=list)
    repeats: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: list[threading.Thread] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _enough: threading.Event = field(default_factory=threading.Event)
    _begun: dict[int, int] = field(default_factory=dict)

    def start(self) -> None:
        """Begin to send."""
        for number in range(self.threads):
            thread = threading.Thread(target=self._send, args=(number,), daemon=True)
            thread.start()
            self._running.append(thread)

    @property
    def done(self) -> bool:
        """Whether everything is acknowledged."""
        return not any(thread.is_alive() for thread in self._running)

    def wait(self, seconds: float = 120) -> None:
        """Wait until everything is acknowledged."""
        end = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0.1, end - time.monotonic()))
        alive = not self.done
        self._stop.set()
        assert not alive, f"only {len(self.acknowledged)} batches acknowledged"

    def enough(self) -> None:
        """Begin no further batch."""
        self._enough.set()

    def expected(self) -> list[bytes]:
        """Return every event that was sent."""
        return [
            self._event(thread, number, event)
            for thread, begun in self._begun.items()
            for number, event in itertools.product(range(begun), range(self.events))
        ]

    def acknowledged_events(self) -> list[bytes]:
        """Return the events of acknowledged batches."""
        with self._lock:
            pairs = [tuple(map(int, name.split("."))) for name in self.acknowledged]
        return [self._event(one, two, three) for one, two in pairs for three in range(self.events)]

    def _event(self, thread: int, number: int, event: int) -> bytes:
        return f"เหตุการณ์ {thread}.{number}.{event}".encode("cp874" if event % 10 == 0 else "utf-8")

    def _send(self, thread: int) -> None:
        for number in range(self.batches):
            if self._enough.is_set():
                return
            self._begun[thread] = number + 1
            events = [self._event(thread, number, event) for event in range(self.events)]
            frame = batch.seal(
                events,
                source="his",
                sequence=number * self.threads + thread + 1,
                sealed=NOW,
                first=NOW,
                last=NOW,
            )
            if self._until_acknowledged(frame) is None:
                return
            with self._lock:
                self.acknowledged.append(f"{thread}.{number}")
            if self.again and number % 20 == 0:
                again = self._until_acknowledged(frame)
                assert again is None or again.repeat
                self.repeats += again is not None

    def stop(self) -> None:
        """Give up what is not acknowledged."""
        self._stop.set()
        for thread in self._running:
            thread.join(30)

    def _until_acknowledged(self, frame: bytes) -> Ack | None:
        """Send until the answer comes; None when stopped before."""
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.ingest.port, timeout=10)
            try:
                connection.request("POST", "/v1/batch", frame, {"authorization": f"Bearer {TOKEN}"})
                answer = connection.getresponse()
                reply = batch.read_reply(answer.status, answer.read())
                if isinstance(reply, Ack):
                    return reply
                assert reply.action == "retry", reply
            except (OSError, http.client.HTTPException):
                self._stop.wait(0.02)
            finally:
                connection.close()
        return None
