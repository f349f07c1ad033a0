"""The own rules: all usable, each held to its samples by the engine, its twin and the oracles."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from phithak.engines.sigma.correlate import Correlator, Fed, make_plan
from phithak.engines.sigma.correlate.moments import moment_in
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.match.text import texts_of
from phithak.engines.sigma.naive import read_oracles, values
from phithak.engines.sigma.naive.correlate import Happening, windows
from phithak.engines.sigma.normalise import LogType, flat_event
from phithak.engines.sigma.normalise.lines import parser_for
from phithak.engines.sigma.pack import own_folder, own_placeholders
from phithak.engines.sigma.pack.hours import Hours, closed_hours, hours_rules, main
from phithak.engines.sigma.rules.loader import load_files, load_rules
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import SourceFile
from phithak.web.cli import main as phithak
from tests.engines.sigma.generate import events_for

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FOLDER = Path(own_folder())
FILES = sorted(FOLDER.rglob("*.yml"))
BANGKOK = timedelta(hours=7)


@cache
def own_rules() -> RuleSet:
    return load_rules([own_folder()], placeholders=own_placeholders())


def samples_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]


def records_of(sample: Mapping[str, Any], number: int, moment: datetime) -> list[Any]:
    """Return the records of a sample: ``{n}`` is its number, the other names are forms of its moment."""
    forms = {
        "{n}": str(number),
        "{n:08}": f"{number:08}",
        "{access}": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "{iso}": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "{iso8601}": moment.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "{maria}": moment.strftime("%Y%m%d %H:%M:%S"),
        "{epoch}": str(int(moment.timestamp())),
        "{ts}": str(moment.timestamp()),
    }
    if "line" in sample:
        text = _filled(sample["line"], forms)
        parser = parser_for(text)
        assert parser is not None, text
        records = list(parser(iter(text.split("\n"))))
        assert len(records) == 1, text
        return records
    record = json.loads(_filled(json.dumps(sample["event"]), forms))
    if "ts" not in record and "timestamp" not in record:
        record["@timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return [record]


def _filled(text: str, forms: Mapping[str, str]) -> str:
    for name, value in forms.items():
        text = text.replace(name, value)
    return text


def sequence_of(sample: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the records of the sample of a correlation, part after part."""
    for part in sample["events"]:
        for number in range(part["count"]):
            moment = START + timedelta(seconds=part["start"] + number * part["every"])
            yield from records_of(part, part["first"] + number, moment)


def test_all_own_rules_are_usable_and_told_in_both_languages() -> None:
    rules = own_rules()
    assert {(item.state, item.reasons) for item in rules.judgements} == {("loaded", ())}
    assert len(rules.rules) >= 60
    assert len(rules.correlations) >= 15
    assert {item.kind for item in rules.correlations} >= {
        "event_count",
        "value_count",
        "value_sum",
        "temporal",
        "temporal_ordered",
    }
    seen: Counter[str] = Counter()
    for path in FILES:
        for content in yaml.safe_load_all(path.read_text("utf-8")):
            where = (path.name, content["name"])
            assert uuid.UUID(content["id"]).version == 4, where
            assert content["name"].startswith("own_"), where
            assert any("\u0e00" <= letter <= "\u0e7f" for letter in content["description"]), where
            assert any("a" <= letter <= "z" for letter in content["description"]), where
            assert content["level"] in ("informational", "low", "medium", "high", "critical"), where
            assert content["falsepositives"], where
            assert content["tags"], where
            assert all(tag.startswith("attack.") for tag in content["tags"]), where
            seen.update((content["id"], content["name"], content["title"]))
    assert set(seen.values()) == {1}


def test_the_command_line_finds_all_own_rules_usable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.jsonl"
    words = ["--language", "en", "sigma", "check", "own", "--no-cache", "--report", str(report)]
    assert phithak(words) == 0
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert {line["state"] for line in lines} == {"loaded"}
    assert f"{len(lines)} loaded, 0 degraded, 0 refused" in capsys.readouterr().err


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_rule_is_held_to_its_samples(path: Path) -> None:
    text = path.read_text("utf-8")
    rules = load_files([SourceFile(path.name, text.encode())], placeholders=own_placeholders())
    names = {rule.rule_id: rule.name for rule in rules.rules}
    engines = [Engine(rules, accelerated=accelerated) for accelerated in (True, False)]
    oracles = {names[oracle.rule_id]: oracle for oracle in read_oracles(text, own_placeholders())}
    counted: Counter[tuple[str, bool]] = Counter()
    for sample in samples_of(path):
        if "rule" not in sample:
            continue
        (record,) = records_of(sample, 1, START)
        event = flat_event(record)
        oracle = oracles[sample["rule"]]
        slow = oracle.applies(event.log.words()) and oracle.hits(event.fields)
        assert slow is sample["hit"], (sample, event.log.key, event.fields)
        for engine in engines:
            fast = sample["rule"] in {hit.rule.name for hit in engine.match(record)}
            assert fast is sample["hit"], sample
        counted[sample["rule"], sample["hit"]] += 1
    assert set(counted) == {(name, hit) for name in names.values() for hit in (True, False)}


CORRELATED = [path for path in FILES if "\ncorrelation:" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", CORRELATED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_correlation_is_held_to_its_samples(path: Path) -> None:
    text = path.read_text("utf-8")
    rules = load_files([SourceFile(path.name, text.encode())], placeholders=own_placeholders())
    names = {item.rule_id: item.name for item in rules.correlations}
    plan = make_plan(rules)
    engine = Engine(rules)
    counted: Counter[tuple[str, bool]] = Counter()
    for sample in samples_of(path):
        if "correlation" not in sample:
            continue
        correlator = Correlator(plan)
        happenings, alerts = [], []
        for index, record in enumerate(sequence_of(sample)):
            event = flat_event(record)
            moment = moment_in(event.fields, None)
            assert moment is not None, event.fields
            hits = [hit.rule for hit in engine.match(record)]
            feeding = tuple(rule.rule_id for rule in hits if rule.rule_id in plan.feeds)
            if feeding:
                wanted = {name for rule in feeding for name in plan.feeds[rule]}
                held = {name: tuple(texts_of(event.fields.get(name))) for name in wanted}
                alerts += correlator.feed(Fed(moment, "sample", index, feeding, held))
            happenings.append(_happening(event.fields, moment, index, hits))
        alerts += correlator.finish()
        fast = Counter(names[alert.correlation.rule_id] for alert in alerts)
        slow = Counter(names.get(window[0], window[0]) for window in windows(text, happenings))
        assert fast == slow, sample["correlation"]
        assert fast[sample["correlation"]] == sample["alerts"], (sample["correlation"], fast)
        counted[sample["correlation"], sample["alerts"] > 0] += 1
    assert set(counted) == {(name, alerts) for name in names.values() for alerts in (True, False)}


def _happening(fields: Mapping[str, Any], moment: int, index: int, hits: list[Any]) -> Happening:
    return Happening(
        moment,
        ("sample", index, ""),
        frozenset(word for rule in hits for word in (rule.rule_id, rule.name)),
        lambda name: values.texts(fields.get(name)),
    )


def test_all_rules_together_answer_as_each_alone() -> None:
    rules = own_rules()
    engine, pure = Engine(rules), Engine(rules, accelerated=False)
    for path in FILES:
        for sample in samples_of(path):
            if "rule" in sample:
                (record,) = records_of(sample, 1, START)
                found = {hit.rule.name for hit in engine.match(record)}
                assert found == {hit.rule.name for hit in pure.match(record)}
                assert (sample["rule"] in found) is sample["hit"], sample


def test_rules_of_hours_are_made_from_a_table() -> None:
    assert hours_rules((FOLDER / "hours.toml").read_text("utf-8")) == (
        FOLDER / "database/outside_hours.yml"
    ).read_text("utf-8")
    assert closed_hours(Hours("day", open=(8, 17))) == (
        [0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
        [0, 1, 2, 3, 4, 5, 6, 7, 18, 19, 20, 21, 22, 23],
    )
    # a shift over midnight, in a log that writes UTC without saying so
    assert closed_hours(Hours("night", open=(20, 7), unzoned="utc")) == (
        list(range(1, 13)),
        list(range(1, 13)),
    )


def test_hours_hold_for_their_data_sets_alone() -> None:
    text = hours_rules(
        """
hours = [
    {name = "clinic", databases = ["clinic_*"], open = [8, 15]},
    {name = "rest", open = [6, 20]},
    {name = "er", databases = ["er"], around_the_clock = true},
]
"""
    )
    rules = load_files([SourceFile("hours.yml", text.encode())])
    assert [item.state for item in rules.judgements] == ["loaded"] * 4
    engine = Engine(rules)
    for database, hour, expected in (
        ("clinic_a", 16, ["own_hours_clinic"]),
        ("clinic_a", 15, []),
        ("stock", 16, []),
        ("stock", 22, ["own_hours_rest"]),
        ("er", 3, []),
    ):
        line = f"20261122 {hour:02}:30:00,db,somchai,10.1.1.1,1,1,QUERY,{database},'DELETE FROM t WHERE a=1'"  # noqa: S608 a line of a log
        parser = parser_for(line)
        assert parser is not None
        (record,) = parser(iter([line]))
        assert [hit.rule.name for hit in engine.match(record)] == expected, (database, hour)


def test_a_burst_at_22_is_alerted_with_account_count_and_table(tmp_path: Path) -> None:
    """Proves: S2-19.

    Ten hours of ordinary work by two accounts raise nothing; 35 writes from 22:00 raise one alert that says so.
    """
    lines = [
        _mariadb(8 * 60 + minute, user, "vaccine_slot", minute)
        for minute in range(0, 600, 3)
        for user in ("app_vaccine", "somsri")
    ]
    lines += [_mariadb(22 * 60 + number // 6, "outsource7", "vaccine_slot", number) for number in range(35)]
    lines += [_mariadb(22 * 60 + number, "somchai", "stock", number) for number in range(9)]
    (tmp_path / "audit.log").write_text("\n".join(lines) + "\n")
    out = tmp_path / "hits.jsonl"
    words = ["--language", "en", "sigma", "run", "--rules", "own", "--events", str(tmp_path / "audit.log")]
    assert phithak([*words, "--no-cache", "--out", str(out)]) == 0
    found = [json.loads(line) for line in out.read_text().splitlines()]
    bursts = [item for item in found if item["title"] == "Burst of writes outside working hours: office"]
    assert len(bursts) == 1
    (burst,) = bursts
    assert burst["alert"]
    assert (burst["level"], burst["correlation"]["count"], burst["correlation"]["measured"]) == (
        "high",
        35,
        35,
    )
    assert burst["correlation"]["group"] == {"user": "outsource7", "object": "vaccine_slot"}
    assert [entry["event"] for entry in burst["correlation"]["events"]] == list(range(400, 435))
    # the log writes the clock on the wall: 22:00 there is 22:00 in the sentences, and 15:00 in UTC
    assert (burst["correlation"]["begin"], burst["time"]) == ("2026-11-22T15:00:00Z", "2026-11-22T15:05:40Z")
    for language, clock in (("th", "22:00:00 ถึง 22:05:40 น."), ("en", "22:00:00 to 22:05:40 (Bangkok)")):
        said = burst["correlation"][language]
        assert all(word in said for word in ("35", "outsource7", "vaccine_slot", clock))
    # a burst is one by day as well; no other account made one, and nothing of the ordinary hours is in any
    others = [item for item in found if "alert" in item and item is not burst]
    assert [item["correlation"]["group"] for item in others] == [burst["correlation"]["group"]]
    assert min(entry["event"] for item in others for entry in item["correlation"]["events"]) == 400
    at_night = [item["event"] for item in found if item["title"].startswith("Database written outside")]
    assert at_night == list(range(400, 444))


def test_a_site_gives_its_own_hours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "audit.log").write_text(
        "\n".join(_mariadb(hour * 60, "somsri", "stock", hour) for hour in (7, 9, 16, 22)) + "\n"
    )
    (tmp_path / "hours.toml").write_text('[[hours]]\nname = "shop"\nopen = [9, 15]\n')
    out = tmp_path / "hits.jsonl"
    words = ["--language", "en", "sigma", "run", "--rules", "own", "--events", str(tmp_path / "audit.log")]
    words += ["--cache", str(tmp_path / "cache"), "--out", str(out)]
    for more, title, events in (
        ([], "Database written outside working hours: office", [3]),
        (
            ["--hours", str(tmp_path / "hours.toml")],
            "Database written outside working hours: shop",
            [0, 2, 3],
        ),
    ):
        assert phithak([*words, *more]) == 0
        found = [json.loads(line) for line in out.read_text().splitlines()]
        hours = [(item["title"], item["event"]) for item in found if "working hours" in item["title"]]
        assert hours == [(title, event) for event in events]
    (tmp_path / "hours.toml").write_text('[[hours]]\nname = "shop"\nopen = [9, 45]\n')
    assert phithak([*words, "--hours", str(tmp_path / "hours.toml")]) == 2
    assert "hours.toml" in capsys.readouterr().err


def _mariadb(minute: int, user: str, table: str, number: int) -> str:
    statement = f"INSERT INTO {table} VALUES ({number})"  # noqa: S608 a line of a log
    moment = f"20261122 {minute // 60:02}:{minute % 60:02}:{number % 6 * 10:02}"
    return f"{moment},db01,{user},10.1.2.3,{number},{number},QUERY,his,'{statement}',0"


@pytest.mark.parametrize(
    "table",
    [
        "hours = 5",
        '[[hours]]\nname = "a"\nopen = [6, 24]',
        '[[hours]]\nname = "a"\nopen = [0, 23]',
        '[[hours]]\nname = "a"\nopen = [6, 20]\nunzoned = "x"',
        '[[hours]]\nname = "a"\nopen = [6, 20]\nzone = 15',
        '[[hours]]\nname = "a"\nopen = [6, 20]\ntypo = 1',
        '[[hours]]\nname = "a"\nopen = [6, 20]\n[[hours]]\nname = "a"\nopen = [6, 20]',
        "[[hours",
    ],
)
def test_a_wrong_table_of_hours_is_refused(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hours.toml"
    path.write_text(table)
    assert main([str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(path) in captured.err


def test_engine_and_oracle_agree_on_events_made_for_every_own_rule() -> None:
    rules = own_rules()
    engines = [Engine(rules, accelerated=accelerated) for accelerated in (True, False)]
    counted: Counter[str] = Counter()
    for path in FILES:
        text = path.read_text("utf-8")
        contents = [item for item in yaml.safe_load_all(text) if "detection" in item]
        for oracle, content in zip(read_oracles(text, own_placeholders()), contents, strict=True):
            log = _log(oracle.logsource)
            for record in events_for(content, 7, 16):
                slow = oracle.hits(flat_event(record, log).fields)
                for engine in engines:
                    fast = content["id"] in {hit.rule.rule_id for hit in engine.match(record, log)}
                    assert fast is slow, (content["name"], record)
                counted[content["name"]] += slow
    assert sum(count > 0 for count in counted.values()) > 0.8 * len(rules.rules)


def _log(source: Mapping[str, str]) -> LogType:
    words = [
        frozenset({source[key]} if source.get(key) else ()) for key in ("category", "product", "service")
    ]
    return LogType("/".join(sorted(map(str, words))), words[0], words[1], words[2])
