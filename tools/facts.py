"""Facts of a run that every report in ``build/report`` carries: commit, dirty, seed, corpus, load, CPU."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "report"


def git(*arguments: str) -> str:
    """Return what a git command prints, or "" outside a repository."""
    try:
        found = subprocess.run(["git", *arguments], check=False, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""


def seed() -> str:
    """Return the run's seed: ``PHITHAK_SEED``, else the first 8 hex digits of HEAD's hash."""
    return os.environ.get("PHITHAK_SEED") or git("rev-parse", "HEAD")[:8] or "00000000"


def cpu() -> str:
    """Return the processor's name and how many of it this process may use."""
    name = platform.processor() or "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        name = lines[0].split(":", 1)[1].strip() if lines else name
    return f"{len(os.sched_getaffinity(0))} x {name}"


def corpus() -> dict[str, str]:
    """Return name → SHA-256 of every file of the outside corpora, empty when they are absent."""
    folder = corpus_folder()
    if folder is None:
        return {}
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def corpus_folder() -> Path | None:
    """Return the folder of outside corpora: ``PHITHAK_CORPUS``, or one that lies beside this tree."""
    named = os.environ.get("PHITHAK_CORPUS")
    beside = ROOT.parent.glob("*/data/detection/README.md")
    folders = [Path(named)] if named else sorted(path.parent.parent for path in beside)
    return folders[0] if folders and folders[0].is_dir() else None


def corpus_digest() -> str:
    """Return one SHA-256 over the corpora's names and digests, "" when they are absent."""
    files = corpus()
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest() if files else ""


def gather() -> dict[str, Any]:
    """Return the facts of this run."""
    return {
        "commit": git("rev-parse", "HEAD"),
        "dirty": bool(git("status", "--porcelain")),
        "seed": seed(),
        "corpus_sha256": corpus_digest(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "cpu": cpu(),
        "python": sys.version.split()[0],
    }


def write(
    name: str, *, figures: dict[str, Any], bars: dict[str, Any], not_run: list[str], **more: Any
) -> Path:
    """Write ``build/report/NAME.json`` and return its path.

    Args:
        name: the report's name.
        figures: what was measured.
        bars: what each figure is held against.
        not_run: what could not be run here, with the install line.
        more: further keys, such as ``passed``.
    """
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / f"{name}.json"
    content = {**gather(), "figures": figures, "bars": bars, "not_run": not_run, **more}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path
