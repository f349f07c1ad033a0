"""Why a rule or correlation holds for an event, or why not: facts for machines, one sentence for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phithak.base.text import Text
from phithak.engines.sigma.explain import words
from phithak.engines.sigma.explain.answer import explain_rule, obstacles_of
from phithak.web.cli import main
from tests.engines.sigma.ask import LOG, rule_text, rules_of
from tests.engines.sigma.correlated_run import CORRELATION, RULES

RULE = rule_text(
    r"""
selection:
    Image|endswith: '\powershell.exe'
    CommandLine|contains: [' -enc', 'whoami']
filter_main:
    ParentImage|startswith: 'C:\Program Files\'
other:
    User: null
""",
    "selection and not filter_main and not other",
)
GOOD = {"Image": r"C:\Windows\PowerShell.exe", "CommandLine": "powershell -enc AAA", "User": "malee"}


def explained(record: dict[str, Any], text: str = RULE) -> dict[str, Any]:
    return explain_rule(rules_of(text).rules[0], record, LOG)


def test_a_hit_is_told_with_its_tests_spans_and_the_filters_that_were_checked() -> None:
    said = explained(GOOD)
    assert (said["holds"], said["level"], said["rule_id"][:4]) == (True, "high", "1111")
    assert said["matched"] == [
        {"field": "Image", "value": GOOD["Image"], "modifier": "endswith", "pattern": r"\powershell.exe"},
        {"field": "CommandLine", "value": GOOD["CommandLine"], "modifier": "contains", "pattern": " -enc"},
    ]
    assert [(item["field"], item["true"]) for item in said["filters"]] == [
        ("ParentImage", False),
        ("User", False),
    ]
    spans = {item["field"]: item["span"] for item in said["tests"] if item["true"]}
    assert spans == {"Image": (10, 25), "CommandLine": (10, 15)}
    assert said["th"] == (
        "กฎ “A rule” (ระดับสูง) ตรงกับเหตุการณ์นี้ เพราะ Image ลงท้ายด้วย “\\powershell.exe” "
        "(ค่าคือ “C:\\Windows\\PowerShell.exe”) และ CommandLine มี “ -enc” (ค่าคือ “powershell -enc AAA”)"
    )
    assert said["en"] == (
        "The rule “A rule” (high) fits this event, because Image ends with “\\powershell.exe” "
        "(it is “C:\\Windows\\PowerShell.exe”) and CommandLine contains “ -enc” (it is “powershell -enc AAA”)."
    )


@pytest.mark.parametrize(
    ("change", "thai", "english"),
    [
        (
            {"CommandLine": "dir"},
            "CommandLine ไม่มี “ -enc” (ค่าคือ “dir”)",
            "CommandLine does not contain “ -enc” (it is “dir”)",
        ),
        (
            {"ParentImage": "C:\\Program Files\\a.exe"},
            "เข้าข้อยกเว้น ParentImage ขึ้นต้นด้วย “C:\\Program Files\\”",
            "an exception applies, ParentImage begins with “C:\\Program Files\\”",
        ),
        ({"User": None}, "เข้าข้อยกเว้น User ไม่มีค่า", "an exception applies, User is not there"),
        (
            {"Image": "x.exe", "CommandLine": "whoami"},
            "Image ไม่ลงท้ายด้วย “\\powershell.exe” (ค่าคือ “x.exe”)",
            "Image does not end with “\\powershell.exe” (it is “x.exe”)",
        ),
    ],
)
def test_a_miss_is_told_by_what_stands_in_the_way(change: dict[str, Any], thai: str, english: str) -> None:
    said = explained({**GOOD, **change})
    assert said["holds"] is False
    assert len(said["obstacles"]) == 1
    assert said["th"] == f"กฎ “A rule” ไม่ตรงกับเหตุการณ์นี้ เพราะ {thai}"
    assert said["en"] == f"The rule “A rule” does not fit this event, because {english}."


def test_another_log_is_told_before_any_test() -> None:
    said = explain_rule(rules_of(RULE).rules[0], {**GOOD, "Channel": "System", "EventID": 7045})
    assert (said["holds"], said["logsource_fits"], said["obstacles"]) == (False, False, [])
    assert "it looks at logs of test, and this one comes from windows/" in said["en"]
    assert "เพราะกฎดูบันทึกของ test" in said["th"]


def test_obstacles_turned_round_make_the_rule_hold() -> None:
    condition = rules_of(RULE).rules[0].condition
    assert obstacles_of(condition, GOOD) == []
    none = obstacles_of(condition, {"User": "malee"})
    assert [(item.field, item.excepted) for item in none] == [("Image", False), ("CommandLine", False)]


@pytest.mark.parametrize(
    ("key", "value", "good", "bad", "said", "denied"),
    [
        ("f", "a", "a", "b", "f is “a”", "f is not “a”"),
        ("f|re", "^a+$", "aa", "b", "f fits “^a+$”", "f does not fit “^a+$”"),
        ("f|cidr", "10.0.0.0/8", "10.1.1.1", "1.1.1.1", "f lies in “10.0.0.0/8”", "f does not lie in “10.0.0.0/8”"),
        ("f|gte", 5, 7, 3, "f is at least “5”", "f is below “5”"),
        ("f|lt", 5, 3, 7, "f is below “5”", "f is not below “5”"),
        ("f|exists", "true", "x", None, "f is there", "f is not there"),
        ("f|exists", "false", None, "x", "f is not there", "f is there"),
        ("f", "null", None, "x", "f is not there", "f is there"),
        ("f|hour", 3, "2026-11-21T03:00:00Z", "2026-11-21T04:00:00Z", "f has hour (UTC) 3", "f has not hour (UTC) 3"),
        ("f|fieldref", "g", "same", "other", "f matches the field “g”", "f does not match the field “g”"),
        ("f|contains|all", "['a']", "xax", "b", "f contains “a”", "f does not contain “a”"),
    ],
)  # fmt: skip
def test_every_kind_of_test_has_words(
    *, key: str, value: object, good: object, bad: object, said: str, denied: str
) -> None:
    text = rule_text(f"selection:\n    {key}: {value}")
    found, missed = (explained({"f": given, "g": "same"}, text) for given in (good, bad))
    assert (found["holds"], missed["holds"]) == (True, False)
    assert f"because {said}" in found["en"]
    assert f"this event, because {denied}" in missed["en"]
    for answer in (found, missed):
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in answer["th"])


def test_a_keyword_and_a_rule_of_exceptions_alone_have_words() -> None:
    keyword = rule_text("selection: ['mimikatz']")
    assert (
        "message contains “mimikatz” (it is “run mimikatz”)"
        in explained({"message": "run mimikatz"}, keyword)["en"]
    )
    assert "some value of the event does not contain" not in explained({"message": "mimikatz"}, keyword)["en"]
    assert "no value of the event contains “mimikatz”" in explained({"message": "x"}, keyword)["en"]
    only = rule_text("selection:\n    f: a", "not selection")
    assert "none of its exceptions is true" in explained({"f": "b"}, only)["en"]


def test_what_strangers_wrote_is_quoted_without_control_characters_and_cut() -> None:
    said = explained({**GOOD, "CommandLine": "\x1b[31m -enc\n\u202e" + "x" * 500})["en"]
    assert "\x1b" not in said
    assert "\n" not in said
    assert "\u202e" not in said
    assert "x" * 81 not in said


def test_spans_levels_and_bounds_in_words() -> None:
    assert words.timespan(5_400) == Text("90 นาที", "90 minutes")
    assert words.timespan(86_400) == Text("1 วัน", "1 day")
    assert words.timespan(1) == Text("1 วินาที", "1 second")
    assert words.level("critical") == Text("วิกฤต", "critical")
    assert words.level("") == Text("ไม่ระบุ", "no level given")
    assert words.level("odd") == Text("odd", "odd")
    assert words.bounds((("gt", 100), ("lte", 2000))) == Text(
        "มากกว่า 100 และ ไม่เกิน 2,000", "more than 100 and at most 2,000"
    )
    assert words.moment(0).en == "1 Jan 1970 07:00:00 (Bangkok)"
    assert words.moment(1 << 62).th == str(1 << 62)
    assert words.between(0, 86_400_000_000).th == "1 ม.ค. 2513 07:00:00 น. ถึง 2 ม.ค. 2513 07:00:00 น."


MANY = "type: event_count, rules: [failed], group-by: [user], timespan: 2m, condition: {gte: 3}"
THEN = "type: temporal_ordered, rules: [many, login], group-by: [user], timespan: 10m"
TIMES = (
    (0, "failed", "u"), (1, "failed", "u"), (2, "failed", "w"), (3, "failed", "u"), (4, "failed", "u"),
    (5, "login", "u"), (6, "failed", None), (7, "read", "u"), (8, "login", "w"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = [
        *RULES,
        CORRELATION.format(title="Many", name="many", level="high", section=MANY),
        CORRELATION.format(title="Then", name="then", level="critical", section=THEN),
    ]
    (tmp_path / "rules.yml").write_text("---\n".join(parts))
    lines = [
        {"timestamp": f"2026-11-21T15:00:0{second}Z", "action": action, "user": user}
        for second, action, user in TIMES
    ]
    lines.append({"action": "failed", "user": "u"})
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def asked(folder: Path, rule: str, event: int, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    paths = (
        "--rules",
        str(folder / "rules.yml"),
        "--events",
        str(folder / "x.jsonl"),
        "--logsource",
        "/test/",
    )
    code = main(["sigma", "run", *paths, "--no-cache", "--explain", rule, str(event)])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == (0 if answer["holds"] else 1)
    return answer


@pytest.mark.parametrize(
    ("rule", "event", "holds", "thai", "english"),
    [
        ("Many", 0, True, "เป็นส่วนหนึ่งของ “Many” (ระดับสูง): พบ 3 เหตุการณ์", "is part of “Many” (high): 3 events"),
        ("Many", 3, True, "ภายใน 2 นาที (21 พ.ย. 2569 22:00:00 ถึง 22:00:03 น.)", "for user = “u” within 2 minutes"),
        ("Many", 2, False, "ถึงเวลานั้นวัดได้ 1 เกณฑ์ของกฎคืออย่างน้อย 3", "by then is 1; the rule asks for at least 3."),
        ("Many", 4, False, "กลุ่มนี้เพิ่งแจ้งเตือนไปแล้วเมื่อ 21 พ.ย. 2569 22:00:03 น.", "rests for one timespan"),
        ("Many", 5, False, "ไม่ตรงกับกฎ “Failed login”", "it does not fit “Failed login”"),
        ("Many", 6, False, "ไม่มีค่าครบในช่อง user", "it lacks a value in user"),
        ("Many", 9, False, "อ่านเวลาของเหตุการณ์ไม่ได้", "its time cannot be read"),
        ("Then", 5, True, "เกิดตามลำดับ: “Many” แล้ว “Login”", "one after the other: “Many” then “Login” for user = “u”"),
        ("Then", 0, True, "กฎกำหนดให้พบครบทุกข้อ", "the rule asks for all of them."),
        ("Then", 8, False, "ถึงเวลานั้นวัดได้ 1", "the value measured by then is 1; the rule asks for all"),
        ("Then", 2, False, "ความสัมพันธ์ที่อยู่ระหว่างกลางไม่เป็นจริง", "the correlation in between does not hold"),
        ("Then", 7, False, "ไม่ตรงกับกฎ “Many” หรือ “Login”", "it does not fit “Many” or “Login”"),
    ],
)  # fmt: skip
def test_a_correlation_says_of_each_event_whether_it_is_part_of_an_alert(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    rule: str,
    event: int,
    holds: bool,
    thai: str,
    english: str,
) -> None:
    answer = asked(folder, rule, event, capsys)
    assert answer["holds"] is holds
    assert thai in answer["th"]
    assert english in answer["en"]
    assert bool(answer["alerts"]) is holds
    if holds:
        events = [one["event"] for one in answer["alerts"][0]["correlation"]["events"]]
        assert event in events or rule == "Then"
    # the rules that feed it are asked as well
    assert {one["title"] for one in answer["feeding"]} == (
        {"Failed login"} if rule == "Many" else {"Failed login", "Login"}
    )


KINDS = [
    ("value_count, rules: [sent], condition: {gte: 2, field: v}", "2 different values of v", "พบ v ต่างกัน 2 ค่า"),
    ("value_sum, rules: [sent], condition: {gt: 5, field: v}", "v adds up to 6 in 3 events", "ผลรวมของ v เป็น 6"),
    ("value_avg, rules: [sent], condition: {lt: 5, field: v}", "v is 2 on average", "ค่าเฉลี่ยของ v เป็น 2"),
    ("value_median, rules: [sent], condition: {eq: 1.5, field: v}", "v has the median 1.5", "ค่ามัธยฐานของ v เป็น 1.5"),
    (
        "value_percentile, rules: [sent], condition: {gte: 1, field: v, percentile: 75}",
        "percentile 75 of v is 2.",
        "เปอร์เซ็นไทล์ 75 ของ v",
    ),
    (
        "value_percentile, rules: [sent], condition: {lte: 40, field: v}",
        "v is “1”, “1.5”, “3.5” in only 33.3",
        "v เป็น “1”, “1.5”, “3.5” เพียงร้อยละ 33.3",
    ),
    ("temporal, rules: [sent, login]", "together: “Sent” and “Login”", "พบร่วมกัน: “Sent” และ “Login”"),
    ("temporal, condition: sent and not failed", "names a condition over several rules", "กฎกำหนดเงื่อนไขร่วมของหลายกฎ"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "english", "thai"), KINDS)
def test_every_type_of_correlation_has_words(tmp_path: Path, section: str, english: str, thai: str) -> None:
    rule = CORRELATION.format(title="It", name="it", level="low", section=f"type: {section}, timespan: 1m")
    (tmp_path / "rules.yml").write_text("---\n".join([*RULES, rule]))
    lines = [
        {"timestamp": f"2026-11-21T15:00:0{number}Z", "action": action, "bytes": 1, "v": value}
        for number, (action, value) in enumerate((("login", 1), ("", 1.5), ("", 3.5)))
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    out = tmp_path / "out"
    paths = ("--rules", str(tmp_path / "rules.yml"), "--events", str(tmp_path / "x.jsonl"), "--out", str(out))
    assert main(["sigma", "run", *paths, "--no-cache", "--logsource", "/test/"]) == 0
    (alert,) = [hit for hit in map(json.loads, out.read_text().splitlines()) if hit["title"] == "It"]
    assert english in alert["correlation"]["en"]
    assert thai in alert["correlation"]["th"]
