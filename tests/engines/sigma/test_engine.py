"""The engine under odd and hostile events: same answers cold, warm, in chunks; bounded memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from phithak.engines.sigma.compiled import PatternFolder
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.match.explain import told
from phithak.engines.sigma.normalise import flat_event
from tests.engines.sigma.ask import LOG, holds, rule_text, rules_of

WINDOWS = """
title: "{title}"
id: {id}
status: test
level: high
logsource: {{{logsource}}}
detection:
    selection:
        {selection}
    condition: selection
"""


def windows_rules() -> str:
    parts = [
        ("whoami", "category: process_creation, product: windows", r"CommandLine|contains: whoami"),
        ("logon", "product: windows, service: security", "EventID: 4625"),
        ("run key", "category: registry_set, product: windows", r"TargetObject|contains: '\Run\'"),
        ("keyword", "product: windows", "'|contains': 'sekurlsa::'"),
        ("provider", "product: windows, service: system", "Provider_Name: 'Service Control Manager'"),
        ("true", "category: network_connection, product: windows", "Initiated: 'true'"),
        ("negated", "product: windows, service: wmi", "EventID|neq: 5"),
        ("itself", "category: process_creation, product: windows", "Image|fieldref: ParentImage"),
    ]
    return "\n---\n".join(
        WINDOWS.format(
            title=title,
            id=f"00000000-0000-4000-8000-00000000000{number}",
            logsource=source,
            selection=selection,
        )
        for number, (title, source, selection) in enumerate(parts)
    )


SYSMON = "Microsoft-Windows-Sysmon/Operational"
FLAT: list[tuple[dict[str, Any], list[str]]] = [
    ({"Channel": SYSMON, "EventID": 1, "CommandLine": "WHOAMI /all"}, ["whoami"]),
    ({"Channel": SYSMON.upper(), "EventID": "1", "CommandLine": "whoami"}, ["whoami"]),
    ({"Channel": SYSMON, "EventID": 11, "CommandLine": "whoami"}, []),
    ({"Channel": SYSMON, "EventID": True, "CommandLine": "whoami"}, []),
    (
        {
            "Channel": "Security",
            "EventID": 4688,
            "CommandLine": "x whoami",
            "NewProcessName": "a",
            "ParentProcessName": "A",
        },
        ["whoami", "itself"],
    ),
    ({"Channel": "Security", "EventID": 4688, "Image": "a", "ParentImage": "a"}, []),
    ({"Channel": "security", "EventID": 4625}, ["logon"]),
    ({"Channel": "Security", "EventID": 4624}, []),
    ({"Channel": "Security", "EventID": 4657, "ObjectName": "\\REGISTRY\\Run\\x"}, ["run key"]),
    ({"Channel": SYSMON, "EventID": 13, "TargetObject": ["a", "HKLM\\run\\b"]}, ["run key"]),
    ({"Channel": SYSMON, "EventID": 13, "TargetObject": {"x": "\\Run\\"}}, []),
    ({"Channel": "Application", "EventID": 7, "Message": "SEKURLSA::logonpasswords"}, ["keyword"]),
    ({"Channel": "Application", "EventID": 7, "deep": {"er": ["x", "sekurlsa::"]}}, ["keyword"]),
    ({"Channel": "Application", "EventID": 7, "_src": "sekurlsa::"}, []),
    ({"Channel": "Application", "EventID": 7, "Message": "\u017fekurlsa::"}, ["keyword"]),
    ({"Channel": "System", "EventID": 7045, "SourceName": "Service Control Manager"}, ["provider"]),
    ({"Channel": "System", "EventID": 7045, "ProviderName": "Service control manager"}, ["provider"]),
    (
        {"Channel": "System", "EventID": 7045, "SourceName": "x", "ProviderName": "Service Control Manager"},
        [],
    ),
    ({"Channel": SYSMON, "EventID": 3, "Initiated": True}, ["true"]),
    ({"Channel": SYSMON, "EventID": 3, "Initiated": 1}, []),
    ({"Channel": SYSMON, "EventID": 3, "Initiated": "True"}, ["true"]),
    ({"Channel": "Microsoft-Windows-WMI-Activity/Operational", "EventID": 5}, []),
    ({"Channel": "Microsoft-Windows-WMI-Activity/Operational", "EventID": 6}, ["negated"]),
    ({"Channel": "Nowhere", "EventID": 4625}, []),
    ({}, []),
]


def titles(hits: Any) -> list[str]:
    return [hit.rule.title for hit in hits or ()]


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_flat_windows_events_hit_the_same_alone_in_lines_cold_and_warm(
    size: int, *, accelerated: bool
) -> None:
    engine = Engine(rules_of(windows_rules()), accelerated=accelerated)
    assert len(engine.rules) == 8
    events = FLAT * 3
    for _ in range(2):
        for start in range(0, len(events), size):
            part = events[start : start + size]
            chunk = "\n".join(json.dumps(event) for event, _ in part).encode()
            found = {number: titles(hits) for number, _, hits in engine.match_lines(chunk)}
            for number, (event, expected) in enumerate(part):
                assert found.get(number, []) == expected, event
                assert titles(engine.match(event)) == expected, event


def test_escaped_letters_hide_no_keyword() -> None:
    engine = Engine(rules_of(windows_rules()))
    line = rb'{"Channel":"Application","EventID":7,"Message":"\u0073ekurlsa::"}'
    assert [titles(hits) for _, _, hits in engine.match_lines(line + b"\n" + line)] == [["keyword"]] * 2


def test_lines_that_are_no_json_are_given_back_and_do_not_disturb() -> None:
    engine = Engine(rules_of(windows_rules()))
    good = b'{"Channel":"Security","EventID":4625}'
    odd = [b'{"a":', b"\xff\xfe", b"[" * 5000]
    chunk = b"\n".join([good, b"", *odd, b"[1]", b"5", b'"text"', good])
    found = list(engine.match_lines(chunk))
    assert [number for number, record, hits in found if hits is None] == list(range(1, 1 + len(odd)))
    assert [number for number, _, hits in found if hits] == [0, 4 + len(odd)]


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(
    "value",
    [
        b"NaN", b"-Infinity", b"1e400", b"-1e999", b"9" * 400, b"1" * 5000, b'"\\ud800"', b'"x\\udfffx"',
        b'["\\ud83d"]', b'"\xa1\xd2\xc3"', b'{"b":NaN}',
    ],
)  # fmt: skip
def test_an_odd_value_hides_no_event(value: bytes, accelerated: bool) -> None:  # noqa: FBT001 - a parameter
    engine = Engine(rules_of(windows_rules()), accelerated=accelerated)
    odd = b'{"Channel":"Security","EventID":4625,"a":%s}' % value
    quiet = b'{"Channel":"Security","EventID":1,"a":%s}' % value
    found = list(engine.match_lines(b"\n".join([odd, quiet, odd])))
    assert [(number, titles(hits)) for number, _, hits in found] == [(0, ["logon"]), (2, ["logon"])]
    for _, record, _ in found:
        msgspec.json.encode(record)


def test_of_a_key_written_twice_the_last_value_counts_on_every_way() -> None:
    """As in every reader of JSON here: what a rule sees is what the kept record says."""
    twice = [
        (b'{"Channel":"Security","EventID":1,"EventID":4625}', ["logon"]),
        (b'{"Channel":"Security","EventID":4625,"EventID":1}', []),
        (b'{"Channel":"Nowhere","Channel":"Security","EventID":4625}', ["logon"]),
        (b'{"Channel":"Application","EventID":7,"m":"sekurlsa::","m":"x"}', []),
        (b'{"Channel":"Application","EventID":7,"m":"x","m":"sekurlsa::"}', ["keyword"]),
    ]
    for accelerated in (True, False):
        engine = Engine(rules_of(windows_rules()), accelerated=accelerated)
        for line, expected in twice:
            assert titles(engine.match(json.loads(line))) == expected
            assert [titles(hits) for _, _, hits in engine.match_lines(line)] == (
                [expected] if expected else []
            )


@pytest.mark.parametrize(
    ("number", "more", "equal"),
    [
        ("18446744073709551616", True, True),
        ("18446744073709551615", False, False),
        ("-18446744073709551617", False, False),
        ("9" * 60, True, False),
        ('"18446744073709551616"', True, True),
    ],
)
def test_numbers_beyond_64_bits_keep_every_digit_in_a_line(number: str, *, more: bool, equal: bool) -> None:
    texts = [
        WINDOWS.format(title=title, id=f"{at}0000000-0000-4000-8000-000000000000", logsource="product: windows",
                       selection=selection)
        for at, (title, selection) in enumerate(
            (("more", "f|gte: 18446744073709551616"), ("equal", "f: 18446744073709551616")), 1
        )
    ]  # fmt: skip
    line = f'{{"Channel":"System","EventID":1,"f":{number}}}'.encode()
    expected = ["more"] * more + ["equal"] * equal
    for accelerated in (True, False):
        engine = Engine(rules_of("\n---\n".join(texts)), accelerated=accelerated)
        assert [titles(hits) for _, _, hits in engine.match_lines(line)] == ([expected] if expected else [])
        assert titles(engine.match(json.loads(line))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("\ud800evil\x00", True),
        ("x" * 1_000_000 + "evil", True),
        ("x" * 1_000_000, False),
        (10**60, False),
        (1e308, False),
        ("\udcff", False),
        ([["evil"]], True),
        ([{"evil": "evil"}], False),
    ],
)
def test_odd_values_are_answered_like_any_other(value: Any, *, expected: bool) -> None:
    text = rule_text("selection:\n    - f|contains: evil\n    - f|re: 'e.il$'\n    - f|gt: 1.0e+308")
    assert holds(text, {"f": value}) is expected


def test_memory_is_bounded_under_values_that_never_repeat() -> None:
    text = rule_text("selection:\n    f|contains: evil\n    g|endswith: x")
    engine = Engine(rules_of(text), memo_bytes=200_000)
    for number in range(20_000):
        hits = engine.match(
            {"f": f"value {number} {'evil' if number % 1000 == 0 else ''}", "g": f"{number}x"}, LOG
        )
        assert bool(hits) is (number % 1000 == 0)
    held = sum(len(memo.young) + len(memo._old) for memo in engine._memos.values())
    assert held < 10_000


def test_a_hit_says_what_matched_and_a_miss_why_not() -> None:
    text = rule_text(
        "selection:\n    Image|endswith: '\\cmd.exe'\n    CommandLine|contains|all: ['/c', 'who*mi']\nfilter:\n    User: root",  # noqa: E501 a line of a log or a rule stays one line
        "selection and not filter",
    )
    event = {"Image": r"C:\Windows\CMD.EXE", "CommandLine": "cmd /c WHOAMI", "User": "somchai"}
    engine = Engine(rules_of(text))
    (hit,) = engine.match(event, LOG)
    assert [(item.field, item.value, item.modifier, item.pattern) for item in hit.matched] == [
        ("Image", r"C:\Windows\CMD.EXE", "endswith", r"\cmd.exe"),
        ("CommandLine", "cmd /c WHOAMI", "contains|all", "/c"),
        ("CommandLine", "cmd /c WHOAMI", "contains|all", "who*mi"),
    ]
    answers = told(hit.rule.condition, flat_event(event, LOG).fields)
    assert [(item.pattern, item.true, item.negated, item.span) for item in answers] == [
        (r"\cmd.exe", True, False, (10, 18)),
        ("/c", True, False, (4, 6)),
        ("who*mi", True, False, (7, 13)),
        ("root", False, True, None),
    ]


@pytest.mark.needs("hyperscan")
def test_kept_patterns_give_the_same_hits_and_spoilt_ones_are_made_anew(tmp_path: Path) -> None:
    words = "".join(f"\n        - word{number}" for number in range(20))
    rules = rules_of(rule_text(f"selection:\n    f|contains:{words}"))
    store = PatternFolder(tmp_path / "patterns")
    for content in (None, b"", b"phithak-sigma-1\n" + b"x" * 100):
        for path in tmp_path.rglob("*.hs") if content is not None else ():
            path.write_bytes(content or b"")
        engine = Engine(rules, store=store)
        assert engine.match({"f": "a WORD7"}, LOG)
        assert not engine.match({"f": "a wor7"}, LOG)
        assert len(list(tmp_path.rglob("*.hs"))) == 1
    (path,) = tmp_path.rglob("*.hs")
    store.put(path.stem, b"signed, but no database")
    assert Engine(rules, store=store).match({"f": "a WORD7"}, LOG)
