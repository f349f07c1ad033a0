"""How a run begins and ends: what it keeps for the next start, and processes that are lost on the way."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from phithak.engines.sigma.compiled import PatternFolder
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.rules.loader import load_rules
from phithak.engines.sigma.run import Options, run
from tests.engines.sigma.ask import rule_text, rules_of
from tests.engines.sigma.test_engine import FLAT, SYSMON, windows_rules

ROOT = Path(__file__).resolve().parents[3]
MANY = """
---
title: Many
id: 00000000-0000-4000-8000-000000000099
status: test
level: high
correlation:
    type: event_count
    rules: [00000000-0000-4000-8000-000000000000]
    group-by: [Computer]
    timespan: 1m
    condition: {gte: 2}
    generate: true
"""
WORDS = "alpha|bravo|charlie|delta|foxtrot|golf|hotel|india"
RUN = """
import sys
from phithak.web.cli import main
code = main(["sigma", "run", *sys.argv[1:]])
print("pySigma" if "sigma.rule" in sys.modules else "none")
sys.exit(code)
"""


def start(folder: Path, seed: int) -> str:
    """Run the command in a process whose sets have an order of their own; return whether it loaded pySigma."""
    words = ["--rules", "rules.yml", "--events", "events.jsonl", "--out", "hits.jsonl", "--cache", "cache"]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )  # fmt: skip
    assert len((folder / "hits.jsonl").read_text().splitlines()) == 1
    return done.stdout.strip()


@pytest.mark.needs("hyperscan")
def test_what_is_kept_serves_every_later_process(tmp_path: Path) -> None:
    """Each process has another order of sets; none of them may compile what is there, nor need pySigma again."""
    rule = rule_text(f"selection:\n    CommandLine|re: x({WORDS})y")
    source = "product: windows\n    category: process_creation"
    (tmp_path / "rules.yml").write_text(rule.replace("category: test", source))
    (tmp_path / "events.jsonl").write_text(f'{{"Channel":"{SYSMON}","EventID":1,"CommandLine":"xgolfy"}}\n')
    assert start(tmp_path, 1) == "pySigma"
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.hs")}
    assert kept
    for seed in (2, 3):
        assert start(tmp_path, seed) == "none"
        assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.hs")} == kept


def test_one_process_at_a_time_compiles_what_is_kept(tmp_path: Path) -> None:
    entered, left = threading.Event(), threading.Event()
    order: list[str] = []

    def other() -> None:
        entered.set()
        with PatternFolder(tmp_path / "patterns").alone():
            order.append("other")
        left.set()

    with PatternFolder(tmp_path / "patterns").alone():
        thread = threading.Thread(target=other)
        thread.start()
        assert entered.wait(30)
        assert not left.wait(0.2)
        order.append("first")
    thread.join(30)
    assert order == ["first", "other"]


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with PatternFolder(tmp_path / "file").alone():
        assert PatternFolder(tmp_path / "file").get("a") is None


def test_hits_are_the_same_bytes_in_every_way_to_run(tmp_path: Path) -> None:
    """Batch, stream, one process and two, chunks of 1, 7 and 1000 lines, cold and warm, in C and pure."""
    (tmp_path / "rules.yml").write_text(windows_rules() + MANY)
    lines = [
        json.dumps(
            {
                **event,
                "UtcTime": f"2026-11-21 15:{number // 60:02}:{number % 60:02}.000",
                "Computer": f"his-{number % 3}",
            }
        )
        for number, (event, _) in enumerate(FLAT * 40)
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(lines) + "\n")
    length = max(map(len, lines)) + 1
    rules = load_rules([str(tmp_path / "rules.yml")])
    ways = [
        (accelerated, native, jobs, chunk)
        for accelerated, native in ((True, True), (True, True), (True, False), (False, False))
        for jobs in (1, 2)
        for chunk in (length, 7 * length, 1000 * length)
    ]
    found = set()
    for accelerated, native, jobs, chunk in ways:
        out = io.BytesIO()
        kept = tmp_path / "patterns" if native else None
        run(rules, [str(path)], out, Options(accelerated=accelerated, patterns=kept, jobs=jobs, chunk=chunk))
        found.add(out.getvalue())
    words = ["--rules", "rules.yml", "--events", "-", "--out", "-", "--no-cache"]
    done = subprocess.run(
        [sys.executable, "-m", "phithak", "sigma", "run", *words],
        cwd=tmp_path, input=path.read_bytes(), env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=True,
        capture_output=True,
    )  # fmt: skip
    (expected,) = found
    assert done.stdout.replace(b'"file":"<stdin>"', b'"file":"%b"' % str(path).encode()) == expected
    hits = [json.loads(line) for line in expected.splitlines()]
    assert sum("alert" in hit for hit in hits) > 3
    assert sum("alert" not in hit for hit in hits) == 40 * sum(len(titles) for _, titles in FLAT)


class Killer(io.BytesIO):
    """Kills every process that matches, once the first hit is written."""

    def write(self, content: object) -> int:
        """Take a line of a hit."""
        for child in multiprocessing.active_children():
            child.kill()
        return super().write(content)  # type: ignore[arg-type] # bytes, as all writers of hits


def test_a_process_that_is_killed_ends_the_run_with_an_error(tmp_path: Path) -> None:
    """It must not wait for ever for hits that nobody works out any more."""
    path = tmp_path / "events.jsonl"
    path.write_text(f'{{"Channel":"{SYSMON}","EventID":1,"CommandLine":"whoami"}}\n' * 3000)
    with pytest.raises(SigmaError) as caught:
        run(rules_of(windows_rules()), [str(path)], Killer(), Options(jobs=2, chunk=100))
    assert caught.value.code == "sigma.worker.ended"
    assert multiprocessing.active_children() == []
