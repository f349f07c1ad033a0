"""``Run``: what a job's body gets. Everything that it writes is fenced."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.jobs import guard, queries
from phithak.core.jobs.errors import CancelledError, LeaseLostError, ReleasedError, TimedOutError
from phithak.core.jobs.points import Point, reach
from phithak.core.jobs.queries import State
from phithak.core.jobs.services import lease, paging
from phithak.core.jobs.services.lease import Claim

T = TypeVar("T")
FIRST_ROWS = 100
PROGRESS_SECONDS = 1.0


class Stop(Protocol):
    """Says that the worker stops; ``threading.Event`` is one."""

    def is_set(self) -> bool:
        """Tell whether the worker stops."""
        ...

    def wait(self, timeout: float) -> bool:
        """Rest up to ``timeout`` seconds; True as soon as the worker stops."""
        ...


class Run:
    """One attempt of a job.

    Attributes:
        job_id: the job's id; use it to make rows recognisable that a repeated attempt would write again.
        attempt: number of this attempt, from 1.
        actor: the system actor that the body works as.
        tenant_id: whose job it is; None for the instance itself.
        finished: True once the job is marked done.
    """

    def __init__(self, claim: Claim, stop: Stop | None = None) -> None:
        self.claim = claim
        self.job_id: UUID = claim.job_id
        self.attempt = claim.attempt
        self.tenant_id = claim.tenant_id
        self.actor: Actor = actors.system(f"job:{claim.name}")
        self.finished = False
        self._stop = stop
        self._began = time.monotonic()
        self._cursor = dict(claim.cursor)
        self._pending: dict[str, Any] = {}
        self._saved = 0.0

    @property
    def started_at(self) -> datetime:
        """When this attempt was claimed (UTC)."""
        return self.claim.started_at

    @property
    def seconds(self) -> float:
        """How long this attempt has run."""
        return time.monotonic() - self._began

    @contextmanager
    def write(self, name: str, *, cursor: tuple[str, Any] | None = None) -> Iterator[None]:
        """Open a write transaction that commits only while this run holds the job.

        Args:
            name: who writes, as ``room.service``.
            cursor: stage and place that a repeated attempt starts behind (see :meth:`chunks`).

        Raises:
            LeaseLostError: another worker holds the job; nothing was written.
        """
        cursors = dict(self._cursor)
        if cursor is not None:
            cursors[cursor[0]] = cursor[1]
        with transactions.write(name):
            lease.touch(self.claim, cursor=cursors or None, **self._take_pending())
            reach(Point.CHUNK_UPDATED)
            yield
            reach(Point.CHUNK_BEFORE_COMMIT)
        self._cursor = cursors
        reach(Point.CHUNK_COMMITTED)

    @contextmanager
    def finish(self, name: str = "jobs.finish") -> Iterator[None]:
        """Open the job's last write transaction: its rows and the job's end stand or fall together.

        Raises:
            LeaseLostError: another worker holds the job; nothing was written.
        """
        reach(Point.FINISH_BEFORE)
        with transactions.write(name):
            lease.finish(self.claim, **self._take_pending())
            reach(Point.FINISH_UPDATED)
            yield
            reach(Point.FINISH_BEFORE_COMMIT)
        self.finished = True
        reach(Point.FINISH_COMMITTED)

    def progress(self, done: int, total: int | None = None, text: Text | None = None) -> None:
        """Say how far the work is; saved with the next write of this run, or at most once a second.

        Args:
            done: pieces done.
            total: pieces in all; None = unknown.
            text: what is being done; never personal data.
        """
        self._pending |= {"done": done, "total": total}
        if text is not None:
            guard.checked_value([text.th, text.en], "progress")
            self._pending |= {"note_th": text.th[:250], "note_en": text.en[:250]}
        if time.monotonic() - self._saved >= PROGRESS_SECONDS and not transactions.in_write():
            with transactions.write("jobs.progress"):
                lease.touch(self.claim, **self._take_pending())

    def checkpoint(self) -> None:
        """Go on, or end the attempt; one indexed read, so call it for each piece of work, not each row.

        Raises:
            LeaseLostError: another worker holds the job.
            CancelledError: a person cancelled it.
            TimedOutError: the attempt took longer than the job's timeout.
            ReleasedError: the worker is stopping; the job goes on elsewhere from its cursor.
        """
        fence, state, cancel_asked_at = queries.control(self.job_id)
        if fence != self.claim.fence or state != State.RUNNING:
            raise LeaseLostError
        if cancel_asked_at is not None:
            raise CancelledError
        if self.seconds > self.claim.timeout:
            raise TimedOutError
        if self._stop is not None and self._stop.is_set():
            raise ReleasedError

    def pause(self, seconds: float) -> None:
        """Rest, but wake at once when the worker stops."""
        if self._stop is None:
            time.sleep(seconds)
        else:
            self._stop.wait(seconds)

    def chunks(
        self,
        source: Iterable[T],
        *,
        key: Callable[[T], Any] | str | None = None,
        size: int = transactions.CHUNK_ROWS,
        stage: str = "main",
    ) -> Iterator[Chunk[T]]:
        """Yield the rest of ``source`` in chunks; each chunk's ``write`` saves the cursor with its rows.

        A repeated attempt goes on behind the last committed chunk. The size follows the measured hold of the
        lock towards 20 ms; between two chunks others get the lock for at least as long as it was held.

        Args:
            source: a QuerySet (read page by page, ordered by ``key``), or an iterable whose order is the same
                at each attempt.
            key: unique, ascending and plain JSON; a field's name for a QuerySet ("pk" when None), a function
                for other iterables (the position when None).
            size: most rows of a chunk, at most 500.
            stage: names the cursor when one job walks through several sources.

        Raises:
            AttemptEnd: see :meth:`checkpoint`, which is called before each chunk.
        """
        most = min(size, transactions.CHUNK_ROWS)
        rows = min(most, FIRST_ROWS)
        take = paging.walk(source, key, self._cursor.get(stage))
        while True:
            self.checkpoint()
            found, cursor = take(rows)
            if not found:
                return
            chunk = Chunk(self, found, stage, cursor)
            yield chunk
            if not chunk.written:
                with chunk.write("jobs.cursor"):
                    pass
            fitting = int(len(found) * transactions.CHUNK_SECONDS / max(chunk.held, 1e-6))
            # at most double: one lucky chunk (a warm cache) must not make the next one long
            rows = max(1, min(most, fitting, 2 * rows))
            self.pause(max(chunk.held, transactions.PAUSE_SECONDS))

    def _take_pending(self) -> dict[str, Any]:
        values, self._pending = self._pending, {}
        self._saved = time.monotonic()
        return values


class Chunk(Generic[T]):
    """Some rows of a source; iterate it, then write what follows from them inside ``chunk.write``."""

    def __init__(self, run: Run, rows: list[T], stage: str, cursor: Any) -> None:
        self.rows = rows
        self.written = False
        self.held = 0.0
        self._run = run
        self._stage = stage
        self._cursor = cursor

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @contextmanager
    def write(self, name: str) -> Iterator[None]:
        """Open a fenced write transaction that also moves the cursor behind this chunk."""
        guard.checked_value(self._cursor, "cursor")
        with self._run.write(name, cursor=(self._stage, self._cursor)):
            began = time.perf_counter()
            yield
        self.held = time.perf_counter() - began
        self.written = True
