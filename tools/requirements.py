"""Says which requirement is proved by which test, from docstrings and the outcomes of a run.

``Proves: S1-18`` in a test's docstring claims the whole of a requirement, ``Proves (part): S1-18`` a part.
A test proves at most three ids; a test that was skipped or not run proves nothing.

    python tools/requirements.py [LIST.yaml] [--must S0-15,S0-41] [--outcomes build/report/test.json]

LIST.yaml (optional) holds ``requirements: [{id: …}, …]``; without it the ids that tests claim are listed.
Exit 1 when an id of ``--must`` is not proved, or a claim is wrong.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLAIM = re.compile(r"^\s*Proves(?P<part> \(part\))?:\s*(?P<ids>.+?)\s*\.?\s*$", re.MULTILINE)
ID = re.compile(r"S\d+-\d+")
MOST_IDS = 3


@dataclass(frozen=True)
class Claim:
    """One test says that it proves one requirement, whole or in part."""

    requirement: str
    test: str
    part: bool


@dataclass
class State:
    """What is known of one requirement."""

    proofs: list[tuple[Claim, str]] = field(default_factory=list)

    @property
    def word(self) -> str:
        """``proved`` by one whole claim that passed and none that failed, ``part``, or ``open``."""
        outcomes = [outcome for _, outcome in self.proofs]
        if "failed" in outcomes:
            return "open"
        passed = [claim for claim, outcome in self.proofs if outcome == "passed"]
        if any(not claim.part for claim in passed):
            return "proved"
        return "part" if passed else "open"


def claims_of(text: str, path: str) -> tuple[list[Claim], list[str]]:
    """Return the claims in one test file and what is wrong with them.

    Args:
        text: the file's source.
        path: its path as pytest writes it in node ids.
    """
    claims: list[Claim] = []
    faults: list[str] = []
    for node, name in _tests(ast.parse(text).body, path):
        ids: list[str] = []
        for match in CLAIM.finditer(ast.get_docstring(node) or ""):
            words = [word.strip() for word in match["ids"].split(",")]
            faults += [f"{name}: {word!r} is no id" for word in words if not ID.fullmatch(word)]
            found = [word for word in words if ID.fullmatch(word)]
            ids += found
            claims += [Claim(one, name, bool(match["part"])) for one in found]
        if len(ids) > MOST_IDS:
            faults.append(f"{name}: claims {len(ids)} ids, at most {MOST_IDS} can be tested in earnest")
    return claims, faults


def _tests(body: list[ast.stmt], prefix: str) -> Iterable[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _tests(node.body, f"{prefix}::{node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node, f"{prefix}::{node.name}"


def outcomes_of(report: dict[str, object]) -> dict[str, str]:
    """Return test → outcome over all parts of a report of ``tools/test.py``, parameters folded together.

    One failed parameter or part makes the test failed; skipped or not run everywhere is not run.
    """
    found: dict[str, set[str]] = {}
    parts = report["tests"]
    if not isinstance(parts, dict):
        raise TypeError("the report holds no tests")
    for tests in parts.values():
        for test, entry in tests.items():
            found.setdefault(test.split("[", 1)[0], set()).add(entry["outcome"])
    return {
        test: "failed" if "failed" in seen else "passed" if "passed" in seen else "not run"
        for test, seen in found.items()
    }


def judge(claims: Iterable[Claim], outcomes: dict[str, str], wanted: Iterable[str]) -> dict[str, State]:
    """Return id → state for every wanted or claimed requirement, in the order of their numbers."""
    states = {one: State() for one in wanted}
    for claim in claims:
        outcome = outcomes.get(claim.test, "not run")
        states.setdefault(claim.requirement, State()).proofs.append((claim, outcome))
    return dict(sorted(states.items(), key=lambda item: _number(item[0])))


def _number(requirement: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", requirement))


def listed(path: Path) -> list[str]:
    """Return the ids of a requirements list in YAML."""
    import yaml  # noqa: PLC0415 - only this needs it

    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [str(entry["id"]) for entry in content["requirements"]]


def main(arguments: list[str]) -> int:
    """Print id → test → outcome and the counts; 1 when something named in ``--must`` is not proved."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("list", nargs="?", type=Path, help="YAML list of all requirements")
    parser.add_argument("--must", default="", help="ids with commas between that have to be proved")
    parser.add_argument("--outcomes", type=Path, default=ROOT / "build" / "report" / "test.json")
    parser.add_argument("--tests", type=Path, default=ROOT / "tests", help="folder of the tests")
    chosen = parser.parse_args(arguments)
    claims: list[Claim] = []
    faults: list[str] = []
    for path in sorted(chosen.tests.rglob("test_*.py")):
        name = path.relative_to(chosen.tests.parent).as_posix()
        more, wrong = claims_of(path.read_text(encoding="utf-8"), name)
        claims += more
        faults += wrong
    report = json.loads(chosen.outcomes.read_text(encoding="utf-8"))
    must = [one for one in chosen.must.split(",") if one]
    known = listed(chosen.list) if chosen.list else []
    faults += [f"{claim.test}: {claim.requirement} is not in the list" for claim in claims
               if known and claim.requirement not in known]  # fmt: skip
    states = judge(claims, outcomes_of(report), [*known, *must])
    for one, state in states.items():
        if state.proofs or one in must:
            print(f"{one:7} {state.word}")
        for claim, outcome in state.proofs:
            print(f"          {outcome:8} {'part ' if claim.part else ''}{claim.test}")
    words = [state.word for state in states.values()]
    print(f"\n{words.count('proved')} proved, {words.count('part')} part, {words.count('open')} open"
          f" of {len(states)} at {report.get('commit', '')[:12]}")  # fmt: skip
    gaps = [f"{one} is {states[one].word}" for one in must if states[one].word != "proved"]
    for fault in [*faults, *gaps]:
        print(f"WRONG: {fault}")
    return 1 if faults or gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
