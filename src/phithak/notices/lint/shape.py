"""What goes into the lint and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from phithak.base.text import LANGUAGES, Language, Text
from phithak.notices.texts import Channel, TextClass, Wording

LIMIT = 8000
"""Longest subject or body (characters) that is looked at; a longer one is refused as a whole."""


class Severity(StrEnum):
    """An error keeps a text from being approved; a warning is for the approver to weigh."""

    ERROR = "error"
    WARNING = "warning"

    @property
    def text(self) -> Text:
        """The severity's name in both languages."""
        return Text("ต้องแก้", "Must be mended") if self is Severity.ERROR else Text("ควรดู", "Look again")


@dataclass(frozen=True)
class Part:
    """Subject or body in one language."""

    language: Language
    name: str  # subject | body
    text: str


@dataclass(frozen=True)
class Draft:
    """A text as it is checked; ``two_way``: only an adapter that takes answers will send it."""

    text_class: TextClass
    channel: Channel
    wording: Wording
    two_way: bool = False

    def parts(self) -> Iterator[Part]:
        """Yield the parts that hold text, Thai first."""
        for language in LANGUAGES:
            for name, text in (
                ("subject", self.wording.subject(language)),
                ("body", self.wording.body(language)),
            ):
                if text:
                    yield Part(language, name, text)

    def whole(self, language: Language) -> str:
        """Return subject and body of a language."""
        return f"{self.wording.subject(language)}\n{self.wording.body(language)}"


@dataclass(frozen=True)
class Context:
    """What the rules know of the house.

    Attributes:
        hosts: web hosts that are registered, in lower case ASCII.
        longest_org: the longest names among the organisations that may be the sender, in both languages.
    """

    hosts: frozenset[str] = frozenset()
    longest_org: Text | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Attributes:
        rule: id of the rule.
        severity: whether it keeps the text from being approved.
        language: ``th`` or ``en``; "" when it is about both.
        part: ``subject`` or ``body``; "" when it is about the whole text.
        start, end: place in that part, counted in characters; both 0 when there is no place.
        words: the characters at that place.
        text: what is wrong.
        mend: what to do.
    """

    rule: str
    severity: Severity
    language: str
    part: str
    start: int
    end: int
    words: str
    text: Text
    mend: Text


@dataclass(frozen=True)
class Hit:
    """What a check yields: where, and facts for the slots of the rule's text."""

    part: Part | None = None
    start: int = 0
    end: int = 0
    language: str = ""
    facts: tuple[tuple[str, object], ...] = ()
