"""Asks the fast engine, its pure twin and the oracle the same question; they must agree."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from ctypes import CDLL
from functools import cache
from pathlib import Path
from typing import Any

from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.match.passing import library
from phithak.engines.sigma.naive import read_oracles
from phithak.engines.sigma.normalise import LogType, flat_event
from phithak.engines.sigma.rules.loader import load_files
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import SourceFile

LOG = LogType("test", frozenset({"test"}), frozenset({"test"}), frozenset({"test"}))
HEAD = """
title: A rule
id: 11111111-1111-4111-8111-111111111111
status: test
level: high
logsource:
    category: test
"""


@cache
def accelerator() -> CDLL | None:
    """Return the accelerator in C, compiled once in a run; None where there is no compiler."""
    folder = Path(tempfile.mkdtemp(prefix="phithak-native-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return library(folder)


def rules_of(text: str, placeholders: Mapping[str, tuple[str, ...]] | None = None) -> RuleSet:
    """Read a YAML text as one file of rules."""
    return load_files([SourceFile("rule.yml", text.encode())], placeholders=placeholders or {})


def rule_text(detection: str, condition: str = "selection") -> str:
    """Return a rule with the lines of ``detection`` under ``detection:``."""
    lines = "\n".join("    " + line for line in detection.strip("\n").splitlines())
    return f"{HEAD}detection:\n{lines}\n    condition: {condition}\n"


def holds(
    text: str, record: Mapping[str, Any], placeholders: Mapping[str, tuple[str, ...]] | None = None
) -> bool:
    """Whether the one rule in ``text`` hits ``record``; all three evaluators must say the same."""
    loaded = rules_of(text, placeholders)
    assert [item.state for item in loaded.judgements] == ["loaded"], loaded.judgements
    (oracle,) = read_oracles(text, placeholders or {})
    slow = oracle.hits(flat_event(dict(record), LOG).fields)
    for accelerated in (True, False):
        engine = Engine(loaded, accelerated=accelerated)
        cold, warm = engine.match(dict(record), LOG), engine.match(dict(record), LOG)
        assert cold == warm
        assert bool(cold) is slow, (accelerated, record)
    return slow
