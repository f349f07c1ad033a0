"""Whole columns give the same rows as the reference, over all formats, odd values and torn lines; raw bit for bit."""

# ruff: noqa: E501 - records stand here as they are

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phithak.base import batch
from phithak.eventstore.bus import Offset, Stored
from phithak.eventstore.duck import connect
from phithak.eventstore.normalise import columnar
from phithak.eventstore.normalise.columnar import Normaliser
from phithak.eventstore.normalise.reference import mapping, normalise
from phithak.eventstore.segments import Envelope
from tests.eventstore.making import NOW, SENDER, SOURCE, TENANT

Row = tuple[Any, ...]

SYSMON = {
    "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "his-1", "UtcTime": "2026-11-21 22:00:00.123",
    "Image": "C:\\a b.exe", "CommandLine": 'x "ไทย" -k', "User": "HOSP\\Nurse", "Hashes": "SHA256=" + "AB" * 32,
    "SourceIp": "10.0.0.9", "DestinationIp": "203.0.113.9", "DestinationPort": 443,
}  # fmt: skip
SECURITY = {
    "EventID": "4688", "Channel": "Security", "Hostname": "his-2", "EventTime": "2026-11-21T22:00:00+07:00",
    "SubjectUserName": "วิภา", "NewProcessName": "C:\\p.exe", "ParentProcessName": "", "IpAddress": "10.1.1.1", "ProcessId": 7,
}  # fmt: skip
WINLOGBEAT = {
    "@timestamp": "2026-11-21T22:00:00.5Z", "ecs": {"version": "8.0.0"}, "event": {"code": "4624", "action": "logon"},
    "host": {"name": "his-3", "os": {"type": "windows"}}, "user": {"name": "u"},
    "winlog": {"channel": "Security", "event_id": 4624, "computer_name": "his-3", "record_id": 9, "event_data": {
        "Target User Name": "spaced", "IpAddress": "10.2.2.2", "LogonType": "3"}},
}  # fmt: skip
WINLOGBEAT6 = {
    "@timestamp": "2026-11-21T22:00:00.5Z", "event_id": 4624, "log_name": "Security", "computer_name": "his-4",
    "source_name": "S", "event_data": {"TargetUserName": "old", "IpAddress": "10.3.3.3"},
}  # fmt: skip
EVTX = {
    "Event": {"#attributes": {"xmlns": "x"}, "EventData": {"Image": "C:\\e.exe", "Data": {"#text": ["a", "b"]}, "User": True},
              "System": {"Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "his-5", "Correlation": None,
                         "EventID": {"#text": 1, "#attributes": {"Qualifiers": 0}}, "Keywords": "0x8",
                         "Provider": {"#attributes": {"Name": "Sysmon", "Guid": "g"}}, "Security": {},
                         "TimeCreated": {"#attributes": {"SystemTime": "2026-11-21T22:00:00.000000Z"}}}},
}  # fmt: skip
USER_DATA = {
    "Event": {"UserData": {"Change": {"#attributes": {"x": "y"}, "TargetUserName": "deep"}},
              "System": {"Channel": "Security", "EventID": 1102, "Computer": "his-6",
                         "TimeCreated": {"#attributes": {"SystemTime": "2026-11-21T22:00:01Z"}}}},
}  # fmt: skip
ZEEK_DNS = {
    "_path": "dns", "ts": 1795230000.123457, "id.orig_h": "10.0.0.1", "id.orig_p": 5353, "id.resp_h": "10.0.0.53",
    "query": "x.example", "answers": ["192.0.2.1"], "rtt": 0.01,
}  # fmt: skip
ZEEK_NESTED = {
    "_path": "conn",
    "ts": "1795230000.5",
    "id": {"orig_h": "10.0.0.2", "resp_h": "192.0.2.2"},
    "host": None,
}
EVE = {
    "timestamp": "2026-11-21T22:00:00.000001+0000", "flow_id": 12345678901234567, "event_type": "alert", "src_ip": "10.0.0.3",
    "src_port": 1024, "dest_ip": "192.0.2.3", "dest_port": 443, "alert": {"signature": "INVENTED", "severity": 3},
}  # fmt: skip
EVE_HTTP = EVE | {
    "event_type": "http",
    "http": {"hostname": "w.example", "url": "/a?b", "status": 200, "http_method": "GET"},
}
ECS = {
    "@timestamp": "2569-11-22T05:00:00.25", "ecs.version": "1.0", "process": {"executable": "/bin/x", "parent": {"executable": "/p"}},
    "process.command_line": "x y", "source": {"ip": "10.0.0.4", "port": 1}, "file": {"hash": {"sha256": "ab" * 32}},
}  # fmt: skip
MSSQL = {
    "action_id": "SL",
    "server_principal_name": "sa",
    "event_time": "2026-11-21 22:00:00.1234567",
    "object_name": "t",
}
PLAIN = {"message": "x", "host": "h", "time": 1795230000123}
LISTS = SYSMON | {"Image": ["C:\\l.exe", "C:\\m.exe"], "Hashes": []}
FLOATS = SYSMON | {"DestinationPort": 4.5}
NULLS = SECURITY | {"Hostname": None, "Computer": "second", "IpAddress": None}
RECORDS = [
    SYSMON, SECURITY, WINLOGBEAT, WINLOGBEAT6, EVTX, USER_DATA, ZEEK_DNS, ZEEK_NESTED, EVE, EVE_HTTP, ECS, MSSQL, PLAIN, LISTS,
    FLOATS, NULLS, {}, {"EventID": True, "Channel": "Security"}, {"ts": -1, "_path": "x"}, {"a": {"b": [{"c": 1}]}},
    {"source": [{"ip": "10.9.9.9"}], "@timestamp": "x"}, {"process.parent": {"executable": "/odd"}}, {"Hashes": "a\x01b"},
    {"src_ip": "1", "message": "1111"}, {"timestamp": "Nov 21 22:00:00"}, {"timestamp": "2026-11-21 24:00:00"},
    {"timestamp": "2026-02-29 10:00:00"}, {"timestamp": "1989-01-01 10:00:00Z"}, {"timestamp": "2026-11-21 22:00:60"},
    {"winlog": {"odd": None}}, {"Event": {"System": {"odd": 1}}, "user": "u"}, {"winlog": {}}, {"timestamp": True, "time": "2026-11-21 22:00:00"}, {"user": "x" * 5000}, {"user": "", "acct": "second"},
]  # fmt: skip
LINES = [
    b'10.0.0.5 - - [21/Nov/2026:22:00:00 +0700] "GET /opd/1?q=2 HTTP/1.1" 200 512 "-" "curl/8"',
    b'10.0.0.5 - nurse [21/Nov/2026:22:00:00 +0000] "POST /x HTTP/1.1" 404 -',
    b'10.0.0.5 - - [21/Nov/2026:22:00:00 +0000] "-" 400 0 "-" "-"',
    b'10.0.0.5 - - [21/Nov/2026:22:00:00 +0000] "GET /x HTTP/1.1" 007 1 "-" "-"',
    b'10.0.0.5 - - [99/Zzz/2026:22:00:00 +0000] "GET /x HTTP/1.1" 200 1 "-" "-" trailing',
    b"Nov  1 22:00:00 fw /usr/sbin/SSHD[123]: Failed password for u from 10.0.0.6",
    b"<34>1 2026-11-21T22:00:00.003Z fw su - ID47 - BOM",
    b"Dec 31 23:59:59 fw cron: late",
    b'type=SYSCALL msg=audit(1795230000.123:42): arch=c000003e exe=2F62696E acct="root" addr=10.0.0.7',
    b"2026-11-21 22:00:00 UTC user=u,db=his,app=a,client=10.0.0.8 LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,select 1,<none>",
    b"20261121 22:00:00,db1,his,10.0.0.8,5,6,QUERY,his,'select 1 from patient',0",
    b"#separator \\x09", b"just words", "ไทย".encode(), "พบไวรัส".encode("cp874"), b'{"user": "' + "พบ".encode("cp874") + b'"}',
    b"", b" ", b"\r", b"\r\r", b"nul \x00", b"unit \x1f \x1e", b"two\nlines",
]  # fmt: skip
ODD_JSON = [
    b'{"EventID": 1, "Channel": "Security", "User": "a", "User": "b"}', b'{"a": NaN, "user": "n"}', b'{"a": nan, "user": "n"}',
    b'{"a": -Infinity, "user": "n"}', b'{"a": inf, "user": "info"}', b'{"a": 1e400, "user": "n"}', b'{"a": [1,], "user": "n"}',
    b'{"user": "n" , }', b'{"user": "\\u0000n"}', b'{"user": "\\ud800"}', b'{"user": "\\ud83d\\ude00"}', b'{"user": "a\tb"}',
    b'{"user": -0}', b'{"user": 12345678901234567890123}', b'{"user": 18446744073709551615}', b'{"user": 1.0}', b'{"user": "n"} x',
    b'  {"user": "n"}', b'\x0b{"user": "n"}', b'{"user": "n"}\r', b"{", b"{}", b'{"user": "a\\/b\\u0e01"}',
    b'{"user.name": "f", "user": {"name": "n"}}', b'{"user": {"name": "n"}, "user.name": "f"}', b"[" * 3000, b'{"a":' + b"[" * 3000,
    b'{"ts": 1795230000.1234567, "_path": "dns"}', b'{"ts": 1e9, "_path": "dns"}', b'{"ts": 1795230000, "_path": ["dns", "x"]}',
]  # fmt: skip


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    folder = tmp_path_factory.mktemp("columnar")
    with connect([folder], threads=2, memory_mb=512, in_order=True) as connection:
        yield connection, folder


def stored(events: Sequence[bytes], size: int = 50) -> list[Stored]:
    whose = Envelope(TENANT, SENDER, SOURCE, "mix", 420, NOW)
    return [
        Stored(Offset(start + 1), whose, batch.parse(batch.seal(
            list(events[start : start + size]), source="mix", sequence=1, sealed=NOW, first=NOW, last=NOW, codec="plain")))
        for start in range(0, len(events), size)
    ]  # fmt: skip


def rows_of(
    opened: tuple[duckdb.DuckDBPyConnection, Path], batches: Sequence[Stored], normaliser: Normaliser
) -> list[Row]:
    connection, folder = opened
    made = normaliser.make(connection, batches, folder)
    named = ", ".join(f'"{name}"' for name in mapping())
    found: list[Row] = connection.execute(
        f"SELECT log, epoch_us(time), flag, {named}, raw_of(short, raw, hashes, src_ip, dst_ip) FROM rows ORDER BY batch, n"  # noqa: S608
    ).fetchall()
    assert made == len(found)
    assert not list(folder.iterdir()), "a file was left"
    return found


def expected(batches: Sequence[Stored]) -> list[Row]:
    found: list[Row] = []
    for one in batches:
        events = one.events()
        rows = normalise(events, received=NOW, zone=420)
        found += [
            (row.log, row.time, row.flag, *(row.columns.get(name) for name in mapping()), event)
            for event, row in zip(events, rows, strict=True)
        ]
    return found


def encoded(record: Any) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def test_rows_of_all_formats_are_those_of_the_reference(
    opened: tuple[duckdb.DuckDBPyConnection, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [*map(encoded, RECORDS), *LINES, *ODD_JSON]
    batches = stored(events * 3)
    by_hand: list[int] = []
    original = columnar.by_reference

    def counted(*told: Any) -> None:
        by_hand.append(len(told[2]))
        original(*told)

    monkeypatch.setattr(columnar, "by_reference", counted)
    assert rows_of(opened, batches, Normaliser(few=1)) == expected(batches)
    # the columns really do the work: what goes to the reference is what the lists above hold that is odd
    assert 0 < sum(by_hand) < len(events) * 3 * 0.55
    # and where there are few of each, the reference does all of it
    assert rows_of(opened, batches, Normaliser()) == expected(batches)


def test_ordinary_events_need_no_reference(
    opened: tuple[duckdb.DuckDBPyConnection, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = [
        SYSMON,
        SECURITY,
        WINLOGBEAT,
        WINLOGBEAT6,
        EVTX,
        ZEEK_DNS,
        ZEEK_NESTED,
        EVE,
        EVE_HTTP,
        ECS,
        MSSQL,
        PLAIN,
        NULLS,
    ]
    monkeypatch.setattr(columnar, "by_reference", None)
    batches = stored([*map(encoded, ordinary), *LINES[:2], *LINES[5:8]])
    found = rows_of(opened, batches, Normaliser(few=1))
    assert found == expected(batches)
    assert {row[0] for row in found} >= {
        "windows/microsoft-windows-sysmon/operational/1", "windows/security/4688", "zeek/dns/_path=dns", "suricata/alert",
        "access", "syslog/program=sshd",
    }  # fmt: skip
    # a name that a machine asked for is a domain
    assert found[5][3 + list(mapping()).index("domain")] == "x.example"


texts = st.sampled_from([
    "", "x", "10.0.0.1", "2026-11-21T22:00:00Z", "2026-11-21 22:00:00", "2569-11-21 22:00:00", "2026-11-21 22:00:00.1 +0700",
    "1795230000", "1795230000.25", "Nov 21 22:00:00", "21/Nov/2026:22:00:00 +0700", "\x01", 'a"b\\', "ไทย", "\u0661\u0662", "NaN",
])  # fmt: skip
names = st.sampled_from([
    "EventID", "Channel", "Computer", "Hostname", "Image", "User", "user", "user.name", "name", "host", "ts", "timestamp",
    "@timestamp", "UtcTime", "_path", "id.orig_h", "id", "orig_h", "winlog", "event_data", "channel", "event_id", "log_name",
    "event_type", "flow_id", "Event", "System", "EventData", "UserData", "#attributes", "#text", "SystemTime", "TimeCreated",
    "ecs", "version", "ecs.version", "process", "process.parent", "executable", "parent", "source", "ip", "Target User Name",
    "event", "code", "Hashes", "src_ip", "dest_ip", "query", "log_kind", "message", "program", "a b", "~/",
])  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.text(max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(names, values, max_size=7)


@given(
    st.lists(
        records.map(encoded) | st.binary(max_size=30) | st.sampled_from([*LINES, *ODD_JSON]),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=25)
def test_rows_of_odd_records_are_those_of_the_reference(
    opened: tuple[duckdb.DuckDBPyConnection, Path], events: list[bytes]
) -> None:
    batches = stored(events)
    assert rows_of(opened, batches, Normaliser(few=1)) == expected(batches)
