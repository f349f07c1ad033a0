"""A made-up log with logins, writes and transfers, rules and correlations over it, and a run that can be killed."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from phithak.engines.sigma.compiled import load_cached
from phithak.engines.sigma.course import Correlating
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.run import Options, run

LOG = LogType("test", frozenset({"test"}), frozenset({"test"}), frozenset({"test"}))
BEGIN = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
RULE = """title: {title}
id: 00000000-0000-4000-8000-00000000000{number}
name: {name}
status: test
level: low
logsource: {{category: test}}
detection:
    selection: {{{selection}}}
    condition: selection
"""
RULES = [
    RULE.format(number=0, name="failed", title="Failed login", selection="action: failed"),
    RULE.format(number=1, name="login", title="Login", selection="action: login"),
    RULE.format(number=2, name="sent", title="Sent", selection="bytes|gt: 0"),
    RULE.format(number=3, name="alone", title="Alone", selection="action: login, user: root"),
]
CORRELATION = """title: {title}
name: {name}
level: {level}
tags: [attack.t1110]
correlation: {{{section}}}
"""
CORRELATIONS = [
    CORRELATION.format(
        title="Many failed logins",
        name="many",
        level="medium",
        section="type: event_count, rules: [failed], group-by: [host], timespan: 2m, condition: {gte: 5}",
    ),
    CORRELATION.format(
        title="Guessed password",
        name="guessed",
        level="critical",
        section="type: temporal_ordered, rules: [many, login], group-by: [user], timespan: 10m, generate: true",
    ),
    CORRELATION.format(
        title="One account at several hosts",
        name="hosts",
        level="high",
        section="type: value_count, rules: [login], group-by: [user], timespan: 5m, "
        "condition: {gte: 3, field: host}",
    ),
    CORRELATION.format(
        title="Much sent",
        name="much",
        level="high",
        section="type: value_sum, rules: [sent], group-by: [user], timespan: 5m, "
        "condition: {gt: 4000, field: bytes}",
    ),
    CORRELATION.format(
        title="A few logins",
        name="few",
        level="low",
        section="type: event_count, rules: [login], group-by: [user, host], timespan: 3m, "
        "condition: {gt: 1, lte: 3}",
    ),
]


def rules_text() -> str:
    """Return all rules and correlations."""
    return "---\n".join(RULES + CORRELATIONS)


def events(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return events about four seconds apart, some up to thirty seconds out of order."""
    source = random.Random(seed)  # noqa: S311 a seed, no secret
    made = []
    for number in range(count):
        moment = BEGIN + timedelta(seconds=4 * number - source.choice((0, 0, 0, 5, 30)))
        made.append(
            {
                "timestamp": moment.isoformat().replace("+00:00", "Z"),
                "action": source.choice(("failed", "failed", "login", "read", "write")),
                "user": source.choice(("somchai", "Somchai", "root", "malee")),
                "host": source.choice(("his-1", "his-2", "web")),
                "bytes": source.choice((0, 0, 700, "1200.5", "-")),
            }
        )
    return made


def write(folder: Path, count: int = 400) -> None:
    """Write rules and two files of events."""
    (folder / "rules.yml").write_text(rules_text())
    made = events(count)
    for name, part in (("a.jsonl", made[: count // 2]), ("b.jsonl", made[count // 2 :])):
        (folder / name).write_text("".join(json.dumps(event) + "\n" for event in part))


def go(folder: Path, *, chunk: int, state: bool, out: str = "hits.jsonl", jobs: int = 1) -> dict[str, Any]:
    """Run over the folder, going on where a state file says."""
    target = folder / out
    correlating = Correlating(
        tenant="hospital",
        lateness=30_000_000,
        now=BEGIN + timedelta(days=2),
        state=folder / "state" if state else None,
        every=1,
    )
    options = Options(accelerated=False, chunk=chunk, log=LOG, jobs=jobs, correlating=correlating)
    paths = [str(folder / "a.jsonl"), str(folder / "b.jsonl")]
    if state:
        target.touch()
    with target.open("r+b" if state else "wb") as stream:
        return run(load_cached([str(folder / "rules.yml")], folder / "cache"), paths, stream, options)


if __name__ == "__main__":
    go(Path(sys.argv[1]), chunk=int(sys.argv[2]), state=True)
