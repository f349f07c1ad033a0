"""Which requirement is proved: claims in docstrings against the outcomes of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import requirements
from tools.requirements import Claim, claims_of, judge, outcomes_of

SAMPLE = '''
def test_whole():
    """A date is read.

    Proves: S1-18
    """

class TestPart:
    def test_two(self):
        """Proves (part): S2-1, S3-1."""

def test_plain():
    """No claim; the word Proves: stands inside of a line only."""

def helper():
    """Proves: S9-9"""
'''


def test_claims_are_read_from_tests_only() -> None:
    claims, faults = claims_of(SAMPLE, "tests/test_x.py")
    assert faults == []
    assert claims == [
        Claim("S1-18", "tests/test_x.py::test_whole", part=False),
        Claim("S2-1", "tests/test_x.py::TestPart::test_two", part=True),
        Claim("S3-1", "tests/test_x.py::TestPart::test_two", part=True),
    ]


@pytest.mark.parametrize(("line", "fault"), [
    ("Proves: S1-1, S1-2, S1-3, S1-4", "claims 4 ids"),
    ("Proves: s1", "is no id"),
    ("Proves: S1-1 and S1-2", "is no id"),
])  # fmt: skip
def test_wrong_claims_are_named(line: str, fault: str) -> None:
    _, faults = claims_of(f'def test_a():\n    """{line}"""\n', "tests/test_x.py")
    assert any(fault in one for one in faults)


def test_a_failed_parameter_or_part_makes_the_test_failed() -> None:
    def part(**tests: str) -> dict[str, object]:
        return {
            name.replace("_x", "[x]").replace("_y", "[y]"): {"outcome": outcome}
            for name, outcome in tests.items()
        }

    report: dict[str, object] = {
        "tests": {
            "sqlite": part(a_x="passed", a_y="passed", b_x="passed", b_y="failed", c="skipped", d="passed"),
            "postgres": part(d="failed", c="not run"),
        }
    }
    assert outcomes_of(report) == {"a": "passed", "b": "failed", "c": "not run", "d": "failed"}


@pytest.mark.parametrize(("proofs", "word"), [
    ([], "open"),
    ([("t", False, "passed")], "proved"),
    ([("t", True, "passed")], "part"),
    ([("t", False, "not run")], "open"),
    ([("t", False, "skipped")], "open"),
    ([("t", False, "passed"), ("u", True, "failed")], "open"),
    ([("t", True, "passed"), ("u", False, "passed")], "proved"),
    ([("t", True, "passed"), ("u", False, "not run")], "part"),
])  # fmt: skip
def test_states(proofs: list[tuple[str, bool, str]], word: str) -> None:
    claims = [Claim("S1-1", test, part) for test, part, _ in proofs]
    outcomes = {test: outcome for test, _, outcome in proofs}
    assert judge(claims, outcomes, ["S1-1"])["S1-1"].word == word


def test_ids_stand_in_the_order_of_their_numbers() -> None:
    assert list(judge([], {}, ["S1-10", "S0-2", "S1-9"])) == ["S0-2", "S1-9", "S1-10"]


@pytest.fixture
def tree(tmp_path: Path) -> list[str]:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(SAMPLE)
    tests = {
        "tests/test_x.py::test_whole": {"outcome": "passed"},
        "tests/test_x.py::TestPart::test_two": {"outcome": "passed"},
    }
    (tmp_path / "report.json").write_text(json.dumps({"commit": "abc", "tests": {"sqlite": tests}}))
    (tmp_path / "list.yaml").write_text(
        "requirements:\n  - id: S1-18\n  - id: S2-1\n  - id: S3-1\n  - id: S4-1\n"
    )
    return [
        str(tmp_path / "list.yaml"), "--tests", str(tmp_path / "tests"),
        "--outcomes", str(tmp_path / "report.json"),
    ]  # fmt: skip


def test_the_whole_table(tree: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert requirements.main([*tree, "--must", "S1-18"]) == 0
    printed = capsys.readouterr().out
    assert "S1-18   proved" in printed
    assert "passed   part tests/test_x.py::TestPart::test_two" in printed
    assert "1 proved, 2 part, 1 open of 4" in printed


@pytest.mark.parametrize(("must", "says"), [("S2-1", "S2-1 is part"), ("S4-1", "S4-1 is open")])
def test_a_gap_fails(tree: list[str], capsys: pytest.CaptureFixture[str], must: str, says: str) -> None:
    assert requirements.main([*tree, "--must", f"S1-18,{must}"]) == 1
    assert says in capsys.readouterr().out


def test_a_claim_of_an_unknown_id_fails(tree: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(tree[0]).write_text("requirements:\n  - id: S1-18\n  - id: S2-1\n")
    assert requirements.main(tree) == 1
    assert "S3-1 is not in the list" in capsys.readouterr().out


def test_no_list_is_needed(tree: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert requirements.main(tree[1:]) == 0
    assert "of 3 at abc" in capsys.readouterr().out
