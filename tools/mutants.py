"""Mutation testing: small faults are put into the code one at a time, and the tests must find them.

    python tools/mutants.py [--count 200] [--seed HEX] [--only PATH-PART]

A sample of all possible faults in ``engines/`` and the rooms' services is drawn by the seed. Each is written
into a copy of the source, the tests of that room run against the copy, and the fault counts as found when
they fail or hang. Exit 0 when at least 80 % are found; survivors are listed with file, line and fault, since
each is either a missing test or a line that nothing needs.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import facts

ROOT = facts.ROOT
SOURCE = ROOT / "src"
BAR = 80.0
# of CPU: a fault that hangs is found; a machine that is busy with other work finds none. By the clock only at last
SECONDS = 180
SECONDS_AT_ALL = 1800
# without outside data: every fault must fall to tests that anybody can run, and soon
MARKS = "not api and not e2e and not faults and not soak and not peer and not corpus"
_SWAPS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}


@dataclass(frozen=True)
class Mutant:
    """One fault: in ``path``, the text from ``start`` to ``end`` (offsets in UTF-8 bytes) becomes ``text``."""

    path: Path
    line: int
    start: int
    end: int
    text: str
    what: str

    def apply(self) -> str:
        """Return the file's source with the fault in it."""
        source = self.path.read_bytes()
        return (source[: self.start] + self.text.encode() + source[self.end :]).decode()


Make = Callable[[ast.expr | ast.stmt, str, str], Mutant]


def candidates(path: Path) -> Iterator[Mutant]:
    """Yield every fault that can be put into one file."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + column

    def make(node: ast.expr | ast.stmt, text: str, what: str) -> Mutant:
        start = offset(node.lineno, node.col_offset)
        end = offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return Mutant(path, node.lineno, start, end, text, what)

    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in ast.walk(statement):
                    yield from _faults(node, source, make)


def _faults(node: ast.AST, source: str, make: Make) -> Iterator[Mutant]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _SWAPS:
        left, right = (ast.get_source_segment(source, part) for part in (node.left, node.comparators[0]))
        sign = _SWAPS[type(node.ops[0])]
        yield make(node, f"({left}) {sign} ({right})", f"comparison becomes {sign}")
    elif isinstance(node, ast.BoolOp):
        sign = " or " if isinstance(node.op, ast.And) else " and "
        parts = [f"({ast.get_source_segment(source, value)})" for value in node.values]
        yield make(node, f"({sign.join(parts)})", f"becomes{sign}")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield make(node, f"({ast.get_source_segment(source, node.operand)})", "not is dropped")
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield make(node, str(not node.value), f"{node.value} becomes {not node.value}")
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield make(node, str(node.value + 1), f"{node.value} becomes {node.value + 1}")
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield make(node, "return None", "returns None")
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield make(node, "pass", "call is dropped")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def files(only: str) -> list[Path]:
    """Return the files that are tested: engines and services."""
    found = [path for path in sorted(SOURCE.rglob("*.py")) if only in str(path)]
    return [
        path
        for path in found
        if "/engines/" in str(path) or "/services/" in str(path) or path.name == "services.py"
    ]


def tests_of(path: Path) -> str:
    """Return the test folder of a source file's room."""
    parts = path.relative_to(SOURCE / "phithak").parts
    depth = 2 if parts[0] in {"engines", "core"} else 1
    return str(Path("tests", *parts[:depth]))


def passes(overlay: Path, folder: str) -> bool:
    """Tell whether the tests of a folder pass against the copy of the source in ``overlay``."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-x", "-m", MARKS, "-p", "no:cacheprovider", "--no-header",
        "-o", f"pythonpath={overlay} .", "--hypothesis-seed=0", folder,
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(overlay), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            ["prlimit", f"--cpu={SECONDS}", *command],
            cwd=ROOT, env=environment, timeout=SECONDS_AT_ALL, check=False, capture_output=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Draw, try and report; 0 when enough faults are found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", default=facts.seed())
    parser.add_argument("--only", default="", help="only files whose path holds this")
    chosen = parser.parse_args(arguments)
    every = [mutant for path in files(chosen.only) for mutant in candidates(path)]
    generator = random.Random(chosen.seed)  # noqa: S311 - a draw that can be repeated, no secret
    sample = generator.sample(every, min(chosen.count, len(every)))
    print(f"{len(every)} possible faults, {len(sample)} drawn by seed {chosen.seed}", flush=True)
    survivors: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        overlay = Path(name) / "src"
        shutil.copytree(SOURCE, overlay, ignore=shutil.ignore_patterns("__pycache__"))
        for folder in sorted({tests_of(mutant.path) for mutant in sample}):
            if not passes(overlay, folder):
                print(f"{folder} fails without any fault; mend that first")
                return 2
        for number, mutant in enumerate(sorted(sample, key=lambda one: (str(one.path), one.line)), start=1):
            target = overlay / mutant.path.relative_to(SOURCE)
            target.write_text(mutant.apply(), encoding="utf-8")
            place = f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.what}"
            if passes(overlay, tests_of(mutant.path)):
                survivors.append(place)
                print(f"[{number}/{len(sample)}] SURVIVED {place}", flush=True)
            shutil.copyfile(mutant.path, target)
    found = 100.0 * (len(sample) - len(survivors)) / max(1, len(sample))
    facts.write(
        "mutants",
        figures={"drawn": len(sample), "found_percent": round(found, 1)},
        bars={"found_percent": BAR},
        not_run=[],
        survivors=survivors,
    )
    print(f"{found:.1f} % of {len(sample)} faults found (bar {BAR:.0f} %), {len(survivors)} survived")
    return 0 if found >= BAR else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
