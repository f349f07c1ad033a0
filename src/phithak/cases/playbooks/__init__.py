"""Playbooks and policy terms as data: files of this folder; policy item → step → owner → clock."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from phithak.base.text import Text

CENTRE, ORGANISATION = "centre", "organisation"


@dataclass(frozen=True)
class Term:
    """A policy item with the minutes that it ships with."""

    code: str
    text: Text
    minutes: int


@dataclass(frozen=True)
class Step:
    """A step of a playbook.

    Attributes:
        code: unique in its playbook.
        text: what to do.
        side: ``centre`` or ``organisation``.
        policy: the term that gives its clock; "" = none.
        safe: whether it is safe for clinical systems; an unsafe one needs an approver of the hospital.
    """

    code: str
    text: Text
    side: str
    policy: str
    safe: bool


@dataclass(frozen=True)
class Playbook:
    """What is done for a kind of incident."""

    code: str
    text: Text
    steps: tuple[Step, ...]


@cache
def terms() -> dict[str, Term]:
    """Return the shipped policy terms by code."""
    told = _read("terms.toml")
    return {
        one["code"]: Term(one["code"], Text(one["th"], one["en"]), one["minutes"]) for one in told["term"]
    }


@cache
def playbooks() -> dict[str, Playbook]:
    """Return the shipped playbooks by the kind of incident.

    Raises:
        ValueError: a file names an unknown term or side; the tests read all.
    """
    found = {}
    for file in sorted(files(__package__).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml") and file.name != "terms.toml":
            one = _playbook(file.name)
            found[one.code] = one
    return found


def _playbook(name: str) -> Playbook:
    told = _read(name)
    steps = tuple(
        Step(
            one["code"], Text(one["th"], one["en"]), one["side"], one.get("policy", ""), one.get("safe", True)
        )
        for one in told["step"]
    )
    for step in steps:
        if step.side not in (CENTRE, ORGANISATION) or (step.policy and step.policy not in terms()):
            raise ValueError(f"{name}: step {step.code} names an unknown side or term")
    return Playbook(told["code"], Text(told["th"], told["en"]), steps)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
