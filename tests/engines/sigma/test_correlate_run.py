"""Correlations in ``phithak sigma run``: lines, statistics, the same bytes in every way to run, states."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from phithak.engines.sigma import correlate_cli
from phithak.engines.sigma.correlate.moments import moment_in
from phithak.engines.sigma.course import Correlating, Course
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.naive import read_oracles
from phithak.engines.sigma.naive.correlate import Happening, windows
from phithak.engines.sigma.naive.values import texts as naive_texts
from phithak.engines.sigma.normalise import flat_event
from phithak.web.cli import main
from tests.engines.sigma.correlated_run import LOG, events, go, rules_text, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    return tmp_path


def sigma(folder: Path, *words: str, language: str = "en") -> int:
    cache = ("--cache", str(folder / "cache"))
    rules = ("--rules", str(folder / "rules.yml"), "--logsource", "/test/")
    return main(["--language", language, "sigma", "run", *rules, *words, *cache])


def hits(folder: Path, *words: str, files: tuple[str, ...] = ("a.jsonl", "b.jsonl")) -> list[dict[str, Any]]:
    out = folder / "cli.out"
    paths = [str(folder / name) for name in files]
    assert sigma(folder, "--events", *paths, "--out", str(out), *words) == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_an_alert_is_a_line_of_hits_with_what_it_stands_on(tmp_path: Path) -> None:
    write(tmp_path)
    lines = [
        {"timestamp": f"2026-11-21T15:00:{second:02}Z", "action": action, "user": user, "host": "HIS-1"}
        for second, action, user in (
            (0, "failed", "malee"), (9, "failed", "malee"), (1, "failed", "root"), (2, "failed", "root"),
            (3, "failed", "root"), (30, "login", "Root"), (31, "login", "somsri"),
        )
    ]  # fmt: skip
    (tmp_path / "one.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    stats = tmp_path / "stats.json"
    found = hits(tmp_path, "--tenant", "hospital", "--stats", str(stats), files=("one.jsonl",))
    # the inner correlation and the login are reported because the outer one says generate
    assert [(hit["title"], hit["event"]) for hit in found] == [
        ("Login", 5),
        ("Alone", 5),
        ("Login", 6),
        ("Many failed logins", 1),
        ("Guessed password", 5),
    ]
    assert {"rule_id", "title", "level", "tags", "file", "event", "time", "matched"} <= found[3].keys()
    many, guessed = found[3:]
    assert many["matched"] == [
        {"field": "host", "value": "HIS-1", "modifier": "group-by", "pattern": ""},
        {"field": "", "value": "5", "modifier": "event_count|gte", "pattern": "5"},
    ]
    told = many["correlation"]
    assert (told["type"], told["tenant"], told["group"]) == ("event_count", "hospital", {"host": "HIS-1"})
    assert (told["begin"], told["end"]) == ("2026-11-21T14:58:09Z", "2026-11-21T15:00:09Z")
    assert (told["measured"], told["count"], told["left_out"]) == (5, 5, 0)
    assert [event["event"] for event in told["events"]] == [0, 2, 3, 4, 1]
    assert told["th"] == (
        "“Many failed logins” (ระดับปานกลาง): พบ 5 เหตุการณ์ ของ host = “HIS-1” ภายใน 2 นาที "
        "(21 พ.ย. 2569 22:00:00 ถึง 22:00:09 น.) เกณฑ์ของกฎคืออย่างน้อย 5"
    )
    assert told["en"] == (
        "“Many failed logins” (medium): 5 events for host = “HIS-1” within 2 minutes "
        "(21 Nov 2026 22:00:00 to 22:00:09 (Bangkok)); the rule asks for at least 5."
    )
    # the group of the outer correlation is that of the events below, and the chain names the inner alert
    assert guessed["correlation"]["group"] == {"user": "root"}
    assert guessed["correlation"]["events"][0]["alert"] == many["alert"]
    counted = json.loads(stats.read_text())
    assert (counted["hits"], counted["alerts"], counted["events"]) == (5, 2, 7)
    assert {"late", "evicted_groups", "evicted_entries", "forced", "future", "timeless"} <= set(
        counted["correlations"]
    )
    assert counted["correlations"]["fed"] == 7


def test_hits_are_byte_equal_for_every_chunk_and_number_of_processes(folder: Path) -> None:
    clean = go(folder, chunk=1 << 20, state=False)
    expected = (folder / "hits.jsonl").read_bytes()
    kinds = {json.loads(line).get("correlation", {}).get("type") for line in expected.splitlines()}
    assert kinds == {None, "event_count", "temporal_ordered", "value_count", "value_sum"}
    assert clean["correlations"]["late"] == 0
    length = len(json.dumps(events(1)[0])) + 1
    for chunk, jobs in ((length, 1), (7 * length, 1), (1000 * length, 1), (length, 2), (7 * length, 2)):
        stats = go(folder, chunk=chunk, state=False, jobs=jobs)
        assert (folder / "hits.jsonl").read_bytes() == expected, (chunk, jobs)
        assert stats["correlations"] == clean["correlations"]


def test_the_command_goes_on_from_its_state_and_begins_anew_without_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = hits(folder, "--lateness", "30s")
    state, out = folder / "state", folder / "cli.out"
    words = ("--lateness", "30s", "--state", str(state))
    out.write_bytes(b"what an older run wrote\n" * 10_000)
    assert hits(folder, *words) == expected
    monkeypatch.setattr(correlate_cli, "Correlating", partial(Correlating, every=1))
    with monkeypatch.context() as patch:
        patch.setattr(Course, "finish", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hits(folder, *words)
    assert state.exists()
    assert hits(folder, *words) == expected
    assert not state.exists()


def test_without_a_lateness_files_may_come_in_any_order(folder: Path) -> None:
    def alerts(found: list[dict[str, Any]]) -> set[str]:
        return {hit["alert"] for hit in found if "alert" in hit}

    forward = alerts(hits(folder))
    assert len(forward) > 20
    assert alerts(hits(folder, files=("b.jsonl", "a.jsonl"))) == forward
    assert alerts(hits(folder, "--jobs", "2")) == forward
    assert alerts(hits(folder, "--lateness", "30s")) == forward
    assert alerts(hits(folder, "--lateness", "0s")) != forward


def test_a_run_that_was_stopped_at_any_piece_goes_on_and_writes_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(folder, chunk=4_000, state=False, out="clean.jsonl")
    expected = (folder / "clean.jsonl").read_bytes()
    take = Course.take
    stopped = 0
    for after in range(1, 9):
        taken = [0]

        def failing(course: Course, done: Any, taken: list[int] = taken, after: int = after) -> None:
            if taken[0] == after:
                raise InterruptedError
            taken[0] += 1
            take(course, done)

        monkeypatch.setattr(Course, "take", failing)
        try:
            go(folder, chunk=4_000, state=True)
        except InterruptedError:
            stopped += 1
            # what a dying process leaves behind the last safe line
            with (folder / "hits.jsonl").open("ab") as stream:
                stream.write(b'{"rule_id":"torn')
        monkeypatch.setattr(Course, "take", take)
        go(folder, chunk=4_000, state=True)
        assert (folder / "hits.jsonl").read_bytes() == expected
        assert not (folder / "state").exists()
    assert stopped == 8


def stop_in_the_middle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Course, "finish", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go(folder, chunk=8_000, state=True)


def test_a_state_of_other_input_or_output_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_in_the_middle(folder, monkeypatch)
    with pytest.raises(SigmaError) as caught:
        go(folder, chunk=4_000, state=True)
    assert caught.value.code == "sigma.state.other"
    content = (folder / "a.jsonl").read_text()
    (folder / "a.jsonl").write_text(content.replace("malee", "manee"))
    with pytest.raises(SigmaError) as caught:
        go(folder, chunk=8_000, state=True)
    assert caught.value.code == "sigma.state.other"
    (folder / "a.jsonl").write_text(content[: content.index("\n") + 1])
    (folder / "b.jsonl").rename(folder / "kept")
    (folder / "b.jsonl").write_text("")
    with pytest.raises(SigmaError) as caught:
        go(folder, chunk=8_000, state=True)
    assert caught.value.code == "sigma.state.other"
    (folder / "kept").rename(folder / "b.jsonl")
    (folder / "a.jsonl").write_text(content)
    (folder / "hits.jsonl").write_bytes(b"")
    with pytest.raises(SigmaError) as caught:
        go(folder, chunk=8_000, state=True)
    assert caught.value.code == "sigma.state.other"
    (folder / "state").write_bytes(b"x" * 99)
    with pytest.raises(SigmaError) as caught:
        go(folder, chunk=8_000, state=True)
    assert caught.value.code == "sigma.state.damaged"


def test_a_state_is_private_and_an_output_has_one_writer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_in_the_middle(folder, monkeypatch)
    assert (folder / "state").stat().st_mode & 0o777 == 0o600
    with (folder / "hits.jsonl").open("r+b") as other:
        fcntl.flock(other.fileno(), fcntl.LOCK_EX)
        with pytest.raises(SigmaError) as caught:
            go(folder, chunk=8_000, state=True)
        assert caught.value.code == "sigma.state.busy"
        (folder / "state").unlink()
        written = (folder / "hits.jsonl").read_bytes()
        paths = ("--events", str(folder / "a.jsonl"), "--out", str(folder / "hits.jsonl"))
        assert sigma(folder, *paths, "--state", str(folder / "state")) == 2
        assert (folder / "hits.jsonl").read_bytes() == written != b""
    go(folder, chunk=8_000, state=True)


def test_the_alerts_of_a_run_are_those_of_the_oracles(folder: Path) -> None:
    """Rules and correlations as the specification says it, from the YAML and the flat events alone."""
    text = rules_text()
    oracles = list(read_oracles(text))
    made: list[Happening] = []
    for name, part in (("a.jsonl", events(400)[:200]), ("b.jsonl", events(400)[200:])):
        for index, record in enumerate(part):
            fields = flat_event(record, LOG).fields
            moment = datetime.fromisoformat(record["timestamp"])
            rules = frozenset(oracle.rule_id for oracle in oracles if oracle.hits(fields))
            place = (str(folder / name), index, "")
            texts = {key: naive_texts(value) for key, value in fields.items()}
            time = round(moment.timestamp()) * 1_000_000
            made.append(Happening(time, place, rules, lambda key, texts=texts: texts.get(key, [])))  # type: ignore[misc] # a field's texts
    expected = {(rule, group, end) for rule, group, _, end in windows(text, made)}
    go(folder, chunk=8_000, state=False)
    found = [json.loads(line) for line in (folder / "hits.jsonl").read_text().splitlines()]
    alerts = [hit["correlation"] | {"rule_id": hit["rule_id"]} for hit in found if "correlation" in hit]
    assert len(alerts) == len(expected) > 30
    for alert in alerts:
        end = round(datetime.fromisoformat(alert["end"]).timestamp()) * 1_000_000
        assert (alert["rule_id"], tuple(map(str.casefold, alert["group"].values())), end) in expected


def test_rules_may_change_while_a_run_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_in_the_middle(folder, monkeypatch)
    text = (folder / "rules.yml").read_text()
    (folder / "rules.yml").write_text(text.replace("gt: 4000", "gt: 4001"))
    assert go(folder, chunk=8_000, state=True)["state_lost"] == ["much"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lateness", "soon"), "is no timespan"),
        (("--held", "10"), "--held must be"),
        (("--state", "x"), "--state needs --out"),
    ],
)
def test_words_that_cannot_be_used_are_refused(
    folder: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sigma(folder, "--events", str(folder / "a.jsonl"), *words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("values", "measured"),
    [
        (["9" * 400, "1"], 1.7976931348623157e308),
        (["-" + "9" * 400, "1"], -1.7976931348623157e308),
        ([9_223_372_036_854_775_807, 1], 9.223372036854775807e18),
        (["0." + "0" * 398 + "1", "1e-300"], 1e-300),
        (["0.1", "0.2"], 0.3),
        ([1e308, 1e308], 1.7976931348623157e308),
    ],
)
def test_sums_of_any_size_are_written_and_remembered(
    tmp_path: Path, values: list[Any], measured: float
) -> None:
    write(tmp_path)
    (tmp_path / "rules.yml").write_text(
        "title: Any\nname: any\nlogsource: {category: test}\n"
        "detection: {selection: {v|exists: true}, condition: selection}\n---\n"
        "title: Sum\ncorrelation: {type: value_sum, rules: [any], timespan: 1m, condition: {neq: 0, field: v}}\n"
    )
    lines = [{"timestamp": f"2026-11-21T15:00:0{n}Z", "v": value} for n, value in enumerate(values)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "b.jsonl").write_text("")
    go(tmp_path, chunk=50, state=True)
    found = [json.loads(line) for line in (tmp_path / "hits.jsonl").read_text().splitlines()]
    assert [hit["correlation"]["measured"] for hit in found] == [measured]


MOMENTS = [
    (
        '203.0.113.9 - - [21/Nov/2026:22:00:{:02} +0700] "GET /x HTTP/1.1" 404 1 "-" "x"',
        "category: webserver",
        "sc-status: 404",
    ),
    (
        "Nov 21 22:00:{:02} web sshd[1]: Failed password for root",
        "product: linux",
        "'|contains': 'Failed password'",
    ),
    (
        "2026-11-21 22:00:{:02}.5 +07 [1] user=a,db=d LOG:  AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,t,x,<none>",
        "category: database",
        "operation: INSERT",
    ),
    (
        "20261121 22:00:{:02},db1,somchai,10.9.8.7,42,77,QUERY,v,'INSERT INTO q (id) VALUES (1)',0",
        "category: database",
        "operation: INSERT",
    ),
    (
        'type=SYSCALL msg=audit(1795273{:03}.1:{}): arch=c000003e syscall=59 exe="/bin/sh" key="k"',
        "product: linux",
        "syscall: 59",
    ),
]


TEN_AT_NIGHT = 1_795_273_200_000_000  # 2026-11-21 22:00 in Bangkok, 15:00 in UTC
SEVEN_HOURS = 7 * 3600 * 1_000_000


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"log_kind": "database", "timestamp": "2026-11-21 22:00:00"}, TEN_AT_NIGHT),
        ({"log_kind": "database", "timestamp": "2026-11-21 22:00:00.000 +07"}, TEN_AT_NIGHT),
        ({"log_kind": "database", "timestamp": "2026-11-21 15:00:00 UTC"}, TEN_AT_NIGHT),
        ({"log_kind": "syslog", "timestamp": "Nov 21 22:00:00"}, TEN_AT_NIGHT),
        ({"log_kind": "syslog", "timestamp": "2026-11-21T22:00:00+07:00"}, TEN_AT_NIGHT),
        # the year is the last one in which it was not after tomorrow
        ({"log_kind": "syslog", "timestamp": "Nov 23 22:00:00"}, TEN_AT_NIGHT - 363 * 86_400 * 1_000_000),
        ({"log_kind": "auditd", "timestamp": "1795273200.000"}, TEN_AT_NIGHT),
        # what Windows and its like write without a zone is UTC
        ({"Channel": "Security", "EventID": 1, "UtcTime": "2026-11-21 15:00:00"}, TEN_AT_NIGHT),
        ({"event_time": "2026-11-21 22:00:00", "action_id": "IN"}, TEN_AT_NIGHT + SEVEN_HOURS),
    ],
)
def test_a_clock_without_a_zone_is_that_on_the_wall_in_text_logs_of_servers(
    record: dict[str, Any], expected: int
) -> None:
    assert moment_in(record, datetime(2026, 11, 21, 16, 0, tzinfo=UTC)) == expected


@pytest.mark.parametrize(("line", "source", "selection"), MOMENTS)
def test_the_time_is_read_as_each_log_writes_it(
    tmp_path: Path, line: str, source: str, selection: str
) -> None:
    rule = (
        f"title: Base\nname: base\nlogsource: {{{source}}}\n"
        f"detection: {{selection: {{{selection}}}, condition: selection}}\n---\n"
        "title: Three\ncorrelation: {type: event_count, rules: [base], timespan: 10s, condition: {gte: 3}}\n"
    )
    (tmp_path / "rules.yml").write_text(rule)
    for seconds, expected in (((0, 5, 10), 1), ((0, 5, 11), 0)):
        (tmp_path / "x.log").write_text("".join(line.format(second, second) + "\n" for second in seconds))
        out, stats = tmp_path / "out", tmp_path / "stats"
        words = [
            "--rules",
            str(tmp_path / "rules.yml"),
            "--events",
            str(tmp_path / "x.log"),
            "--out",
            str(out),
        ]
        assert main(["sigma", "run", *words, "--no-cache", "--stats", str(stats)]) == 0
        counted = json.loads(stats.read_text())
        assert counted["correlations"]["fed"] == 3
        assert counted["correlations"]["timeless"] == 0
        assert len(out.read_text().splitlines()) == expected


def test_a_live_stream_is_answered_while_it_runs(folder: Path) -> None:
    words = ("sigma", "run", "--rules", str(folder / "rules.yml"), "--logsource", "/test/", "--no-cache")
    command = [sys.executable, "-m", "phithak", *words, "--events", "-", "--lateness", "0s"]
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for second in range(6):
            line = {
                "timestamp": f"2026-11-21T15:00:0{second}Z",
                "action": "failed",
                "host": "his-1",
                "user": "u",
            }
            child.stdin.write(json.dumps(line).encode() + b"\n")
            child.stdin.flush()
        line = {"timestamp": "2026-11-21T15:00:30Z", "action": "login", "host": "web", "user": "w"}
        child.stdin.write(json.dumps(line).encode() + b"\n")
        child.stdin.flush()
        # the stream is still open
        first, second = (json.loads(child.stdout.readline()) for _ in range(2))
        child.stdin.close()
        assert child.wait(timeout=30) == 0
    assert [first["title"], second["title"]] == ["Many failed logins", "Login"]


CORPUS = [
    ("apache-combined-access.log.zst", "category: webserver", "sc-status|gt: 0", 9_999),
    ("zeek-wrccdc.jsonl.zst", "product: zeek", "ts|exists: true", 59_165),
    ("suricata-eve-alerts.jsonl.zst", "product: suricata", "timestamp|exists: true", 297),
    ("evtx-attack-samples.jsonl.zst", "product: windows", "EventID|exists: true", 8_255),
]


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "source", "selection", "fed"), CORPUS)
def test_every_real_event_says_when_it_was(
    corpus: Path, tmp_path: Path, *, name: str, source: str, selection: str, fed: int
) -> None:
    (tmp_path / "rules.yml").write_text(
        f"title: Any\nname: any\nlogsource: {{{source}}}\n"
        f"detection: {{selection: {{{selection}}}, condition: selection}}\n---\n"
        "title: Many\ncorrelation: {type: event_count, rules: [any], timespan: 1m, condition: {gte: 50}}\n"
    )
    events_file = str(corpus / "detection/events" / name)
    out, stats = tmp_path / "out", tmp_path / "stats"
    words = ["--rules", str(tmp_path / "rules.yml"), "--events", events_file, "--out", str(out)]
    assert main(["sigma", "run", *words, "--no-cache", "--stats", str(stats)]) == 0
    counted = json.loads(stats.read_text())["correlations"]
    assert counted["fed"] == fed
    given_up = {key: number for key, number in counted.items() if key not in ("fed", "alerts")}
    assert not any(given_up.values()), given_up
    alerts = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(alerts) == counted["alerts"] == len({alert["alert"] for alert in alerts})
    assert all(alert["correlation"]["count"] >= 50 for alert in alerts)
