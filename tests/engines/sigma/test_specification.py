"""The Sigma specification as a table: every modifier with at least two hits and two misses.

Each row goes through the fast engine with and without Hyperscan, and through the oracle. The expected answers
were written by hand from the specification's text.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml

from tests.engines.sigma.ask import holds, rule_text

MISSING = object()
WIDE_SECRET = base64.b64encode("secret".encode("utf-16-le")).decode()

# section, key, value of the rule, values of field "f" that hit, values that miss
TABLE: list[tuple[str, str, Any, list[Any], list[Any]]] = [
    (
        "values",
        "f",
        "cmd.exe",
        ["cmd.exe", "CMD.EXE", ["a", "Cmd.exe"]],
        ["cmd.exe ", "xcmd.exe", "", None, MISSING],
    ),
    ("values", "f", ["a", "b"], ["a", "B"], ["ab", "c", ["ab", "c"]]),
    ("values", "f", 4688, [4688, "4688", 4688.0], [4689, "04688", True, "4688.5"]),
    ("values", "f", 1, [1, "1", 1.0], [True, "true", 11]),
    ("values", "f", True, [True, "true", "TRUE"], [False, 1, "yes"]),
    ("values", "f", "true", [True, "True"], [False, 1, "tru"]),
    ("values", "f", 1.5, [1.5, "1.5"], [1, "1.50", 15]),
    ("values", "f", -3, [-3, "-3"], [3, "--3"]),
    ("null and empty", "f", None, [None, MISSING, []], ["", "null", 0, False]),
    ("null and empty", "f", "", ["", ["", "a"]], [None, MISSING, " ", []]),
    ("null and empty", "f", [None, "-"], [None, MISSING, "-"], ["", "--"]),
    ("wildcards", "f", "a*c", ["ac", "abc", "A\n\nC"], ["acd", "bac", ""]),
    ("wildcards", "f", "a?c", ["abc", "a\nc", "aขc"], ["ac", "abbc"]),
    ("wildcards", "f", "*", ["", "x", 0, False], [None, MISSING]),
    ("wildcards", "f", r"a\*c", ["a*c", "A*C"], ["abc", r"a\*c", "ac"]),
    ("wildcards", "f", r"a\?c", ["a?c", "A?C"], ["abc", "ac"]),
    ("wildcards", "f", r"C:\Windows\*", ["C:\\Windows*", "c:\\windows*"], [r"C:\Windows\a", "C:\\Windows\\"]),
    (
        "wildcards",
        "f",
        r"C:\Windows\\*",
        ["C:\\Windows\\", r"c:\windows\System32"],
        [r"C:\Windows", r"D:\Windows\a"],
    ),
    ("wildcards", "f", r"\\host\share", [r"\host\share", r"\HOST\share"], [r"\\host\share", "host"]),
    ("wildcards", "f", "?*?", ["ab", "a b c"], ["a", ""]),
    ("wildcards", "f", "a*b*c", ["abc", "a b b c"], ["acb", "ab", "xabc"]),
    ("wildcards", "f", "aba*aba", ["abaaba", "aba aba"], ["aba", "ababa"]),
    ("contains", "f|contains", "mimi", ["mimi", "xMIMIx", ["a", "mimikatz"]], ["mim i", "", None, MISSING]),
    ("contains", "f|contains", "46", [4688, "x46"], [4788, "4 6"]),
    ("contains", "f|contains", "a*b", ["xaxbx", "ab"], ["ba", "a"]),
    ("contains", "f|contains", "k", ["K", "x\u212ay", ["a", "ok"]], ["x", "", None]),
    ("contains", "f|contains|cased", "k", ["k", "ok"], ["K", "x\u212ay"]),
    ("contains", "f|contains", "", ["", "x"], [None, MISSING]),
    ("contains", "f|contains", "ไทย", ["ภาษาไทย", "ไทย"], ["ไท", "thai"]),
    ("startswith", "f|startswith", "/usr", ["/usr", "/USR/bin"], ["x/usr", "/us"]),
    ("endswith", "f|endswith", r"\cmd.exe", [r"C:\cmd.exe", r"\CMD.EXE"], ["cmd.exe", "\\cmd.exe "]),
    ("all", "f|contains|all", ["a", "b"], ["ab", "b a", ["a", "b"]], ["a", "b", "", MISSING]),
    ("all", "f|all", ["*a*", "*b"], ["ab", "xaxb"], ["ba", "b"]),
    ("cased", "f|cased", "Cmd", ["Cmd", ["x", "Cmd"]], ["cmd", "CMD", "Cmd2"]),
    ("cased", "f|contains|cased", "Cm", ["xCmd", "Cm"], ["cmd", "CM"]),
    ("cased", "f|startswith|cased", "A", ["A", "Ab"], ["a", "bA"]),
    ("exists", "f|exists", True, ["", 0, "x", False], [None, MISSING, []]),
    ("exists", "f|exists", False, [None, MISSING], ["", "x", 0]),
    ("re", "f|re", r"a\d{2}c", ["a12c", "xxa99cxx"], ["A12C", "a1c", "a๑๒c"]),
    ("re", "f|re", "^ab$", ["ab", "ab\n"], ["AB", "x\nab", "abc"]),
    ("re", "f|re", r"(foo|bar)\s+baz", ["foo baz", "x bar\t\tbaz"], ["foobaz", "foo\u00a0baz"]),
    ("re i", "f|re|i", "^ab$", ["AB", "aB"], ["ABC", "xab"]),
    ("re i", "f|re|i", "[a-c]k", ["CK", "bk"], ["dk", "a\u212a"]),
    ("re m", "f|re|m", "^ab$", ["x\nab\ny", "ab"], ["x ab", "abc"]),
    ("re s", "f|re|s", "a.c", ["a\nc", "abc"], ["ac", "A\nC"]),
    ("re without s", "f|re", "a.c", ["abc", "aขc"], ["a\nc", "ac"]),
    ("re i m s", "f|re|i|m|s", "^a.b$", ["x\nA\nB\ny", "a-b"], ["ab", "xa-b"]),
    ("cidr", "f|cidr", "10.0.0.0/8", ["10.1.2.3", ["8.8.8.8", "10.0.0.0"]], ["11.0.0.1", "10.0.0", "x", ""]),
    ("cidr", "f|cidr", "fe80::/10", ["fe80::1", "FE80::1%eth0"], ["2001:db8::1", "10.0.0.1"]),
    ("cidr", "f|cidr", ["127.0.0.0/8", "::1/128"], ["127.0.0.1", "::1"], ["::2", "128.0.0.1"]),
    ("gt", "f|gt", 5, [6, "6", 5.5, "1e2"], [5, "5", "x", "", None]),
    ("gte", "f|gte", 5, [5, "5.0", 9], [4, "4.99", "five"]),
    ("lt", "f|lt", 5, [4, "-1", 4.99], [5, "5", True, MISSING]),
    ("lte", "f|lte", 5, [5, "5", "-7"], [5.01, "6", ""]),
    ("gt", "f|gt", 10**18, [10**18 + 1, str(10**18 + 1)], [10**18, "0"]),
    ("neq", "f|neq", "a", ["b", "", None, MISSING, "ab"], ["a", "A", ["b", "a"]]),
    ("neq", "f|neq", ["a", "b"], ["c", ""], ["a", "B"]),
    ("neq", "f|contains|neq", "a", ["b", MISSING], ["a", "cat"]),
    (
        "base64",
        "f|base64|contains",
        "secret",
        ["xx" + base64.b64encode(b"secret").decode(), "C2VJCMV0"],
        ["secret", ""],
    ),
    (
        "base64offset",
        "f|base64offset|contains",
        "secret",
        [base64.b64encode(b"." * n + b"secret" + b"!" * m).decode() for n in range(3) for m in range(3)],
        ["secret", base64.b64encode(b"secre!").decode()],
    ),
    ("wide", "f|wide|base64|contains", "secret", [WIDE_SECRET, "x" + WIDE_SECRET], ["secret", "c2VjcmV0"]),
    (
        "wide",
        "f|wide|base64offset|contains",
        "secret",
        [base64.b64encode(b"!" * n + "secret".encode("utf-16-le")).decode() for n in range(3)],
        ["c2VjcmV0", ""],
    ),
    ("wide", "f|wide|contains", "ab", ["a\x00b\x00", "xA\x00B\x00"], ["ab", "a\x00b"]),
    ("utf16be", "f|utf16be|contains", "ab", ["\x00a\x00b", "x\x00A\x00B"], ["ab", "a\x00b\x00"]),
    (
        "utf16",
        "f|utf16|base64|contains",
        "ab",
        [
            base64.b64encode(b"\xff\xfea\x00b\x00").decode(),
            "x" + base64.b64encode(b"\xff\xfea\x00b\x00").decode(),
        ],
        ["YWI=", base64.b64encode(b"a\x00b\x00").decode()],
    ),
    (
        "windash",
        "f|windash|contains",
        " -exec",
        ["a -exec", "a /EXEC", "a –exec", "a —exec", "a ―exec"],
        ["a exec", "a-exec", "a +exec"],
    ),
    ("windash", "f|windash", "-a-b", ["-a-b", "/a-b"], ["-a/b", "a-b"]),
    ("windash", "f|windash|contains|all", [" -a", " /b"], ["x -a -b", "x /b /a"], ["x -a", "x a b"]),
    (
        "minute",
        "f|minute",
        5,
        ["2026-11-21T10:05:00Z", "2026-11-21 23:05:59.9"],
        ["2026-11-21T10:06:00Z", "5", "x"],
    ),
    (
        "hour",
        "f|hour",
        22,
        ["2026-11-21T22:00:00Z", "2026-11-22T05:30:00+07:00"],
        ["2026-11-21T22:00:00+07:00", ""],
    ),
    ("day", "f|day", 1, ["2026-12-01T00:00:00Z", "2026-11-30T23:00:00-01:00"], ["2026-12-02T00:00:00Z", "1"]),
    ("week", "f|week", 53, ["2026-12-31T00:00:00Z", "2027-01-03T23:59:59Z"], ["2027-01-04T00:00:00Z", "53"]),
    (
        "month",
        "f|month",
        2,
        ["2024-02-29T12:00", "2026-02-01 00:00:00"],
        ["2026-02-30T00:00:00Z", "2026-03-01T00:00Z"],
    ),
    (
        "year",
        "f|year",
        2026,
        [1795000000, "1795000000000", "2026-01-01T00:00:00Z"],
        ["2569-01-01T00:00:00Z", 2026],
    ),
    # one letter folds to one letter: Unicode's simple case folding
    ("folding", "f", "kelvin", ["KELVIN", "\u212aelvin"], ["elvin", "qelvin"]),
    ("folding", "f|contains", "pass", ["PAſſ", "pass"], ["paß", "pa"]),
    ("folding", "f", "straße", ["STRAẞE", "straße"], ["STRASSE", "strase"]),
    ("folding", "f", "i", ["I", "i"], ["İ", "ı"]),
    ("folding", "f", "İstanbul", ["İstanbul", "İSTANBUL"], ["istanbul", "i̇stanbul"]),
    ("folding", "f|endswith", "σ", ["ΛΟΓΟΣ", "λογος", "λογοσ"], ["λογο", "s"]),
    ("folding", "f", "กำ", ["กำ", ["กำ"]], ["กํา", "ก"]),
    ("bytes", "f|contains", "a\x00b", ["xa\x00b", "A\x00B"], ["ab", "a\x00\x00b"]),
    ("keyword", "|contains", "evil", ["evil", "An EVIL word", ["x", "evil"]], ["good", "", MISSING]),
    ("keyword", "|all", ["evil", "word"], ["an evil word", ["evil", "word"]], ["evil", "word"]),
    ("keyword", "|re", "ev[iy]l", ["evil", "xevylx"], ["EVIL", "evl"]),
]


@pytest.mark.parametrize(("section", "key", "wanted", "hits", "misses"), TABLE)
def test_modifiers_answer_as_the_specification_says(
    section: str, key: str, wanted: Any, hits: list[Any], misses: list[Any]
) -> None:
    assert len(hits) >= 2, section
    assert len(misses) >= 2, section
    text = rule_text(yaml.safe_dump({"selection": {key: wanted}}, allow_unicode=True, width=10_000))
    for value, expected in [*((value, True) for value in hits), *((value, False) for value in misses)]:
        record = {"other": "-"} if value is MISSING else {"f": value, "other": "-"}
        assert holds(text, record) is expected, (section, key, wanted, value)


FIELD_REFERENCES = [
    (
        "f|fieldref: g",
        [("a", "A"), (5, "5"), (["x", "b"], "B")],
        [("a", "b"), ("a", None), (None, None), ("a", "ab")],
    ),
    ("f|fieldref|startswith: g", [("abc", "AB"), ("a", "a")], [("abc", "bc"), ("a", None)]),
    ("f|fieldref|endswith: g", [("abc", "BC"), ("a", "a")], [("abc", "ab"), (None, "a")]),
    ("f|fieldref|contains: g", [("abc", "B"), ("a", "")], [("abc", "d"), ("a", None)]),
    ("f|fieldref|neq: g", [("a", "b"), (None, "b")], [("a", "A"), ("x", ["y", "x"])]),
]


@pytest.mark.parametrize(("line", "hits", "misses"), FIELD_REFERENCES)
def test_field_references_compare_two_fields(line: str, hits: list[Any], misses: list[Any]) -> None:
    text = rule_text(f"selection:\n    {line}")
    for (left, right), expected in [*((pair, True) for pair in hits), *((pair, False) for pair in misses)]:
        assert holds(text, {"f": left, "g": right}) is expected, (line, left, right)


TWO = "one:\n    f: a\ntwo:\n    g: b\nother_three:\n    h: c\n_hidden:\n    i: d"
CONDITIONS = [
    ("one and two", [{"f": "a", "g": "b"}, {"f": "A", "g": "B"}], [{"f": "a"}, {"g": "b"}]),
    ("one or two", [{"f": "a"}, {"g": "b"}], [{"h": "c"}, {}]),
    ("not one", [{}, {"f": "x"}], [{"f": "a"}, {"f": ["x", "a"]}]),
    ("one and not two", [{"f": "a"}, {"f": "a", "g": "x"}], [{"f": "a", "g": "b"}, {}]),
    ("one or two and other_three", [{"f": "a"}, {"g": "b", "h": "c"}], [{"g": "b"}, {"h": "c"}]),
    ("(one or two) and other_three", [{"f": "a", "h": "c"}, {"g": "b", "h": "c"}], [{"f": "a"}, {"h": "c"}]),
    ("1 of them", [{"f": "a"}, {"h": "c"}], [{}, {"i": "d"}]),
    ("any of them", [{"g": "b"}, {"h": "c"}], [{}, {"i": "d"}]),
    (
        "all of them",
        [{"f": "a", "g": "b", "h": "c"}, {"f": "a", "g": "b", "h": "C"}],
        [{"f": "a", "g": "b"}, {}],
    ),
    ("1 of other_*", [{"h": "c"}, {"h": "C"}], [{"f": "a"}, {}]),
    (
        "all of *o*",
        [{"f": "a", "g": "b", "h": "c"}, {"f": "A", "g": "B", "h": "C"}],
        [{"f": "a"}, {"g": "b"}],
    ),
    ("not 1 of them", [{}, {"f": "x"}], [{"f": "a"}, {"g": "b"}]),
    ("not (one and not two)", [{}, {"f": "a", "g": "b"}], [{"f": "a"}, {"f": "a", "g": "x"}]),
    ("not not one", [{"f": "a"}, {"f": "A"}], [{}, {"f": "b"}]),
    ("one and _hidden", [{"f": "a", "i": "d"}, {"f": "a", "i": "D"}], [{"f": "a"}, {"i": "d"}]),
]


@pytest.mark.parametrize(("condition", "hits", "misses"), CONDITIONS)
def test_conditions_join_detections(condition: str, hits: list[Any], misses: list[Any]) -> None:
    text = rule_text(TWO, condition)
    for record, expected in [*((item, True) for item in hits), *((item, False) for item in misses)]:
        assert holds(text, record) is expected, (condition, record)


SHAPES = [
    (
        "selection:\n    - f: a\n      g: b\n    - h: c",
        [{"f": "a", "g": "b"}, {"h": "c"}],
        [{"f": "a"}, {"g": "b"}],
    ),
    (
        "selection:\n    - evil\n    - w*d",
        [{"x": "EVIL"}, {"y": "a wicked d"}],
        [{"x": "good"}, {"evil": "x"}],
    ),
    ("selection: evil", [{"x": "so evil!"}, {"y": ["a", "evil"]}], [{"x": "good"}, {}]),
    ("selection: 4711", [{"x": 4711}, {"y": "id=47110"}], [{"x": 4712}, {"y": ""}]),
    ("selection:\n    f: []", [{}, {"f": None}], [{"f": ""}, {"f": "x"}]),
    (
        "selection:\n    a.b: x",
        [{"a": {"b": "x"}}, {"a.b": "X"}, {"a": [{"b": "y"}, {"b": "x"}]}],
        [{"a": "x"}, {"b": "x"}],
    ),
    ("selection:\n    f: a", [{"f": "a"}, {"f": ["b", ["a"]]}], [{"f": {"f": "a"}}, {"F": "a"}]),
]


@pytest.mark.parametrize(("detection", "hits", "misses"), SHAPES)
def test_detections_take_all_forms(detection: str, hits: list[Any], misses: list[Any]) -> None:
    text = rule_text(detection)
    for record, expected in [*((item, True) for item in hits), *((item, False) for item in misses)]:
        assert holds(text, record) is expected, (detection, record)


def test_placeholders_stand_for_their_values() -> None:
    values = {"admins": ("root", "adm*")}
    text = rule_text("selection:\n    f|expand: 'x%admins%'")
    for value, expected in (("xroot", True), ("XADMIN", True), ("root", False), ("x%admins%", False)):
        assert holds(text, {"f": value}, values) is expected
    text = rule_text("selection:\n    f|contains|expand: '%admins%'")
    for value, expected in (("the root", True), ("xadmy", True), ("user", False), ("", False)):
        assert holds(text, {"f": value}, values) is expected


def test_a_degraded_rule_hits_no_more_than_the_full_one() -> None:
    from phithak.engines.sigma.match import Engine  # noqa: PLC0415 only here
    from tests.engines.sigma.ask import LOG, rules_of  # noqa: PLC0415 only here

    text = rule_text(
        "selection:\n    f: a\nother:\n    g|expand: '%who%'\nfilter:\n    h|expand: '%good%'", "{}"
    )
    records = [
        {"f": f, "g": g, "h": h} for f in ("a", "b") for g in ("me", "you", None) for h in ("ok", "bad", None)
    ]
    known = {"who": ("me",), "good": ("ok",)}
    for condition, some in (
        ("selection or other", True),
        ("selection and not filter", False),
        ("selection and not (filter and other)", False),
        ("(selection or other) and not filter or selection and other", False),
        ("not filter or selection", True),
        ("not (selection and filter)", True),
    ):
        full = Engine(rules_of(text.format(condition), known))
        loaded = rules_of(text.format(condition))
        fewer = Engine(loaded)
        for record in records:
            if fewer.match(record, LOG):
                assert full.match(record, LOG), (condition, record)
        state = loaded.judgements[0].state
        assert state == ("degraded" if some else "refused"), condition
