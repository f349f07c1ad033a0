"""Data files: what is refused and where the message points; operator's files; the command line."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, time, timedelta, timezone
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from phithak.engines.clocks import ClockDataError, ClockError, State, Unit, due, load, load_calendar
from phithak.engines.clocks.cli import register

BANGKOK = timezone(timedelta(hours=7))
GOOD = """
warn_at = [50, 80]
[[clock]]
code = "desk_answer"
version = 1
title = { th = "ตอบ", en = "Answer" }
trigger = "report_received"
length = { unit = "hours", amount = 4 }
direction = "after"
calendar = "wall_clock"
role = "service_level"
applies_to = { th = "ศูนย์", en = "the centre" }
law = { th = "ระเบียบ", en = "Rule of the centre" }
section = "1"
text = { th = "ตอบภายใน 4 ชั่วโมง", en = "Answer within 4 hours." }
in_force_from = 2026-01-01
state = "set"
confidence = "H"
checked_on = 2026-11-21
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "clocks.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_clock_of_the_brief_is_in_the_package() -> None:
    table = load()
    assert table.warn_at == (50, 80, 100)
    wanted = {
        "pdpc_notice": "set",
        "pdpc_notice_late": "set",
        "person_notice": "set",
        "processor_to_controller": "check",
        "nbtc_notice": "set",
        "nbtc_notice_short": "check",
        "ncsa_first_report": "open",
        "ncsa_contact_reach": "set",
        "ncsa_contact_change": "set",
        "ncsa_owner_change": "set",
        "risk_assessment": "check",
        "security_audit": "check",
        "system_class_review": "set",
        "traffic_log_keep": "set",
        "platform_complaint": "set",
        "platform_renewal": "set",
        "fine_rectify": "check",
        "sms_sender_id": "readiness",
        "password_age_advice": "set",
        "follow_up_meeting": "set",
        "intake_coordination": "option",
        "subject_request": "check",
    }
    assert {code: table.get(code).state.value for code in wanted} == wanted


def test_nothing_known_by_heart_alone_is_called_settled() -> None:
    assert [clock.code for clock in load() if clock.confidence == "K" and clock.state is State.SET] == []


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('code = "desk_answer"', 'code = "Desk"', "code"),
        ('code = "desk_answer"', "", "code"),
        ("version = 1", "version = 0", "version"),
        ("version = 1", "version = true", "version"),
        ('title = { th = "ตอบ", en = "Answer" }', 'title = { th = "ตอบ" }', "title"),
        ('title = { th = "ตอบ", en = "Answer" }', 'title = { th = "ตอบ", en = " " }', "title.en"),
        ('trigger = "report_received"', 'trigger = "felt_like_it"', "trigger"),
        ("amount = 4", "amount = 0", "length.amount"),
        ("amount = 4", "amount = 4.5", "length.amount"),
        ('length = { unit = "hours", amount = 4 }', 'length = "4h"', "length"),
        ('unit = "hours"', 'unit = "fortnights"', "length"),
        ('{ unit = "hours", amount = 4 }', '{ unit = "without_delay", amount = 4 }', "length.amount"),
        ('calendar = "wall_clock"', 'calendar = "office_hours"', "calendar"),
        ('calendar = "wall_clock"', 'calendar = "working_days"', "calendar"),
        ('direction = "after"', 'direction = "sideways"', "direction"),
        ('role = "service_level"', 'role = "late_limit"', "limit_of"),
        ('role = "service_level"', 'role = "late_limit"\nlimit_of = "nothing"', "limit_of"),
        ('state = "set"', 'state = "open"', "state"),
        ('{ unit = "hours", amount = 4 }', '{ unit = "unset" }', "state"),
        ('section = "1"', "section = 1", "section"),
        ("in_force_from = 2026-01-01", "in_force_from = 2026-01-01\nin_force_to = 2025-12-31", "in_force_to"),
        ("in_force_from = 2026-01-01", 'in_force_from = "soon"', "in_force_from"),
        ("checked_on = 2026-11-21", "", "checked_on"),
        ('confidence = "H"', 'confidence = "sure"', "confidence"),
        ('confidence = "H"', 'confidence = "H"\ncolour = "red"', "colour"),
    ],
)
def test_a_bad_entry_is_named_by_file_entry_and_field(old: str, new: str, field: str, tmp_path: Path) -> None:
    assert GOOD.count(old) == 1
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ClockDataError) as caught:
        load(path)
    error = caught.value
    assert (error.file, error.field) == (str(path), field)
    assert field == "limit_of" or "clock[0]" in error.entry
    for text in (error.message.th, error.message.en):
        assert str(path) in text
        assert field in text


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("warn_at = [", ""),
        ("warn_at = [0]" + GOOD.replace("warn_at = [50, 80]", ""), "warn_at"),
        (GOOD.replace("warn_at = [50, 80]", ""), "warn_at"),
        ("warn_at = [50]\nclock = [1]", "clock"),
        (GOOD + GOOD.replace("warn_at = [50, 80]", ""), "version"),
        (
            GOOD + GOOD.replace("warn_at = [50, 80]", "").replace("version = 1", "version = 2"),
            "in_force_from",
        ),
    ],
)
def test_a_bad_file_is_named(text: str, field: str, tmp_path: Path) -> None:
    with pytest.raises(ClockDataError) as caught:
        load(write(tmp_path, text))
    assert caught.value.field == field


def test_missing_files_are_named(tmp_path: Path) -> None:
    absent = tmp_path / "absent.toml"
    for call in (lambda: load(absent), lambda: load(extra=[absent]), lambda: load_calendar(absent)):
        with pytest.raises(ClockDataError) as caught:
            call()
        assert str(absent) in caught.value.message.th


def test_a_new_version_in_a_file_changes_new_cases_only(tmp_path: Path) -> None:
    newer = GOOD.replace("version = 1", "version = 2").replace("amount = 4", "amount = 2")
    newer = newer.replace("in_force_from = 2026-01-01", "in_force_from = 2026-06-01").replace(
        "warn_at = [50, 80]", ""
    )
    extra = tmp_path / "newer.toml"
    extra.write_text(newer, encoding="utf-8")
    table = load(write(tmp_path, GOOD), extra=[extra])
    spring, summer = datetime(2026, 5, 31, 23, 0, tzinfo=BANGKOK), datetime(2026, 6, 1, 0, 0, tzinfo=BANGKOK)
    old, new = table.get("desk_answer", at=spring), table.get("desk_answer", at=summer)
    assert (old.version, new.version) == (1, 2)
    assert due(old, spring).due_at == datetime(2026, 6, 1, 3, 0, tzinfo=BANGKOK)
    assert due(new, summer).due_at == datetime(2026, 6, 1, 2, 0, tzinfo=BANGKOK)
    kept = table.get("desk_answer", at=summer, version=1)
    assert due(kept, summer).due_at == datetime(2026, 6, 1, 4, 0, tzinfo=BANGKOK)
    with pytest.raises(ClockError):
        table.get("desk_answer", version=3)
    with pytest.raises(ClockError, match=r"clocks\.unknown"):
        table.get("nothing")


def test_the_holiday_table() -> None:
    calendar = load_calendar()
    assert calendar.covers == (2020, 2027)
    for year in range(2020, 2028):
        for month, day in (
            (1, 1),
            (4, 6),
            (5, 4),
            (6, 3),
            (7, 28),
            (8, 12),
            (10, 13),
            (10, 23),
            (12, 5),
            (12, 10),
        ):
            assert date(year, month, day) in calendar.holidays
    assert all(date(year, 4, day) in calendar.holidays for year in range(2021, 2028) for day in (13, 14, 15))
    assert not calendar.is_working_day(date(2026, 4, 14))
    assert calendar.is_working_day(date(2020, 4, 14)), "Songkran 2563 was moved"
    substitutes = [item for item in calendar.holidays.values() if "substitute" in item.title.en]
    assert substitutes
    assert all(item.state == "check" and item.day.weekday() < 5 for item in substitutes)
    text = (
        resources.files("phithak.engines.clocks").joinpath("data/holidays.toml").read_text(encoding="utf-8")
    )
    assert text.count("[[holiday]]") == len(calendar.holidays)


def test_the_operator_adds_and_takes_away_days_and_hours(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        "opens = 09:00:00\ncloses = 17:00:00\ncovers = [2020, 2030]\n"
        '[[holiday]]\nday = 2026-11-23\nth = "วันหยุดพิเศษ"\nen = "Special holiday"\nstate = "set"\n'
        "[[working_day]]\nday = 2026-12-07\n",
        encoding="utf-8",
    )
    calendar = load_calendar(override=path)
    assert (calendar.opens, calendar.closes, calendar.covers) == (time(9), time(17), (2020, 2030))
    assert not calendar.is_working_day(date(2026, 11, 23))
    assert calendar.is_working_day(date(2026, 12, 7))
    clock = load().get("intake_coordination")
    assert clock.length.unit is Unit.OFFICE_HOURS
    found = due(clock, datetime(2026, 11, 20, 16, 0, tzinfo=BANGKOK), calendar)
    assert found.due_at == datetime(2026, 11, 24, 14, 0, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[[holiday]]\nday = "2026-01-01"\nth = "ก"\nen = "a"\nstate = "set"', "day"),
        ('[[holiday]]\nday = 2026-01-01\nen = "a"\nstate = "set"', "th"),
        ('[[holiday]]\nday = 2026-01-01\nth = "ก"\nen = "a"\nstate = "perhaps"', "state"),
        ('[[holiday]]\nday = 2026-01-01\nth = "ก"\nen = "a"\nstate = "set"\n' * 2, "day"),
        ("[[working_day]]\nday = 1", "day"),
        ('opens = "early"', "opens"),
        ("opens = 17:00:00\ncloses = 08:00:00", "opens"),
        ("covers = [2030, 2020]", "covers"),
        ("x = [", ""),
    ],
)
def test_a_bad_holiday_file_is_named(text: str, field: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClockError) as caught:
        load_calendar(override=path)
    assert caught.value.field == field


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["clocks", *arguments])
    code = args.handler(args)
    return code, json.loads(capsys.readouterr().out)


def test_the_command_answers_when_a_clock_ends(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run(capsys, "due", "pdpc_notice", "--at", "2026-11-20T17:00")
    assert code == 0
    assert (found["due_at"], found["bangkok"]) == ("2026-11-23T10:00:00+00:00", "2026-11-23T17:00:00+07:00")
    assert (found["state"], found["section"], found["version"]) == ("running", "37(4)", 1)
    assert found["law"] == {
        "th": "พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562",
        "en": "Personal Data Protection Act B.E. 2562",
    }
    code, found = run(capsys, "due", "nbtc_notice_short", "--at", "2026-11-20T10:00Z")
    assert (code, found["due_at"], found["possible_at"]) == (0, None, "2026-11-21T10:00:00+00:00")
    assert found["show"]["en"] == "may be 24 h, check"


def test_the_command_lists_all_clocks(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run(capsys, "list")
    assert (code, found["warn_at"]) == (0, [50, 80, 100])
    entry = next(item for item in found["clocks"] if item["code"] == "ncsa_owner_change")
    assert (entry["direction"], entry["length"], entry["checked_on"]) == (
        "before",
        {"unit": "days", "amount": 7},
        "2026-11-21",
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("due", "nothing", "--at", "now"), "clocks.unknown"),
        (("due", "pdpc_notice", "--at", "tomorrow"), "clocks.moment"),
        (("due", "pdpc_notice", "--at", "now", "--version", "9"), "clocks.version"),
        (("due", "pdpc_notice", "--at", "now", "--holidays", "absent.toml"), "clocks.data"),
        (("list", "--clocks", "absent.toml"), "clocks.data"),
    ],
)
def test_the_command_refuses_with_a_reason(
    arguments: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, found = run(capsys, *arguments)
    assert (exit_code, found["code"]) == (1, code)
    assert found["th"]
    assert found["en"]
