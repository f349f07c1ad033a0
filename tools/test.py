"""Runs the parts of the test run, each within its budget, and says what passed, failed or could not run.

``python tools/test.py [quick|test|soak] [--parts lint,sqlite,…]``. A part that passes its budget fails the
run. A suite whose outside program is missing is *not run*, with the install line, never passed; with
``CI=true`` that is a failure. The report goes to ``build/report/NAME.json``, the slowest tests to the screen.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import facts, postgres

ROOT = facts.ROOT
PYTHON = sys.executable
SLOWEST = 20
CHROMIUM = "apt-get install chromium fonts-thai-tlwg"
WHOLE = "not api and not e2e and not faults and not soak and not peer"
QUICK = f"{WHOLE} and not corpus"
SIGMA = "tests/engines/sigma"
TENANCY = "tests/tenancy"
EVENTS = ("tests/base/batch", "tests/base/profile", "tests/eventstore", "tests/ingest")
SENSOR = "tests/sensor"
OWN = (SIGMA, TENANCY, *EVENTS, SENSOR)
"""Folders whose tests are parts of their own."""
WAITING = "not api and not e2e and not soak and not peer"
"""With kills: tests of programs that wait more than they work are run together, several at a time."""


@dataclass
class Result:
    """What became of one part."""

    name: str
    budget: float
    seconds: float = 0.0
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """Return how many tests of the part ended so."""
        return Counter(test["outcome"] for test in self.tests.values())[outcome]


Run = Callable[[Result], None]


def execute(result: Result, command: list[str], *, environment: dict[str, str] | None = None) -> int:
    """Run a command in a group of its own, and end the group when the part is far over its budget."""
    child = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, start_new_session=True
    )
    try:
        return child.wait(timeout=result.budget * 1.5 + 30)
    except subprocess.TimeoutExpired:
        result.failures.append(f"{result.name}: stopped after {result.budget * 1.5 + 30:.0f} s")
        return 124
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def gate(result: Result, name: str, *command: str) -> None:
    """Run one gate of the lint part; it counts as one test."""
    print(f"-- {name}", flush=True)
    started = time.monotonic()
    code = execute(result, list(command))
    outcome = "passed" if code == 0 else "failed"
    result.tests[name] = {"outcome": outcome, "seconds": time.monotonic() - started, "reason": ""}


def lint(result: Result) -> None:
    """Lint, types, floors and migrations."""
    script = str(Path(PYTHON).parent)
    gate(result, "ruff check", f"{script}/ruff", "check", "--quiet", ".")
    gate(result, "ruff format", f"{script}/ruff", "format", "--check", "--quiet", ".")
    gate(result, "import-linter", f"{script}/lint-imports")
    gate(result, "mypy", f"{script}/mypy")
    gate(
        result,
        "mypy tools bench",
        f"{script}/mypy",
        "--explicit-package-bases",
        "--follow-imports=silent",
        "tools",
        "bench",
    )
    gate(
        result, "makemigrations --check", PYTHON, "-W", "error", "-m", "django", "makemigrations",
        "--check", "--dry-run", "--settings", "tests.settings",
    )  # fmt: skip


def suite(*paths: str, marks: str, workers: int = 2, database: str = "", spread: str = "worksteal") -> Run:
    """Return what runs pytest over ``paths`` for the tests that ``marks`` selects.

    ``spread`` is how xdist deals them out; ``loadfile`` keeps a file's tests, and what they start, together.
    """

    def run(result: Result) -> None:
        report = facts.REPORTS / f"outcomes-{result.name}.json"
        report.unlink(missing_ok=True)
        command = [PYTHON, "-m", "pytest", "-q", "-m", marks, "--no-header", "-p", "no:cacheprovider"]
        command += ["-n", str(workers), "--dist", spread] if workers > 1 else []
        command += [f"--hypothesis-seed={int(facts.seed(), 16)}", *paths]
        environment = {"PHITHAK_OUTCOMES": str(report), "PHITHAK_SEED": facts.seed()}
        if database:
            environment["PHITHAK_DATABASE_URL"] = database
        code = execute(result, command, environment=environment)
        no_tests = 5
        if report.exists():
            content = json.loads(report.read_text())
            result.tests.update(content["tests"])
            result.failures += [f"{path}: could not be collected" for path in content["errors"]]
        elif code != no_tests:
            result.failures.append(f"{result.name}: pytest ended with {code} and left no report")
        if code not in {0, no_tests} and not result.failures and not result.count("failed"):
            result.failures.append(f"{result.name}: pytest ended with {code}")
        if code == no_tests:
            result.not_run.append(f"{result.name}: no test is marked for it")

    return run


def on_postgres(result: Result) -> None:
    """The tests marked ``db`` again, on a cluster of their own."""
    if postgres.binaries() is None:
        missing(result, "PostgreSQL", postgres.INSTALL)
        return
    with postgres.cluster() as server:
        suite("tests", marks=f"db and {QUICK}", database=server.url)(result)


def in_browser(result: Result) -> None:
    """Pages and flows in chromium."""
    if shutil.which("chromium") is None:
        missing(result, "chromium", CHROMIUM)
        return
    suite("tests", marks="e2e and not soak and not faults")(result)


def missing(result: Result, program: str, line: str) -> None:
    """Note that a suite could not run; in CI that is a failure."""
    note = f"{result.name}: {program} is missing: {line}"
    (result.failures if os.environ.get("CI") == "true" else result.not_run).append(note)


def mutants(result: Result) -> None:
    """Small faults in engines and services, which the tests must find (``tools/mutants.py``)."""
    code = execute(result, [PYTHON, "tools/mutants.py"])
    if code:
        result.failures.append(f"{result.name}: fewer faults were found than the bar asks for ({code})")


MINUTE = 60.0
PARTS: dict[str, tuple[float, Run]] = {
    "lint": (3 * MINUTE, lint),
    "sqlite": (5 * MINUTE, suite("tests", *(f"--ignore={one}" for one in OWN), marks=WHOLE)),
    # every address and list as everybody who must not see it: three minutes, and one each for cases and campaigns
    "tenancy": (5 * MINUTE, suite(TENANCY, marks=WHOLE)),
    # the engine asks no database, and its whole corpus takes minutes of its own
    "sigma": (3 * MINUTE, suite(SIGMA, marks=WHOLE)),
    # intake, event store and compactor run as processes of their own and ask no database of the pages; a minute, and
    # one for the stream server, the move to it and hunts
    "events": (2 * MINUTE, suite(*EVENTS, marks=WHOLE)),
    # each test starts sensors as processes of their own, kills included
    "sensor": (3 * MINUTE, suite(SENSOR, marks=WAITING, workers=4)),
    # three minutes for the house and its first rooms, one each for cases and campaigns
    "api": (5 * MINUTE, suite("tests/api", marks="api and not soak")),
    "postgres": (5 * MINUTE, on_postgres),
    # seven minutes for the house, two of the three that the registry may add, one for the sensors' room
    "pages": (10 * MINUTE, in_browser),
    # these wait more than they work: for a process to start, to die, for a lease to run out; five minutes for the
    # house, one for the registry's imports and drills, one for the kills of the detection engine, one for the intake's,
    # one for the kills of campaigns
    "faults": (
        9 * MINUTE,
        suite("tests", f"--ignore={SENSOR}", marks="faults and not soak", workers=3, spread="loadfile"),
    ),
    "quick": (5 * MINUTE, suite("tests", *(f"--ignore={one}" for one in (TENANCY, SENSOR)), marks=QUICK)),
    "soak": (80 * MINUTE, suite("tests", marks="soak", workers=1)),
    "mutants": (60 * MINUTE, mutants),
}
RUNS = {
    "test": ("lint", "sqlite", "tenancy", "sigma", "events", "sensor", "api", "postgres", "pages", "faults"),
    "quick": ("quick",),
    "soak": ("soak", "mutants"),
}


@contextmanager
def timed(result: Result) -> Iterator[None]:
    """Measure a part and hold it against its budget."""
    print(f"\n== {result.name} (budget {result.budget:.0f} s)", flush=True)
    started = time.monotonic()
    try:
        yield
    finally:
        result.seconds = time.monotonic() - started
        if result.seconds > result.budget:
            result.failures.append(
                f"{result.name}: took {result.seconds:.0f} s, its budget is {result.budget:.0f} s"
            )


def run_parts(names: list[str]) -> list[Result]:
    """Run the parts in order; one that breaks does not keep the others from running."""
    results = []
    for name in names:
        budget, run = PARTS[name]
        result = Result(name, budget)
        with timed(result):
            try:
                run(result)
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                result.failures.append(f"{name}: {error}")
        result.not_run += [
            f"{test}: {entry['reason'].removeprefix('NOT RUN: ')}"
            for test, entry in result.tests.items()
            if entry["outcome"] == "not run"
        ]
        results.append(result)
    return results


def show(results: list[Result]) -> tuple[int, int, int]:
    """Print the table, the slowest tests, what was not run and what failed; return the three counts."""
    print(f"\n{'part':10}{'passed':>8}{'failed':>8}{'skipped':>8}{'not run':>8}{'seconds':>9}{'budget':>8}")
    for result in results:
        columns = [result.count(outcome) for outcome in ("passed", "failed", "skipped", "not run")]
        cells = "".join(f"{value:8}" for value in columns)
        print(f"{result.name:10}{cells}{result.seconds:9.1f}{result.budget:8.0f}")
    timings = sorted(
        ((entry["seconds"], result.name, test) for result in results for test, entry in result.tests.items()),
        reverse=True,
    )
    print(f"\nslowest {min(SLOWEST, len(timings))} tests:")
    for seconds, part, test in timings[:SLOWEST]:
        print(f"{seconds:8.2f} s  {part:9} {test}")
    not_run = [line for result in results for line in result.not_run]
    failed = failures(results)
    if not_run:
        print("\nnot run:", *not_run, sep="\n  ")
    if failed:
        print("\nfailed:", *failed, sep="\n  ")
    skipped = sum(result.count("skipped") + len(result.not_run) for result in results)
    return sum(result.count("passed") for result in results), len(failed), skipped


def failures(results: list[Result]) -> list[str]:
    """Return every failure of the run, one line each: tests, gates, budgets, suites that could not run."""
    return [
        line
        for result in results
        for line in (
            *(f"{result.name}: {test}" for test, one in result.tests.items() if one["outcome"] == "failed"),
            *result.failures,
        )
    ]


def main(arguments: list[str]) -> int:
    """Run what was asked for; 0 when nothing failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", nargs="?", default="test", choices=sorted(RUNS))
    parser.add_argument("--parts", default="", help="only these parts, with commas between")
    chosen = parser.parse_args(arguments)
    wanted = chosen.parts.split(",") if chosen.parts else []
    names = wanted if wanted and chosen.run != "soak" else list(RUNS[chosen.run])
    if unknown := set(names) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if chosen.run == "soak" and wanted:
        words = " or ".join(word for word in wanted if word != "mutants")
        PARTS["soak"] = (PARTS["soak"][0], suite("tests", "-k", words, marks="soak", workers=1))
        names = [name for name, asked in (("soak", words), ("mutants", "mutants" in wanted)) if asked]
    postgres.end_on_terminate()
    results = run_parts(names)
    passed, failed, skipped = show(results)
    report = facts.write(
        chosen.run,
        figures={result.name: round(result.seconds, 1) for result in results},
        bars={result.name: result.budget for result in results},
        not_run=[line for result in results for line in result.not_run],
        passed=passed,
        failed=failures(results),
        tests={result.name: result.tests for result in results},
    )
    print(f"\nreport: {report.relative_to(ROOT)}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
