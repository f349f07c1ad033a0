"""Filling the slots of a text, and what an SMS then costs. Plain functions; no table is read here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from phithak.base.text import Language
from phithak.engines.thai import SmsSize, sms_size
from phithak.notices.texts import SlotKind, slots, slots_in
from phithak.notices.texts.slots import SLOT

_SPACES = re.compile(r"[ \t]{2,}")
_SPACE_AT_END = re.compile(r"[ \t]+(?=\n|$)")
MISSING = "⟨{name}⟩"


@dataclass(frozen=True)
class Filled:
    """A text with its slots filled, and the names of those for which there was no value."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Return the text with its slots filled.

    Args:
        text: with ``{slots}``.
        values: by slot name; a promise that is absent is left out (no check has passed), any other absent
            slot is shown as ``⟨name⟩`` and named in ``missing``.
    """
    known = slots()
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return values[name]
        slot = known.get(name)
        if slot is not None and (slot.kind is SlotKind.PROMISE or name == "tel_free"):
            return ""
        if name not in missing:
            missing.append(name)
        return MISSING.format(name=name)

    filled = SLOT.sub(value, text)
    return Filled(_SPACE_AT_END.sub("", _SPACES.sub(" ", filled)), tuple(missing))


def longest_values(text: str, language: Language, *, longest_org: str = "") -> dict[str, str]:
    """Return the longest value of each known slot of a text.

    Args:
        text: with ``{slots}``.
        language: of the text.
        longest_org: the longest short name of a sender, where it is longer than the data's own.
    """
    known = slots()
    found = {name: known[name].longest.in_language(language) for name in slots_in(text) if name in known}
    if "org" in found and len(longest_org) > len(found["org"]):
        found["org"] = longest_org
    return found


def sms_size_at_most(text: str, language: Language, *, longest_org: str = "") -> SmsSize:
    """Return the size of an SMS with every slot at its longest and every promise kept."""
    return sms_size(fill(text, longest_values(text, language, longest_org=longest_org)).text)
