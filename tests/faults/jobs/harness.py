"""Starts real workers on a database of their own, kills them, and counts what they left."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from phithak.base import keyfiles

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("program.py")
PATIENCE = 60.0


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
    """The running ``program.py``: forks a process for each order."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, PROGRAM],
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
    """A running ``work``."""

    pid: int
    log: Path
    forker: Forker
    seen: set[int] = field(default_factory=set)
    over: bool = False

    def children(self) -> list[int]:
        """Return the lane processes now, and remember them."""
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
class House:
    """An instance: folders, a database, and the workers that were started on it."""

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

    def fresh(self) -> None:
        """Empty the folder of traces."""
        self.traces.mkdir(exist_ok=True)
        for path in self.traces.iterdir():
            path.unlink()

    def forker(self, url: str = "") -> Forker:
        """Return the program that forks on the database of ``url``; started once."""
        address = url or self.url
        if address not in self.forkers:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")}
            own = {
                "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
                "PYTHONPATH": str(ROOT / "src"),
                "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
                "PHITHAK_DATA_DIR": str(self.folder / "data"),
                "PHITHAK_WORKER_LEASE_SECONDS": "1",
                "FAULT_DIR": str(self.traces),
            }
            database = {"PHITHAK_DATABASE_URL": address} if address else {}
            self.forkers[address] = Forker({**kept, **own, **database})
        return self.forkers[address]

    def run(self, *arguments: str, code: int = 0, **more: str) -> None:
        """Run an order to its end and assert its exit code."""
        forker = self.forker()
        log = self.traces / "log.run"
        assert forker.wait(forker.fork(arguments, log, more)) == code, log.read_text()

    def work(self, *lanes: str, url: str = "", **more: str) -> Worker:
        """Start a worker."""
        log = self.traces / f"log.{len(self.workers)}"
        forker = self.forker(url)
        self.workers.append(Worker(forker.fork(["work", *lanes], log, more), log, forker))
        return self.workers[-1]

    def logs(self) -> str:
        """Return the last lines of every worker's log, for the report of a failure."""
        return "\n".join("\n".join(worker.told().splitlines()[-20:]) for worker in self.workers)

    def end(self) -> None:
        """Kill every worker that still runs."""
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
        path = self.folder / "data" / "phithak.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as lite:
            return lite.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """Ask for one value."""
        return self.rows(sql)[0][0]

    def states(self) -> Counter[str]:
        """Count the jobs by state."""
        return Counter(dict(self.rows("SELECT state, count(*) FROM jobs_job GROUP BY state")))

    def unfinished(self) -> int:
        """Count the jobs that are queued or running."""
        found = self.states()
        return found["queued"] + found["running"]

    def clear(self) -> None:
        """Empty the tables for the next test."""
        tables = ("fault_effect", "fault_chunk", "jobs_attempt", "jobs_job", "jobs_workerbeat")
        if self.url:
            with psycopg.connect(self.url) as connection:
                connection.execute("TRUNCATE " + ", ".join(tables))  # type: ignore[arg-type] # constants
            return
        with closing(sqlite3.connect(self.folder / "data" / "phithak.db", timeout=10)) as lite:
            for table in tables:
                lite.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
            lite.commit()

    def starts(self) -> Counter[str]:
        """Count how often each job's body was started."""
        path = self.traces / "starts"
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
        return Counter(line.split()[0] for line in lines)

    def assert_exactly_once(self, jobs: int, *, chunked: int = 0, items: int = 0) -> None:
        """Assert that nothing was lost and nothing effectively done twice."""
        assert self.states() == Counter({"done": jobs})
        assert self.one("SELECT count(*) FROM fault_effect") == jobs
        assert self.one("SELECT count(DISTINCT job_id) FROM fault_effect") == jobs
        assert self.one("SELECT count(*) FROM fault_chunk") == chunked * items
        pairs = "SELECT count(*) FROM (SELECT DISTINCT job_id, item FROM fault_chunk) AS pairs"
        assert self.one(pairs) == chunked * items
