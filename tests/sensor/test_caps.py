"""Under load the sensor stays below its caps of processor, memory, disk and uplink (S4-34)."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import Counter
from pathlib import Path

from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append, lines

CPU_PERCENT, DISK_MB, UPLOAD_KB = 5, 1, 20
SECONDS = 8
TRAFFIC = {"sent": 2000, "written": 2000}


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def noise(count: int, begin: int) -> list[bytes]:
    """Lines that hardly pack, so that disk and uplink are strained."""
    return [line + os.urandom(150).hex().encode() for line in lines("n", count, begin)]


def traffic(log: Path, port: int) -> dict[str, int]:
    """Log and send as the programs of a hospital do; return what got through from their side."""
    done = Counter[str]()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out, log.open("ab", buffering=0) as file:
        out.settimeout(0)
        for number in range(TRAFFIC["sent"]):
            done["sent"] += out.sendto(b"<13>event %d" % number, ("127.0.0.1", port)) > 0
            done["written"] += file.write(b"event %d\n" % number) > 0
    return dict(done)


def test_a_load_that_never_ends_stays_below_every_cap(house: House, centre: Centre, tmp_path: Path) -> None:
    """Proves: S4-34."""
    log, port = tmp_path / "app.log", free_port(socket.SOCK_DGRAM)
    log.touch()
    house.source("app", kind="file", profile="application", path=log, rate=1_000_000)
    house.source("udp", kind="syslog-udp", profile="syslog", listen=f"127.0.0.1:{port}")
    house.caps(
        cpu_percent=CPU_PERCENT, disk_mb=DISK_MB, upload_kbytes=UPLOAD_KB, upload_night_kbytes=UPLOAD_KB
    )
    house.start()
    assert house.process is not None
    pid = house.process.pid
    append(log, noise(20_000, 0))
    wait_for(lambda: centre.batches)
    used, begun = cpu_seconds(pid), time.monotonic()
    received = sum(len(one.body) for one in centre.batches)
    stop, largest = threading.Event(), 0
    while time.monotonic() - begun < SECONDS:
        append(log, noise(1_000, 20_000))
        largest = max(largest, sum(path.stat().st_size for path in (house.folder / "batches").glob("*")))
        stop.wait(0.3)
    passed = time.monotonic() - begun
    share = 100 * (cpu_seconds(pid) - used) / passed
    # reading and sending together; a hundredth of a second for each tick of the kernel's clock
    assert 0 < share <= CPU_PERCENT + 1
    rate = (sum(len(one.body) for one in centre.batches) - received) / passed
    biggest = max(len(one.body) for one in centre.batches)
    assert rate <= UPLOAD_KB * 1024 + 2 * biggest / passed
    assert largest <= (DISK_MB << 20) + 2 * biggest
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM"))
    assert peak < 60 << 10
    wait_for(lambda: centre.dropped("app").get("disk-limit", 0) > 0)
    alone = traffic(log, port)
    assert alone == TRAFFIC, "with the sensor running"
    house.kill()
    assert traffic(log, port) == alone, "and without it: nothing waits for it, nothing fails"
    log.rename(tmp_path / "app.log.1")
