"""The accelerator in C passes by a line only where the Python path finds nothing: same hits, byte for byte."""

from __future__ import annotations

import ctypes
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phithak.engines.sigma.indicators import Indicator, Watch
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.match.passing import build, library, passer
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.run import Options, run
from tests.engines.sigma.ask import rules_of
from tests.engines.sigma.test_engine import FLAT, SYSMON, windows_rules
from tests.engines.sigma.test_indicators import table_of

pytestmark = pytest.mark.needs("cc", "hyperscan")
MORE = r"""
title: more
id: 00000000-0000-4000-8000-0000000000aa
logsource: {product: windows, service: sysmon}
detection:
    text: {Image|endswith: '\a.exe'}
    list: {Data|contains: inner}
    number: {Level|gte: 3}
    zero: {Flag: 0}
    truth: {Flag: 'true'}
    none: {User: null, Marker|exists: true}
    host: {Computer: WS1}
    dotted: {Outer.Name: deep}
    thai: {Image|contains: 'ไทย'}
    kelvin: {Image|contains: 'kelvin'}
    words: ['certain words', 'ESX Admins']
    condition: 1 of them
---
title: none
id: 00000000-0000-4000-8000-0000000000ab
logsource: {product: windows, service: security}
detection:
    selection: {EventID: 4624}
    filter: {TargetUserName|endswith: '$'}
    condition: selection and not filter
"""
RULES = rules_of(windows_rules() + "\n---\n" + MORE)


@pytest.fixture(scope="session")
def native(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The accelerator, compiled for this run."""
    found = library(tmp_path_factory.mktemp("native"))
    assert found is not None
    return found


Answers = list[tuple[int, Any, list[Any] | None]]


def answers(engine: Engine, chunks: list[bytes]) -> tuple[Answers, int]:
    """Return all that an engine says of some chunks, and how many records they held."""
    said = [item for chunk in chunks for item in engine.match_lines(chunk)]
    return said, engine.records


def same(native: ctypes.CDLL, chunks: list[bytes], rules: RuleSet = RULES, **options: Any) -> Answers:
    """Assert that both paths say the same, cold and warm; return what they say."""
    slow, counted = answers(Engine(rules, **options), chunks)
    engine = Engine(rules, native=native, **options)
    assert answers(engine, chunks) == (slow, counted)
    assert answers(engine, chunks) == (slow, 2 * counted)
    return slow


def titles(said: Answers) -> list[str]:
    return sorted(hit.rule.title for _, _, hits in said for hit in hits or ())


HEAD = f'"Channel":"{SYSMON}","EventID":1'
HITTING = [
    f'{{{HEAD},"Image":"C:\\\\A.EXE"}}',
    f'{{{HEAD},"Image":"C:\\u005ca.exe"}}',
    f'{{{HEAD},"Im\\u0061ge":"C:\\\\a.exe"}}',
    f'{{{HEAD},"Image":"x","Image":"C:\\\\a.exe"}}',
    f'{{"Image":"C:\\\\a.exe",{HEAD}}}',
    f'  {{ {HEAD.replace(":", " : ")} ,\t"Image" : "C:\\\\a.exe" }} \r',
    f'{{{HEAD},"Data":["x",["an inner one"]]}}',
    f'{{{HEAD},"Level":3}}',
    f'{{{HEAD},"Level":"3.5"}}',
    f'{{{HEAD},"Level":3e0}}',
    f'{{{HEAD},"Level":{10**30}}}',
    f'{{{HEAD},"Flag":0}}',
    f'{{{HEAD},"Flag":0.0}}',
    f'{{{HEAD},"Flag":true}}',
    f'{{{HEAD},"Flag":"TRUE"}}',
    f'{{{HEAD},"User":null,"Marker":""}}',
    f'{{{HEAD},"User":[],"Marker":false}}',
    f'{{{HEAD},"Hostname":"ws1"}}',
    f'{{{HEAD},"Hostname":null,"Computer":"ws1"}}',
    f'{{{HEAD},"Outer":{{"Name":"deep"}}}}',
    f'{{{HEAD},"Outer.Name":"deep"}}',
    f'{{{HEAD},"Image":"ภาษาไทย"}}',
    f'{{{HEAD},"Image":"\\u0e44\\u0e17\\u0e22"}}',
    f'{{{HEAD},"Image":"\u212aelvin"}}',
    f'{{{HEAD},"Anything":"Certain WORDS"}}',
    f'{{{HEAD},"Anything":["certain\\u0020words"]}}',
    '{"Channel":"Security","EventID":"4624","TargetUserName":"anna"}',
    '{"Channel":"\\u0053ecurity","EventID":4624}',
]
MISSING = [
    f'{{{HEAD},"Image":"C:\\\\a.exe.txt"}}',
    f'{{{HEAD},"Image":"C:\\\\a.exe","Image":"x"}}',
    f'{{{HEAD},"Level":-3}}',
    f'{{{HEAD},"Flag":1}}',
    f'{{{HEAD},"Flag":false}}',
    f'{{{HEAD},"User":"","Marker":1}}',
    f'{{{HEAD},"Hostname":"other","Computer":"ws1"}}',
    f'{{{HEAD},"Hostname":null}}',
    f'{{{HEAD},"@x":"certain words"}}',
    f'{{{HEAD},"Message":"certain","Other":"words"}}',
    '{"Channel":"Security","EventID":4624,"TargetUserName":"HOST$"}',
    f'{{"Channel":"{SYSMON}","EventID":true,"Image":"x"}}',
    f'{{"Channel":"{SYSMON}","EventID":1.5,"Image":"x"}}',
    f'{{"Channel":"{SYSMON}","EventID":null}}',
    '{"Channel":["Security"],"EventID":4624}',
    "{}",
    "[]",
    '"Channel"',
]
BROKEN = [
    f"{{{HEAD}",
    f"{{{HEAD},}}",
    f"{{{HEAD}}} x",
    f'{{{HEAD},"Image":"\\x"}}',
    f'{{{HEAD},"Image":"\\u12"}}',
    f'{{{HEAD},"Level":01}}',
    f'{{{HEAD},"Level":1.}}',
    f'{{{HEAD},"Level":+1}}',
    f'{{{HEAD},"Flag":tru}}',
    f'{{{HEAD},"Data":[1,]}}',
    f'{{{HEAD},"Data":{"[" * 2000}{"]" * 2000}}}',
    "x",
    f"{{{HEAD}}}\x00",
]
MENDED = [
    f'{{{HEAD},"Image":"\x01"}}'.encode(),
    f'{{{HEAD},"Image":"\\ud800"}}'.encode(),
    f'{{{HEAD},"Level":1e999}}'.encode(),
    b'{"Channel":"Security","EventID":4624,"A":"\xed\xa0\x80"}',
    b'{"Channel":"Security","EventID":4624,"A":"\xc0\xaf"}',
    b'{"Channel":"Security","EventID":4624,"A":"\xf4\x90\x80\x80"}',
    b'{"Channel":"Security","EventID":4624,"A":"\xe0\x80\xaf"}',
    b'{"Channel":"Security","EventID":4624,"A":"\x80"}',
    b'{"Channel":"Security","EventID":4624,"A":"\xe0\xb9"}',
]


def test_every_odd_form_of_a_line_gives_the_same_hits(native: ctypes.CDLL) -> None:
    for line in HITTING:
        assert titles(same(native, [line.encode()])), line
    for line in MISSING:
        assert same(native, [line.encode()]) == [], line
    for line in BROKEN:
        assert same(native, [line.encode()]) == [(0, None, None)], line
    # odd, but an event for all that: judged on every way, and never told as unread
    for line in MENDED:
        assert all(hits is not None for _, _, hits in same(native, [line])), line


def test_lines_keep_their_numbers_beside_blank_and_broken_ones(native: ctypes.CDLL) -> None:
    lines = [HITTING[0], "", " \t\x0b\x0c\r", MISSING[0], "x", HITTING[7], "\x1c", HITTING[-2], ""]
    said = same(native, ["\n".join(lines).encode(), b"", b"\n\n", HITTING[1].encode() + b"\r\n"])
    assert [number for number, _, _ in said] == [0, 2, 3, 4, 5, 0]
    assert [number for number, _, hits in said if hits is None] == [2, 4]


def test_the_samples_of_flat_events_hit_as_told(native: ctypes.CDLL) -> None:
    rules = rules_of(windows_rules())
    for record, expected in FLAT:
        said = same(native, [json.dumps(record).encode()], rules)
        assert titles(said) == sorted(expected), record


NAMES = (
    "Image",
    "CommandLine",
    "ParentImage",
    "Data",
    "Level",
    "Flag",
    "User",
    "Marker",
    "Computer",
    "Outer",
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**45), 10**45),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "x", "C:\\a.exe", "certain words", "inner", "ไทย", "\u212aelvin", "true", "deep", "$"]
    ),
    st.text(max_size=40),
)
NESTED = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("Name"), inner)
)
RECORDS = st.fixed_dictionaries(
    {
        "Channel": st.sampled_from([SYSMON, "Security", "System", "ช่อง", "", None]),
        "EventID": st.sampled_from([1, 3, "1", 4624, 4688, 13, True, 1.0, None, 10**9]),
    },
    optional=dict.fromkeys(NAMES, NESTED),
)


@given(st.lists(st.tuples(RECORDS, st.booleans(), st.integers(0, 400), st.binary(max_size=3)), max_size=12))
@example([({"Channel": SYSMON, "EventID": 1, "Image": "C:\\a.exe"}, True, 0, b"")])
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_made_lines_whole_and_damaged_give_the_same_hits(
    native: ctypes.CDLL, made: list[tuple[dict[str, Any], bool, int, bytes]]
) -> None:
    lines = []
    for record, ascii_only, place, damage in made:
        line = json.dumps(record, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        # a place in the line is written over; without damage it stays as it is
        lines.append(line[:place] + damage + line[place + len(damage) :])
    same(native, [b"\n".join(lines)])


def test_small_memories_change_no_answer(native: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passer, "_MOST_VERDICTS", 3)
    monkeypatch.setattr(passer, "_MOST_PLANS", 2)
    monkeypatch.setattr("phithak.engines.sigma.match.engine._MOST_CLASSES", 4)
    chunks = [
        f'{{"Channel":"Security","EventID":{event},"TargetUserName":"u{event}","Image":"{"v" * 99}{event}"}}\n'
        f"{HITTING[event % len(HITTING)]}\n{MISSING[event % len(MISSING)]}".encode()
        for event in range(4600, 4700)
    ]
    said = same(native, chunks, memo_bytes=512)
    assert set(titles(said)) == {"logon", "more", "none"}


def test_a_long_value_is_judged_and_not_kept(native: ctypes.CDLL) -> None:
    line = f'{{{HEAD},"Image":"{"x" * 100_000}\\\\a.exe"}}'.encode()
    engine = Engine(RULES, native=native)
    for _ in range(3):
        assert len(answers(engine, [line])[0]) == 1
    assert engine._passer is not None
    assert engine._passer._state.contents.fresh_bytes < 50_000


def test_two_readers_of_one_engine_do_not_disturb_each_other(native: ctypes.CDLL) -> None:
    engine = Engine(RULES, native=native)
    chunk = "\n".join(HITTING).encode()
    alone = list(Engine(RULES).match_lines(chunk))
    first, second = engine.match_lines(chunk), engine.match_lines(chunk)
    pairs = list(zip(first, second, strict=True))
    assert [left for left, _ in pairs] == alone
    assert [right for _, right in pairs] == alone


def test_indicators_are_seen_in_lines_that_no_rule_hits(native: ctypes.CDLL) -> None:
    watch = Watch(table_of(Indicator("ip", "192.0.2.7"), Indicator("domain", "bad.example")))
    lines = [
        f'{{"Channel":"{SYSMON}","EventID":3,"DestinationIp":"192.0.2.7"}}',
        f'{{"Channel":"{SYSMON}","EventID":3,"DestinationIp":"192.0.2.8"}}',
        f'{{"Channel":"{SYSMON}","EventID":22,"QueryName":"a.bad.example"}}',
        '{"Channel":"Made up","EventID":9,"Field":"see bad.example"}',
        '{"Channel":"Made up","EventID":9,"Field":"nothing"}',
    ]
    said = same(native, ["\n".join(lines).encode()], watch=watch)
    assert [number for number, _, _ in said] == [0, 2, 3]


def test_it_is_compiled_once_and_only_taken_from_a_folder_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    assert library(folder) is not None
    (made,) = folder.glob("*.so")
    monkeypatch.setattr(build, "_compile", lambda *_: pytest.fail("compiled again"))
    assert library(folder) is not None
    made.chmod(0o777)
    assert library(folder) is None
    made.chmod(0o700)
    folder.chmod(0o777)
    assert library(folder) is None


def test_without_a_compiler_or_with_one_that_fails_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert library(tmp_path / "cache") is None
        (tmp_path / "cc").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "cc").chmod(0o700)
        assert library(tmp_path / "cache") is None
    assert list((tmp_path / "cache").iterdir()) == []


EVENTS = ("evtx-attack-samples", "otrf-atomic", "zeek-wrccdc", "suricata-eve-alerts")
MOST_LINES = 4_000


def lines_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        yield from io.BufferedReader(stream)


@pytest.mark.corpus
def test_outside_events_give_the_same_bytes(corpus: Path, sigmahq: RuleSet, tmp_path: Path) -> None:
    for name in EVENTS:
        source = tmp_path / f"{name}.jsonl"
        every = 30 if name == "otrf-atomic" else 1
        kept = [line for place, line in enumerate(lines_of(corpus / f"detection/events/{name}.jsonl.zst"))
                if place % every == 0][:MOST_LINES]  # fmt: skip
        source.write_bytes(b"".join(kept))
        found = {}
        for way, options in (
            ("native", Options(patterns=tmp_path / "patterns")),
            ("without", Options()),
        ):
            out = io.BytesIO()
            stats = run(sigmahq, [str(source)], out, options)
            found[way] = (out.getvalue(), stats["events"], stats["hits"])
        assert found["native"] == found["without"]
        assert found["native"][1] == len(kept)
