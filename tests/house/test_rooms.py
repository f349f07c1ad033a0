"""Every room has the same inside, and the floors between rooms are watched."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import LEFT_OUT, PACKAGE, ROOT

WITHOUT_TABLES_OR_PAGES = {"db", "i18n", "contrib", "signals", "ui"}
WITHOUT_DJANGO = {"base", "eventstore", "ingest", "sensor"}


def rooms(package: Path = PACKAGE) -> list[Path]:
    """Return the folder of every room: each Django app but the core's four without tables, and the toolkit."""
    folders = {path.parent for path in package.glob("*/apps.py")} | {
        path.parent for path in package.glob("core/*/apps.py")
    }
    return sorted(folder for folder in folders if folder.name not in WITHOUT_TABLES_OR_PAGES)


def has(room: Path, name: str) -> bool:
    return (room / f"{name}.py").exists() or (room / name / "__init__.py").exists()


def shape_faults(room: Path) -> Iterator[str]:
    """Yield what a room's inside lacks."""
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    told = ast.get_docstring(tree) or ""
    if len(told) < 40:
        yield "__init__.py does not say what the room is for"
    if has(room, "models"):
        for name in ("queries", "services"):
            if not has(room, name):
                yield f"has models but no {name}"
        if not (room / "migrations" / "0001_initial.py").exists():
            yield "has models but no first migration"
    if (room / "views.py").exists() and not has(room, "urls"):
        yield "has views but no urls"
    if has(room, "services") and "contrib.record(" in _text(room, "services") and not has(room, "events"):
        yield "records in the journal but has no events"
    for name in ("models", "queries", "services", "forms", "views", "api", "jobs", "cli"):
        if (room / f"{name}.py").exists() and (room / name / "__init__.py").exists():
            yield f"{name} is both a file and a folder"
    for name in ("utils", "helpers", "common", "misc"):
        if has(room, name):
            yield f"{name} says nothing about what it holds"


def _text(room: Path, name: str) -> str:
    files = [room / f"{name}.py"] if (room / f"{name}.py").exists() else sorted((room / name).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("room", rooms(), ids=lambda room: str(room.relative_to(PACKAGE)))
def test_a_room_has_the_inner_shape(room: Path) -> None:
    assert list(shape_faults(room)) == []


@pytest.mark.parametrize(("files", "fault"), [
    ({"__init__.py": '"""Short."""'}, "does not say"),
    ({"models.py": "", "services.py": ""}, "no queries"),
    ({"models.py": "", "queries.py": "", "services.py": ""}, "no first migration"),
    ({"views.py": ""}, "no urls"),
    ({"services.py": "contrib.record(actor)"}, "no events"),
    ({"services.py": "", "services/__init__.py": ""}, "both a file and a folder"),
    ({"utils.py": ""}, "says nothing"),
])  # fmt: skip
def test_a_bad_room_is_caught(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    whole = {"__init__.py": '"""A room that is long enough to say what it is for, and more."""'} | files
    for name, text in whole.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert any(fault in found for found in shape_faults(tmp_path))


def contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_every_room_is_in_the_contract_of_the_inside() -> None:
    listed = next(one["containers"] for one in contracts() if str(one["name"]).startswith("Inside a room"))
    expected = ["phithak." + ".".join(room.relative_to(PACKAGE).parts) for room in rooms()]
    assert sorted(expected) == listed


def test_every_floor_without_django_is_in_its_contract() -> None:
    listed = next(
        one["source_modules"] for one in contracts() if str(one["name"]).startswith("Without Django")
    )
    assert listed == [f"phithak.{name}" for name in sorted(WITHOUT_DJANGO) if (PACKAGE / name).is_dir()]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize(("path", "line", "contract"), [
    ("core/journal/apps.py", "import phithak.notices.apps", "The house: a floor may use"),
    ("base/ids.py", "import phithak.engines.tlog.tree", "The house: a floor may use"),
    ("core/accounts/actors.py", "import phithak.core.privacy.apps", "The core: its apps lie"),
    ("core/jobs/apps.py", "import phithak.core.files.apps", "The core: its apps lie"),
    ("engines/tlog/tree.py", "import phithak.engines.clocks", "Engines: apart from each other"),
    ("engines/tlog/tree.py", "import django.db", "Engines: no Django, no network"),
    ("engines/tlog/tree.py", "import socket", "Engines: no Django, no network"),
    ("base/ids.py", "import django", "Without Django:"),
    ("core/journal/models.py", "import phithak.core.journal.queries", "Inside a room:"),
])  # fmt: skip
def test_a_forbidden_import_is_caught(tmp_path: Path, path: str, line: str, contract: str) -> None:
    package = tmp_path / "src" / "phithak"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns(*LEFT_OUT, "static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (package / path).write_text(
        (package / path).read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8"
    )
    outcome = lint_imports(tmp_path)
    assert outcome.returncode == 1
    broken = [row for row in outcome.stdout.splitlines() if row.endswith("BROKEN")]
    unfolded = " ".join(outcome.stdout.split())
    assert broken or " BROKEN" in unfolded
    assert any(contract in part.split(" KEPT ")[-1] for part in unfolded.split(" BROKEN")[:-1])
