"""A question to the event store as people ask it: words, fields, a span of time; never SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.engines.thai.digits import to_arabic
from phithak.eventstore.queries import COLUMNS, AllOf, Contains, Equals, Is, Not, StartsWith, Where

SPANS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
DEFAULT_SPAN = "24h"
_MOST = 500
_TERM = re.compile(r'(?P<not>-)?(?:(?P<field>[A-Za-z_]\w*):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        words: terms between blanks, all of which have to hold. ``src_ip:10.0.0.1`` a field is that value (several with
            commas), ``user:adm*`` begins so, ``user:*`` it has any; a bare word stands anywhere in the event; a dash
            before a term turns it round; double quotes keep blanks together.
        span: how far back, a key of :data:`SPANS`.
        site: id of a site, or "" for all.
        until: end of the span, UTC, or None for now.
    """

    words: str = ""
    span: str = DEFAULT_SPAN
    site: str = ""
    until: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the question as it is kept; one that ends now will end then."""
        return {"words": self.words, "span": self.span, "site": self.site}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Question:
        """Read a kept question."""
        return cls(str(told.get("words", "")), str(told.get("span", DEFAULT_SPAN)), str(told.get("site", "")))

    def moments(self) -> tuple[int, int]:
        """Return begin and end, microseconds since 1970.

        Raises:
            InvalidInputError: the span is none of those known.
        """
        if self.span not in SPANS:
            raise InvalidInputError(field="span", reason_th="ไม่มีช่วงเวลานี้", reason_en="there is no such span")
        end = (self.until or clock.now()).astimezone(UTC)
        begin = end - SPANS[self.span]
        return int(begin.timestamp() * 1_000_000), int(end.timestamp() * 1_000_000)

    def where(self) -> Where:
        """Return the conditions.

        Raises:
            InvalidInputError: too long, or a field that there is not.
        """
        if len(self.words) > _MOST:
            raise InvalidInputError(field="q", reason_th="คำค้นยาวเกินไป", reason_en="the search is too long")
        return AllOf(tuple(_term(found) for found in _TERM.finditer(self.words)))


def _term(found: re.Match[str]) -> Where:
    value = found["quoted"] if found["quoted"] is not None else found["bare"]
    part = _condition(found["field"] or "", value, quoted=found["quoted"] is not None)
    return Not(part) if found["not"] else part


def _condition(field: str, value: str, *, quoted: bool) -> Where:
    if not field:
        return Contains("raw", value)
    if field not in COLUMNS:
        fields = ", ".join(sorted(COLUMNS))
        raise InvalidInputError(
            field="q",
            reason_th=f"ไม่มีช่อง {field} ใช้ได้ {fields}",
            reason_en=f"there is no field {field}; there are {fields}",
        )
    value = to_arabic(value)  # what was normalised holds no Thai digits; people type them
    if quoted:
        return Equals(field, (value,))
    if value == "*":
        return Is(field)
    if value.endswith("*"):
        return StartsWith(field, value[:-1])
    return Equals(field, tuple(one for one in value.split(",") if one))
