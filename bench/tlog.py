"""Appends per CPU second of ``phithak.engines.tlog``, beside the peer pymerkle in the same run.

    python bench/tlog.py [--entries N] [--report FILE]

The peer is a program of its own (never imported here); if it is missing it stands under ``not_run``.
Exits 1 if our batch append stays under the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phithak.engines.tlog import Frontier, HashTree, consistency_proof, inclusion_proof

BAR = 500_000
ROUNDS = 3
SEED = 20_261_121
ENTRY_BYTES = 120
PEER = """
import json, random, sys, time
from pymerkle import InmemoryTree
count, size, seed = map(int, sys.argv[1:])
source = random.Random(seed)
entries = [source.randbytes(size) for _ in range(count)]
best = None
for _ in range(2):
    tree = InmemoryTree(algorithm="sha256")
    begin = time.process_time()
    tree.append_entries(entries)
    spent = time.process_time() - begin
    best = spent if best is None else min(best, spent)
json.dump({"per_cpu_s": count / best, "root": tree.get_root().hex()}, sys.stdout)
"""


def main() -> int:
    """Run, print, write the report; 0 if the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--report", type=Path, default=Path("build/report/tlog.json"))
    args = parser.parse_args()
    source = random.Random(SEED)  # noqa: S311 made-up entries, no secret
    entries = [source.randbytes(ENTRY_BYTES) for _ in range(args.entries)]

    figures: dict[str, float] = {}
    figures["append_many_per_cpu_s"] = _best(lambda: Frontier().extend(entries), len(entries))
    figures["append_one_per_cpu_s"] = _best(lambda: _one_by_one(entries), len(entries))
    tree = HashTree()
    figures["append_stored_per_cpu_s"] = _best(lambda: tree.extend(entries), len(entries), rounds=1)
    size = len(entries)
    asked = [source.randrange(size) for _ in range(2_000)]
    figures["inclusion_proofs_per_cpu_s"] = _best(
        lambda: [inclusion_proof(index, size, tree.read) for index in asked], len(asked)
    )
    figures["consistency_proofs_per_cpu_s"] = _best(
        lambda: [consistency_proof(index, size, tree.read) for index in asked], len(asked)
    )
    peer, not_run = _peer(size, tree.root().hex())
    if peer is not None:
        figures["pymerkle_append_per_cpu_s"] = peer
        figures["ratio_append_many"] = figures["append_many_per_cpu_s"] / peer
    met = figures["append_many_per_cpu_s"] >= BAR
    report = {
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain")),
        "seed": SEED,
        "entries": size,
        "entry_bytes": ENTRY_BYTES,
        "load": os.getloadavg(),
        "CPU": _cpu(),
        "python": platform.python_version(),
        "figures": {name: round(value, 2) for name, value in figures.items()},
        "bars": {"append_many_per_cpu_s": {"at_least": BAR, "met": met}},
        "not_run": not_run,
    }
    args.report.parent.mkdir(parents=True, exist_ok=True)
    args.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:32} {value:14,.2f}")
    for name in not_run:
        print(f"not run: {name}")
    print(f"bar {BAR:,} appends per CPU-s: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def _one_by_one(entries: list[bytes]) -> None:
    frontier = Frontier()
    for entry in entries:
        frontier.append(entry)


def _best(work: Callable[[], Any], count: int, rounds: int = ROUNDS) -> float:
    """Best of some rounds, in units of ``count`` per CPU second of this process."""
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return count / min(spent)


def _peer(size: int, root: str) -> tuple[float | None, list[str]]:
    arguments = [sys.executable, "-c", PEER, str(size), str(ENTRY_BYTES), str(SEED)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        return None, ["pymerkle (install: uv pip install pymerkle)"]
    answer = json.loads(done.stdout)
    if answer["root"] != root:
        raise SystemExit(f"the peer has another root: {answer['root']} is not {root}")
    return float(answer["per_cpu_s"]), []


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()} x {os.cpu_count()}"


if __name__ == "__main__":
    sys.exit(main())
