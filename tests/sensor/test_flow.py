"""A sensor process between real files and sockets and a centre on loopback."""

from __future__ import annotations

import gzip
import os
import socket
from collections import Counter
from pathlib import Path

from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre


def lines(name: str, count: int, begin: int = 0) -> list[bytes]:
    """Lines that all differ; every tenth is Thai of an old device (CP874)."""
    return [
        f"{name} {number:06}".encode() + (" เปิดเครื่องพิมพ์ห้องยา".encode("cp874") if number % 10 == 0 else b" ok")
        for number in range(begin, begin + count)
    ]


def append(path: Path, events: list[bytes]) -> None:
    with path.open("ab") as file:
        file.write(b"".join(event + b"\n" for event in events))


def expect(centre: Centre, source: str, events: list[bytes], seconds: float = 30) -> None:
    wait_for(lambda: len(centre.events(source)) >= len(events), seconds, f"{len(events)} of {source}")
    assert centre.counted(source) == Counter(events)


def test_lines_of_a_file_arrive_bit_for_bit(house: House, centre: Centre, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    append(log, [b"from before the sensor came"])
    house.source("app", kind="file", profile="application", path=log)
    house.start()
    sent = lines("a", 500)
    append(log, sent)
    with log.open("ab") as file:
        file.write(b"half a li")
    expect(centre, "app", sent)
    with log.open("ab") as file:
        file.write(b"ne\n")
    expect(centre, "app", [*sent, b"half a line"])
    header = centre.batches[0].header
    assert (header.sequence, header.profile) == (1, "application")
    assert [one.header.sequence for one in centre.batches] == list(range(1, len(centre.batches) + 1))
    assert house.stop() == 0


def test_rotation_by_rename_and_by_copy_loses_nothing(house: House, centre: Centre, tmp_path: Path) -> None:
    renamed, copied = tmp_path / "renamed.log", tmp_path / "copied.log"
    for path in (renamed, copied):
        append(path, [b"old"])
    house.source("renamed", kind="file", profile="application", path=renamed)
    house.source("copied", kind="file", profile="application", path=copied)
    house.start()
    sent = lines("r", 400)
    append(renamed, sent[:100])
    append(copied, sent[:100])
    held = renamed.open("ab")
    renamed.rename(tmp_path / "renamed.log.1")
    append(renamed, sent[100:200])
    held.write(b"".join(event + b"\n" for event in sent[200:300]))
    held.close()
    append(copied, sent[100:300])
    (tmp_path / "copied.log.1").write_bytes(copied.read_bytes())
    os.truncate(copied, 0)
    for path in (renamed, copied):
        append(path, sent[300:])
    expect(centre, "renamed", sent)
    expect(centre, "copied", sent)


def test_what_was_rotated_while_the_sensor_was_off_is_read_on(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    log = tmp_path / "app.log"
    append(log, [b"old"])
    house.source("app", kind="file", profile="application", path=log)
    house.start()
    sent = lines("o", 400)
    append(log, sent[:100])
    expect(centre, "app", sent[:100])
    house.stop()
    append(log, sent[100:200])
    (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()
    append(tmp_path / "app.log.1", sent[200:300])
    append(log, sent[300:])
    house.start()
    expect(centre, "app", sent)
    house.stop()
    house.start()
    append(log, [b"and on"])
    expect(centre, "app", [*sent, b"and on"])


def test_syslog_by_udp_and_tcp_in_both_framings(house: House, centre: Centre) -> None:
    udp, tcp = free_port(socket.SOCK_DGRAM), free_port()
    house.source("udp", kind="syslog-udp", profile="syslog", listen=f"127.0.0.1:{udp}")
    house.source("tcp", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{tcp}")
    house.start()
    sent = [b"<34>" + event for event in lines("s", 300)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for event in sent:
            out.sendto(event, ("127.0.0.1", udp))
    counted = b"".join(b"%d %b" % (len(event), event) for event in sent[:150])
    by_line = b"".join(event + b"\n" for event in sent[150:])
    for stream in (counted, by_line):
        with socket.create_connection(("127.0.0.1", tcp)) as out:
            for begin in range(0, len(stream), 77):
                out.sendall(stream[begin : begin + 77])
    expect(centre, "udp", sent)
    expect(centre, "tcp", sent)
