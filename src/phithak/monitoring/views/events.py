"""The page of events: words, a span, a histogram, the newest events, one of them raw, saved searches, export."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.core.ui.pages_kit import Request, page
from phithak.eventstore.queries import Found
from phithak.monitoring import queries
from phithak.monitoring.exporting import as_csv, as_lines, readable
from phithak.monitoring.forms import SearchNameForm
from phithak.monitoring.queries import board
from phithak.monitoring.queries import events as reading
from phithak.monitoring.queries.asking import DEFAULT_SPAN, SPANS, Question
from phithak.monitoring.services import searches as services

_TITLE = Text("ค้นเหตุการณ์", "Search events")
_SPANS = {
    "1h": Text("1 ชั่วโมง", "1 hour"), "24h": Text("24 ชั่วโมง", "24 hours"), "7d": Text("7 วัน", "7 days"),
    "30d": Text("30 วัน", "30 days"), "90d": Text("90 วัน", "90 days"),
}  # fmt: skip
_HEIGHT = 60
_SHOWN = ("log", "src_ip", "dst_ip", "user", "host", "domain", "process", "rule")
_NAME = 3


@page(queries.EVENTS, title=_TITLE)
def search(request: Request) -> HttpResponseBase:
    """Ask the event store; only a few columns are shown, the whole event on asking."""
    question = _question(request.GET)
    shown: dict[str, Any] = {
        "title": _TITLE,
        "question": question,
        "spans": [(key, _SPANS[key]) for key in SPANS],
        "sites": [(str(row.pk), board.name_of(row)) for row in _sites(request)],
        "saved": [(row, urlencode(row.question)) for row in _saved(request)],
        "asked": request.GET.urlencode(),
        "raw": _raw(request),
    }
    status = 200
    try:
        answer = reading.ask(request.actor, question)
    except InvalidInputError as error:
        shown["error"], status = error.message, error.status
    else:
        shown |= _answer(answer, request.GET)
    return render(request, "monitoring/events.html", shown, status=status)


def _question(told: QueryDict) -> Question:
    return Question(told.get("words", ""), told.get("span", "") or DEFAULT_SPAN, told.get("site", ""))


def _sites(request: Request) -> Any:
    return (
        queries.visible_to(request.actor, queries.EVENTS).select_related("tenant").order_by("tenant__name_th")
    )


def _saved(request: Request) -> Any:
    return queries.searches_visible_to(request.actor).order_by("name", "pk")[:50]


def _answer(answer: reading.Answer, told: QueryDict) -> dict[str, Any]:
    highest = max((count for _, count in answer.steps), default=0)
    return {
        "total": answer.total,
        "bars": [
            (place * 10, _HEIGHT - _tall(count, highest), _tall(count, highest), at, count)
            for place, (at, count) in enumerate(answer.steps)
            if count
        ],
        "width": len(answer.steps) * 10,
        "height": _HEIGHT,
        "begins": answer.steps[0][0],
        "ends": answer.steps[-1][0],
        "rows": [
            (reading.moment(one.time), answer.names[one.tenant], _few(one), _address(one, told))
            for one in answer.events
        ],
    }


def _tall(count: int, highest: int) -> int:
    return max(1, round(_HEIGHT * count / highest)) if count else 0


def _few(found: Found) -> list[tuple[str, str]]:
    return [(name, found.columns[name][:120]) for name in _SHOWN if name in found.columns]


def _address(found: Found, told: QueryDict) -> str:
    asked = {key: value for key, value in told.items() if key in {"words", "span", "site"}}
    return "?" + urlencode({**asked, "event": f"{found.time}.{found.offset}.{found.number}"})


def _raw(request: Request) -> dict[str, Any] | None:
    """Return the one event that the address names.

    Raises:
        NotFoundError: there is none, or it is of a site that the actor may not search.
    """
    told = request.GET.get("event", "")
    if not told:
        return None
    parts = told.split(".")
    if len(parts) != _NAME or not all(part.isdigit() and len(part) < 20 for part in parts):  # noqa: PLR2004 - 64 bits
        raise NotFoundError
    found, name = reading.one(request.actor, *(int(part) for part in parts))
    return {
        "at": reading.moment(found.time),
        "received": reading.moment(found.received),
        "site": name,
        "columns": sorted(found.columns.items()),
        "text": readable(found.raw),
    }


@page(queries.EVENTS, title=Text("ส่งออกเหตุการณ์", "Export events"), methods=("POST",))
def export(request: Request) -> HttpResponseBase:
    """Give what a search finds as a file, at most 10,000 events; the journal says who took it."""
    question = _question(request.POST)
    answer = reading.ask(request.actor, question, limit=reading.MOST_EXPORTED)
    services.note_export(request.actor, count=len(answer.events), question=question)
    if request.POST.get("format") == "csv":
        made = HttpResponse(as_csv(answer), content_type="text/csv; charset=utf-8")
        made["Content-Disposition"] = 'attachment; filename="events.csv"'
    else:
        made = HttpResponse(as_lines(answer), content_type="application/x-ndjson")
        made["Content-Disposition"] = 'attachment; filename="events.ndjson"'
    return made


@page(queries.EVENTS, title=Text("บันทึกการค้น", "Save a search"), methods=("POST",))
def save(request: Request) -> HttpResponseBase:
    """Keep a search under a name."""
    question = _question(request.POST)
    form = SearchNameForm(request.POST)
    if form.submit(lambda data: services.keep(request.actor, name=data["name"], question=question)):
        messages.success(request, str(Text("บันทึกการค้นแล้ว", "The search is saved")))
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect(reverse("monitoring:events") + "?" + urlencode(question.to_json()))


@page(queries.EVENTS, title=Text("ลบการค้น", "Remove a search"), methods=("POST",))
def drop(request: Request, search_id: UUID) -> HttpResponseBase:
    """Remove a saved search."""
    services.drop(request.actor, search_id)
    return redirect("monitoring:events")
