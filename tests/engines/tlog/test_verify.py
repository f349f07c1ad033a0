"""``phithak audit verify`` on tampered copies, rollbacks, forks, other origins and malformed files."""

from __future__ import annotations

import argparse
import json
import tracemalloc
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from phithak.engines.tlog.cli import register
from tests.engines.tlog.tampering import (
    ORIGIN,
    Edit,
    Log,
    expect,
    make_log,
    tamper,
    write_checkpoints,
    write_log,
)
from tests.engines.tlog.truth import tree_hash


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    """Run the command with ``--json``; return its exit code and report."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["audit", "verify", "--json", *map(str, arguments)])
    code = args.handler(args)
    return code, json.loads(capsys.readouterr().out)


def say(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Run the command as a person does; return its exit code and text."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["audit", "verify", *map(str, arguments)])
    return args.handler(args), capsys.readouterr().out


def plain(tmp_path: Path, count: int = 300, sizes: tuple[int, ...] = (100, 200)) -> tuple[Log, Path, Path]:
    log = Log([b"entry %d" % number for number in range(1, count + 1)], list(sizes))
    return (
        log,
        write_log(tmp_path / "log", log.lines),
        write_checkpoints(tmp_path / "cp.json", log.checkpoints()),
    )


def tampering_round(
    capsys: pytest.CaptureFixture[str], folder: Path, seed: int, logs: int, edits: int
) -> Counter[str]:
    """Tamper with ``logs`` logs ``edits`` times each; every edit must be answered exactly right."""
    random = Random(seed)  # noqa: S311 a reproducible generator, no secret
    seen: Counter[str] = Counter()
    for _ in range(logs):
        log = make_log(random)
        reference = write_log(folder / "reference", log.lines)
        checkpoints = write_checkpoints(folder / "cp.json", log.checkpoints())
        code, report = run(capsys, reference, "--checkpoints", checkpoints)
        assert (code, report["good_until"]) == (0, log.sizes[-1]), "an untouched log must pass"
        for number in range(edits):
            edit = list(Edit)[number % len(Edit)]
            lines = tamper(log, random, edit)
            expected = expect(log, lines)
            copy = write_log(folder / "copy", lines)
            note = f"seed {seed}, {edit}, {len(log.lines)} lines, sizes {log.sizes}, {expected}"
            _check_without_reference(run(capsys, copy, "--checkpoints", checkpoints), log, lines, note)
            code, report = run(capsys, copy, "--checkpoints", checkpoints, "--reference", reference)
            appended_only = lines[: len(log.lines)] == log.lines
            if expected.interval is None and appended_only:
                # more lines than the reference and no checkpoint over them: nobody can object yet
                assert (code, report["problem"]) == (0, None), note
                assert report["unwitnessed"] == [log.sizes[-1] + 1, len(lines)], note
            else:
                assert code == 1, note
                assert report["problem"]["line"] == expected.line, note
            seen[f"{edit}, {'witnessed' if expected.interval else 'tail'}"] += 1
    return seen


def _check_without_reference(
    answer: tuple[int, dict[str, Any]], log: Log, lines: list[bytes], note: str
) -> None:
    code, report = answer
    expected = expect(log, lines)
    newest = log.sizes[-1]
    assert report["unwitnessed"] == ([newest + 1, len(lines)] if len(lines) > newest else None), note
    if expected.interval is None:
        assert (code, report["problem"], report["good_until"]) == (0, None, newest), note
        return
    assert code == 1, note
    assert (report["problem"]["first"], report["problem"]["last"]) == expected.interval, note
    assert report["good_until"] == expected.interval[0] - 1, note
    assert f"lines {expected.interval[0]}-{expected.interval[1]}" in report["problem"]["en"], note
    assert f"บรรทัด {expected.interval[0]}-{expected.interval[1]}" in report["problem"]["th"], note


@pytest.mark.parametrize("seed", range(4))
def test_every_random_edit_is_found_in_its_interval_and_line(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = tampering_round(capsys, tmp_path, seed, logs=10, edits=10)
    assert seen.total() == 100
    assert sum(count for kind, count in seen.items() if kind.endswith("witnessed")) >= 60
    assert {kind.split(",")[0] for kind in seen} == set(Edit)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_ten_thousand_edits(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tampering_round(capsys, tmp_path, seed, logs=20, edits=25).total() == 500


def test_untouched_with_a_tail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, log, checkpoints = plain(tmp_path)
    code, text = say(capsys, log, "--checkpoints", checkpoints)
    assert code == 0
    assert "VALID: lines 1-200 match 2 checkpoints" in text
    assert "NOT YET WITNESSED: lines 201-300" in text
    assert "ยังไม่มีพยาน: บรรทัด 201-300" in text
    assert " 1-300" not in text


def test_one_changed_byte_names_its_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, path, checkpoints = plain(tmp_path)
    lines = [*log.lines]
    lines[149] = b"entry 15O"
    bad = write_log(tmp_path / "bad", lines)
    code, text = say(capsys, bad, "--checkpoints", checkpoints)
    assert code == 1
    assert "NOT VALID: lines 101-200" in text
    code, text = say(capsys, bad, "--checkpoints", checkpoints, "--reference", path)
    assert code == 1
    assert "lines 101-200" in text
    assert "first line that differs from the reference: 150" in text


def test_rollback_to_an_older_valid_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, _, checkpoints = plain(tmp_path)
    old = write_log(tmp_path / "old", log.lines[:100])
    code, report = run(capsys, old, "--checkpoints", checkpoints)
    assert code == 1
    assert report["problem"]["fault"] == "rollback"
    assert (report["problem"]["first"], report["problem"]["last"], report["problem"]["line"]) == (
        101,
        200,
        101,
    )
    assert report["good_until"] == 100
    assert report["unwitnessed"] is None


def test_truncated_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, path, checkpoints = plain(tmp_path)
    short = write_log(tmp_path / "short", log.lines[:150])
    code, report = run(capsys, short, "--checkpoints", checkpoints, "--reference", path)
    assert (code, report["problem"]["fault"], report["problem"]["line"]) == (1, "truncated", 151)
    code, report = run(capsys, write_log(tmp_path / "none", []), "--checkpoints", checkpoints)
    assert (code, report["problem"]["first"], report["problem"]["last"]) == (1, 1, 100)


@pytest.mark.parametrize("count", [200, 260])
def test_a_cut_newline_counts_only_under_a_checkpoint(
    count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, path, checkpoints = plain(tmp_path)
    write_log(path, log.lines[:count])
    path.write_bytes(path.read_bytes()[:-1])
    code, report = run(capsys, path, "--checkpoints", checkpoints)
    if count == 200:
        assert (code, report["problem"]["fault"], report["problem"]["line"]) == (1, "torn", 200)
        assert (report["problem"]["first"], report["problem"]["last"]) == (101, 200)
    else:
        assert (code, report["unwitnessed"]) == (0, [201, 260])


def test_all_hashes_recomputed_by_the_owner_do_not_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, _, witnessed = plain(tmp_path)
    forged = Log([*log.lines[:40], b"forged", *log.lines[41:]], log.sizes)
    path = write_log(tmp_path / "forged", forged.lines)
    own = write_checkpoints(tmp_path / "own.json", forged.checkpoints())
    assert run(capsys, path, "--checkpoints", own)[0] == 0, "with his own checkpoints the owner looks honest"
    code, report = run(capsys, path, "--checkpoints", witnessed)
    assert (code, report["problem"]["first"], report["problem"]["last"]) == (1, 1, 100)


def test_two_witnesses_shown_different_views(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, path, first = plain(tmp_path)
    other = Log([*log.lines[:120], b"other", *log.lines[121:]], log.sizes)
    second = write_checkpoints(tmp_path / "second.json", other.checkpoints())
    code, report = run(capsys, path, "--checkpoints", first, "--checkpoints", second)
    assert (code, report["problem"]["fault"]) == (1, "fork")
    assert (report["problem"]["first"], report["problem"]["last"]) == (101, 200)
    assert f"this one matches: {first}" in report["problem"]["en"]
    assert str(second) in report["problem"]["th"]


def test_two_witnesses_who_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, path, first = plain(tmp_path)
    second = write_checkpoints(tmp_path / "second.json", Log(log.lines, [150, 200, 250]).checkpoints())
    code, report = run(capsys, path, "--checkpoints", first, "--checkpoints", second)
    assert (code, report["checkpoints"], report["good_until"]) == (0, 4, 250)


def test_another_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, path, checkpoints = plain(tmp_path)
    assert run(capsys, path, "--checkpoints", checkpoints, "--origin", ORIGIN)[0] == 0
    code, report = run(capsys, path, "--checkpoints", checkpoints, "--origin", "other.example/log")
    assert (code, report["code"], report["field"]) == (1, "tlog.verify.origin", "origin")
    assert ORIGIN in report["en"]
    assert "other.example/log" in report["th"]


def test_files_of_two_logs_do_not_mix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, path, first = plain(tmp_path)
    second = write_checkpoints(tmp_path / "b.json", {**log.checkpoints(), "origin": "b.example"})
    code, report = run(capsys, path, "--checkpoints", first, "--checkpoints", second)
    assert (code, report["code"], report["file"]) == (1, "tlog.verify.origin", str(second))


GOOD = tree_hash([b"entry %d" % number for number in range(1, 101)]).hex()
MALFORMED = [
    ("[]", "tlog.verify.json", "", None),
    ('{"origin": "a",\n "checkpoints": [}', "tlog.verify.json", "", 2),
    ("\udcff", "tlog.verify.json", "", None),
    ('{"checkpoints": []}', "tlog.verify.malformed", "origin", None),
    ('{"origin": "a"}', "tlog.verify.malformed", "checkpoints", None),
    ('{"origin": "a", "checkpoints": []}', "tlog.verify.malformed", "checkpoints", None),
    ('{"origin": "a", "checkpoints": [1]}', "tlog.verify.malformed", "checkpoints[0]", None),
    (
        '{"origin": "a", "checkpoints": [{"size": true, "root": "00"}]}',
        "tlog.verify.malformed",
        "checkpoints[0].size",
        None,
    ),
    (
        '{"origin": "a", "checkpoints": [{"size": -1, "root": "00"}]}',
        "tlog.verify.malformed",
        "checkpoints[0].size",
        None,
    ),
    (
        '{"origin": "a", "checkpoints": [{"size": 1, "root": "00"}]}',
        "tlog.verify.malformed",
        "checkpoints[0].root",
        None,
    ),
    (
        f'{{"origin": "a", "checkpoints": [{{"size": 1, "root": "{"g" * 64}"}}]}}',
        "tlog.verify.malformed",
        "checkpoints[0].root",
        None,
    ),
    (
        f'{{"origin": "a", "checkpoints": [{{"size": 0, "root": "{GOOD}"}}]}}',
        "tlog.verify.malformed",
        "checkpoints[0].root",
        None,
    ),
    (
        f'{{"origin": "a", "checkpoints": [{{"size": 9, "root": "{GOOD}"}}, {{"size": 8, "root": "{GOOD}"}}]}}',
        "tlog.verify.order",
        "checkpoints[1].size",
        None,
    ),
    (
        f'{{"origin": "a", "checkpoints": [{{"size": 9, "root": "{GOOD}"}}, {{"size": 9, "root": "{GOOD}"}}]}}',
        "tlog.verify.order",
        "checkpoints[1].size",
        None,
    ),
    (
        f'{{"origin": "a", "checkpoints": [{{"size": 9, "root": "{GOOD}"}}, {{"size": 9, "root": "{"0" * 64}"}}]}}',
        "tlog.verify.fork",
        "checkpoints[1].root",
        None,
    ),
]


@pytest.mark.parametrize(("content", "code", "field", "line"), MALFORMED)
def test_malformed_checkpoint_files_name_the_place(
    content: str,
    code: str,
    field: str,
    *,
    line: int | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, path, _ = plain(tmp_path)
    bad = tmp_path / "bad.json"
    bad.write_bytes(content.encode("utf-8", "surrogateescape"))
    exit_code, report = run(capsys, path, "--checkpoints", bad)
    assert exit_code == 1
    assert (report["code"], report["field"], report["line"], report["file"]) == (code, field, line, str(bad))
    assert str(bad) in report["th"]
    assert str(bad) in report["en"]
    assert field in report["en"]


def test_missing_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, path, checkpoints = plain(tmp_path)
    absent = tmp_path / "absent"
    for arguments in (
        (absent, "--checkpoints", checkpoints),
        (path, "--checkpoints", absent),
        (path, "--checkpoints", checkpoints, "--reference", absent),
        (path, "--checkpoints", checkpoints, "--keys", absent),
    ):
        code, text = say(capsys, *arguments)
        assert code == 1
        assert text.startswith("ไม่ผ่าน: ")
        assert str(absent) in text


def test_an_endless_line_is_refused_by_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, path, checkpoints = plain(tmp_path)
    path.write_bytes(b"first\n" + b"x" * 20_000_000)
    code, report = run(capsys, path, "--checkpoints", checkpoints)
    assert (code, report["code"], report["line"]) == (1, "tlog.verify.line", 2)


def test_a_reference_that_is_bad_itself_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, path, checkpoints = plain(tmp_path)
    bad = write_log(tmp_path / "bad", [b"forged", *log.lines[1:]])
    code, report = run(capsys, path, "--checkpoints", checkpoints, "--reference", bad)
    assert (code, report["problem"]) == (0, None)
    assert "does not match the checkpoints after line 0" in report["reference_note"][1]


def test_an_older_reference_is_no_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, path, checkpoints = plain(tmp_path)
    older = write_log(tmp_path / "older", log.lines[:220])
    code, report = run(capsys, path, "--checkpoints", checkpoints, "--reference", older)
    assert (code, report["problem"], report["reference_note"]) == (0, None, None)


def test_a_difference_in_the_tail_shows_only_against_a_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, path, checkpoints = plain(tmp_path)
    copy = write_log(tmp_path / "copy", [*log.lines[:250], b"x", *log.lines[251:]])
    assert run(capsys, copy, "--checkpoints", checkpoints)[0] == 0
    code, report = run(capsys, copy, "--checkpoints", checkpoints, "--reference", path)
    assert (code, report["problem"]["fault"], report["problem"]["line"]) == (1, "differs", 251)


def test_a_root_of_fewer_lines_does_not_vouch_for_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, _, _ = plain(tmp_path)
    short = write_log(tmp_path / "short", log.lines[:100])
    lying = {"origin": ORIGIN, "checkpoints": [{"size": 200, "root": tree_hash(log.lines[:100]).hex()}]}
    code, report = run(capsys, short, "--checkpoints", write_checkpoints(tmp_path / "lying.json", lying))
    assert (code, report["good_until"], report["problem"]["fault"]) == (1, 0, "truncated")


def test_the_exact_line_far_into_a_large_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [b"%07d" % number + b"." * 500 for number in range(1, 12_001)]
    log = Log(lines, [4_000, 12_000])
    path = write_log(tmp_path / "log", lines)
    assert path.stat().st_size > 5 << 20, "several blocks of reading"
    checkpoints = write_checkpoints(tmp_path / "cp.json", log.checkpoints())
    copy = write_log(tmp_path / "copy", [*lines[:10_999], lines[10_999][:-1] + b"!", *lines[11_000:]])
    code, report = run(capsys, copy, "--checkpoints", checkpoints, "--reference", path)
    assert (code, report["problem"]["first"], report["problem"]["line"]) == (1, 4_001, 11_000)


def test_lines_are_bytes_of_any_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log([b"", b"\r", b"\x00\xff", "พิทักษ์".encode(), b"", b"\x85\x0b\x0c"], [2, 6])
    path = write_log(tmp_path / "log", log.lines)
    checkpoints = write_checkpoints(tmp_path / "cp.json", log.checkpoints())
    assert run(capsys, path, "--checkpoints", checkpoints)[0] == 0


def test_memory_stays_bounded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [b"%08d" % number + b"." * 200 for number in range(200_000)]
    path = write_log(tmp_path / "log", lines)
    checkpoints = write_checkpoints(tmp_path / "cp.json", Log(lines, [150_000, 200_000]).checkpoints())
    del lines
    assert path.stat().st_size > 40_000_000
    tracemalloc.start()
    code, _ = run(capsys, path, "--checkpoints", checkpoints, "--reference", path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == 0
    assert peak < 12_000_000
