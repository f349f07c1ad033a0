"""Rows of each kind of log, by hand."""

# ruff: noqa: E501 - records stand here as they are

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.eventstore.normalise.reference import MAX_TEXT, Normalised, mapping, normalise

SECOND = 1_000_000
NOW = 1_795_300_000 * SECOND
AT_22 = 1_795_298_400 * SECOND


def one(event: bytes | dict[str, Any]) -> Normalised:
    raw = json.dumps(event).encode() if isinstance(event, dict) else event
    (found,) = normalise([raw], received=NOW, zone=420)
    return found


def test_sysmon_as_a_flat_event() -> None:
    found = one({
        "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "his-01", "UtcTime": "2026-11-21 22:00:00.000",
        "Image": "C:\\a.exe", "CommandLine": "a -b", "ParentImage": "C:\\p.exe", "User": "HOSP\\n", "Hashes": "SHA256=AB",
    })  # fmt: skip
    assert found == Normalised("windows/microsoft-windows-sysmon/operational/1", AT_22, "", {
        "host": "his-01", "event": "1", "image": "C:\\a.exe", "command": "a -b", "parent": "C:\\p.exe", "user": "HOSP\\n",
        "hashes": "SHA256=AB",
    })  # fmt: skip


def test_a_logon_of_winlogbeat() -> None:
    found = one({
        "@timestamp": "2026-11-21T22:00:00.000Z", "host": {"name": "his-02"},
        "winlog": {"channel": "Security", "event_id": "4624", "computer_name": "his-02.example",
                   "event_data": {"TargetUserName": "n", "IpAddress": "10.0.0.9", "IpPort": "50001"}},
    })  # fmt: skip
    assert (found.log, found.time, found.flag) == ("windows/security/-", AT_22, "")
    assert found.columns == {
        "host": "his-02.example", "event": "4624", "user": "n", "src_ip": "10.0.0.9", "src_port": "50001",
    }  # fmt: skip


def test_zeek_and_suricata() -> None:
    dns = one({
        "_path": "dns", "ts": 1_795_298_400.25, "id.orig_h": "10.0.0.9", "id.orig_p": 50001, "id.resp_h": "10.0.0.53",
        "id.resp_p": 53, "query": "cdn.example",
    })  # fmt: skip
    assert (dns.log, dns.time) == ("zeek/dns/_path=dns", AT_22 + 250_000)
    assert {name: dns.columns[name] for name in ("src_ip", "src_port", "dst_ip", "dst_port", "event")} == {
        "src_ip": "10.0.0.9", "src_port": "50001", "dst_ip": "10.0.0.53", "dst_port": "53", "event": "dns",
    }  # fmt: skip
    alert = one({
        "timestamp": "2026-11-21T22:00:00.000000+0000", "flow_id": 5, "event_type": "alert", "src_ip": "10.0.0.9",
        "dest_ip": "192.0.2.7", "dest_port": 443, "alert": {"signature": "INVENTED rule"},
    })  # fmt: skip
    assert (alert.time, alert.columns["rule"], alert.columns["dst_ip"]) == (
        AT_22,
        "INVENTED rule",
        "192.0.2.7",
    )


def test_text_logs() -> None:
    web = one(b'10.0.0.9 - nurse [22/Nov/2026:05:00:00 +0700] "GET /opd?x HTTP/1.1" 404 12 "-" "curl"')
    assert (web.log, web.time, web.flag) == ("access", AT_22, "")
    assert {name: web.columns[name] for name in ("src_ip", "user", "method", "status", "url")} == {
        "src_ip": "10.0.0.9", "user": "nurse", "method": "GET", "status": "404", "url": "/opd?x",
    }  # fmt: skip
    sshd = one(b"Nov 22 05:00:00 his-03 sshd[77]: Failed password for root from 192.0.2.7 port 5 ssh2")
    assert (sshd.log, sshd.time, sshd.flag) == ("syslog/program=sshd", AT_22, "year")
    assert (sshd.columns["host"], sshd.columns["program"]) == ("his-03", "sshd")
    audit = one(b"20261122 05:00:00,db1,his,10.0.0.9,44,5,QUERY,hosxp,'select a from opd where b=?',0")
    assert (audit.log, audit.time, audit.flag) == ("database/product=mysql", AT_22, "zone")
    assert (audit.columns["user"], audit.columns["src_ip"], audit.columns["object"]) == (
        "his",
        "10.0.0.9",
        "opd",
    )


@pytest.mark.parametrize("raw", [
    b"", b"{", b"{}", b"[1,2]", b"null", b"\xff\xfe\x00", b'{"a":1e400}', b'{"EventID":"x"}', b'{"a":' + b"[" * 2000,
    b'{"a":"\\ud800"}', b'{"a":1,"a":2}', b'{"\xa1\xa2":"\xa1"}', '{"user":"ผู้ใช้"}'.encode("cp874"), b"x" * 100_000,
    b'{"Event":{"System":{},"EventData":null}}', b'{"winlog":{}}', b'{"ts":null,"_path":[]}', b"#separator \\x09",
])  # fmt: skip
def test_odd_events_are_rows_too(raw: bytes) -> None:
    found = one(raw)
    assert (found.time, found.flag) == (NOW, "missing")


def test_thai_in_cp874_is_read() -> None:
    assert one('{"user":"ผู้ใช้"}'.encode("cp874")).columns == {"user": "ผู้ใช้"}


def test_lists_numbers_and_long_texts() -> None:
    found = one(
        {
            "user": [None, "first", "second"],
            "src_port": 5.0,
            "url": "x" * 10_000,
            "domain": None,
            "status_code": True,
        }
    )
    assert found.columns["user"] == "first"
    assert found.columns["src_port"] == "5.0"
    assert found.columns["status"] == "true"
    assert len(one({"uri": "x" * 10_000}).columns["url"]) == MAX_TEXT


def test_every_column_has_fields() -> None:
    assert len(mapping()) >= 18
    assert all(fields for fields in mapping().values())


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_a_row_for_each_event(events: list[bytes]) -> None:
    assert len(normalise(events, received=NOW, zone=420)) == len(events)
