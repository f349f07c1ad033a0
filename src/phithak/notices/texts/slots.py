"""The closed list of slots: what each means, what it looks like, who may fill it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from phithak.base.text import Text

SLOT = re.compile(r"\{([a-z][a-z0-9_]{0,19})\}")


class SlotKind(StrEnum):
    """Who fills a slot."""

    FACT = "fact"  # whoever sends it
    PROMISE = "promise"  # its words stand only when a check has passed
    DIRECTORY = "directory"  # the hotlines
    FORM = "form"  # the addressee and the signatory


class ValueType(StrEnum):
    """What a fact is; a date is shown in BE in Thai and in CE in English."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class Slot:
    """One slot.

    Attributes:
        name: as it stands in braces.
        kind: who fills it.
        type: what a fact is.
        meaning: for people.
        sample: a usual value; of a promise its words.
        longest: the longest value that an SMS is counted with.
        sender: it names the sender.
        reference: it is what the reader gives when calling.
    """

    name: str
    kind: SlotKind
    type: ValueType
    meaning: Text
    sample: Text
    longest: Text
    sender: bool = False
    reference: bool = False


@cache
def slots() -> dict[str, Slot]:
    """Return every slot by name, in the order of the file."""
    return {name: _slot(name, row) for name, row in read_toml("slots.toml")["slot"].items()}


def slots_in(text: str) -> list[str]:
    """Return the names of the slots of a text, each once, in order; known or not."""
    return list(dict.fromkeys(SLOT.findall(text)))


def read_toml(name: str) -> dict[str, Any]:
    """Return one of the data files beside this module."""
    return tomllib.loads(files("phithak.notices.texts").joinpath(name).read_text(encoding="utf-8"))


def _slot(name: str, row: dict[str, Any]) -> Slot:
    sample = Text(*(row["sample"] if "sample" in row else row["value"]))
    return Slot(
        name=name,
        kind=SlotKind(row["kind"]),
        type=ValueType(row.get("type", "text")),
        meaning=Text(*row["meaning"]),
        sample=sample,
        longest=Text(*row["longest"]) if "longest" in row else sample,
        sender=row.get("sender", False),
        reference=row.get("reference", False),
    )
