"""The sensor as one file: on the oldest Python that is here, with nothing but the standard library."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.sensor.house import House
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append, expect, lines
from tools import sensor


def oldest_python() -> str:
    """Return the oldest interpreter from 3.9 on; a version manager's stand-in that does not run is passed over."""
    for minor in range(9, 15):
        name = f"python3.{minor}"
        homes = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}"))
        for found in (shutil.which(name), *map(str, homes)):
            if found and subprocess.run([found, "-V"], check=False, capture_output=True).returncode == 0:
                return found
    return sys.executable


def test_the_zipapp_runs_alone_and_delivers(house: House, centre: Centre, tmp_path: Path) -> None:
    target = tmp_path / "phithak-sensor.pyz"
    first = sensor.make(target)
    assert sensor.make(target) == first, "two makings are the same bytes"
    assert target.stat().st_size < 200_000
    log = tmp_path / "app.log"
    log.touch()
    # -I and -S: no environment, no site-packages, so nothing but the standard library can be imported
    house.program = [oldest_python(), "-I", "-S", str(target)]
    house.source("app", kind="file", profile="application", path=log)
    house.start()
    append(log, lines("z", 200))
    expect(centre, "app", lines("z", 200))
    assert house.stop() == 0


def test_everything_in_it_is_of_python_3_9() -> None:
    contents = sensor.contents()
    assert len(contents) > 30
    for name, content in contents.items():
        ast.parse(content, name, feature_version=(3, 9))


def test_nothing_in_it_runs_what_it_was_sent() -> None:
    """No call that could start a program or run text; ``os.nice`` and the like are not among them."""
    banned = {
        "exec",
        "eval",
        "compile",
        "__import__",
        "system",
        "popen",
        "Popen",
        "execv",
        "spawn",
        "loads_pickle",
    }
    modules = {"subprocess", "pickle", "marshal", "importlib", "ctypes", "multiprocessing", "runpy", "shelve"}
    found = []
    for name, content in sensor.contents().items():
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                plain = isinstance(node.func, ast.Name) or ast.unparse(node.func).startswith("os.")
                found += [f"{name}: {called}"] if called in banned and plain else []
            if isinstance(node, ast.Import):
                found += [f"{name}: {one.name}" for one in node.names if one.name.split(".")[0] in modules]
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in modules:
                found.append(f"{name}: {node.module}")
    assert found == []


def test_old_interpreters_are_asked_for_where_they_are() -> None:
    assert os.access(oldest_python(), os.X_OK)
