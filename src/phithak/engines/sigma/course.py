"""How far a run has come: what is fed to correlations, what was written, and a file from which it goes on.

Every few pieces of input the hits are made durable, then the state beside the place in the input and in the
output. A run that was killed cuts the output at that place and goes on from there, so its hits are those of a
run that was not, byte for byte.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import msgspec

from phithak.engines.sigma.correlate import Alert, Correlator, Fed, Limits, make_plan
from phithak.engines.sigma.correlate.lines import alert_line, titles_of
from phithak.engines.sigma.correlate.model import moment_from
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.pieces import Piece
from phithak.engines.sigma.rules.model import RuleSet

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Correlating:
    """How correlations are done.

    Attributes:
        tenant: whose events these are; part of each alert's id.
        lateness: microseconds by which events may come out of order; None lets all wait for the end, which is
            right for files.
        limits: how much may be held.
        now: for logs without a year, and as the latest moment (a day later) that an event may have where a
            lateness is given.
        state: file from which a run that was killed goes on; removed at the end.
        every: pieces of input between two states.
    """

    tenant: str = ""
    lateness: int | None = None
    limits: Limits = field(default_factory=Limits)
    now: datetime | None = None
    state: Path | None = None
    every: int = 64


class _Offset(msgspec.Struct):
    paths: list[str]
    chunk: int
    pieces: int
    mark: int
    serial: int
    first: int
    written: int
    stats: dict[str, Any]
    now: datetime | None


@dataclass
class Done:
    """What a piece came to: lines of hits (number in the piece, what stands before and behind it) and fed events."""

    serial: int
    said: list[tuple[int, bytes, bytes] | Fed]
    events: int
    bad: int


class Course:
    """One run: takes what pieces came to, in order, and writes lines."""

    def __init__(
        self, rules: RuleSet, paths: list[str], out: IO[bytes], options: Correlating, *, chunk: int
    ) -> None:
        """Begin, or go on where the state file says.

        Raises:
            SigmaError: the state file is damaged, belongs to other input, or another run writes to ``out``.
        """
        self.stats: dict[str, Any] = {"events": 0, "hits": 0, "unreadable": 0, "alerts": 0}
        self.now = options.now
        self._plan = plan = make_plan(rules)
        self._titles = titles_of(rules)
        self._out = out
        self._options = options
        self._paths, self._chunk = paths, chunk
        self._serial, self._first, self._pieces, self._mark = 0, 0, 0, 0
        self._marks: deque[int] = deque()
        latest = None
        if options.lateness is not None and options.now is not None:
            latest = moment_from(options.now + _A_DAY)
        self.correlator = Correlator(
            plan, tenant=options.tenant, lateness=options.lateness, latest=latest, limits=options.limits
        )
        if options.state is not None:
            _lock(out)
            if options.state.exists():
                self._resume(options.state.read_bytes())
            else:
                out.truncate(0)

    def _resume(self, content: bytes) -> None:
        self.correlator, said, lost = Correlator.restore(self._plan, content, limits=self._options.limits)
        offset = msgspec.convert(said, _Offset)
        if (offset.paths, offset.chunk) != (self._paths, self._chunk):
            raise _other_input()
        self._serial, self._first = offset.serial, offset.first
        self._pieces, self._mark = offset.pieces, offset.mark
        self.stats, self.now = offset.stats, offset.now
        if lost:
            self.stats["state_lost"] = lost
        if self._out.seek(0, os.SEEK_END) < offset.written:
            raise _other_input()
        self._out.seek(offset.written)
        self._out.truncate()

    def rest(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield the pieces that are not yet done.

        Raises:
            SigmaError: the pieces that are done were others.
        """
        if self._options.state is None:
            yield from pieces
            return
        mark, done, number = 0, self._pieces, 0
        for number, piece in enumerate(pieces, 1):
            mark = zlib.crc32(piece.content, zlib.crc32(piece.name.encode("utf-8", "surrogateescape"), mark))
            if number > done:
                self._marks.append(mark)
                yield piece
            elif number == done and mark != self._mark:
                raise _other_input()
        if number < done:
            raise _other_input()

    def take(self, done: Done) -> None:
        """Write the lines of a piece, and those of the alerts that it makes certain."""
        if done.serial != self._serial:
            self._serial, self._first = done.serial, 0
        for item in done.said:
            if isinstance(item, Fed):
                place = self._first + item.index
                self._tell(self.correlator.feed(msgspec.structs.replace(item, index=place)))
            else:
                number, head, tail = item
                self._out.write(b"%b%d%b" % (head, self._first + number, tail))
                self.stats["hits"] += 1
        self._first += done.events
        self.stats["events"] += done.events
        self.stats["unreadable"] += done.bad
        if "-" in self._paths:
            # someone may be waiting at the other end
            self._out.flush()
        self._pieces += 1
        if self._options.state is not None:
            self._mark = self._marks.popleft()
            if self._pieces % self._options.every == 0:
                self._save(self._options.state)

    def finish(self) -> None:
        """Judge what is open, write it, and remove the state file: there is nothing left to go on with."""
        self._tell(self.correlator.finish())
        if self._plan.nodes:
            self.stats["correlations"] = msgspec.structs.asdict(self.correlator.stats)
        state = self._options.state
        if state is not None:
            self._sync()
            state.unlink(missing_ok=True)
            _sync_folder(state.parent)

    def _tell(self, alerts: list[Alert]) -> None:
        for alert in alerts:
            if alert.correlation.rule_id not in self._plan.hidden:
                self._out.write(alert_line(alert, self._titles))
                self.stats["hits"] += 1
                self.stats["alerts"] += 1

    def _sync(self) -> None:
        self._out.flush()
        os.fsync(self._out.fileno())

    def _save(self, path: Path) -> None:
        # the lines first: a state may only speak of lines that are safe
        self._sync()
        offset = _Offset(
            self._paths,
            self._chunk,
            self._pieces,
            self._mark,
            self._serial,
            self._first,
            self._out.tell(),
            self.stats,
            self.now,
        )
        draft = path.with_name(f"{path.name}.draft")
        # it holds names of people and machines: for this user alone
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(self.correlator.snapshot(offset))
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        _sync_folder(path.parent)


def _lock(out: IO[bytes]) -> None:
    """Keep other runs with a state off this output for as long as it is open."""
    try:
        fcntl.flock(out.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SigmaError(
            "sigma.state.busy",
            th="มีอีกโปรเซสกำลังเขียนแฟ้มผลนี้ รอให้จบก่อน",
            en="Another run is writing this output; wait until it has ended",
            field="state",
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _other_input() -> SigmaError:
    return SigmaError(
        "sigma.state.other",
        th="แฟ้มสถานะนี้เป็นของข้อมูลเข้าหรือแฟ้มผลอื่น ลบแฟ้มสถานะแล้วเริ่มใหม่",
        en="The state file belongs to other input or another output; remove it and begin anew",
        field="state",
    )
