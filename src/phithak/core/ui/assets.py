"""Whether the front end's files (fonts, styles, htmx) were built into this installation."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

NEEDED = ("htmx.min.js", "tabler.min.css", "sarabun.css", "uplot.min.js", "thailand.svg")


def folder() -> Path:
    """Return the folder that ``make assets`` fills."""
    return Path(settings.ROOT) / "static" / "vendor"


def missing() -> list[str]:
    """Return the names of files that are needed and not there."""
    return [name for name in NEEDED if not (folder() / name).is_file()]


def present() -> bool:
    """Tell whether all needed files are there."""
    return not missing()
