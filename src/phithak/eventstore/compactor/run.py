"""One run of the compactor: pull, normalise, write, commit; then what is not needed any more goes.

Killed anywhere, the next run begins where the manifest's offset stands: files that no transaction named are swept.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb

from phithak.base import keyfiles
from phithak.eventstore.bus import EmbeddedBus, Offset, Stored
from phithak.eventstore.compactor.files import day_of, write_file
from phithak.eventstore.compactor.side import SUFFIX
from phithak.eventstore.duck import connect, quoted
from phithak.eventstore.holding import hold
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import LedgerReader
from phithak.eventstore.manifest import File, ManifestWriter, path_of
from phithak.eventstore.normalise.columnar import Normaliser
from phithak.eventstore.normalise.times import SECOND
from phithak.eventstore.points import Point, reach
from phithak.eventstore.retention import Rules

log = logging.getLogger(__name__)

NAME = "compactor"
RUN_BYTES = 64 << 20
RUN_BATCHES = 2000
MERGE_FILES = 8
MERGE_BYTES = 256 << 20
MEMORY_MB = 512
_DAY = 86_400 * SECOND
Group = tuple[UUID, str, str]


@dataclass(frozen=True)
class Done:
    """What a run has done: batches and events moved, files written, the offset reached, whether more waits."""

    batches: int
    events: int
    files: int
    offset: int
    more: bool


class Compactor:
    """The one writer of Parquet files and manifest.

    Args:
        layout: where.
        consumers: those besides the compactor that must have released a segment before it goes.
        threads: of the processor.
        uptime: seconds of a clock that nobody can set.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        consumers: Sequence[str] = (),
        threads: int = 1,
        uptime: Callable[[], float] = time.monotonic,
    ) -> None:
        self._layout = layout
        self._uptime = uptime
        self._ticked = uptime()
        self._consumers = (NAME, *consumers)
        self._threads = threads
        self._normaliser = Normaliser()
        layout.prepare()
        self._lock_handle = hold(layout.root / "compactor.lock")
        self._bus = EmbeddedBus(layout)
        self._manifest = ManifestWriter(layout)
        self.sweep()

    def run(self) -> Done:
        """Move what is on the bus, at most 64 MiB of it, into Parquet."""
        offset = self._manifest.offset()
        stored = self._pull(Offset(offset))
        if not stored:
            return Done(0, 0, 0, offset, more=False)
        groups: dict[Group, list[int]] = defaultdict(list)
        for number, one in enumerate(stored):
            envelope = one.envelope
            groups[envelope.tenant, envelope.kind, day_of(envelope.received)].append(number)
        with self._scratch() as (connection, scratch):
            events = self._normaliser.make(connection, stored, scratch)
            files = [self._write(connection, group, members) for group, members in groups.items()]
        if sum(one.events for one in files) != events:
            raise duckdb.InternalException(f"{events} events gave other than so many rows")
        reached = stored[-1].offset
        self._manifest.commit(files, offset=reached)
        self._bus.release(NAME, reached)
        return Done(len(stored), events, len(files), reached, more=self._bus.last() > reached)

    def _pull(self, offset: Offset) -> list[Stored]:
        found: list[Stored] = []
        size = 0
        while size < RUN_BYTES and len(found) < RUN_BATCHES:
            part = self._bus.pull(NAME, found[-1].offset if found else offset, 100)
            found += part
            size += sum(one.batch.header.size for one in part)
            if len(part) < 100:  # noqa: PLR2004 - fewer than were asked for: there are no more
                break
        return found

    def _scratch(self) -> _Scratch:
        return _Scratch(self._layout, self._threads)

    def _write(self, connection: duckdb.DuckDBPyConnection, group: Group, members: Sequence[int]) -> File:
        """Write the rows of some batches, told by their places."""
        connection.execute("CREATE OR REPLACE TABLE wanted(batch INTEGER)")
        connection.execute("INSERT INTO wanted SELECT unnest($1)", [list(members)])
        connection.execute(
            "CREATE OR REPLACE VIEW part AS SELECT * EXCLUDE (batch) FROM rows"
            " WHERE batch IN (SELECT batch FROM wanted)"
        )
        tenant, retention, day = group
        return write_file(
            connection, "part", self._layout, tenant=tenant, retention=retention, day=day, sort=False
        )

    def merge(self, now: int) -> int:
        """Make one file of many small ones of the same tenant, class and day; return how many groups were merged."""
        groups: dict[Group, list[File]] = defaultdict(list)
        for file in self._manifest.living():
            if file.size < MERGE_BYTES:
                groups[file.tenant, file.retention, file.day].append(file)
        merged = 0
        for group, files in groups.items():
            if len(files) < MERGE_FILES:
                continue
            with self._scratch() as (connection, _):
                names = ", ".join(quoted(str(path_of(self._layout, one))) for one in files)
                connection.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet([{names}])")  # noqa: S608 - own names
                tenant, retention, day = group
                fresh = write_file(
                    connection, "rows", self._layout, tenant=tenant, retention=retention, day=day, sort=True
                )
            if fresh.events != sum(one.events for one in files):
                log.error(
                    "merging %s gave %d events of other than %d files", fresh.name, fresh.events, len(files)
                )
                path_of(self._layout, fresh).unlink()
                continue
            self._manifest.commit([fresh], condemned=[one.name for one in files], now=now)
            merged += 1
        return merged

    def condemn(self, today: date, now: int, rules: Rules) -> list[str]:
        """Condemn files whose class is over: after its last full day, unless something holds them.

        Args:
            today: the present day in Bangkok.
            now: µs.
            rules: how long classes are kept, and what is held.

        Returns:
            The names.
        """
        over = [file for file in self._manifest.living() if rules.over(file, today)]
        if over:
            self._manifest.age(over, now)
        return [file.name for file in over]

    def spare(self, today: date, now: int, rules: Rules) -> list[str]:
        """Bring back files that were condemned for their age and should not be: held since, or by a wrong clock.

        Returns:
            The names.
        """
        back = [file for file in self._manifest.aged() if not rules.over(file, today)]
        if back:
            self._manifest.spare(back, now)
        return [file.name for file in back]

    def tick(self) -> int:
        """Count the time since the last call as worked; return how much it is in all (µs)."""
        elapsed, self._ticked = self._uptime() - self._ticked, self._uptime()
        self._manifest.work(int(elapsed * SECOND))
        return self._manifest.worked()

    def remove(self, now: int, worked: int | None = None) -> int:
        """Remove files that were condemned a day ago or longer; return how many went.

        Args:
            now: µs.
            worked: what :meth:`tick` gave: then what went for its age has also waited for a day of work, whatever
                the clock of the machine says. None goes by ``now`` alone.
        """
        names = self._manifest.condemned_before(now - _DAY + 1, None if worked is None else worked - _DAY)
        for name in names:
            reach(Point.REMOVE)
            path = self._layout.parquet / name
            path.unlink(missing_ok=True)
            path.with_name(path.name + SUFFIX).unlink(missing_ok=True)
            if path.parent.is_dir():
                keyfiles.sync_folder(path.parent)
            reach(Point.REMOVED)
            self._manifest.forget(name, now)
        return len(names)

    def remove_segments(self) -> list[int]:
        """Remove segments that lie in Parquet and that every consumer has released; never the newest."""
        low = min(self._bus.low_water(self._consumers), self._manifest.offset())
        numbers = self._layout.segment_numbers()[:-1]
        reader = LedgerReader(self._layout)
        try:
            last = reader.last_of_segments()
        finally:
            reader.close()
        gone = [number for number in numbers if last.get(number, 0) <= low]
        for number in gone:
            reach(Point.REMOVE)
            self._layout.segment(number).unlink(missing_ok=True)
            reach(Point.REMOVED)
        return gone

    def sweep(self) -> int:
        """Remove what a crash left: files that the manifest does not name, and scratch."""
        shutil.rmtree(self._layout.root / "scratch", ignore_errors=True)
        known = self._manifest.known()
        wanted = {*known, *(name + SUFFIX for name in known)}
        left = [
            path
            for path in _files_below(self._layout.parquet)
            if str(path.relative_to(self._layout.parquet)) not in wanted
        ]
        for path in left:
            path.unlink()
        return len(left)

    def close(self) -> None:
        """Close what is open."""
        self._manifest.close()
        self._bus.close()
        os.close(self._lock_handle)


class _Scratch:
    """A DuckDB of its own with a folder that is gone afterwards; a crash leaves it to the next sweep."""

    def __init__(self, layout: Layout, threads: int) -> None:
        self._folder = layout.root / "scratch"
        self._layout = layout
        self._threads = threads

    def __enter__(self) -> tuple[duckdb.DuckDBPyConnection, Path]:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._context = connect(
            [self._layout.parquet],
            threads=self._threads,
            memory_mb=MEMORY_MB,
            scratch=self._folder,
            in_order=True,
        )
        return self._context.__enter__(), self._folder

    def __exit__(self, *told: object) -> None:
        self._context.__exit__(None, None, None)
        shutil.rmtree(self._folder, ignore_errors=True)


def _files_below(folder: Path) -> Iterable[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
