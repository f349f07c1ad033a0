"""The size rules in force here, and what they say of an organisation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from phithak.registry.models import Organisation
from phithak.registry.packs import Decision, Figures, Size, SizeRule, decide, read_rules, ready_rules

__all__ = ["OWN_FILE", "Decision", "Figures", "Size", "decision", "decision_of", "rule_for", "rules"]

OWN_FILE = "size-rules.toml"
"""A file of this name in the configuration folder takes the place of the ready rules."""


def rules() -> tuple[SizeRule, ...]:
    """Return the rules in force; a changed file counts from the next question on.

    Raises:
        PackFileError: the own file cannot be used; file and field are named.
    """
    path: Path = settings.CONFIG.config_dir / OWN_FILE
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return ready_rules()
    return _own(path, changed)


@cache
def _own(path: Path, changed: int) -> tuple[SizeRule, ...]:  # noqa: ARG001 - a newer file is another question
    return read_rules(path.name, path.read_bytes())


def rule_for(kind: str) -> SizeRule | None:
    """Return the rule for a kind of organisation, or None: its size stays unknown."""
    return next((rule for rule in rules() if kind in rule.kinds), None)


def decision(kind: str, figures: Figures) -> Decision:
    """Return the size of an organisation with these figures, why, and what is missing."""
    return decide(rule_for(kind), figures)


def decision_of(row: Organisation) -> Decision:
    """Return the same for a row that was read through its door."""
    figures = Figures(row.is_juristic, row.revenue_thb, row.service_revenue_thb, row.users_per_month)
    return decision(row.kind, figures)
