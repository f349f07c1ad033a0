"""A drill over 500 contacts while its processes are killed: right states, right escalations, nobody asked twice.

The provider's own log is the truth about who was disturbed. Its mail can be neither asked nor told twice, so after
a kill some mails are unknown: such a person may not have been asked, and is never asked again.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.drills import program_facts as facts
from tests.faults.instances import DATABASES, Worker, durable_cluster, fresh_url, prepared, wait_until
from tests.faults.outbox.harness import Post

pytestmark = [pytest.mark.faults, pytest.mark.soak]

KILLS = 4


def local(address: str) -> str:
    """Return a telephone number as it was typed."""
    return address.replace("+66", "0", 1) if address.startswith("+66") else address


class Field(Post):
    """An instance with 500 contacts, and one provider for mail and SMS."""

    PROGRAM = Path(__file__).with_name("program.py")
    SETTINGS = {
        **{name: value for name, value in Post.SETTINGS.items() if name != "PHITHAK_SMS_SECRET"},
        "PHITHAK_WORKER_LEASE_SECONDS": "1",
        "PHITHAK_HOTLINE": "1242",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        self.provider.smtp = True

    def work(self, channel: str = "", **more: str) -> Worker:
        """Start a worker for everything that a drill needs."""
        return self.serve(["work", *([channel] if channel else [])], more)

    def move_to(self, minutes: float) -> None:
        """Let every process's clock stand so far ahead."""
        partial = self.traces / "ahead.partial"
        partial.write_text(str(minutes))
        partial.rename(self.traces / "ahead")

    def answer(self, addresses: set[str]) -> int:
        """Let those of the addresses who got a message answer it; return how many."""
        said = []
        for line in self.provider.log():
            if local(line["to"]) in addresses:
                link = re.search(r"/l/([\w-]+)/", line["text"])
                code = re.search(r"รหัส (\d{6})", line["text"])
                assert link or code, line["text"]
                said.append({"token": link[1]} if link else {"code": code[1]})  # type: ignore[index] # one of the two
        path = self.traces / "answers"
        path.write_text(json.dumps(said))
        self.run("answer", str(path))
        return len(said)

    def states_of(self, label: str) -> Counter[tuple[str, str]]:
        """Count the checks of contacts with a label by state and how."""
        return Counter(
            {
                (state, how): count
                for state, how, count in self.rows(
                    "SELECT k.state, k.how, count(*) FROM registry_drillcheck k JOIN registry_contactpoint c "  # noqa: S608 - a label of ours
                    f"ON c.id = k.contact_id WHERE c.label_th = '{label}' GROUP BY k.state, k.how"
                )
            }
        )

    def disturbed(self) -> Counter[str]:
        """Count what each person got, telephones in their local form."""
        return Counter(local(line["to"]) for line in self.provider.log())

    def asked(self) -> bool:
        """Tell whether the drill has asked everybody."""
        return bool(self.rows("SELECT 1 FROM registry_drill WHERE asked_all_at IS NOT NULL"))

    def open_checks(self, *states: str) -> int:
        """Count the checks in some states."""
        found = dict(self.rows("SELECT state, count(*) FROM registry_drillcheck GROUP BY state"))
        return sum(found.get(state, 0) for state in states)


server = pytest.fixture(durable_cluster, name="server")


@pytest.fixture(params=DATABASES)
def field(request: pytest.FixtureRequest) -> Iterator[Field]:
    """An instance, ready, on each kind of database."""
    for made in prepared(Field, fresh_url(request)):
        yield made
        print(made.logs())  # noqa: T201 - pytest shows it beside a failure


def test_five_hundred_contacts_under_kills(field: Field, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - picks moments
    began = time.monotonic()
    field.provider.start(mode="client_ref", slow=0.0)
    field.run("begin")
    field.work()
    busy = field.kill_at_random(KILLS, chance)
    wait_until(lambda: field.asked() and not field.moving(), "everybody is asked", seconds=240)
    addresses = field.disturbed()
    assert max(addresses.values()) == 1, [one for one, times in addresses.items() if times > 1]
    unknown = field.states()["unknown"]
    assert facts.PERSONS - unknown <= len(addresses) <= facts.PERSONS
    assert field.states_of("nowhere") == {("missed", ""): facts.SCOPE["nowhere"]}
    # in time: all of these who got a message; the second contact of a pair is told by the answer of the first
    prompt = {one for one in addresses if one.startswith(("mail", "0810", "0820"))}
    field.move_to(59)
    answered = field.answer(prompt)
    assert field.states_of("sms") == {("answered", "call_back"): facts.SCOPE["sms"]}
    pairs = field.states_of("pair")["answered", "call_back"]
    assert pairs == 2 * sum(one.startswith("0820") for one in prompt)
    # the due second passes: the silent ones go to their backups, two to one; processes are killed meanwhile
    field.move_to(61)
    kill_while(field, chance, lambda: field.open_checks("asked") <= facts.BACKUPS and not field.moving())
    assert field.states_of("silent") == {("escalated", ""): facts.SCOPE["silent"]}
    asked_now = {one for one in field.disturbed() if one.startswith("0890")}
    assert len(asked_now) == facts.BACKUPS
    standing_in = {one for one in asked_now if int(one[4:]) % 2}
    assert field.answer(standing_in) == facts.BACKUPS // 2
    # an answer after the due moment is late; then the silent backups pass theirs, and it is over
    late = {one for one in addresses if one.startswith("0840")}
    field.answer(late)
    field.move_to(130)
    wait_until(lambda: field.one("SELECT state FROM registry_drill") == "closed", "the end", seconds=180)
    half = facts.SCOPE["silent"] // 2
    assert field.states_of("silent") == {("late", "backup"): half, ("missed", ""): half}
    assert field.states_of("backup") == {("answered", "call_back"): 15, ("missed", ""): 15}
    assert field.states_of("late")["late", "call_back"] == len(late)
    assert field.rows("SELECT count(*) FROM registry_drillclaim") == [(0,)]
    people = field.disturbed()
    assert max(people.values()) == 1, [one for one, times in people.items() if times > 1]
    figures = {
        "contacts": 500, "persons": len(people), "answered": answered, "unknown": unknown, "kills": KILLS,
        "kills_while_unfinished": busy, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    print(json.dumps(figures))  # noqa: T201 - the figures of the run


def kill_while(field: Field, chance: random.Random, over: Callable[[], object]) -> None:
    """Kill the worker now and then until a condition holds."""
    for _ in range(3):
        field.kill_at_random(1, chance)
    wait_until(over, "the escalations", seconds=180)
