"""States in lists and pages: a text, a tone and an icon, so that colour never speaks alone."""

from __future__ import annotations

from dataclasses import dataclass

from phithak.base.text import Text

_ICONS = {
    "good": "check",
    "bad": "x",
    "warn": "alert",
    "info": "info",
    "unknown": "question",
    "neutral": "dot",
}


@dataclass(frozen=True)
class State:
    """A state of a thing.

    Attributes:
        code: stable name, used in exports.
        text: shown to people.
        tone: ``good``, ``bad``, ``warn``, ``info``, ``unknown`` or ``neutral``; picks colour and icon.
    """

    code: str
    text: Text
    tone: str = "neutral"

    @property
    def icon(self) -> str:
        """Name of the icon of the tone."""
        return _ICONS.get(self.tone, "dot")
