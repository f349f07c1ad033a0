"""Events per CPU second of ``phithak.engines.sigma``, beside a bare msgspec decode of the same lines.

(The file is not called sigma.py, since that would hide pySigma's package of this name.)

    python bench/sigma_rules.py [--events FILE] [--rules FILE] [--rounds N]

The rules are those given and those that Phithak brings, with their correlations. Each round decodes all lines, then
runs all rules over them cold (a new engine, hits written with ``matched``), accelerated (Hyperscan, and the part in
C where a compiler is present) and pure; the median counts. Start-up (reading the rules, compiling patterns of every
field, and the part in C) is measured apart, in this process and of the whole command for one event. Beside
Zircolite: ``sigma_zircolite.py``. Exits 1 under the bars.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from phithak.engines.sigma.compiled import load_cached  # noqa: E402 - the path must be set first
from phithak.engines.sigma.pack import own_folder, own_placeholders  # noqa: E402 - same
from phithak.engines.sigma.rules.model import RuleSet  # noqa: E402 - same
from phithak.engines.sigma.run import Options, run  # noqa: E402 - same
from tools import facts  # noqa: E402 - same

CORPUS = (facts.corpus_folder() or ROOT / "absent") / "detection"
BARS = {
    "accelerated": 100_000,
    "pure": 60_000,
    "accelerated_share": 0.28,
    "pure_share": 0.17,
    "attacks_accelerated": 15_000,
    "attacks_pure": 12_000,
    "two_jobs": 1.7,
}
MOST = {
    "start_cold_cpu_s": 16,
    "start_cached_cpu_s": 1.0,
    "command_cold_cpu_s": 16,
    "command_cached_cpu_s": 1.0,
}


def main() -> int:
    """Run, print, write the report; 0 if every bar that was measured is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=Path, default=CORPUS / "events/otrf-atomic.jsonl.zst")
    parser.add_argument("--rules", type=Path, default=CORPUS / "rules/sigmahq-rules.tar.zst")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    if not args.events.exists() or not args.rules.exists():
        print("not run: the corpus is not here", file=sys.stderr)
        return 0
    figures: dict[str, Any] = {}
    rules = _start(args.rules, figures)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "events.jsonl"
        with args.events.open("rb") as stream, plain.open("wb") as out:
            zstandard.ZstdDecompressor().copy_stream(stream, out)
        _cached_start(rules, Path(folder), figures)
        _command_start(args.rules, Path(folder), figures)
        _measure(rules, plain, args.rounds, figures)
        _attacks(rules, Path(folder), args.rounds, figures)
        _two_jobs(rules, plain, args.rounds, figures)
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for start, prepare in (("cold", "first"), ("cached", "cached")):
        spent = figures[f"read_rules_{start}_cpu_s"] + figures[f"prepare_{prepare}_cpu_s"]
        figures[f"start_{start}_cpu_s"] = round(spent, 2)
    missed = [name for name, bar in BARS.items() if name in figures and figures[name] < bar]
    missed += [name for name, bar in MOST.items() if figures[name] > bar]
    facts.write(
        "bench-sigma-rules", figures=figures, bars=BARS | MOST, not_run=[], passed=not missed,
        missed=missed,
        versions={name: metadata.version(name) for name in ("msgspec", "pysigma", "pyahocorasick")},
    )  # fmt: skip
    print(json.dumps(figures, indent=2))
    return 1 if missed else 0


def _start(path: Path, figures: dict[str, Any]) -> RuleSet:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        _load(path, folder)
        figures["read_rules_cold_cpu_s"] = round(time.process_time() - begin, 2)
        begin = time.process_time()
        rules = _load(path, folder)
        figures["read_rules_cached_cpu_s"] = round(time.process_time() - begin, 2)
    figures |= {"rules": len(rules.rules), "correlations": len(rules.correlations)}
    return rules


def _load(path: Path, cache: str) -> RuleSet:
    return load_cached([str(path), own_folder()], Path(cache), own_placeholders())


def _spent() -> float:
    """Return CPU seconds of this process and of the compiler that it called."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _cached_start(rules: RuleSet, folder: Path, figures: dict[str, Any]) -> None:
    empty = folder / "none.jsonl"
    empty.write_text("{}\n")
    options = Options(prepared=True, patterns=folder / "patterns")
    for name in ("first", "cached"):
        begin = _spent()
        run(rules, [str(empty)], io.BytesIO(), options)
        figures[f"prepare_{name}_cpu_s"] = round(_spent() - begin, 2)


def _command_start(rules: Path, folder: Path, figures: dict[str, Any]) -> None:
    """The command for one event, Python's own start included: once with nothing kept, then with what that kept."""
    words = ["--rules", str(rules), "own", "--events", str(folder / "none.jsonl"), "--out", os.devnull]
    command = [sys.executable, "-m", "phithak", "sigma", "run", *words, "--cache", str(folder / "cache")]
    # a tree that is not installed is found by its path alone
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for name, times in (("cold", 1), ("cached", 5)):
        spent = []
        for _ in range(times):
            begin = _spent()
            subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)
            spent.append(_spent() - begin)
        figures[f"command_{name}_cpu_s"] = round(statistics.median(spent), 2)


def _measure(rules: RuleSet, plain: Path, rounds: int, figures: dict[str, Any]) -> None:
    rates: dict[str, list[float]] = {"decode": [], "accelerated": [], "pure": []}
    empty = plain.with_name("warm.jsonl")
    with plain.open("rb") as stream:
        empty.write_bytes(b"".join(stream.readline() for _ in range(3)))
    for _ in range(rounds):
        with plain.open("rb") as stream:
            decode, count = msgspec.json.Decoder().decode, 0
            begin = time.process_time()
            for line in stream:
                decode(line)
                count += 1
            rates["decode"].append(count / (time.process_time() - begin))
        for name in ("accelerated", "pure"):
            options = _options(name, plain)
            begin = time.process_time()
            run(rules, [str(empty)], io.BytesIO(), options)
            start = time.process_time() - begin
            out = io.BytesIO()
            begin = time.process_time()
            stats = run(rules, [str(plain)], out, options)
            rates[name].append(stats["events"] / (time.process_time() - begin - start))
            figures |= {
                "events": stats["events"],
                "hits": stats["hits"],
                "alerts": stats["alerts"],
                f"{name}_start_cpu_s": round(start, 2),
            }
            digest = hashlib.sha256(out.getvalue()).hexdigest()
            if figures.setdefault("hits_sha256", digest) != digest:
                raise SystemExit("the hits differ between the ways to run")
    for name, values in rates.items():
        figures[name] = round(statistics.median(values))
    for name in ("accelerated", "pure"):
        shares = [ours / bare for ours, bare in zip(rates[name], rates["decode"], strict=True)]
        figures[f"{name}_share"] = round(statistics.median(shares), 3)


def _options(name: str, plain: Path) -> Options:
    """Return how the command runs, its patterns compiled before, or how it does with ``--pure``."""
    if name == "pure":
        return Options(accelerated=False, prepared=True)
    return Options(prepared=True, patterns=plain.with_name("patterns"))


def _attacks(rules: RuleSet, folder: Path, rounds: int, figures: dict[str, Any]) -> None:
    """Events of attacks alone: nearly every value is new, and many events hit."""
    plain, empty = folder / "attacks.jsonl", folder / "one.jsonl"
    with (CORPUS / "events/evtx-attack-samples.jsonl.zst").open("rb") as stream, plain.open("wb") as out:
        zstandard.ZstdDecompressor().copy_stream(stream, out)
    with plain.open("rb") as stream:
        empty.write_bytes(stream.readline())
    for name in ("accelerated", "pure"):
        options = _options(name, plain)
        rates = []
        for _ in range(rounds):
            begin = time.process_time()
            run(rules, [str(empty)], io.BytesIO(), options)
            start = time.process_time() - begin
            begin = time.process_time()
            stats = run(rules, [str(plain)], io.BytesIO(), options)
            rates.append(stats["events"] / (time.process_time() - begin - start))
        figures[f"attacks_{name}"] = round(statistics.median(rates))


def _two_jobs(rules: RuleSet, plain: Path, rounds: int, figures: dict[str, Any]) -> None:
    """Seconds by the clock with one process against two, both with patterns that were kept."""
    empty = plain.with_name("warm.jsonl")
    found, ratios = set(), []
    for _ in range(rounds):
        spent = {}
        for jobs in (1, 2):
            options = replace(_options("accelerated", plain), jobs=jobs)
            begin = time.monotonic()
            run(rules, [str(empty)], io.BytesIO(), options)
            start = time.monotonic() - begin
            out = io.BytesIO()
            begin = time.monotonic()
            run(rules, [str(plain)], out, options)
            spent[jobs] = time.monotonic() - begin - start
            found.add(hashlib.sha256(out.getvalue()).hexdigest())
        ratios.append(spent[1] / spent[2])
    if found != {figures["hits_sha256"]}:
        raise SystemExit("the hits differ between one process and two")
    figures["two_jobs"] = round(statistics.median(ratios), 2)


if __name__ == "__main__":
    sys.exit(main())
