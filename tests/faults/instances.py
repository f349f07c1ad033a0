"""Instances whose processes are killed: a program that forks for each order, its workers, a database of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import psycopg
import pytest

from phithak.base import keyfiles
from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres"))]


class NeverCameError(AssertionError):
    """What was waited for did not come."""


def wait_until(condition: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait for a condition of another process."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise NeverCameError(what)
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Tell whether a process lives (a zombie does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """Return the living children of a process."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [child for child in map(int, text.split()) if alive(child)]


class Forker:
    """A running program of a folder of tests: forks a process for each order."""

    def __init__(self, program: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, program],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(self, arguments: Sequence[str], log: Path, environment: dict[str, str]) -> int:
        """Start a process and return its id."""
        return self._ask({"arguments": arguments, "log": str(log), "environment": environment})

    def wait(self, pid: int) -> int:
        """Wait for the end of a process and return its exit code; minus the signal that killed it."""
        return self._ask({"wait": pid})

    def end(self) -> None:
        """End the program."""
        self._process.communicate(timeout=10)

    def _ask(self, order: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@dataclass
class Worker:
    """A running ``work``: a supervisor and its children; or a running ``web``."""

    pid: int
    log: Path
    forker: Forker
    seen: set[int] = field(default_factory=set)
    over: bool = False

    def children(self) -> list[int]:
        """Return the children now, and remember them."""
        found = children_of(self.pid)
        self.seen.update(found)
        return found

    def kill(self) -> None:
        """Kill the supervisor and assert that nothing of its generation lives on."""
        self.children()
        os.kill(self.pid, signal.SIGKILL)
        assert self._end() == -signal.SIGKILL
        wait_until(lambda: not any(map(alive, self.seen)), "the end of all children", seconds=5)

    def terminate(self) -> int:
        """Stop in good order and return the exit code."""
        self.children()
        os.kill(self.pid, signal.SIGTERM)
        code = self._end()
        assert not any(map(alive, self.seen))
        return code

    def told(self) -> str:
        """Return what the worker logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _end(self) -> int:
        self.over = True
        return self.forker.wait(self.pid)


@dataclass
class Instance:
    """Folders, a database, and the processes that were started on it."""

    PROGRAM: ClassVar[Path]
    """What is run; it obeys ``prepare`` and the orders of its tests."""

    SETTINGS: ClassVar[Mapping[str, str]] = {}
    """Settings beside folders and database."""

    TABLES: ClassVar[Sequence[str]] = ()
    """What :meth:`clear` empties, in this order."""

    folder: Path
    url: str = ""
    workers: list[Worker] = field(default_factory=list)
    forkers: dict[str, Forker] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "data").mkdir()
        keyfiles.create(self.folder / "config" / "instance.key")
        keyfiles.create(self.folder / "config" / "root.key")
        self.fresh()

    @property
    def traces(self) -> Path:
        """The folder of traces and markers of the present test."""
        return self.folder / "traces"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "data" / "phithak.db"

    def fresh(self) -> None:
        """Empty the folder of traces."""
        self.traces.mkdir(exist_ok=True)
        for path in self.traces.iterdir():
            path.unlink()

    def present(self) -> dict[str, str]:
        """Return settings that hold for what is started now."""
        return {}

    def start(
        self, arguments: Sequence[str], log: Path, more: dict[str, str], *, url: str = ""
    ) -> tuple[Forker, int]:
        """Fork a process for an order, on the own database or on that of ``url``."""
        address = url or self.url
        if address not in self.forkers:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")}
            own = {
                "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
                "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
                "PHITHAK_DATA_DIR": str(self.folder / "data"),
                "FAULT_DIR": str(self.traces),
            }
            database = {"PHITHAK_DATABASE_URL": address} if address else {}
            self.forkers[address] = Forker(self.PROGRAM, {**kept, **own, **self.SETTINGS, **database})
        forker = self.forkers[address]
        return forker, forker.fork(arguments, log, {**self.present(), **more})

    def run(self, *arguments: str, code: int = 0, **more: str) -> None:
        """Run an order to its end and assert its exit code."""
        log = self.traces / "log.run"
        forker, pid = self.start(arguments, log, more)
        assert forker.wait(pid) == code, log.read_text()

    def serve(self, arguments: Sequence[str], more: dict[str, str], *, url: str = "") -> Worker:
        """Start a process that stays."""
        log = self.traces / f"log.{len(self.workers)}"
        forker, pid = self.start(arguments, log, more, url=url)
        self.workers.append(Worker(pid, log, forker))
        return self.workers[-1]

    def logs(self) -> str:
        """Return the last lines of every worker's log, for the report of a failure."""
        return "\n".join("\n".join(worker.told().splitlines()[-20:]) for worker in self.workers)

    def end(self) -> None:
        """Kill everything that still runs."""
        for worker in self.workers:
            if not worker.over:
                for pid in [worker.pid, *worker.children()]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)
                worker.kill()
        self.workers.clear()

    def close(self) -> None:
        """End everything."""
        self.end()
        for forker in self.forkers.values():
            forker.end()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database, past Django."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()  # type: ignore[arg-type] # constants of the tests
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as lite:
            return lite.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """Ask for one value."""
        return self.rows(sql)[0][0]

    def clear(self) -> None:
        """Empty the tables for the next test."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                # rooms above may refer to these rows, and have none of their own here
                connection.execute("TRUNCATE " + ", ".join(self.TABLES) + " CASCADE")  # type: ignore[arg-type] # constants
            return
        with closing(sqlite3.connect(self.database, timeout=10)) as lite:
            for table in self.TABLES:
                lite.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
            lite.commit()


Made = TypeVar("Made", bound=Instance)


def durable_cluster() -> Iterator[postgres.Server]:
    """Start a PostgreSQL cluster that may be killed: its writes are durable."""
    with postgres.cluster(fsync=True) as cluster:
        yield cluster


def fresh_url(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database of the kind that a fixture is asked for; "" for SQLite.

    The fixture ``server`` is emptied first: pytest makes an instance again when it changes files.
    """
    if request.param == "sqlite":
        return ""
    server: postgres.Server = request.getfixturevalue("server")
    server.empty()
    return server.url


def prepared(kind: type[Made], url: str = "") -> Iterator[Made]:
    """Make an instance, migrate it, give it, and end it whatever became of it."""
    folder = Path(tempfile.mkdtemp(prefix="phithak-faults-"))
    made = kind(folder, url)
    try:
        made.run("prepare")
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def emptied(made: Made) -> Iterator[Made]:
    """Give an instance with nothing in it; no worker is left behind."""
    made.clear()
    made.fresh()
    yield made
    print(made.logs())  # noqa: T201 - pytest shows it beside a failure
    made.end()
