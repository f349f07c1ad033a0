"""Sources beside plain files: TLS, RELP, exports of Windows, EVE, database audits, floods, full disks."""

from __future__ import annotations

import json
import signal
import socket
import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import batch
from phithak.sensor import lanes, settings
from phithak.sensor.errors import SensorError
from phithak.sensor.sources.framing import Frames
from phithak.sensor.sources.relp import Relp
from tests.sensor.certificates import Papers
from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append, expect, lines


def test_syslog_over_tls_with_client_certificates(house: House, centre: Centre, papers: Papers) -> None:
    port = free_port()
    house.source(
        "tls", kind="syslog-tls", profile="syslog", listen=f"127.0.0.1:{port}", certificate=papers.certificate,
        key=papers.key, client_ca=papers.authority,
    )  # fmt: skip
    house.start()
    context = ssl.create_default_context(cafile=str(papers.authority))
    with (
        pytest.raises((ssl.SSLError, ConnectionError)),
        socket.create_connection(("127.0.0.1", port)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as stranger,
    ):
        stranger.sendall(b"<13>not welcome\n")
        assert stranger.recv(1) == b"", "closed without an alert"
        raise ConnectionError
    context.load_cert_chain(papers.certificate, papers.key)
    sent = [b"<13>" + one for one in lines("tls", 500)]
    with (
        socket.create_connection(("127.0.0.1", port)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as out,
    ):
        out.sendall(b"".join(one + b"\n" for one in sent))
    expect(centre, "tls", sent)


def test_exports_of_windows_in_every_form(house: House, centre: Centre, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    house.source("windows", kind="folder", profile="windows", path=folder, settle=1)
    event = "<Event xmlns='x'><System><EventID>4624</EventID></System><Data>ห้องยา {}</Data></Event>"
    xml = [event.format(number) for number in range(3)]
    objects = [json.dumps({"Id": number, "Message": "brace } in text"}, indent=1) for number in range(3)]
    (folder / "a.xml").write_text(
        "<?xml version='1.0'?><Events>\n" + "\n".join(xml) + "\n</Events>", encoding="utf-16"
    )
    (folder / "b.json").write_bytes(b"\xef\xbb\xbf[" + ",\r\n".join(objects).encode() + b"]")
    (folder / "c.ndjson").write_bytes(b"".join(b'{"Id":%d}\n' % number for number in range(3)))
    (folder / "d.csv").write_text("1,2\r\n3,4\r\n", encoding="utf-16-le")
    house.start()
    expected = [one.encode() for one in [*xml, *objects]] + [b'{"Id":%d}' % number for number in range(3)]
    wait_for(lambda: len(centre.events("windows")) >= len(expected) + 2)
    found = centre.events("windows")
    assert [one for one in expected if found.count(one) != 1] == []
    house.stop()
    (folder / "e.xml").write_text(f"<Events>{event.format(99)}</Events>", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    house.start()
    wait_for(lambda: event.format(99).encode() in centre.events("windows"))
    assert len(centre.events("windows")) == len(found) + 1, "nothing is read twice"
    assert sorted(path.name for path in folder.iterdir()) == before, "nothing is removed"


def test_alerts_of_suricata_leave_without_payload_and_before_flows(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    eve = tmp_path / "eve.json"
    eve.touch()
    house.source("eve", kind="file", profile="eve", path=eve)
    centre.refuse = [batch.Refusal.of("store.busy", 3)]
    house.start()
    flows = [b'{"event_type":"flow","flow_id":%d}' % number for number in range(20)]
    alert = b'{"event_type":"alert","payload":"c29tY2hhaQ==","http":{"url":"/opd?hn=001234"},"alert":{"signature":"x"}}'
    append(eve, [b'{"event_type":"dns","q":"a"}', *flows])
    wait_for(lambda: centre.posts)
    append(eve, [alert])
    wait_for(lambda: len(centre.events("eve")) == 22)
    assert centre.batches[0].events() == [
        b'{"event_type":"alert","payload":"","http":{"url":"/opd?[q]"},"alert":{"signature":"x"}}'
    ]


def test_a_statement_of_several_lines_is_one_event_and_loses_its_literals(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    log = tmp_path / "postgresql.log"
    log.touch()
    house.source("pg", kind="file", profile="postgres", path=log)
    house.start()
    with log.open("ab") as file:
        file.write(b"2026-11-22 [9] his@opd LOG:  statement: select *\n\tfrom patient\n\twhere name = 'som")
        file.flush()
        file.write(b"chai'\n2026-11-22 [9] his@opd LOG:  connection authorized: user=his\n")
    wait_for(lambda: len(centre.events("pg")) == 2, 40)
    assert centre.events("pg") == [
        b"2026-11-22 [9] his@opd LOG:  statement: select * from patient where name = ?",
        b"2026-11-22 [9] his@opd LOG:  connection authorized: user=his",
    ]


def test_a_flood_is_dropped_and_every_event_of_it_counted(house: House, centre: Centre) -> None:
    port = free_port()
    house.source("tcp", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{port}", rate=200)
    house.source(
        "calm", kind="syslog-udp", profile="syslog", listen=f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    )
    house.start()
    sent = [b"<13>" + one for one in lines("flood", 60_000)]
    with socket.create_connection(("127.0.0.1", port)) as out:
        out.settimeout(60)
        for begin in range(0, len(sent), 1000):
            out.sendall(b"".join(one + b"\n" for one in sent[begin : begin + 1000]))
    wait_for(lambda: len(centre.events("tcp")) + centre.dropped("tcp").get("flood", 0) == len(sent), 60)
    assert centre.dropped("tcp")["flood"] > 30_000
    assert house.status()["memory"] < 60 << 20


def test_datagrams_that_the_kernel_dropped_are_counted(house: House, centre: Centre) -> None:
    port = free_port(socket.SOCK_DGRAM)
    house.source("udp", kind="syslog-udp", profile="syslog", listen=f"127.0.0.1:{port}", rate=1_000_000)
    house.start()
    assert house.process is not None
    house.process.send_signal(signal.SIGSTOP)
    count = 60_000
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for number in range(count):
            out.sendto(b"<13>%06d" % number, ("127.0.0.1", port))
    house.process.send_signal(signal.SIGCONT)
    wait_for(lambda: len(centre.events("udp")) + centre.dropped("udp").get("kernel", 0) == count, 60)
    assert centre.dropped("udp")["kernel"] > 0


def test_only_allowed_senders_are_heard(house: House, centre: Centre) -> None:
    udp, tcp = free_port(socket.SOCK_DGRAM), free_port()
    house.source("udp", kind="syslog-udp", profile="syslog", listen=f"127.0.0.1:{udp}", allow="10.0.0.0/8")
    house.source("tcp", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{tcp}", allow="10.0.0.0/8")
    house.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"<13>x", ("127.0.0.1", udp))
    with socket.create_connection(("127.0.0.1", tcp)) as out:
        assert out.recv(1) == b""
    wait_for(lambda: centre.dropped("udp").get("not-allowed") == 1)
    assert centre.events() == []


@pytest.mark.faults
def test_a_full_disk_drops_nothing_of_files_and_counts_what_came_by_network(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "app.log"
    log.touch()
    house.source("app", kind="file", profile="application", path=log)
    house.source("tcp", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{port}")
    house.start(FAULT_DISK=str(house.folder / "disk-is-full"))
    wait_for(lambda: centre.heartbeats)
    (house.folder / "disk-is-full").touch()
    append(log, lines("f", 100))
    with socket.create_connection(("127.0.0.1", port)) as out:
        out.sendall(b"".join(b"<13>%d\n" % number for number in range(50)))
    wait_for(lambda: "space" in centre.heartbeats[-1].sources[0].fault, 30, house.log())
    (house.folder / "disk-is-full").unlink()
    expect(centre, "app", lines("f", 100))
    wait_for(lambda: len(centre.events("tcp")) + centre.dropped("tcp").get("disk-full", 0) == 50)
    assert house.process is not None
    assert house.process.poll() is None


def test_stopping_the_sensor_leaves_its_senders_alone(house: House, centre: Centre, tmp_path: Path) -> None:
    log, port = tmp_path / "app.log", free_port(socket.SOCK_DGRAM)
    log.touch()
    house.source("app", kind="file", profile="application", path=log)
    house.source("udp", kind="syslog-udp", profile="syslog", listen=f"127.0.0.1:{port}")
    house.start()
    house.kill()
    append(log, lines("x", 10))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"<13>x", ("127.0.0.1", port))
    log.rename(tmp_path / "app.log.1")
    assert not log.exists()


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda one: b"\n" not in one and one[0] not in b"0123456789"),
                max_size=12), st.integers(1, 9))  # fmt: skip
def test_lines_are_cut_the_same_however_they_come(events: list[bytes], step: int) -> None:
    frames, found = Frames(1000), []
    stream = b"".join(one + b"\n" for one in events)
    for begin in range(0, len(stream), step):
        found += frames.feed(stream[begin : begin + step])
    assert found + frames.finish() == events


@given(
    st.lists(st.binary(max_size=30).map(lambda one: b"<13>" + one.rstrip(b"\n")), max_size=12),
    st.integers(1, 9),
)
def test_counted_messages_are_cut_the_same_however_they_come(events: list[bytes], step: int) -> None:
    frames, found = Frames(1000), []
    stream = b"".join(b"%d %b" % (len(one), one) for one in events)
    for begin in range(0, len(stream), step):
        found += frames.feed(stream[begin : begin + step])
    assert found + frames.finish() == events


@given(st.lists(st.binary(max_size=30), max_size=8), st.integers(1, 9))
def test_relp_is_cut_the_same_however_it_comes(events: list[bytes], step: int) -> None:
    relp, found = Relp(1000), []
    stream = b"".join(
        b"%d syslog %d%b%b\n" % (number, len(one), b" " if one else b"", one)
        for number, one in enumerate(events)
    )
    for begin in range(0, len(stream), step):
        found += relp.feed(stream[begin : begin + step])[0]
    assert found == [(b"%d" % number, one) for number, one in enumerate(events)]


@pytest.mark.parametrize("stream", [b"GET / HTTP/1.1\r\n", b"1 syslog 99999 x", b"1 syslog 1 ab\n", b"x"])
def test_what_is_no_relp_ends_the_connection(stream: bytes) -> None:
    with pytest.raises(ValueError, match=r"RELP|longest"):
        Relp(1000).feed(stream)


@pytest.mark.parametrize(("profile", "event", "lane"), [
    ("eve", b'{"event_type":"alert"}', lanes.ALERT),
    ("eve", b'{"event_type":"flow"}', lanes.LOW),
    ("eve", b'{"event_type":"dns"}', lanes.NORMAL),
    ("windows", b'{"winlog":{"event_id":"1102"}}', lanes.ALERT),
    ("windows", b"<EventID Qualifiers='0'>1102</EventID>", lanes.ALERT),
    ("windows", b"<EventID>4624</EventID>", lanes.NORMAL),
    ("windows", b'{"winlog":{"event_id":5156}}', lanes.LOW),
    ("windows", b'{"event_id":11021}', lanes.NORMAL),
    ("syslog", b"<34>x", lanes.ALERT),
    ("syslog", b"<13>x", lanes.NORMAL),
    ("syslog", b"<15>x", lanes.LOW),
    ("syslog", b"no priority", lanes.NORMAL),
])  # fmt: skip
def test_events_are_sorted_by_worth(profile: str, event: bytes, lane: int) -> None:
    sorter = lanes.Sorter(profile)
    assert sorter.split([event, b"plain"])[lane][0] == event
    own = lanes.Sorter(profile, lanes.LOW, alert=rb"rare", low=rb"often")
    assert own.split([b"rare", b"often", b"x"]) == {lanes.ALERT: [b"rare"], lanes.LOW: [b"often", b"x"]}


@pytest.mark.parametrize(("text", "where"), [
    ("[source a]\nkind = file\npath = /x\n", "source a/profile"),
    ("[source a]\nkind = file\nprofile = none\npath = /x\n", "source a/profile"),
    ("[source a]\nkind = files\nprofile = web\n", "source a/kind"),
    ("[source a]\nkind = file\nprofile = web\n", "source a/path"),
    ("[source a]\nkind = file\nprofile = web\npath = /x\ncolour = red\n", "source a/colour"),
    ("[source A B]\nkind = file\n", "source A B"),
    ("[source a]\nkind = syslog-udp\nprofile = syslog\nlisten = 514\n", "source a/listen"),
    ("[source a]\nkind = syslog-tls\nprofile = syslog\nlisten = :1\n", "source a/certificate"),
    ("[source a]\nkind = syslog-udp\nprofile = syslog\nlisten = :1\nallow = here\n", "source a/allow"),
    ("[source a]\nkind = file\nprofile = web\npath = /x\nalert_if = (\n", "source a/alert_if"),
    ("[caps]\ncpu_percent = 900\n", "caps/cpu_percent"),
    ("[caps]\nnight = late\n", "caps/night"),
    ("[center]\naddress = x\n", "center"),
    ("[centre]\naddress = http://plain\n", "centre/address"),
    ("nonsense", "sensor.ini"),
])  # fmt: skip
def test_a_slip_in_the_settings_is_told_by_its_place(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "sensor.ini").write_text(text)
    with pytest.raises(SensorError) as caught:
        settings.read(tmp_path)
    assert where in caught.value.en
    assert where in caught.value.th
