"""pack: the rules that Phithak brings, each with samples beside it, and the values of their placeholders.

A file ``NAME.yml`` holds one rule, or the rules of one correlation; ``NAME.jsonl`` its samples: events or lines of
logs that must hit and such that must not. ``placeholders.toml`` holds what a site replaces by its own values.
``hours`` makes rules about hours of work from a table of sites and data sets.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

__all__ = ["own_files", "own_folder", "own_placeholders"]

_OF_HOURS = "outside_hours.yml"


def own_folder() -> str:
    """Return the folder of the own rules, as a path for ``load_rules``."""
    return str(resources.files(__package__))


def own_files(*, hours: bool) -> list[str]:
    """Return the files of the own rules, those about hours of work only if asked for."""
    files = sorted(str(path) for path in Path(own_folder()).rglob("*.yml"))
    return [path for path in files if hours or not path.endswith(_OF_HOURS)]


def own_placeholders() -> dict[str, tuple[str, ...]]:
    """Return name -> values with which the own rules begin."""
    text = resources.files(__package__).joinpath("placeholders.toml").read_text("utf-8")
    return {name: tuple(values) for name, values in tomllib.loads(text).items()}
