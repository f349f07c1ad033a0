"""Hits and speed of ``phithak sigma`` beside Zircolite 3.7.0, on the same rules and events.

    make bench-peers                      # its packages, in .cache/peers/zircolite
    python bench/sigma_zircolite.py --zircolite FOLDER [--events-count N]

FOLDER is a checkout of Zircolite at v3.7.0; it is run as a program of its own and only read. Both sides get all
rules of the corpus whose product is Windows. On the attack samples every (rule, event) that one side finds
alone stands in the report with its cause, read off from the query and the table of the peer; one without a
cause fails the run. Speed is CPU time on the same events of OTRF, start subtracted on both sides.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
import yaml
import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from phithak.engines.sigma.normalise import flat_event  # noqa: E402 - the path must be set first
from phithak.engines.sigma.rules.loader import load_rules  # noqa: E402 - same
from phithak.engines.sigma.rules.model import NullTest, Rule, RuleSet  # noqa: E402 - same
from phithak.engines.sigma.rules.sources import read_sources  # noqa: E402 - same
from phithak.engines.sigma.rules.trees import leaves_of  # noqa: E402 - same
from phithak.engines.sigma.run import Options, run  # noqa: E402 - same
from tools import facts  # noqa: E402 - same

CORPUS = (facts.corpus_folder() or ROOT / "absent") / "detection"
RULES = CORPUS / "rules/sigmahq-rules.tar.zst"
ATTACKS = CORPUS / "events/evtx-attack-samples.jsonl.zst"
OTRF = CORPUS / "events/otrf-atomic.jsonl.zst"
PYTHON = ROOT / ".cache/peers/zircolite/bin/python"
BARS = {"rules_hit_all": 379, "ratio": 150}
Pairs = dict[str, set[int]]


def main() -> int:
    """Run both, print, write the report; 0 if nothing is lost, nothing is without a cause and the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--zircolite", type=Path, default=os.environ.get("PHITHAK_ZIRCOLITE"))
    parser.add_argument("--events-count", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    absent = _absent(args.zircolite)
    if absent:
        print(f"not run: {absent}", file=sys.stderr)
        facts.write("bench-sigma-zircolite", figures={}, bars=BARS, not_run=[absent], passed=False)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _unpack(RULES, folder / "rules")
        rules = load_rules([str(folder / "rules")])
        peer = Peer(args.zircolite.resolve(), folder)
        figures, differences = _compare(rules, peer, folder)
        figures["rules_hit_all"] = len(_ours(load_rules([str(RULES)]), folder / "attacks.jsonl"))
        _speed(rules, peer, folder, figures, count=args.events_count, rounds=args.rounds)
    causes = Counter(f"{item['side']}: {item['kind']}" for item in differences)
    missed = [name for name, bar in BARS.items() if figures[name] < bar]
    missed += [
        name for name in ("rules_hit", "hits") if figures[f"{name}_phithak"] < figures[f"{name}_zircolite"]
    ]
    missed += [name for name in causes if name.endswith("unexplained")]
    facts.write(
        "bench-sigma-zircolite", figures=figures, bars=BARS, not_run=[], passed=not missed, missed=missed,
        causes=causes, differences=differences, peer={"name": "Zircolite", "version": peer.version},
    )  # fmt: skip
    print(json.dumps({**figures, "causes": causes, "missed": missed}, indent=2))
    return 1 if missed else 0


def _absent(folder: Path | None) -> str:
    if not ATTACKS.exists():
        return "the corpus is not here"
    if folder is None or not (folder / "zircolite.py").exists():
        return "zircolite: git clone --branch v3.7.0 https://github.com/wagga40/Zircolite; --zircolite FOLDER"
    return "" if PYTHON.exists() else "zircolite: make bench-peers"


def _unpack(archive: Path, folder: Path) -> None:
    """Write the rules for Windows as files; the peer reads nothing packed."""
    for number, file in enumerate(read_sources([str(archive)])):
        documents = [content for content in yaml.safe_load_all(file.data) if isinstance(content, dict)]
        if any((content.get("logsource") or {}).get("product") == "windows" for content in documents):
            path = folder / f"{number:05}-{Path(file.name).name}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)


class Peer:
    """Zircolite as a program in an environment of its own, its files in a temporary folder."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._source = source
        self._folder = folder / "peer"
        self._folder.mkdir()
        self.version = next(
            iter(re.findall(r'version = "([0-9.]+)"', (source / "zircolite.py").read_text())), "?"
        )
        self.converted: list[dict[str, Any]] = []
        self.cpu_seconds = 0.0

    def run(self, events: Path, rules: list[str], *more: str) -> list[dict[str, Any]]:
        """Run over one file and return its detections; ``cpu_seconds`` is what it took."""
        out = self._folder / "detections.json"
        out.unlink(missing_ok=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [
            str(PYTHON), str(self._source / "zircolite.py"), "--events", str(events), "--jsononly", *rules,
            "--config", str(self._source / "config/config.yaml"), "--no-parallel", "--quiet",
            "--outfile", str(out), "--logfile", str(self._folder / "log"), *more,
        ]  # fmt: skip
        subprocess.run(command, cwd=self._folder, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return json.loads(out.read_text()) if out.exists() else []

    def convert_and_run(self, events: Path, rules: Path, database: Path) -> list[dict[str, Any]]:
        """Let the peer turn the rules into its own form, keep that, and run without leaving out any event."""
        found = self.run(
            events, ["--ruleset", str(rules), "--pipeline", "sysmon", "--pipeline", "windows-logsources"],
            "--save-ruleset", "--no-event-filter", "--dbfile", str(database),
        )  # fmt: skip
        kept = next(path for path in self._folder.glob("*.json") if path.name != "detections.json")
        kept.rename(self._folder / "ruleset.json")
        self.converted = json.loads((self._folder / "ruleset.json").read_text())
        return found

    @property
    def ruleset(self) -> list[str]:
        """The arguments that name the rules in the peer's own form."""
        return ["--ruleset", str(self._folder / "ruleset.json")]


def _ours(rules: RuleSet, events: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """Return rule -> event -> line of the hit."""
    out = io.BytesIO()
    run(rules, [str(events)], out, Options())
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for line in out.getvalue().splitlines():
        hit = msgspec.json.decode(line)
        found[hit["rule_id"]][hit["event"]] = hit
    return found


def _compare(rules: RuleSet, peer: Peer, folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    plain, database = folder / "attacks.jsonl", folder / "attacks.db"
    with ATTACKS.open("rb") as stream, plain.open("wb") as out:
        zstandard.ZstdDecompressor().copy_stream(stream, out)
    detections = peer.convert_and_run(plain, folder / "rules", database)
    theirs: Pairs = defaultdict(set)
    for item in detections:
        # rows are numbered from 1 in the order of the events, since none is left out
        theirs[item["id"]] |= {row["row_id"] - 1 for row in item["matches"]}
    ours = _ours(rules, plain)
    records = [msgspec.json.decode(line) for line in plain.read_bytes().splitlines()]
    explain = Causes(rules, peer.converted, database, records)
    differences = [
        explain.ours(rule, ours[rule][event])
        for rule in sorted(ours)
        for event in sorted(ours[rule].keys() - theirs.get(rule, set()))
    ]
    differences += [
        explain.theirs(rule, event)
        for rule in sorted(theirs)
        for event in sorted(theirs[rule] - ours.get(rule, {}).keys())
    ]
    states = Counter(item.state for item in rules.judgements)
    figures: dict[str, Any] = {
        "rules_given": len(rules.judgements),
        "rules_used_phithak": states["loaded"] + states["degraded"],
        "rules_used_zircolite": len(peer.converted),
        "events_compared": len(records),
        "rules_hit_phithak": len(ours),
        "rules_hit_zircolite": len(theirs),
        "hits_phithak": sum(map(len, ours.values())),
        "hits_zircolite": sum(map(len, theirs.values())),
        "only_phithak": sum(item["side"] == "phithak" for item in differences),
        "only_zircolite": sum(item["side"] == "zircolite" for item in differences),
    }
    return figures, differences


class Causes:
    """Says of a hit that one side alone has why that is so."""

    def __init__(
        self, rules: RuleSet, converted: list[dict[str, Any]], database: Path, records: list[Any]
    ) -> None:
        self._rules = {rule.rule_id: rule for rule in rules.rules}
        self._queries = {item["id"]: item["rule"] for item in converted}
        self._records = records
        self._table = sqlite3.connect(database)
        self._table.row_factory = sqlite3.Row
        self._table.create_function(
            "regexp", 2, lambda pattern, text: bool(re.search(pattern, str(text or "")))
        )
        names = [row[1] for row in self._table.execute("PRAGMA table_info(logs)")]
        self._columns = {name.lower() for name in names}

    def ours(self, rule_id: str, hit: dict[str, Any]) -> dict[str, Any]:
        """Return the difference that a hit of ours makes."""
        rule, event = self._rules[rule_id], hit["event"]
        kind, detail = self._why_not_theirs(rule, event, hit)
        return _difference("phithak", rule, event, kind, detail)

    def theirs(self, rule_id: str, event: int) -> dict[str, Any]:
        """Return the difference that a hit of theirs makes."""
        rule = self._rules.get(rule_id)
        if rule is None:
            return {
                "side": "zircolite",
                "rule_id": rule_id,
                "event": event,
                "kind": "refused here",
                "detail": "",
            }
        fields = flat_event(self._records[event]).fields
        empty = [
            leaf.field
            for leaf in leaves_of(rule.condition)
            if isinstance(leaf.test, NullTest) and fields.get(leaf.field) == ""
        ]
        if empty:
            return _difference("zircolite", rule, event, "'' is taken for null", ", ".join(empty))
        return _difference("zircolite", rule, event, "unexplained", "")

    def _why_not_theirs(self, rule: Rule, event: int, hit: dict[str, Any]) -> tuple[str, str]:
        queries = self._queries.get(rule.rule_id)
        if queries is None:
            keyword = any(not leaf.field for leaf in leaves_of(rule.condition))
            return "rule not converted", "keywords without a field" if keyword else ""
        absent = {name for query in queries for name in self._absent_columns(query)}
        if absent:
            return "rule lost: a field of it occurs in no event", ", ".join(sorted(absent))
        fields = flat_event(self._records[event]).fields
        if not any(_same_log(query, fields) for query in queries):
            return "another log of the same category", f"{fields.get('Channel')} {fields.get('EventID')}"
        row = self._table.execute("SELECT * FROM logs WHERE row_id = ?", (event + 1,)).fetchone()
        kept = {name.lower(): row[name] for name in row.keys()}  # noqa: SIM118 a row iterates over its values
        for item in hit["matched"]:
            held = kept.get(item["field"].lower())
            if held is None or str(held).lower() != item["value"].lower()[: len(str(held))]:
                return (
                    "value kept in another form",
                    f"{item['field']}: {held!r:.80} for {item['value']!r:.80}",
                )
        return "unexplained", ""

    def _absent_columns(self, query: str) -> list[str]:
        while True:
            try:
                with contextlib.closing(self._table.execute(f"EXPLAIN {query}")):
                    return []
            except sqlite3.OperationalError as error:
                found = re.fullmatch(r"no such column: (.+)", str(error))
                return [found[1]] if found else [str(error)]


def _same_log(query: str, fields: dict[str, Any]) -> bool:
    """Whether a query can meet the channel and event id of an event, as far as it names them."""
    channels = re.findall(r"Channel='([^']*)'", query)
    numbers = re.findall(r"EventID=(\d+)", query)
    for listed in re.findall(r"EventID IN \(([\d, ]+)\)", query):
        numbers += listed.replace(" ", "").split(",")
    right_channel = not channels or str(fields.get("Channel")).lower() in map(str.lower, channels)
    return right_channel and (not numbers or str(fields.get("EventID")) in numbers)


def _difference(side: str, rule: Rule, event: int, kind: str, detail: str) -> dict[str, Any]:
    return {
        "side": side,
        "rule_id": rule.rule_id,
        "title": rule.title,
        "event": event,
        "kind": kind,
        "detail": detail,
    }


def _speed(
    rules: RuleSet, peer: Peer, folder: Path, figures: dict[str, Any], *, count: int, rounds: int
) -> None:
    """Measure events per CPU second of both on the same lines, spread over the whole file."""
    part, one = folder / "part.jsonl", folder / "one.jsonl"
    with OTRF.open("rb") as stream:
        lines = io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(stream)).readlines()
    step = max(1, len(lines) // count)
    chosen = lines[::step][:count]
    part.write_bytes(b"".join(chosen))
    one.write_bytes(chosen[0])
    rates = []
    for _ in range(rounds):
        spent = []
        for events in (one, part):
            begin = time.process_time()
            run(rules, [str(events)], io.BytesIO(), Options(prepared=True))
            spent.append(time.process_time() - begin)
        rates.append(len(chosen) / (spent[1] - spent[0]))
    used = []
    for events in (one, part):
        peer.run(events, peer.ruleset)
        used.append(peer.cpu_seconds)
    figures["events_timed"] = len(chosen)
    figures["phithak_per_cpu_s"] = round(statistics.median(rates))
    figures["zircolite_per_cpu_s"] = round(len(chosen) / (used[1] - used[0]), 1)
    figures["ratio"] = round(figures["phithak_per_cpu_s"] / figures["zircolite_per_cpu_s"], 1)


if __name__ == "__main__":
    sys.exit(main())
