"""Memory of ``phithak.engines.sigma`` on events whose values are never seen again.

    python bench/sigma_novel.py [--events N] [--rules FILE]

A process matches all rules, those that Phithak brings and their correlations included, against a stream of made-up
Windows events, half of them flat, half as EVTX writes them. Image, command line, registry key, file and host are new
in each event, so every memory of the engine fills to its bound. The peak of that process counts; events per CPU
second are told beside it. Exits 1 over the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from phithak.engines.sigma.compiled import load_cached  # noqa: E402 - the path must be set first
from phithak.engines.sigma.pack import own_folder, own_placeholders  # noqa: E402 - same
from phithak.engines.sigma.run import Options, run  # noqa: E402 - same
from tools import facts  # noqa: E402 - same

CORPUS = (facts.corpus_folder() or ROOT / "absent") / "detection"
BARS = {"peak_mb": 400}
_CHANNEL = "Microsoft-Windows-Sysmon/Operational"
_BATCH = 1000


def main() -> int:
    """Run, print, write the report; 0 if the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--rules", type=Path, default=CORPUS / "rules/sigmahq-rules.tar.zst")
    parser.add_argument("--inside", nargs=2, metavar=("RULES", "CACHE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        print(json.dumps(_inside(*args.inside)))
        return 0
    if not args.rules.exists():
        print("not run: the corpus is not here", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        # reading the rules is no part of it: the first process fills the cache
        _outside(args.rules, folder, 1)
        figures = _outside(args.rules, folder, args.events)
    missed = [name for name, bar in BARS.items() if figures[name] > bar]
    facts.write(
        "bench-sigma-novel", figures=figures, bars=BARS, not_run=[], passed=not missed,
        missed=missed,
    )  # fmt: skip
    print(json.dumps(figures, indent=2))
    return 1 if missed else 0


def _outside(rules: Path, folder: str, count: int) -> dict[str, Any]:
    with subprocess.Popen(
        [sys.executable, __file__, "--inside", str(rules), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("no pipe")
        feeding = threading.Thread(target=_feed, args=(child.stdin, count))
        feeding.start()
        answer: dict[str, Any] = json.loads(child.stdout.read())
        feeding.join()
    if answer["events"] != count:
        raise SystemExit("events were lost")
    return answer


def _inside(rules_path: str, cache: str) -> dict[str, Any]:
    rules = load_cached([rules_path, own_folder()], Path(cache), own_placeholders())
    options = Options(prepared=True, patterns=Path(cache) / "patterns")
    begin = time.process_time()
    with Path(os.devnull).open("wb") as out:
        stats = run(rules, ["-"], out, options)
    return {
        "events": stats["events"],
        "hits": stats["hits"],
        "events_per_cpu_s": round(stats["events"] / (time.process_time() - begin)),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def _feed(pipe: IO[bytes], count: int) -> None:
    source = random.Random(17)  # noqa: S311 made-up values
    with pipe:
        for first in range(0, count, _BATCH):
            lines = [_line(source, number) for number in range(first, min(first + _BATCH, count))]
            pipe.write(("\n".join(lines) + "\n").encode())


def _line(source: random.Random, number: int) -> str:
    bits = f"{source.getrandbits(128):032x}"
    event_id, data = (
        (1, f'"Image":"C:\\\\T\\\\{bits}.exe","CommandLine":"{bits[:9]}.exe /{bits}","User":"u{number}"'),
        (13, f'"TargetObject":"HKLM\\\\S\\\\{bits}","Details":"{bits}","Image":"C:\\\\T\\\\{bits[:8]}.exe"'),
        (11, f'"TargetFilename":"C:\\\\T\\\\{bits}.tmp","Image":"C:\\\\T\\\\{bits[:8]}.exe"'),
        (
            3,
            f'"DestinationHostname":"{bits}.example","DestinationIp":"10.{number >> 16 & 255}.{number >> 8 & 255}.1"',
        ),
    )[number % 4]
    if number & 4:
        return f'{{"Channel":"{_CHANNEL}","EventID":{event_id},"RecordNumber":{number},{data}}}'
    system = f'{{"Channel":"{_CHANNEL}","EventID":{event_id},"EventRecordID":{number}}}'
    return f'{{"Event":{{"System":{system},"EventData":{{{data}}}}}}}'


if __name__ == "__main__":
    sys.exit(main())
