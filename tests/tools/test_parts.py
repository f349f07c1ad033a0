"""The test run's own book-keeping: budgets, what was not run, the closing line."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools import facts, postgres
from tools import test as parts
from tools.test import Result

FOLDER = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _reports_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "REPORTS", tmp_path / "report")
    monkeypatch.setattr(parts, "ROOT", tmp_path)
    monkeypatch.setattr(postgres, "end_on_terminate", lambda: None)
    monkeypatch.delenv("CI", raising=False)


def run(monkeypatch: pytest.MonkeyPatch, *given: tuple[str, float, parts.Run]) -> int:
    monkeypatch.setattr(parts, "PARTS", {name: (budget, what) for name, budget, what in given})
    monkeypatch.setitem(parts.RUNS, "test", tuple(name for name, _, _ in given))
    return parts.main(["test"])


def outcome(**tests: str) -> parts.Run:
    def fill(result: Result) -> None:
        result.tests.update({
            name: {"outcome": how.replace("_", " "), "seconds": 1.0, "reason": "NOT RUN: gpg is missing"}
            for name, how in tests.items()
        })  # fmt: skip

    return fill


def test_the_closing_line_stands_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(monkeypatch, ("lint", 9, outcome(a="passed")), ("sqlite", 9, outcome(b="passed", c="skipped")))
        == 0
    )
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"


def test_one_failed_test_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, ("sqlite", 9, outcome(a="passed", b="failed"))) == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"
    assert "sqlite: b" in printed
    report = json.loads((tmp_path / "report" / "test.json").read_text())
    assert report["failed"] == ["sqlite: b"]
    assert {"commit", "dirty", "seed", "corpus_sha256", "load", "cpu", "figures", "bars", "not_run"} <= set(
        report
    )
    assert report["bars"] == {"sqlite": 9}


def test_a_part_over_its_budget_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = itertools.count(step=100)
    monkeypatch.setattr(parts.time, "monotonic", lambda: next(moments))
    assert run(monkeypatch, ("sqlite", 99, outcome(a="passed"))) == 1
    assert "took 100 s, its budget is 99 s" in capsys.readouterr().out


def test_a_run_without_any_test_is_not_a_success(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, ("sqlite", 9, outcome())) == 1


def test_not_run_is_never_passed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, ("sqlite", 9, outcome(a="passed", b="not_run"))) == 0
    printed = capsys.readouterr().out
    assert "b: gpg is missing" in printed
    assert printed.splitlines()[-1] == "1 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize(("ci", "failed"), [("", False), ("true", True)])
def test_a_missing_program_is_named_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, *, failed: bool
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    monkeypatch.setattr(parts.shutil, "which", lambda _: None)
    both = (("postgres", 9, parts.on_postgres), ("pages", 9, parts.in_browser))
    assert run(monkeypatch, ("lint", 9, outcome(a="passed")), *both) == int(failed)
    printed = capsys.readouterr().out
    assert "apt-get install postgresql-15" in printed
    assert "apt-get install chromium" in printed


def test_a_part_that_breaks_lets_the_others_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Result) -> None:
        raise RuntimeError("the server did not start")

    assert run(monkeypatch, ("postgres", 9, broken), ("faults", 9, outcome(a="passed"))) == 1
    printed = capsys.readouterr().out
    assert "postgres: the server did not start" in printed
    assert "1 passed, 1 failed, 0 skipped" in printed


TESTS = """
import pytest

def test_good():
    assert True

def test_bad():
    assert False

@pytest.fixture
def broken_end():
    yield
    raise RuntimeError

def test_bad_end(broken_end):
    assert True

@pytest.mark.skip(reason="not here")
def test_skipped():
    assert True

@pytest.mark.skip(reason="NOT RUN: gpg is missing: apt-get install gnupg")
def test_not_run():
    assert True
"""


def test_outcomes_of_a_real_run(tmp_path: Path) -> None:
    """Pytest in a folder of its own, with our plugin: each outcome by its own way, a broken file too."""
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_broken.py").write_text("import no_such_module\n")
    (tmp_path / "conftest.py").write_text(
        "from tests import outcomes\n\npytest_configure = outcomes.install\n"
    )
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-c", "/dev/null", "--rootdir", str(tmp_path),
        "--continue-on-collection-errors", str(tmp_path),
    ]  # fmt: skip
    environment = {
        "PYTHONPATH": str(facts.ROOT), "PATH": "/usr/bin:/bin", "PHITHAK_OUTCOMES": str(tmp_path / "out.json"),
    }  # fmt: skip
    subprocess.run(command, check=False, env=environment, cwd=tmp_path, capture_output=True)
    found = json.loads((tmp_path / "out.json").read_text())
    assert {test.split("::")[1]: entry["outcome"] for test, entry in found["tests"].items()} == {
        "test_good": "passed", "test_bad": "failed", "test_bad_end": "failed",
        "test_skipped": "skipped", "test_not_run": "not run",
    }  # fmt: skip
    assert [name.rsplit("/", 1)[-1] for name in found["errors"]] == ["test_broken.py"]


def test_what_the_suite_leaves_out_is_a_part_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Sigma engine is asked in part by ``quick``, tenancy and the sensor by ``test`` alone."""
    asked: dict[str, list[str]] = {}

    def note(result: Result, command: list[str], **_: object) -> int:
        asked[result.name] = command
        return 0

    monkeypatch.setattr(parts, "execute", note)
    for name in ("sqlite", "tenancy", "sigma", "events", "sensor", "quick", "faults"):
        parts.PARTS[name][1](Result(name, 9))
    own = {
        "sigma": [parts.SIGMA],
        "tenancy": [parts.TENANCY],
        "events": [*parts.EVENTS],
        "sensor": [parts.SENSOR],
    }
    for name, folders in own.items():
        assert all((FOLDER.parent / folder).is_dir() for folder in folders)
        assert asked[name][-len(folders) :] == folders
        assert (parts.WAITING if name == "sensor" else parts.WHOLE) in asked[name]
    assert parts.WHOLE in asked["sqlite"]
    ignored = {
        name: sorted(word.partition("=")[2] for word in words if word.startswith("--ignore="))
        for name, words in asked.items()
    }
    assert ignored["sqlite"] == sorted(folder for folders in own.values() for folder in folders)
    assert ignored["quick"] == sorted([parts.TENANCY, parts.SENSOR])
    # its kills are in its own part
    assert ignored["faults"] == [parts.SENSOR]
    assert {"sqlite", *own} <= set(parts.RUNS["test"])


def test_no_test_of_the_part_api_lies_where_that_part_does_not_look() -> None:
    """The part collects one folder, so that it does not spend its minutes on reading all others."""
    mark = "mark." + "api\n"
    marked = {
        path.relative_to(FOLDER).parts[0]
        for path in FOLDER.rglob("*.py")
        if mark in path.read_text(encoding="utf-8")
    }
    assert marked == {"api"}
