"""The event store: how fast batches are taken durably, normalised, packed and found again.

``intake``: the real process with 27 senders, batches of 1,000 and of 100 events of a mix, each answered after
``fdatasync`` and commit; the senders run on the same machine. ``store``: the same without HTTP. ``normalise``:
events per second of processor time. ``parquet``: bytes against the same batches packed by zstd at level 3.

    python bench/eventstore.py [--parts intake,store,normalise,parquet] [--seconds 10]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench import _events  # noqa: E402 - found by the path set above
from phithak.base import batch, ids  # noqa: E402 - same
from phithak.base.profile import PROFILES  # noqa: E402 - same
from phithak.eventstore.compactor import Compactor  # noqa: E402 - same
from phithak.eventstore.control import ControlWriter, Sender, Source, Tenant, token_digest  # noqa: E402 - same
from phithak.eventstore.layout import Layout  # noqa: E402 - same
from phithak.eventstore.normalise.reference import normalise  # noqa: E402 - same
from phithak.eventstore.segments import Envelope  # noqa: E402 - same
from phithak.eventstore.store import Pending, Store  # noqa: E402 - same
from phithak.eventstore.zstd import compress_zstd  # noqa: E402 - same

SENDERS = 27
CLIENTS = 2
NOW = 1_795_300_000_000_000
BARS: dict[str, tuple[str, float]] = {
    "intake_1000_events_per_second": (">=", 600_000),
    "intake_100_events_per_second": (">=", 60_000),
    "intake_pss_mb": ("<=", 100),
    "normalise_events_per_cpu_second": (">=", 130_000),
    "normalise_two_threads_to_one": (">=", 1.8),
    "parquet_to_zstd_ratio": ("<=", 1.0),
    "mix_compresses": ("<=", 8.5),
}


def frames(size: int, number: int, seed: int) -> list[bytes]:
    """Return sealed batches of the mix; their bodies repeat, their ids do not."""
    made = list(_events.events(size * min(number, 12), seed))
    bodies = [made[start : start + size] for start in range(0, len(made), size)]
    return [
        batch.seal(
            bodies[one % len(bodies)], source="mix", sequence=one + 1, sealed=NOW, first=NOW, last=NOW, codec="zstd",
            compress=compress_zstd,
        )
        for one in range(number)
    ]  # fmt: skip


def send(port: int, senders: list[int], size: int, number: int) -> None:
    """Send as some of the senders, one connection each, until each batch is acknowledged; tell the waits as JSON."""
    ready = {one: frames(size, number, one) for one in senders}
    print("ready", flush=True)
    sys.stdin.readline()
    answers: list[float] = []

    def run(sender: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for frame in ready[sender]:
                head = (
                    f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {'t' * 40}{sender:03d}\r\n"
                    f"Content-Length: {len(frame)}\r\n\r\n"
                ).encode()
                while True:
                    at = time.perf_counter()
                    line.sendall(head + frame)
                    answer = line.recv(65_536)
                    if answer.startswith(b"HTTP/1.1 200"):
                        answers.append(time.perf_counter() - at)
                        break
                    if not answer.startswith(b"HTTP/1.1 503"):
                        print(f"refused: {answer[:300]!r}", file=sys.stderr, flush=True)
                        os._exit(1)
                    time.sleep(0.05)

    threads = [threading.Thread(target=run, args=(one,)) for one in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([round(answer, 6) for answer in answers]), flush=True)


def wait_for(port: int) -> None:
    """Wait until something listens."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def pss_mb(pids: list[int]) -> float:
    """Return the proportional set size of some processes."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += family(int(path.name))
    return found


def intake(folder: Path, size: int, number: int) -> dict[str, float]:
    """Measure the real process with all senders; each sends ``number`` batches of ``size`` events."""
    layout = Layout(folder / "data" / "events")
    with ControlWriter(layout) as control:
        for one in range(SENDERS):
            tenant, sender = ids.uuid7(), ids.uuid7()
            control.put(
                tenants=(Tenant(tenant),),
                senders=(Sender(sender, tenant, (token_digest("t" * 40 + f"{one:03d}"),)),),
                sources=(Source(ids.uuid7(), sender, "mix", "mix", PROFILES["syslog"]),),
            )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").mkdir(exist_ok=True)
    counters = folder / "counters.json"
    program = (
        "from phithak.base import config; from phithak.ingest import server;"
        " server.serve(config.load().config, 'bench._ingest:application')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={
            **os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            "PHITHAK_CONFIG_DIR": str(folder / "config"), "PHITHAK_DATA_DIR": str(folder / "data"),
            "PHITHAK_INGEST_PORT": str(port), "BENCH_COUNTERS": str(counters),
        },
    )  # fmt: skip
    clients = [
        subprocess.Popen(
            [sys.executable, __file__, "--client", str(port), str(first), str(size), str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for first in range(CLIENTS)
    ]  # fmt: skip
    for client in clients:
        assert client.stdout  # noqa: S101 - a pipe was asked for
        client.stdout.readline()
    wait_for(port)
    start = time.perf_counter()
    for client in clients:
        assert client.stdin  # noqa: S101 - same
        client.stdin.write("go\n")
        client.stdin.flush()
    memory = 0.0
    answers: list[float] = []
    for client in clients:
        assert client.stdout  # noqa: S101 - same
        memory = max(memory, pss_mb(family(process.pid)))
        answers += json.loads(client.stdout.readline())
    seconds = time.perf_counter() - start
    memory = max(memory, pss_mb(family(process.pid)))
    for client in clients:
        client.communicate()
    process.send_signal(signal.SIGTERM)
    process.wait()
    done = json.loads(counters.read_text())
    total = SENDERS * number
    if done["batches"] != total or done["events"] != total * size or not 0 < done["fdatasyncs"] <= total:
        raise SystemExit(f"stored {done}, sent {total} batches of {size}")
    answers.sort()
    return {
        f"intake_{size}_events_per_second": round(total * size / seconds),
        f"intake_{size}_batches": total,
        f"intake_{size}_fdatasyncs": done["fdatasyncs"],
        f"intake_{size}_p50_ms": round(answers[len(answers) // 2] * 1000, 1),
        f"intake_{size}_p95_ms": round(answers[int(len(answers) * 0.95)] * 1000, 1),
        f"intake_{size}_events_per_cpu_second": round(total * size / done["cpu"]),
        "intake_pss_mb": round(memory, 1),
    }


def store(folder: Path, size: int, number: int) -> dict[str, float]:
    """Measure group commit alone: batches handed over as they are."""
    tenants = [(ids.uuid7(), ids.uuid7(), ids.uuid7()) for _ in range(SENDERS)]
    sealed = [frames(size, number, one) for one in range(3)]
    ready = [
        (tenants[one], [batch.parse(frame) for frame in frames(size, number, one % 3)])
        for one in range(SENDERS)
    ]
    del sealed
    opened = Store(Layout(folder / "data" / "events"), reserve=0)
    gone = threading.Semaphore(0)
    start = time.perf_counter()
    for whose, parsed in ready:
        for one in parsed:
            envelope = Envelope(*whose, "mix", 420, NOW)
            while opened.load > 0.2:
                time.sleep(0.001)
            opened.submit(
                Pending(
                    envelope, one.header, one.body, one.digest, one.header.size, {}, lambda _: gone.release()
                )
            )
    for _ in range(SENDERS * number):
        gone.acquire()
    seconds = time.perf_counter() - start
    opened.close()
    return {"store_events_per_second": round(SENDERS * number * size / seconds)}


def normalised(number: int) -> dict[str, float]:
    """Measure the reference over the mix."""
    made = list(_events.events(number))
    start = time.process_time()
    for place in range(0, number, 1000):
        normalise(made[place : place + 1000], received=NOW, zone=420)
    return {"reference_events_per_cpu_second": round(number / (time.process_time() - start))}


def parquet(folder: Path, number: int) -> dict[str, float]:
    """Compact the mix and compare its bytes with the batches packed by zstd."""
    layout = Layout(folder / "data" / "events")
    opened = Store(layout, reserve=0)
    made = list(_events.events(number))
    packed = plain = 0
    whose = Envelope(ids.uuid7(), ids.uuid7(), ids.uuid7(), "mix", 420, NOW)
    gone = threading.Semaphore(0)
    for place in range(0, number, 1000):
        part = made[place : place + 1000]
        frame = batch.seal(
            part,
            source="mix",
            sequence=1,
            sealed=NOW,
            first=NOW,
            last=NOW,
            codec="zstd",
            compress=compress_zstd,
        )
        parsed = batch.parse(frame)
        packed += len(parsed.body)
        plain += parsed.header.size
        opened.submit(
            Pending(
                whose, parsed.header, frame, parsed.digest, parsed.header.size, {}, lambda _: gone.release()
            )
        )
        gone.acquire()
    opened.close()
    walls: list[float] = []
    seconds = 0.0
    for threads in (2, 1):
        # the same batches anew, each time from nothing
        for path in (layout.manifest, *layout.root.glob("manifest.db-*")):
            path.unlink(missing_ok=True)
        compactor = Compactor(layout, threads=threads)
        wall, start = time.perf_counter(), time.process_time()
        while compactor.run().more:
            pass
        seconds = time.process_time() - start
        walls.append(time.perf_counter() - wall)
        compactor.close()
    size = sum(path.stat().st_size for path in layout.parquet.rglob("*.parquet"))
    sides = sum(path.stat().st_size for path in layout.parquet.rglob("*.side"))
    return {
        "normalise_events_per_cpu_second": round(number / seconds),
        "normalise_one_thread_events_per_second": round(number / walls[1]),
        "normalise_two_threads_to_one": round(walls[1] / walls[0], 2),
        "parquet_bytes_per_event": round(size / number, 1),
        "side_bytes_per_event": round(sides / number, 1),
        "zstd_bytes_per_event": round(packed / number, 1),
        "raw_bytes_per_event": round(plain / number, 1),
        "mix_compresses": round(plain / packed, 2),
        "parquet_to_zstd_ratio": round(size / packed, 3),
    }


def main() -> int:
    """Measure what was asked for; 1 when a bar is missed."""
    if sys.argv[1:2] == ["--client"]:
        port, first, size, number = map(int, sys.argv[2:])
        send(port, list(range(first, SENDERS, CLIENTS)), size, number)
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default="intake,store,normalise,parquet")
    parser.add_argument("--batches", type=int, default=150, help="batches of each sender")
    parser.add_argument("--events", type=int, default=200_000, help="events to normalise and compact")
    asked = parser.parse_args()
    figures: dict[str, float] = {}
    parts = asked.parts.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, part in enumerate(parts):
            own = folder / str(number)
            own.mkdir()
            if part == "intake":
                for size in (100, 1000):
                    inner = own / str(size)
                    inner.mkdir()
                    figures |= intake(inner, size, asked.batches)
            elif part == "store":
                figures |= store(own, 1000, asked.batches // 2)
            elif part == "normalise":
                figures |= normalised(asked.events)
            elif part == "parquet":
                figures |= parquet(own, asked.events)
    missed = False
    for key, value in figures.items():
        sign, bar = BARS.get(key, ("", 0.0))
        fails = (sign == ">=" and value < bar) or (sign == "<=" and value > bar)
        missed |= fails
        print(f"{key:40} {value:>14,} {f'{sign} {bar:,}' if sign else '':>14} {'MISSED' if fails else ''}")
    report = ROOT / "build" / "report" / "eventstore.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps({"figures": figures, "bars": BARS, "load": os.getloadavg()}, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
