"""An instance, a provider, and workers that are killed; counts what people got."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
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
MOVING = ("queued", "claimed", "sending")


@dataclass
class Worker:
    """A running ``program.py work``: a supervisor and its one child, the pump."""

    process: subprocess.Popen[bytes]
    log: Path
    seen: set[int] = field(default_factory=set)

    def children(self) -> list[int]:
        """Return the child now, and remember it."""
        found = children_of(self.process.pid)
        self.seen.update(found)
        return found

    def kill(self) -> None:
        """Kill the supervisor and assert that nothing of its generation lives on."""
        self.children()
        self.process.kill()
        self.process.wait(timeout=10)
        wait_until(lambda: not any(map(alive, self.seen)), "the end of all children", seconds=5)

    def terminate(self) -> int:
        """Stop in good order and return the exit code."""
        self.children()
        self.process.terminate()
        code = self.process.wait(timeout=30)
        assert not any(map(alive, self.seen))
        return code

    def told(self) -> str:
        """Return what the worker logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


@dataclass
class Post:
    """An instance: folders, a database, workers, and one provider."""

    folder: Path
    url: str = ""
    workers: list[Worker] = field(default_factory=list)
    others: list[subprocess.Popen[bytes]] = field(default_factory=list)
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

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of the program."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")}
        ready = (self.provider.folder / "port").exists()
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
            "PYTHONPATH": str(ROOT / "src"),
            "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
            "PHITHAK_DATA_DIR": str(self.folder / "data"),
            "PHITHAK_OUTBOX_LEASE_SECONDS": "2",
            "PHITHAK_SMS_PER_MINUTE": "1000000",
            "PHITHAK_MAIL_PER_MINUTE": "1000000",
            "PHITHAK_SMS_SECRET": "ความลับของผู้ให้บริการ",
            "FAULT_DIR": str(self.traces),
            **({"PHITHAK_SMS_URL": self.provider.url} if ready else {}),
            **({"PHITHAK_MAIL_URL": self.provider.mail_url} if ready and self.provider.smtp else {}),
            **({"PHITHAK_DATABASE_URL": self.url} if self.url else {}),
            **more,
        }

    def run(self, *arguments: str, code: int = 0, **more: str) -> None:
        """Run the program to its end and assert its exit code."""
        ran = subprocess.run(
            [sys.executable, PROGRAM, *arguments], env=self.environment(**more), check=False, timeout=300
        )
        assert ran.returncode == code

    def queue(self, count: int, *, channel: str = "sms", first: int = 10_000_000, **more: str) -> None:
        """Queue notices to ``count`` different people."""
        self.run("queue", channel, str(first), str(count), **more)

    def work(self, channel: str = "sms", **more: str) -> Worker:
        """Start a worker."""
        log = self.traces / f"log.{len(self.workers)}"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, PROGRAM, "work", channel], env=self.environment(**more), stderr=stream
            )
        self.workers.append(Worker(process, log))
        return self.workers[-1]

    def web(self, **more: str) -> str:
        """Serve the API in a process of its own and return the address that takes receipts."""
        (self.traces / "web").unlink(missing_ok=True)
        self.others.append(
            subprocess.Popen([sys.executable, PROGRAM, "web", "0"], env=self.environment(**more))
        )
        wait_until(lambda: (self.traces / "web").exists() and (self.traces / "web").read_text(), "the API")
        return f"http://127.0.0.1:{(self.traces / 'web').read_text()}/api/v1/outbox/receipts/sms"

    def end(self) -> None:
        """Kill everything that still runs."""
        for worker in self.workers:
            if worker.process.poll() is None:
                for pid in [worker.process.pid, *worker.children()]:
                    os.kill(pid, signal.SIGCONT)
                worker.kill()
        for process in self.others:
            process.kill()
            process.wait(timeout=10)
        self.provider.kill()
        self.workers.clear()
        self.others.clear()

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
        worker = next(one for one in reversed(self.workers) if one.process.poll() is None)
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
