"""An instance, a provider, and workers that are killed; counts what people got."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.instances import Instance, Worker, alive, wait_until
from tests.simulator.running import Simulator

SECRET = "ความลับของผู้ให้บริการ"
MOVING = ("queued", "claimed", "sending")


@dataclass
class Post(Instance):
    """An instance with one provider."""

    PROGRAM = Path(__file__).with_name("program.py")
    SETTINGS = {
        "PHITHAK_OUTBOX_LEASE_SECONDS": "2",
        "PHITHAK_SMS_PER_MINUTE": "1000000",
        "PHITHAK_MAIL_PER_MINUTE": "1000000",
        "PHITHAK_SMS_SECRET": SECRET,
    }
    TABLES = ("outbox_note", "outbox_message", "outbox_campaign", "outbox_gate")

    servers: list[Worker] = field(default_factory=list)
    provider: Simulator = field(init=False)

    def fresh(self) -> None:
        """Empty the markers and take a new provider."""
        super().fresh()
        self.provider = Simulator(self.folder / f"provider-{time.monotonic_ns()}")

    def present(self) -> dict[str, str]:
        """Return where the provider answers now."""
        if not (self.provider.folder / "port").exists():
            return {}
        mail = {"PHITHAK_MAIL_URL": self.provider.mail_url} if self.provider.smtp else {}
        return {"PHITHAK_SMS_URL": self.provider.url, **mail}

    def queue(self, count: int, *, channel: str = "sms", first: int = 10_000_000, **more: Any) -> None:
        """Queue notices to ``count`` different people."""
        self.run("queue", channel, str(first), str(count), **more)

    def work(self, channel: str = "sms", **more: str) -> Worker:
        """Start a worker."""
        return self.serve(["work", channel], more)

    def web(self) -> str:
        """Serve the API in a process of its own and return the address that takes receipts."""
        (self.traces / "web").unlink(missing_ok=True)
        self.servers.append(self.serve(["web", "0"], {}))
        wait_until(lambda: (self.traces / "web").exists() and (self.traces / "web").read_text(), "the API")
        return f"http://127.0.0.1:{(self.traces / 'web').read_text()}/api/v1/outbox/receipts/sms"

    def end(self) -> None:
        """Kill everything that still runs, the provider too."""
        super().end()
        self.provider.kill()
        self.servers.clear()

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
