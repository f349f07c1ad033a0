"""Texts in two languages, kept side by side.

A :class:`Text` holds the Thai and the English form of one sentence. ``str()`` gives the form of the
language that is active in the present context (Thai unless told otherwise), so the same object serves a
page, a command line and a letter. Why pairs and not message catalogues: ``docs/decisions/0001``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = ("th", "en")

_active: ContextVar[Language] = ContextVar("phithak_language", default="th")


def active_language() -> Language:
    """Return the language of the present context, ``"th"`` or ``"en"``."""
    return _active.get()


def set_language(language: str) -> None:
    """Make ``language`` active for this context; anything but English becomes Thai."""
    _active.set("en" if language.startswith("en") else "th")


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Use ``language`` inside the ``with`` block and give the former one back after it."""
    token = _active.set("en" if language.startswith("en") else "th")
    try:
        yield
    finally:
        _active.reset(token)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Thai and English.

    ``{name}`` slots are filled by :meth:`format`; both forms take the same slots.
    """

    th: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English form for ``"en…"``, else the Thai one."""
        return self.en if language.startswith("en") else self.th

    def format(self, **slots: object) -> Text:
        """Return the text with its ``{slots}`` filled in both languages."""
        return Text(self.th.format(**slots), self.en.format(**slots))

    def __str__(self) -> str:
        return self.in_language(active_language())
