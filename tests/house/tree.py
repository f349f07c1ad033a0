"""The files that the house rules look at, parsed once."""

from __future__ import annotations

import ast
import functools
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "phithak"
LEFT_OUT = {".venv", ".git", "build", "dist", "node_modules", "var", "vendor", "__pycache__", ".hypothesis"}


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root of the tree (posix), its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, text: str, path: str = "src/phithak/sample/module.py") -> Source:
        """Make a source from text, for the rules' own tests."""
        return cls(path, text, ast.parse(text))


@functools.cache
def python(folder: str) -> tuple[Source, ...]:
    """Return every Python file under a folder of the tree, migrations left out."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT)
        if not LEFT_OUT & set(name.parts) and "migrations" not in name.parts:
            found.append(Source.of(path.read_text(encoding="utf-8"), name.as_posix()))
    return tuple(found)


@functools.cache
def templates() -> tuple[tuple[str, str], ...]:
    """Return path and text of every page template (letters for typst are not HTML)."""
    return tuple(
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.html"))
        if "templates" in path.parts and not LEFT_OUT & set(path.parts)
    )


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Return every file under version control; outside a checkout every file but built ones."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=False, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        names = [ROOT / name for name in listed.stdout.split("\0") if name]
        return tuple(path for path in names if path.is_file())
    return tuple(
        path for path in ROOT.rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.relative_to(ROOT).parts)
    )  # fmt: skip
