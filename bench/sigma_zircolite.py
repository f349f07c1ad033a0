"""Hits and speed of ``phithak sigma`` beside Zircolite 3.7.0, on the same rules and events.

    make bench-peers                      # its packages and its source, in .cache/peers
    python bench/sigma_zircolite.py [--zircolite FOLDER] [--docs docs/how-to/sigma.md]

Both are run as programs and get all rules of the corpus whose product is Windows. On the attack samples every
(rule, event) that one side finds alone stands in the report with its cause, read off from the queries and the
table of the peer; one without a cause fails the run. Speed is CPU seconds of each program on the same file of
OTRF events, less those that it takes for a single event; both write their hits.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shlex
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
import yaml
import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _zircolite  # noqa: E402 - the path must be set first
from phithak.engines.sigma.rules.loader import load_rules  # noqa: E402 - same
from phithak.engines.sigma.rules.model import RuleSet  # noqa: E402 - same
from phithak.engines.sigma.rules.sources import read_sources  # noqa: E402 - same
from phithak.engines.sigma.run import Options, run  # noqa: E402 - same
from tools import facts  # noqa: E402 - same

NAME = "bench-sigma-zircolite"
CORPUS = (facts.corpus_folder() or ROOT / "absent") / "detection"
RULES = CORPUS / "rules/sigmahq-rules.tar.zst"
ATTACKS = CORPUS / "events/evtx-attack-samples.jsonl.zst"
OTRF = CORPUS / "events/otrf-atomic.jsonl.zst"
# beside these neither rules nor hits may be fewer than the peer's; rules_hit_all counts those of every product
BARS = {"rules_hit_all": 379, "ratio": 150}
MEANING = {
    "rule lost: a field of it occurs in no event": "กฎหายไปเพราะไม่มีเหตุการณ์ใดมีช่องที่กฎเอ่ยถึง",
    "keywords not converted": "กฎคำค้นไม่ระบุช่องไม่ถูกแปลง",
    "rule not converted": "กฎไม่ถูกแปลง",
    "another log of the same category": "บันทึกอื่นของหมวดเดียวกัน",
    "value kept in another form": "ค่าถูกเก็บในรูปอื่น",
    "'' is taken for null": "ข้อความว่างถูกนับเป็น null",
}


def main() -> int:
    """Run both, print, write the report; 0 if nothing is lost, nothing is without a cause and the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--zircolite", type=Path, default=os.environ.get("PHITHAK_ZIRCOLITE") or _zircolite.SOURCE
    )
    parser.add_argument("--step", type=int, default=1, help="of the OTRF events time every STEP-th")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--before", default="", help="words to start each timed program with, such as a pinning"
    )
    parser.add_argument("--docs", type=Path, help="insert the figures into this page")
    args = parser.parse_args()
    if absent := _absent(args.zircolite):
        print(f"not run: {absent}", file=sys.stderr)
        facts.write(NAME, figures={}, bars=BARS, not_run=[absent], passed=False)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _unpack(RULES, folder / "rules")
        rules = load_rules([str(folder / "rules")])
        peer = _zircolite.Peer(args.zircolite.resolve(), folder / "peer")
        figures, differences = _compare(rules, peer, folder)
        figures["rules_hit_all"] = len(_ours(load_rules([str(RULES)]), folder / "attacks.jsonl"))
        timer = Timer(folder, shlex.split(args.before))
        figures |= timer.measure(peer, step=args.step, rounds=args.rounds)
    causes = Counter(f"{item['side']}: {item['kind']}" for item in differences)
    missed = [name for name, bar in BARS.items() if figures[name] < bar]
    missed += [
        name for name in ("rules_hit", "hits") if figures[f"{name}_phithak"] < figures[f"{name}_zircolite"]
    ]
    missed += [name for name in causes if name.endswith(_zircolite.UNEXPLAINED)]
    facts.write(
        NAME, figures=figures, bars=BARS, not_run=[], passed=not missed, missed=missed,
        causes=causes, differences=differences, peer={"name": "Zircolite", "version": peer.version},
    )  # fmt: skip
    print(json.dumps({**figures, "causes": causes, "missed": missed}, indent=2))
    if args.docs:
        _insert(args.docs, _page(figures, differences, peer.version))
    return 1 if missed else 0


def _absent(folder: Path) -> str:
    if not ATTACKS.exists():
        return "the corpus is not here"
    ready = (folder / "zircolite.py").exists() and _zircolite.PYTHON.exists()
    return "" if ready else "zircolite: make bench-peers, or --zircolite FOLDER"


def _unpack(archive: Path, folder: Path) -> None:
    """Write the rules for Windows as files; the peer reads nothing packed."""
    folder.mkdir()
    for number, file in enumerate(read_sources([str(archive)])):
        documents = [content for content in yaml.safe_load_all(file.data) if isinstance(content, dict)]
        if any((content.get("logsource") or {}).get("product") == "windows" for content in documents):
            (folder / f"{number:05}-{Path(file.name).name}").write_bytes(file.data)


def _ours(rules: RuleSet, events: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """Return rule -> event -> line of the hit."""
    out = io.BytesIO()
    run(rules, [str(events)], out, Options())
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for line in out.getvalue().splitlines():
        hit = msgspec.json.decode(line)
        found[hit["rule_id"]][hit["event"]] = hit
    return found


def _compare(
    rules: RuleSet, peer: _zircolite.Peer, folder: Path
) -> tuple[dict[str, Any], list[_zircolite.Difference]]:
    plain = folder / "attacks.jsonl"
    with ATTACKS.open("rb") as stream, plain.open("wb") as out:
        zstandard.ZstdDecompressor().copy_stream(stream, out)
    theirs: dict[str, set[int]] = defaultdict(set)
    for item in peer.convert_and_run(plain, folder / "rules"):
        # rows are numbered from 1 in the order of the events, since none is left out
        theirs[item["id"]] |= {row["row_id"] - 1 for row in item["matches"]}
    ours = _ours(rules, plain)
    records = [msgspec.json.decode(line) for line in plain.read_bytes().splitlines()]
    causes = _zircolite.Causes(rules, peer, records)
    differences = [
        causes.ours(rule, ours[rule][event])
        for rule in sorted(ours)
        for event in sorted(ours[rule].keys() - theirs.get(rule, set()))
    ]
    differences += [
        causes.theirs(rule, event)
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


class Timer:
    """Measures both programs on one file of events and on a single event."""

    def __init__(self, folder: Path, before: list[str]) -> None:
        self._folder = folder
        self._before = before

    def measure(self, peer: _zircolite.Peer, *, step: int, rounds: int) -> dict[str, Any]:
        """Return events per CPU second of both, and how many times faster ours is."""
        part, one = self._folder / "part.jsonl", self._folder / "one.jsonl"
        count = 0
        with zstandard.open(OTRF) as packed, io.BufferedReader(packed) as stream, part.open("wb") as out:
            for number, line in enumerate(stream):
                if number % step == 0:
                    out.write(line)
                    count += 1
        with part.open("rb") as stream:
            one.write_bytes(stream.readline())
        self._spend(self._ours(part))  # so that rules and patterns are kept
        starts, spent = [], []
        for _ in range(rounds):
            starts.append(self._spend(self._ours(one)))
            spent.append(self._spend(self._ours(part)))
        start = statistics.median(starts)
        mine = statistics.median(count / (seconds - start) for seconds in spent)
        begun = self._spend(peer.command(one, peer.ruleset))
        used = self._spend(peer.command(part, peer.ruleset)) - begun
        theirs = count / used
        return {
            "events_timed": count,
            "start_cpu_s_phithak": round(start, 2),
            "start_cpu_s_zircolite": round(begun, 2),
            "phithak_per_cpu_s": round(mine),
            "phithak_lowest": round(count / (max(spent) - start)),
            "phithak_highest": round(count / (min(spent) - start)),
            "zircolite_per_cpu_s": round(theirs, 1),
            "ratio": round(mine / theirs, 1),
        }

    def _spend(self, command: list[str]) -> float:
        return _zircolite.cpu_seconds(command, self._folder, self._before)

    def _ours(self, events: Path) -> list[str]:
        # a tree that is not installed is found by its path alone
        return [
            "env", f"PYTHONPATH={ROOT / 'src'}", sys.executable, "-m", "phithak", "sigma", "run",
            "--rules", str(self._folder / "rules"),
            "--events", str(events), "--out", str(self._folder / "hits.jsonl"),
            "--cache", str(self._folder / "cache"),
        ]  # fmt: skip


def _page(figures: dict[str, Any], differences: list[_zircolite.Difference], version: str) -> list[str]:
    """Return the lines of the page: what was compared, what differs and why, rule by rule."""
    rows = [
        ("rules used", "rules_used"),
        ("rules that hit", "rules_hit"),
        ("hits (rule, event)", "hits"),
        ("hits of one side alone", "only"),
        ("events per CPU second", "per_cpu_s"),
    ]
    compared = f"{figures['rules_given']:,} rules for Windows, {figures['events_compared']:,} attack samples"
    timed = f"speed on {figures['events_timed']:,} events of OTRF: {figures['ratio']:g} times"
    lines = [f"{compared}; {timed}.", "", f"| | Phithak | Zircolite {version} |", "|---|---|---|"]
    for title, key in rows:
        mine, theirs = (
            figures[f"{side}_{key}" if key == "per_cpu_s" else f"{key}_{side}"]
            for side in ("phithak", "zircolite")
        )
        lines.append(f"| {title} | {mine:,} | {theirs:,} |")
    counted = Counter((item["side"], item["kind"], item["detail"], item["rule_id"]) for item in differences)
    lines += ["", "| only | cause | which | hits | rule |", "|---|---|---|---|---|"]
    for (side, kind, detail, rule_id), number in sorted(
        counted.items(), key=lambda one: (one[0][:3], -one[1])
    ):
        cause = f"{MEANING.get(kind, '')} · {kind}".strip(" ·")
        lines.append(f"| {side} | {cause} | {detail} | {number} | `{rule_id}` |")
    return lines


def _insert(page: Path, lines: list[str]) -> None:
    """Put lines between the two marks of this report in a page."""
    begin, end = f"<!-- begin {NAME} -->", f"<!-- end {NAME} -->"
    head, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        sys.exit(f"{page} has no {begin} … {end}")
    page.write_text("\n".join([f"{head}{begin}", *lines, f"{end}{tail}"]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
