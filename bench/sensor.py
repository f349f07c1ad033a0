"""What a sensor takes from a hospital's machine at a steady rate, by files, TCP and UDP: processor and memory.

    python bench/sensor.py [--rate 1000] [--seconds 60] [--ways files,tcp,udp] [--report FILE]

The sensor runs as a process of its own against a centre on loopback (TLS, acknowledged batches). Its processor time is
read from /proc over the whole time, its memory is the peak. Every event has to arrive. Exits 1 over a bar.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.sensor import certificates
from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre

BARS = {"files": 1.0, "tcp": 2.0, "udp": 5.0}
MEMORY_MB = 60
SEED = 20_261_122
_TICKS = os.sysconf("SC_CLK_TCK")
_STEPS = 20


def main() -> int:
    """Measure each way, print, write the report; 0 when every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--ways", default="files,tcp,udp")
    parser.add_argument("--report", type=Path, default=Path("build/report/sensor.json"))
    args = parser.parse_args()
    figures: dict[str, float] = {}
    bars: dict[str, Any] = {}
    for way in args.ways.split(","):
        share, peak, lost = measure(way, args.rate, args.seconds)
        figures |= {f"{way}_cpu_percent": share, f"{way}_peak_mb": peak, f"{way}_lost": lost}
        bars[f"{way}_cpu_percent"] = {"at_most": BARS[way], "met": share <= BARS[way]}
        bars[f"{way}_peak_mb"] = {"at_most": MEMORY_MB, "met": peak <= MEMORY_MB}
        bars[f"{way}_lost"] = {"at_most": 0, "met": lost == 0}
        print(f"{way:6} {share:6.2f} % of a core   {peak:6.1f} MB peak   {lost:.0f} lost", flush=True)
    report = {
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain")),
        "seed": SEED,
        "rate": args.rate,
        "seconds": args.seconds,
        "load": os.getloadavg(),
        "CPU": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "figures": {name: round(value, 2) for name, value in figures.items()},
        "bars": bars,
        "not_run": [],
    }
    args.report.parent.mkdir(parents=True, exist_ok=True)
    args.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    missed = [name for name, bar in bars.items() if not bar["met"]]
    print(f"over the bar: {', '.join(missed)}" if missed else "all bars met")
    return 1 if missed else 0


def measure(way: str, rate: int, seconds: int) -> tuple[float, float, float]:
    """Return percent of a core, peak of memory in MB, and events that did not arrive."""
    source = random.Random(SEED)  # noqa: S311 - made-up events, no secret
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        centre = Centre(certificates.make(folder / "papers"))
        house = House(folder / "sensor", centre)
        house.sections.pop("caps")  # as a hospital has it
        try:
            send = prepare(way, house, folder)
            house.start()
            pid = house.process.pid if house.process else 0
            for number in range(rate):  # what happens only at the first events is not the steady state
                send([event(source, number)])
            wait_for(lambda: len(centre.events()) >= rate, 60)
            before, begun = cpu_seconds(pid), time.monotonic()
            count = pour(send, source, rate, seconds)
            share = 100 * (cpu_seconds(pid) - before) / (time.monotonic() - begun)
            wait_for(lambda: len(centre.events()) >= rate + count or house.process is None, 60)
            return share, peak_mb(pid), float(rate + count - len(set(centre.events())))
        finally:
            house.end()
            centre.stop()


def prepare(way: str, house: House, folder: Path) -> Callable[[list[bytes]], None]:
    """Set one source up and return what sends events to it."""
    if way == "files":
        log = folder / "app.log"
        log.touch()
        house.source("files", kind="file", profile="syslog", path=log)
        file = log.open("ab", buffering=0)
        return lambda events: void(file.write(b"".join(one + b"\n" for one in events)))
    kind, port = (socket.SOCK_STREAM, free_port()) if way == "tcp" else (socket.SOCK_DGRAM, 0)
    port = port or free_port(socket.SOCK_DGRAM)
    house.source(way, kind=f"syslog-{way}", profile="syslog", listen=f"127.0.0.1:{port}")
    out = socket.socket(socket.AF_INET, kind)
    connected = threading.Event()

    def send(events: list[bytes]) -> None:
        if not connected.is_set():
            out.connect(("127.0.0.1", port))
            connected.set()
        for one in events:
            out.send(one + b"\n" if way == "tcp" else one)

    return send


def void(_: object) -> None:
    """Take a result that nobody needs."""


def event(source: random.Random, number: int) -> bytes:
    """Return one line of syslog, as long as they usually are."""
    host, user = source.randrange(400), source.randrange(900)
    return (
        f"<{source.choice((30, 38, 86, 134))}>Nov 22 05:58:{number % 60:02} opd-{host} sshd[{source.randrange(9999)}]: "
        f"Failed password for invalid user u{user} from 10.{host % 256}.{source.randrange(256)}.{user % 256} port "
        f"{source.randrange(65535)} ssh2 preauth sequence {number}"
    ).encode()


def pour(send: Callable[[list[bytes]], None], source: random.Random, rate: int, seconds: int) -> int:
    """Send ``rate`` events a second in even steps, and return how many."""
    begun, number, pause = time.monotonic(), rate, threading.Event()
    for step in range(seconds * _STEPS):
        send([event(source, number + one) for one in range(rate // _STEPS)])
        number += rate // _STEPS
        pause.wait(max(begun + (step + 1) / _STEPS - time.monotonic(), 0))
    return number - rate


def cpu_seconds(pid: int) -> float:
    """Return processor seconds of a process, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak_mb(pid: int) -> float:
    """Return the most memory that a process ever held."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
