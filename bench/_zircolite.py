"""Runs Zircolite as a program of its own, and says of a hit that one side alone has why that is so."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from phithak.engines.sigma.normalise import flat_event
from phithak.engines.sigma.rules.model import NullTest, Rule, RuleSet
from phithak.engines.sigma.rules.trees import leaves_of
from tools.facts import ROOT

PYTHON = ROOT / ".cache/peers/zircolite/bin/python"
SOURCE = ROOT / ".cache/peers/zircolite-source"
UNEXPLAINED = "unexplained"
# runs a program and prints the CPU seconds that it took, start of its interpreter included
_METER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""
Difference = dict[str, Any]


def cpu_seconds(command: list[str], folder: Path, before: list[str] | None = None) -> float:
    """Run a program to its end and return its CPU seconds; ``before`` are words to start the measurement with."""
    meter = [*(before or []), sys.executable, "-c", _METER, *command]
    done = subprocess.run(meter, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])


class Peer:
    """The program: its source is only read, what it writes lies in ``folder``."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._source = source
        self.folder = folder
        self.folder.mkdir()
        written = (source / "zircolite.py").read_text(encoding="utf-8")
        self.version = next(iter(re.findall(r'version = "([0-9.]+)"', written)), "?")
        self.converted: list[dict[str, Any]] = []
        self.table = folder

    def command(self, events: Path, rules: list[str], *more: str) -> list[str]:
        """Return the command that runs rules over one file of events."""
        return [
            str(PYTHON), str(self._source / "zircolite.py"), "--events", str(events), "--jsononly", *rules,
            "--config", str(self._source / "config/config.yaml"), "--no-parallel", "--quiet",
            "--outfile", str(self.folder / "detections.json"), "--logfile", str(self.folder / "log"), *more,
        ]  # fmt: skip

    def convert_and_run(self, events: Path, rules: Path) -> list[dict[str, Any]]:
        """Let it turn the rules into its own form, run without leaving out any event, and keep its table."""
        named = ["--ruleset", str(rules), "--pipeline", "sysmon", "--pipeline", "windows-logsources"]
        options = ("--save-ruleset", "--no-event-filter", "--dbfile", str(self.folder / "kept.db"))
        subprocess.run(
            self.command(events, named, *options), cwd=self.folder, check=True, stdout=subprocess.DEVNULL
        )
        # it adds the name of the file of events to that of the table
        (self.table,) = self.folder.glob("kept*.db")
        kept = next(path for path in self.folder.glob("*.json") if path.name != "detections.json")
        kept.rename(self.folder / "ruleset.json")
        self.converted = json.loads((self.folder / "ruleset.json").read_text())
        found: list[dict[str, Any]] = json.loads((self.folder / "detections.json").read_text())
        return found

    @property
    def ruleset(self) -> list[str]:
        """The arguments that name the rules in its own form."""
        return ["--ruleset", str(self.folder / "ruleset.json")]


class Causes:
    """Works out causes from the queries and the table that the peer made."""

    def __init__(self, rules: RuleSet, peer: Peer, records: list[Any]) -> None:
        self._rules = {rule.rule_id: rule for rule in rules.rules}
        self._queries = {item["id"]: item["rule"] for item in peer.converted}
        self._records = records
        self._table = sqlite3.connect(f"file:{peer.table}?mode=ro", uri=True)
        self._table.row_factory = sqlite3.Row
        self._table.create_function(
            "regexp", 2, lambda pattern, text: bool(re.search(pattern, str(text or "")))
        )

    def ours(self, rule_id: str, hit: dict[str, Any]) -> Difference:
        """Return the difference that a hit of ours makes."""
        rule = self._rules[rule_id]
        kind, detail = self._why_not_theirs(rule, hit)
        return _difference("phithak", rule, hit["event"], kind, detail)

    def theirs(self, rule_id: str, event: int) -> Difference:
        """Return the difference that a hit of theirs makes; a rule that is refused here explains nothing."""
        rule = self._rules.get(rule_id)
        if rule is None:
            refused = {"rule_id": rule_id, "title": "", "detail": "refused here"}
            return {"side": "zircolite", "event": event, "kind": UNEXPLAINED, **refused}
        fields = flat_event(self._records[event]).fields
        tested = [leaf.field for leaf in leaves_of(rule.condition) if isinstance(leaf.test, NullTest)]
        empty = sorted({field for field in tested if fields.get(field) == ""})
        if empty:
            return _difference("zircolite", rule, event, "'' is taken for null", ", ".join(empty))
        return _difference("zircolite", rule, event, UNEXPLAINED, "")

    def _why_not_theirs(self, rule: Rule, hit: dict[str, Any]) -> tuple[str, str]:
        queries = self._queries.get(rule.rule_id)
        if queries is None:
            plain = all(leaf.field for leaf in leaves_of(rule.condition))
            return ("rule not converted", "") if plain else ("keywords not converted", "")
        fields = flat_event(self._records[hit["event"]]).fields
        meant = [query for query in queries if _same_log(query, fields)]
        if not meant:
            return "another log of the same category", f"{fields.get('Channel')} {fields.get('EventID')}"
        absent = [self._absent_column(query) for query in meant]
        if all(absent):
            return "rule lost: a field of it occurs in no event", ", ".join(sorted(set(absent)))
        row = self._table.execute("SELECT * FROM logs WHERE row_id = ?", (hit["event"] + 1,)).fetchone()
        kept = {name.lower(): row[name] for name in row.keys()}  # noqa: SIM118 a row iterates over its values
        for item in hit["matched"]:
            held = kept.get(item["field"].lower())
            if held is None or str(held).lower() != item["value"].lower()[: len(str(held))]:
                kept_as = f"{item['field']}: {held!r:.80} for {item['value']!r:.80}"
                return "value kept in another form", kept_as
        return UNEXPLAINED, ""

    def _absent_column(self, query: str) -> str:
        """Return the column for want of which a query fails, "" for one that runs."""
        try:
            with contextlib.closing(self._table.execute(f"EXPLAIN {query}")):
                return ""
        except sqlite3.OperationalError as error:
            found = re.fullmatch(r"no such column: (.+)", str(error))
            if found is None:
                raise
            return found[1]


def _same_log(query: str, fields: dict[str, Any]) -> bool:
    """Whether a query can meet the channel and event id of an event, as far as it names them."""
    channels = re.findall(r"Channel='([^']*)'", query)
    numbers = re.findall(r"EventID=(\d+)", query)
    for listed in re.findall(r"EventID IN \(([\d, ]+)\)", query):
        numbers += listed.replace(" ", "").split(",")
    right_channel = not channels or str(fields.get("Channel")).lower() in map(str.lower, channels)
    return right_channel and (not numbers or str(fields.get("EventID")) in numbers)


def _difference(side: str, rule: Rule, event: int, kind: str, detail: str) -> Difference:
    told = {"rule_id": rule.rule_id, "title": rule.title, "event": event}
    return {"side": side, **told, "kind": kind, "detail": detail}
