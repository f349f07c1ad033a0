"""An instance, a provider, and workers that are killed; counts what people got."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from phithak.base import keyfiles
from tests.faults.jobs.harness import alive, children_of, wait_until
from tests.simulator.running import Simulator

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("program.py")
TABLES = ("outbox_note", "outbox_message", "outbox_campaign", "outbox_gate")
SECRET = "ความลับของผู้ให้บริการ"
MOVING = ("queued", "claimed", "sending")


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
    """A running ``work``: a supervisor and its one child, the pump; or a running ``web``."""

    pid: int
    log: Path
    forker: Forker
    seen: set[int] = field(default_factory=set)
    over: bool = False

    def children(self) -> list[int]:
        """Return the child now, and remember it."""
        found = children_of(self.pid)
        self.seen.update(found)
        return found

    def kill(self) -> None:
        """Kill the supervisor and assert that nothing of its generation lives on."""
        self.children()
        os.kill(self.pid, signal.SIGKILL)
        assert self._end() == -signal.SIGKILL
        wait_until(lambda: not any(map(alive, self.seen)), "the end of all children", seconds=10)

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
class Post:
    """An instance: folders, a database, workers, and one provider."""

    folder: Path
    url: str = ""
    workers: list[Worker] = field(default_factory=list)
    forker: Forker | None = None
    servers: list[Worker] = field(default_factory=list)
    provider: Simulator = field(init=False)

    def __post_init__(self) -> None:
        (self.folder / "data").mkdir()
        keyfiles.create(self.folder / "config" / "instance.key")
        keyfiles.create(self.folder / "config" / "root.key")
        self.fresh()

    @property
    def traces(self) -> Path:
        """The folder of markers of the present test."""
        return self.folder / "traces"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "data" / "phithak.db"

    def fresh(self) -> None:
        """Empty the markers and take a new provider."""
        self.traces.mkdir(exist_ok=True)
        for path in self.traces.iterdir():
            path.unlink()
        self.provider = Simulator(self.folder / f"provider-{time.monotonic_ns()}")

    def start(self, arguments: Sequence[str], log: Path, more: dict[str, str]) -> tuple[Forker, int]:
        """Fork a process for an order; the settings of the provider come with it."""
        if self.forker is None:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")}
            own = {
                "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
                "PYTHONPATH": str(ROOT / "src"),
                "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
                "PHITHAK_DATA_DIR": str(self.folder / "data"),
                "PHITHAK_OUTBOX_LEASE_SECONDS": "2",
                "PHITHAK_SMS_PER_MINUTE": "1000000",
                "PHITHAK_MAIL_PER_MINUTE": "1000000",
                "PHITHAK_SMS_SECRET": SECRET,
                "FAULT_DIR": str(self.traces),
            }
            database = {"PHITHAK_DATABASE_URL": self.url} if self.url else {}
            self.forker = Forker({**kept, **own, **database})
        present = {}
        if (self.provider.folder / "port").exists():
            present["PHITHAK_SMS_URL"] = self.provider.url
            if self.provider.smtp:
                present["PHITHAK_MAIL_URL"] = self.provider.mail_url
        return self.forker, self.forker.fork(arguments, log, {**present, **more})

    def run(self, *arguments: str, code: int = 0, **more: str) -> None:
        """Obey an order to its end and assert its exit code."""
        log = self.traces / "log.run"
        forker, pid = self.start(arguments, log, more)
        assert forker.wait(pid) == code, log.read_text()

    def queue(self, count: int, *, channel: str = "sms", first: int = 10_000_000, **more: Any) -> None:
        """Queue notices to ``count`` different people."""
        self.run("queue", channel, str(first), str(count), **more)

    def work(self, channel: str = "sms", **more: str) -> Worker:
        """Start a worker."""
        return self._serve(["work", channel], more)

    def web(self) -> str:
        """Serve the API in a process of its own and return the address that takes receipts."""
        (self.traces / "web").unlink(missing_ok=True)
        self.servers.append(self._serve(["web", "0"], {}))
        wait_until(lambda: (self.traces / "web").exists() and (self.traces / "web").read_text(), "the API")
        return f"http://127.0.0.1:{(self.traces / 'web').read_text()}/api/v1/outbox/receipts/sms"

    def _serve(self, arguments: Sequence[str], more: dict[str, str]) -> Worker:
        log = self.traces / f"log.{len(self.workers)}"
        forker, pid = self.start(arguments, log, more)
        self.workers.append(Worker(pid, log, forker))
        return self.workers[-1]

    def end(self) -> None:
        """Kill everything that still runs."""
        for worker in self.workers:
            if not worker.over:
                for pid in [worker.pid, *worker.children()]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)
                worker.kill()
        self.provider.kill()
        self.workers.clear()
        self.servers.clear()

    def close(self) -> None:
        """End the program that forks."""
        if self.forker is not None:
            self.forker.end()

    def logs(self) -> str:
        """Return the last lines of every worker's log, for the report of a failure."""
        return "\n".join("\n".join(worker.told().splitlines()[-15:]) for worker in self.workers)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database, past Django."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()  # type: ignore[arg-type] # constants of the tests
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as lite:
            return lite.execute(sql).fetchall()

    def clear(self) -> None:
        """Empty the outbox for the next test."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                connection.execute("TRUNCATE " + ", ".join(TABLES))  # type: ignore[arg-type] # constants
            return
        with closing(sqlite3.connect(self.database, timeout=10)) as lite:
            for table in TABLES:
                lite.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
            lite.commit()

    def states(self) -> Counter[str]:
        """Count the messages by state."""
        return Counter(dict(self.rows("SELECT state, count(*) FROM outbox_message GROUP BY state")))

    def moving(self) -> int:
        """Count the messages that are not at an end."""
        found = self.states()
        return sum(found[state] for state in MOVING)

    def wait_done(self, *, seconds: float = 120.0) -> None:
        """Wait until every message is at an end; a provider that died is started again."""

        def over() -> bool:
            if self.provider.dead:
                self.provider.start(die_after=0)
            return not self.moving()

        wait_until(over, f"all messages at an end: {self.states()}", seconds=seconds)

    def killed(self) -> set[str]:
        """Return the crash points at which somebody was killed."""
        return {path.name.removeprefix("killed.") for path in self.traces.glob("killed.*")}

    def kill_at_random(self, kills: int, chance: random.Random, *, provider_deaths: int = 0) -> int:
        """Kill the pump, now and then with its supervisor; return how many kills met unfinished messages."""
        worker = next(one for one in reversed(self.workers) if not one.over and one not in self.servers)
        busy = 0
        for number in range(kills):
            wait_until(worker.children, "a pump lives")
            time.sleep(chance.uniform(0.02, 0.3))
            busy += bool(self.moving())
            if provider_deaths and number % max(1, kills // provider_deaths) == 0:
                self.provider.kill()
                self.provider.start()
            if number % 6 == 5:
                worker.kill()
                worker = self.work()
            else:
                for pid in worker.children():
                    os.kill(pid, signal.SIGKILL)
                    wait_until(lambda: not alive(pid), "the pump is dead")  # noqa: B023 - used at once
        return busy

    def assert_exactly_once(self, count: int) -> None:
        """Assert that each person got one notice and that the outbox knows it."""
        people = self.provider.per_person()
        assert max(people.values(), default=0) <= 1, [one for one, times in people.items() if times > 1]
        assert len(people) == count
        found = self.states()
        assert found["accepted"] + found["delivered"] == count, found

    def assert_at_most_once(self, count: int) -> int:
        """Assert that nobody got two, that all counted as sent were, and that the unclear ones are listed.

        Returns:
            The number of unknown messages.
        """
        log = self.provider.log()
        people = Counter(line["to"] for line in log)
        assert max(people.values(), default=0) <= 1, [one for one, times in people.items() if times > 1]
        found = self.states()
        assert found["accepted"] + found["delivered"] + found["unknown"] == count, found
        sure = {
            row[0] for row in self.rows("SELECT provider_id FROM outbox_message WHERE state = 'accepted'")
        }
        taken = {line["id"] for line in log}
        assert sure <= taken
        # whoever got a notice of which we do not know is listed as unknown, and nobody else is missing
        assert len(taken - sure) <= found["unknown"]
        return found["unknown"]
