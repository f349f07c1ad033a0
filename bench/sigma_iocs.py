"""What indicators cost beside the rules: events per CPU second at a million, memory at five million.

    python bench/sigma_iocs.py [--events FILE] [--rules FILE] [--rounds N] [--many N] [--most N]

Indicators are made up: addresses, networks, domains, URLs, hashes and e-mail in the shares of usual feeds; one in
fifty thousand is a value that the events hold, so that hits are paid for as well. Each round runs all rules over
the events without and with them, cold, in a process of its own; the median of the ratios counts. Memory is the
peak of a process that reads the list from CSV and runs the rules. Exits 1 over the bars.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from phithak.engines.sigma.compiled import load_cached  # noqa: E402 - the path must be set first
from phithak.engines.sigma.indicators import Watch, read_indicators  # noqa: E402 - same
from phithak.engines.sigma.run import Options, run  # noqa: E402 - same
from tools import facts  # noqa: E402 - same

CORPUS = (facts.corpus_folder() or ROOT / "absent") / "detection"
BARS = {"cost": 0.20, "peak_mb": 1200}
_HELD = ("172.18.39.102", "169.254.169.254", "ip-172-18-39-102.ec2.internal")
_EVERY = 50_000
_NOW = 1_790_000_000


def main() -> int:
    """Run, print, write the report; 0 if every bar that was measured is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=Path, default=CORPUS / "events/otrf-atomic.jsonl.zst")
    parser.add_argument("--rules", type=Path, default=CORPUS / "rules/sigmahq-rules.tar.zst")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--most", type=int, default=5_000_000)
    parser.add_argument(
        "--inside", nargs=4, metavar=("RULES", "CACHE", "EVENTS", "LIST"), help=argparse.SUPPRESS
    )
    args = parser.parse_args()
    if args.inside:
        print(json.dumps(_inside(*args.inside)))
        return 0
    if not args.events.exists() or not args.rules.exists():
        print("not run: the corpus is not here", file=sys.stderr)
        return 0
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "events.jsonl"
        with args.events.open("rb") as stream, plain.open("wb") as out:
            zstandard.ZstdDecompressor().copy_stream(stream, out)
        _cost(args, Path(folder), plain, figures)
        _memory(args, Path(folder), plain, figures)
    missed = [name for name, bar in BARS.items() if figures[name] > bar]
    facts.write(
        "bench-sigma-iocs", figures=figures, bars=BARS, not_run=[], passed=not missed,
        missed=missed,
    )  # fmt: skip
    print(json.dumps(figures, indent=2))
    return 1 if missed else 0


def _cost(args: argparse.Namespace, folder: Path, plain: Path, figures: dict[str, Any]) -> None:
    many = folder / "many.csv"
    _write(many, args.many)
    ratios, rates = [], []
    for _ in range(args.rounds):
        bare = _outside(args, folder, plain, None)
        full = _outside(args, folder, plain, many)
        ratios.append(1 - full["rate"] / bare["rate"])
        rates.append((bare["rate"], full["rate"]))
        figures |= {name: full[name] for name in ("hits", "read_cpu_s", "taken")}
        figures["hits_of_rules"] = bare["hits"]
    figures["events_per_cpu_s"] = round(statistics.median(rate for rate, _ in rates))
    figures["events_per_cpu_s_with"] = round(statistics.median(rate for _, rate in rates))
    figures["cost"] = round(statistics.median(ratios), 3)


def _memory(args: argparse.Namespace, folder: Path, plain: Path, figures: dict[str, Any]) -> None:
    most, part = folder / "most.csv", folder / "part.jsonl"
    _write(most, args.most)
    with plain.open("rb") as stream:
        part.write_bytes(b"".join(stream.readline() for _ in range(50_000)))
    found = _outside(args, folder, part, most)
    figures |= {"most": found["taken"], "peak_mb": found["peak_mb"], "table_mb": found["table_mb"]}
    figures["read_most_cpu_s"] = found["read_cpu_s"]


def _outside(args: argparse.Namespace, folder: Path, events: Path, listed: Path | None) -> dict[str, Any]:
    words = [str(args.rules), str(folder / "cache"), str(events), str(listed or "")]
    done = subprocess.run(
        [sys.executable, __file__, "--inside", *words], check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _inside(rules_path: str, cache: str, events: str, listed: str) -> dict[str, Any]:
    rules = load_cached([rules_path], Path(cache))
    answer: dict[str, Any] = {}
    options = Options(prepared=True, patterns=Path(cache) / "patterns")
    if listed:
        begin = time.process_time()
        table, report = read_indicators([listed])
        answer |= {
            "read_cpu_s": round(time.process_time() - begin, 1),
            "taken": report.taken,
            "table_mb": table.memory() >> 20,
        }
        options = Options(prepared=True, patterns=options.patterns, watch=Watch(table), at=_NOW)
    empty = Path(events).with_name("empty.jsonl")
    empty.write_text("{}\n")
    start = 0.0
    for _ in range(2):
        # the first fills the cache of patterns
        begin = time.process_time()
        run(rules, [str(empty)], io.BytesIO(), options)
        start = time.process_time() - begin
    begin = time.process_time()
    stats = run(rules, [events], io.BytesIO(), options)
    answer["rate"] = stats["events"] / (time.process_time() - begin - start)
    answer["hits"] = stats["hits"]
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return answer


def _write(path: Path, count: int) -> None:
    source = random.Random(21)  # noqa: S311 made-up values
    with path.open("w") as out:
        out.write("type,value,valid_until,tlp,pap,source\n")
        for number in range(count):
            kind, value = _made(source, number)
            if number % _EVERY == 0:
                value = _HELD[number // _EVERY % len(_HELD)]
                kind = "domain" if value[0] == "i" else "ip"
            ends = _NOW + source.randrange(-2_000_000, 20_000_000)
            out.write(f"{kind},{value},{ends},{source.choice(('green', 'amber'))},,feed {number % 9}\n")


def _made(source: random.Random, number: int) -> tuple[str, str]:
    bits = source.getrandbits(256)
    length = source.choice((32, 40, 64))
    forms = {
        "ip": ".".join(str(bits >> shift & 255) for shift in (0, 8, 16, 24)),
        "network": f"{bits & 127 | 1}.{bits >> 8 & 255}.{bits >> 16 & 255}.0/{source.choice((20, 22, 23, 24))}",
        "ipv6": f"2001:db8:{bits & 65535:x}:{bits >> 16 & 65535:x}::{bits >> 32 & 65535:x}",
        "domain": f"{bits & 0xFFFFFFFF:x}-{number % 7}.made{bits >> 32 & 4095}.example",
        "url": f"http://host{bits & 0xFFFFF:x}.example/{bits >> 24 & 0xFFFFFFFFFF:x}/index.php?id={number}",
        {32: "md5", 40: "sha1", 64: "sha256"}[length]: f"{bits:064x}"[:length],
        "email": f"user{bits & 0xFFFFFF:x}@mail{bits >> 24 & 4095}.example",
    }
    (kind,) = source.choices(tuple(forms), (25, 2, 3, 30, 15, 22, 3))
    return kind, forms[kind]


if __name__ == "__main__":
    sys.exit(main())
