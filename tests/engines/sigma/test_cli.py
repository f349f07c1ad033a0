"""``phithak sigma``: reports of rules, runs over files of all packings, explanations."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard

from phithak.engines.sigma.stream import CHUNK, Opened, chunks
from phithak.web.cli import main
from tests.engines.sigma.ask import rule_text
from tests.engines.sigma.test_engine import FLAT, windows_rules

EXPECTED = [(index, title) for index, (_, titles) in enumerate(FLAT) for title in titles]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yml").write_text(windows_rules())
    (tmp_path / "events.jsonl").write_text("\n".join(json.dumps(event) for event, _ in FLAT) + "\n")
    return tmp_path


def sigma(folder: Path, *words: str) -> int:
    return main(["--language", "en", "sigma", *words, "--cache", str(folder / "cache")])


def hits_of(folder: Path, *words: str, events: str = "events.jsonl") -> list[dict[str, Any]]:
    out = folder / "hits.out"
    code = sigma(
        folder,
        "run",
        "--rules",
        str(folder / "rules.yml"),
        "--events",
        str(folder / events),
        "--out",
        str(out),
        *words,
    )
    assert code == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_check_judges_every_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.yml").write_text(rule_text("selection:\n    f|nonsense: a"))
    report = folder / "report.jsonl"
    assert (
        sigma(folder, "check", str(folder / "rules.yml"), str(folder / "bad.yml"), "--report", str(report))
        == 1
    )
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line["state"] for line in lines] == ["loaded"] * 8 + ["refused"]
    assert (lines[-1]["line"], lines[-1]["reasons"][0]["code"]) == (8, "parser")
    assert lines[-1]["reasons"][0]["th"] != lines[-1]["reasons"][0]["en"]
    assert "8 loaded, 0 degraded, 1 refused" in capsys.readouterr().err
    assert sigma(folder, "check", str(folder / "rules.yml"), "--report", str(report)) == 0
    assert sigma(folder, "check", str(folder / "absent")) == 2


def test_run_writes_hits_in_order_with_what_matched(folder: Path) -> None:
    stats = folder / "stats.json"
    found = hits_of(folder, "--stats", str(stats))
    assert [(hit["event"], hit["title"]) for hit in found] == EXPECTED
    assert found[0]["file"] == str(folder / "events.jsonl")
    assert found[0]["matched"] == [
        {"field": "CommandLine", "value": "WHOAMI /all", "modifier": "contains", "pattern": "whoami"}
    ]
    assert {"rule_id", "title", "level", "file", "event", "time", "matched"} <= found[0].keys()
    counted = json.loads(stats.read_text())
    assert (counted["events"], counted["hits"], counted["unreadable"]) == (len(FLAT), len(EXPECTED), 0)


def test_hits_may_go_to_a_pipe(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    # opened without waiting for a writer, so that a command that never comes to write is a failure at once
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
        words = ("--rules", str(folder / "rules.yml"), "--events", str(folder / "events.jsonl"))
        assert sigma(folder, "run", *words, "--out", str(pipe)) == 0
        assert len(stream.read().splitlines()) == len(EXPECTED)


def test_hits_are_byte_equal_in_all_ways_to_run(folder: Path) -> None:
    first = hits_of(folder)
    assert hits_of(folder, "--pure") == first
    assert hits_of(folder, "--jobs", "2") == first
    assert hits_of(folder, "--no-cache") == first


def test_the_form_of_events_may_be_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table is known by its line of names; what ``--format`` says counts more than how a file begins."""
    sysmon = "Microsoft-Windows-Sysmon/Operational"
    (folder / "table.csv").write_text(f"Channel;EventID;CommandLine\n{sysmon};1;whoami\n{sysmon};1;x\n")
    for words in ((), ("--format", "csv"), ("--format", "csv", "--jobs", "2")):
        (hit,) = hits_of(folder, *words, events="table.csv")
        assert (hit["event"], hit["title"]) == (0, "whoami")
    expected = hits_of(folder)
    # the first line of this log would be taken for one of syslog
    odd = folder / "odd.log"
    odd.write_bytes(b"Nov 21 22:00:00 web1 sshd[812]: x\n" + (folder / "events.jsonl").read_bytes())
    assert hits_of(folder, events="odd.log") == []
    found = hits_of(folder, "--format", "json", events="odd.log")
    assert [(hit["event"] - 1, hit["title"]) for hit in found] == [
        (hit["event"], hit["title"]) for hit in expected
    ]
    found = hits_of(folder, "--format", "json", "--jobs", "2", events="odd.log")
    assert [hit["event"] - 1 for hit in found] == [hit["event"] for hit in expected]
    words = ("--rules", str(folder / "rules.yml"), "--events", str(folder / "table.csv"))
    assert sigma(folder, "run", *words, "--format", "csv", "--explain", "whoami", "0") == 0
    with pytest.raises(SystemExit):
        hits_of(folder, "--format", "word", events="table.csv")
    assert "json-array" in capsys.readouterr().err


def test_events_may_lie_in_any_packing(folder: Path) -> None:
    data = (folder / "events.jsonl").read_bytes()
    (folder / "e.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(data))
    (folder / "e.jsonl.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(folder / "e.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/e.jsonl", data)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        member = tarfile.TarInfo("e.jsonl")
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    (folder / "e.tar.zst").write_bytes(zstandard.ZstdCompressor().compress(plain.getvalue()))
    (folder / "e.json").write_text(json.dumps([event for event, _ in FLAT], indent=1))
    (folder / "blank.jsonl").write_bytes(b"\n" + data.replace(b"\n", b"\r\n\r\n"))
    for name in ("e.jsonl.zst", "e.jsonl.gz", "e.zip", "e.tar.zst", "e.json", "blank.jsonl"):
        assert [(hit["event"], hit["title"]) for hit in hits_of(folder, events=name)] == EXPECTED, name


def test_a_damaged_archive_is_named_and_ends_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "cut.zst").write_bytes(
        zstandard.ZstdCompressor().compress(b'{"a":1}\n' * 90_000 + bytes(range(256)) * 40)[:-9]
    )
    assert (
        sigma(folder, "run", "--rules", str(folder / "rules.yml"), "--events", str(folder / "cut.zst")) == 2
    )
    assert "cut.zst" in capsys.readouterr().err


def test_a_line_of_no_end_is_counted_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phithak.engines.sigma.stream.LONGEST", 1000)
    content = b'{"a":1}\n' + b"x" * 5000 + b'\n{"b":2}\n'
    for size in (64, 100, 1 << 20):
        opened = Opened("x", io.BufferedReader(io.BytesIO(content)))
        lines = b"".join(chunks(opened.stream, size)).splitlines()
        assert len(lines) == 3
        assert (lines[0], lines[2]) == (b'{"a":1}', b'{"b":2}')
    assert CHUNK > 1000


def test_explain_says_why_and_why_not(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    words = (
        "run",
        "--rules",
        str(folder / "rules.yml"),
        "--events",
        str(folder / "events.jsonl"),
        "--explain",
        "whoami",
    )
    assert sigma(folder, *words, "0") == 0
    said = json.loads(capsysbinary.readouterr().out)
    assert said["holds"] is True
    assert said["tests"][0] == {
        "field": "CommandLine",
        "modifier": "contains",
        "pattern": "whoami",
        "negated": False,
        "true": True,
        "value": "WHOAMI /all",
        "span": [0, 6],
    }
    assert sigma(folder, *words, "2") == 1
    assert json.loads(capsysbinary.readouterr().out)["logsource_fits"] is False
    assert sigma(folder, *words, "9999") == 2
    assert sigma(folder, *words, "x") == 2


POSTGRESQL = [
    "2026-11-21 15:03:11 UTC [1] user=somchai,db=vaccine,app=psql,client=10.9.8.7 LOG:  AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.quota,insert into quota values (1),<none>",  # noqa: E501 a line of a log or a rule stays one line
    "2026-11-21 03:03:11 UTC [1] user=vaccine_app,db=vaccine,app=web,client=10.9.8.1 LOG:  AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.quota,insert into quota values (2),<none>",  # noqa: E501 a line of a log or a rule stays one line
    "2026-11-21 03:03:12 UTC [1] user=somchai,db=vaccine,app=psql,client=10.9.8.7 LOG:  AUDIT: SESSION,1,2,READ,SELECT,TABLE,public.quota,select 1 from quota,<none>",  # noqa: E501 a line of a log or a rule stays one line
]
MYSQL = [
    "20261121 22:03:11,db1,somchai,10.9.8.7,42,77,QUERY,vaccine,'INSERT INTO quota (id) VALUES (1)',0",
    "20261121 10:03:11,db1,vaccine_app,10.9.8.1,43,78,QUERY,vaccine,'INSERT INTO quota (id) VALUES (2)',0",
    "20261121 10:03:12,db1,somchai,10.9.8.7,42,79,QUERY,vaccine,'SELECT 1 FROM quota',0",
]
MSSQL = [
    {
        "event_time": "2026-11-21T15:03:11Z",
        "action_id": "IN",
        "server_principal_name": "somchai",
        "object_name": "quota",
        "statement": "INSERT",
    },
    {
        "event_time": "2026-11-21T03:03:11Z",
        "action_id": "IN",
        "server_principal_name": "vaccine_app",
        "object_name": "quota",
    },
    {
        "event_time": "2026-11-21T03:03:12Z",
        "action_id": "SL",
        "server_principal_name": "somchai",
        "object_name": "quota",
    },
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("postgresql.log", "\n".join(POSTGRESQL)),
        ("mysql.log", "\n".join(MYSQL)),
        ("mssql.jsonl", "\n".join(map(json.dumps, MSSQL))),
    ],
)
def test_a_direct_insert_by_a_person_is_found_in_audit_logs_of_three_databases(
    folder: Path, name: str, content: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Proves: S2-21.

    The person's INSERT is found and told with account and operation; the application's is not, nor reading.
    """
    (folder / name).write_text(content + "\n")
    values = folder / "accounts.toml"
    values.write_text('service_accounts = ["vaccine_app", "svc_*"]\n')
    out = folder / "db.out"
    words = (
        "run",
        "--rules",
        "own",
        "--events",
        str(folder / name),
        "--out",
        str(out),
        "--placeholders",
        str(values),
    )
    assert sigma(folder, *words) == 0
    found = [json.loads(line) for line in out.read_text().splitlines()]
    direct = [hit for hit in found if hit["title"].startswith("Database written by a person")]
    assert [hit["event"] for hit in direct] == [0]
    assert direct[0]["level"] == "high"
    assert {item["field"] for item in direct[0]["matched"]} == {"operation"}
    capsysbinary.readouterr()
    for event, answer in (("0", True), ("1", False), ("2", False)):
        sigma(folder, *words, "--explain", "own_database_direct_write", event)
        why = json.loads(capsysbinary.readouterr().out)
        assert why["holds"] is answer
        account = next(item["value"] for item in why["tests"] if item["field"] == "user")
        assert account == ("vaccine_app" if event == "1" else "somchai")


WEB = [
    ("GET /.git/config HTTP/1.1", 200, "File with secrets or a backup fetched from a web server"),
    ("GET /.git/config HTTP/1.1", 404, ""),
    ("GET /files/old.sql.gz?x=1 HTTP/1.1", 206, "File with secrets or a backup fetched from a web server"),
    ("GET /news/sql HTTP/1.1", 200, ""),
    (
        "GET /%E0%B8%AA%E0%B8%A5%E0%B9%87%E0%B8%AD%E0%B8%95/a HTTP/1.1",
        200,
        "Thai gambling words in paths of a web server",
    ),
    ("GET /p?go=ufabet HTTP/1.1", 302, "Thai gambling words in paths of a web server"),
    ("GET /p?go=alphabet HTTP/1.1", 200, ""),
]


def test_own_rules_find_fetched_secrets_and_gambling_pages(folder: Path) -> None:
    lines = [
        f'203.0.113.9 - - [21/Nov/2026:22:00:00 +0700] "{request}" {status} 1 "-" "x"'
        for request, status, _ in WEB
    ]
    (folder / "access.log").write_text("\n".join(lines) + "\n")
    out = folder / "web.out"
    assert (
        sigma(folder, "run", "--rules", "own", "--events", str(folder / "access.log"), "--out", str(out)) == 0
    )
    found = [(item["event"], item["title"]) for item in map(json.loads, out.read_text().splitlines())]
    assert found == [(number, title) for number, (_, _, title) in enumerate(WEB) if title]
