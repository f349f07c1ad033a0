"""The sensor at work: one loop reads all sources and seals, one thread sends, one tells how it is.

Nothing in here may hold up those who send to it: what does not fit is dropped and counted, what breaks is told by the
heartbeat while the other sources go on.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import platform
import selectors
import sqlite3
import threading
from pathlib import Path
from typing import Any, Callable

from phithak import __version__
from phithak.base.batch import Heartbeat, SourceState
from phithak.base.batch import Spool as SpoolState
from phithak.sensor import load, moments, settings
from phithak.sensor.errors import SensorError
from phithak.sensor.gather import Gatherer
from phithak.sensor.identity import Identity, write_private
from phithak.sensor.sources import Source, open_source
from phithak.sensor.spool import Journal, Spool, State, Switches
from phithak.sensor.uplink.bundle import Bundles
from phithak.sensor.uplink.link import Link
from phithak.sensor.uplink.orders import Orders
from phithak.sensor.uplink.pace import Pace
from phithak.sensor.uplink.reporter import Reporter
from phithak.sensor.uplink.sender import Sender

log = logging.getLogger("phithak.sensor")

_TICK = 0.5
_TOGETHER = 0.05  # after the first sign of data: wait so long, that many messages cost one waking
_SECOND = 1.0
_STOPPING = "stopping"  # the centre reads from it that the box was stopped in order, not its link cut


class Running:
    """One source at work and what gathers its events."""

    def __init__(self, gatherer: Gatherer, source: Source) -> None:
        self.gatherer = gatherer
        self.source = source

    @property
    def label(self) -> str:
        """Name of the source."""
        return self.gatherer.settings.label

    @property
    def fault(self) -> str:
        """What keeps the source from being read or kept, in one line."""
        return (self.source.fault or self.gatherer.trouble)[:200]


class Agent:
    """A whole sensor.

    Args:
        folder: with ``sensor.ini``, identity and spool.
        beat_seconds: between two heartbeats.

    Raises:
        SensorError: the settings are wrong, the sensor is not enrolled, or one runs already in this folder.
    """

    def __init__(self, folder: Path, beat_seconds: float = 60.0) -> None:
        self.settings = settings.read(folder)
        identity = Identity(folder)
        token = identity.token()
        if not self.settings.address:
            raise SensorError(
                "sensor.settings", "sensor.ini ไม่มีที่อยู่ของศูนย์ ([centre] address)", "sensor.ini names no centre."
            )
        self._lock = _hold(folder)
        self.state = State(folder)
        self.switches = Switches(self.state)
        self.orders = Orders(self.settings, self.state, identity)
        self.caps = self.orders.caps()
        self.spool = Spool(folder, self.state, self.caps.disk)
        self._folder = folder
        self._selector = selectors.DefaultSelector()
        self._load = load.Load()
        self._started = moments.micros()
        self._stop = threading.Event()
        self._refresh = threading.Event()
        self._version = self.state.version()
        self._off: list[str] = []
        self._journals = folder / "journals"
        self._journals.mkdir(exist_ok=True, mode=0o700)
        self.running = [self._start_source(one, identity.key()) for one in self.settings.sources]
        self._pace = Pace(self.caps)
        self.reporter = Reporter(
            Link(self.settings.address, identity.authority, token),
            self.orders,
            Bundles(folder),
            beat=self.heartbeat,
            changed=self.refresh,
            seconds=beat_seconds,
        )
        self.sender = Sender(
            self.spool, Link(self.settings.address, identity.authority, token), self._pace,
            off=lambda: self._off, new_settings=self._told_of_settings,
            rest=lambda: self._load.rest(self._pace.caps.cpu),
        )  # fmt: skip

    def _start_source(self, one: settings.SourceSettings, key: bytes) -> Running:
        journal: Journal | None = None
        if one.listens:
            committed = int(self.spool.positions(one.label).get("journal", "0"))
            journal = Journal(self._journals, one.label, committed)
        gatherer = Gatherer(one, self.spool, key, journal, self.settings.caps.delay)
        return Running(gatherer, open_source(one, gatherer))

    def run(self) -> None:
        """Work until :meth:`stop`; then everything that waits in memory is sealed."""
        load.be_modest()
        self._look_at_switches()
        for one in self.running:
            self._guarded(one, functools.partial(one.source.open, self._selector))
        threads = [
            threading.Thread(target=self._sheltered, args=(self.sender.run,), name="sender", daemon=True),
            threading.Thread(target=self._sheltered, args=(self.reporter.run,), name="reporter", daemon=True),
        ]
        for thread in threads:
            thread.start()
        next_poll = next_second = 0.0
        try:
            while not self._stop.is_set():
                begun = moments.steady()
                self._listen(next_poll - begun)
                now = moments.steady()
                if now >= next_poll:
                    next_poll = now + (0.0 if self._poll() else _TICK)
                if now >= next_second:
                    next_second = now + _SECOND
                    self._each_second()
                self._seal(now)
                rest = self._load.rest(self.caps.cpu)
                if rest:
                    self._stop.wait(rest)
        finally:
            self.sender.stop()
            self.reporter.stop()
            self._close()
            for thread in threads:
                thread.join(timeout=5)
            self.state.close()

    def stop(self) -> None:
        """End :meth:`run`."""
        self._stop.set()

    def refresh(self) -> None:
        """Look at switches and orders at once; for other threads."""
        self._refresh.set()

    def _listen(self, until_poll: float) -> None:
        if not self._selector.get_map():
            self._stop.wait(min(max(until_poll, 0.0), _TICK))
            return
        ready = self._selector.select(min(max(until_poll, 0.0), _TICK))
        if ready and not self._stop.wait(_TOGETHER):
            ready = self._selector.select(0)
        for key, _ in ready:
            self._guarded(None, key.data)

    def _poll(self) -> bool:
        more = False
        for one in self.running:
            more |= bool(self._guarded(one, one.source.poll))
            if one.gatherer.stale:
                one.gatherer.stale = False
                self._guarded(one, one.source.rewind)
        return more

    def _seal(self, now: float) -> None:
        held = sum(one.gatherer.size for one in self.running)
        for one in sorted(self.running, key=lambda running: running.gatherer.size, reverse=True):
            if one.gatherer.next_due() <= now or held > self.caps.memory:
                held -= one.gatherer.size
                self._guarded(one, one.gatherer.seal)

    def _each_second(self) -> None:
        version = self.state.version()
        if version != self._version or self._refresh.is_set():
            self._version = version
            self._refresh.clear()
            self._look_at_switches()
            self.caps = self._pace.caps = self.orders.caps()
            self.spool.limit = self.caps.disk

    def _look_at_switches(self) -> None:
        off = [one.label for one in self.running if not self.switches.is_on(one.label)]
        if off != self._off:
            self._off = off
            self.reporter.soon()
        for one in self.running:
            wanted = one.label not in off
            if wanted and not one.gatherer.collecting:
                # nothing of the time in which it was switched off may leave afterwards
                self._guarded(one, one.source.skip)
            one.gatherer.collecting = wanted

    def _told_of_settings(self, version: str) -> None:
        if version != self.orders.version:
            self.reporter.soon()

    def _guarded(self, one: Running | None, act: Callable[[], Any]) -> Any:
        """Do something for a source; an error of it is told and must not end the others."""
        try:
            return act()
        except (OSError, sqlite3.Error, ValueError) as error:
            if one is not None:
                one.source.fault = f"{type(error).__name__}: {error}"[:200]
            log.warning("%s: %s", one.label if one else "source", error)
        return None

    def _sheltered(self, work: Callable[[], None]) -> None:
        """Run a thread's work again when an unforeseen error ended it; a sensor without a sender is of no use."""
        while not self._stop.is_set():
            try:
                work()
                break
            except Exception:
                if self._stop.is_set():
                    return
                log.exception("begins anew")
                self._stop.wait(5)

    def _close(self) -> None:
        for one in self.running:
            self._guarded(one, one.source.close)
            self._guarded(one, one.gatherer.close)
        self._selector.close()

    def heartbeat(self) -> Heartbeat:
        """Return how the sensor is at this moment, and write it down for the command line."""
        depth = self.spool.depth()
        beat = Heartbeat(
            version=__version__,
            now=moments.micros(),
            started=self._started,
            settings=self.orders.version,
            spool=SpoolState(depth.batches, depth.events, depth.size, depth.limit, depth.oldest),
            sources=tuple(self._source_state(one) for one in self.running),
            cpu=self._load.measure(),
            memory=load.resident(),
            disk=depth.size,
            host=f"{platform.node()} ({platform.system()} {platform.release()})"[:200],
        )
        with contextlib.suppress(OSError):
            write_private(self._folder / "status.json", json.dumps(self.status()).encode())
        return beat

    def _source_state(self, one: Running) -> SourceState:
        one.gatherer.write_drops()
        rows = self.state.read(
            "SELECT sequence, events, size, last_event FROM source WHERE source = ?", one.label
        )
        sequence, events, size, last_event = rows[0] if rows else (0, 0, 0, None)
        turned = self.switches.last(one.label)
        return SourceState(
            source=one.label,
            on=one.gatherer.collecting,
            changed_by=f"{turned.side}: {turned.person}" if turned else "",
            changed_at=turned.moment if turned else None,
            events=events,
            size=size,
            last_event=last_event,
            sequence=sequence,
            dropped=self.spool.drops(one.label),
            fault=one.fault or (_STOPPING if self._stop.is_set() else ""),
        )

    def status(self) -> dict[str, Any]:
        """Return what the command line and the local page show beside the database."""
        progress = self.sender.progress
        return {
            "now": moments.micros(),
            "cpu": self._load.percent,
            "memory": load.resident(),
            "last_ack": progress.last_ack,
            "sent": progress.sent,
            "trouble": progress.trouble or self.reporter.trouble,
            "skew": progress.skew,
            "faults": {one.label: one.fault for one in self.running if one.fault},
            "ports": {one.label: getattr(one.source, "port", 0) for one in self.running},
        }


def _hold(folder: Path) -> Any:
    """Hold the folder for this process alone.

    Raises:
        SensorError: ``sensor.running``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = (folder / "run.lock").open("a+b")
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise SensorError(
            "sensor.running", "เซนเซอร์กำลังทำงานในโฟลเดอร์นี้อยู่แล้ว", "A sensor runs in this folder already."
        ) from error
    return handle
