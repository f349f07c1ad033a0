"""The list of events that a search found: what its address asks for, and one line for each event."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import QueryDict

from phithak.base import clock
from phithak.base.clock import BANGKOK
from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.ui.tables import Column
from phithak.eventstore.queries import Found
from phithak.monitoring.exporting import readable
from phithak.monitoring.queries import events as reading
from phithak.monitoring.queries.asking import DEFAULT_SPAN, Question

PAGE_SIZE = 50
PAGES = reading.MOST_EXPORTED // PAGE_SIZE
_SHOWN = ("src_ip", "dst_ip", "user", "host", "domain", "image", "rule", "event")
_FEW = 3
_PREVIEW = 160
_DIGITS = 12


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for: a question, a page of its answer, an order of time."""

    question: Question
    page: int
    oldest: bool

    @classmethod
    def read(cls, told: QueryDict) -> Asked:
        """Read an address; what cannot be read is as if it were not there."""
        until, page = _whole(told.get("until", "")), _whole(told.get("page", ""))
        known = datetime.fromtimestamp(until, UTC) if until and until < _whole("9" * 11) else None
        return cls(question_of(told, known), max(1, min(page, PAGES)), told.get("order") == "oldest")

    def pages(self, total: int) -> int:
        """Return how many pages there are of an answer."""
        return max(1, min(PAGES, math.ceil(total / PAGE_SIZE)))

    def address(self, **changed: str) -> str:
        """Return the address of another page of the same answer: its end is held where it is."""
        until = self.question.until or clock.now()
        told = {
            **self.question.to_json(),
            "order": "oldest" if self.oldest else "",
            "until": str(math.ceil(until.timestamp())),
            **changed,
        }
        return "?" + urlencode({key: value for key, value in told.items() if value})


def question_of(told: QueryDict, until: datetime | None = None) -> Question:
    """Return the question of an address or a form."""
    return Question(told.get("words", ""), told.get("span", "") or DEFAULT_SPAN, told.get("site", ""), until)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 0


@dataclass(frozen=True)
class Line:
    """An event in the list: when, of whom, the address of it alone, what it says."""

    at: datetime
    site: Text
    address: str
    log: str
    what: str


LINES = [
    Column("at", Text("เวลา", "Time"), value=lambda one: to_the_second(one.at), link=lambda one: one.address),
    Column("site", Text("หน่วยงาน", "Site"), value="site"),
    Column("log", Text("ชนิด", "Kind"), value="log", kind="code"),
    Column("what", Text("เนื้อความ", "What it says"), value="what"),
]


def line(found: Found, answer: reading.Answer, asked: Asked) -> Line:
    """Return the line of an event: the columns that tell most, and its beginning where there are few."""
    few = [f"{name} {found.columns[name][:60]}" for name in _SHOWN if name in found.columns]
    raw = " ".join(readable(found.raw[: _PREVIEW * 4]).split())[:_PREVIEW]
    return Line(
        reading.moment(found.time),
        answer.names[found.tenant],
        asked.address(page=str(asked.page), event=f"{found.time}.{found.offset}.{found.number}"),
        found.columns.get("log", ""),
        " · ".join([*few, raw] if len(few) < _FEW else few),
    )


def to_the_second(at: datetime) -> str:
    """Return a moment with its seconds, in Bangkok: events are compared by them."""
    return f"{show.day(at)} {at.astimezone(BANGKOK):%H:%M:%S}"
