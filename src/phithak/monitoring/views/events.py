"""The page of events: words, a span, a histogram, the newest events, one of them raw, saved searches, export."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import cells
from phithak.eventstore.queries import COLUMNS
from phithak.monitoring import queries
from phithak.monitoring.exporting import as_csv, as_lines, readable
from phithak.monitoring.forms import SearchNameForm
from phithak.monitoring.queries import board
from phithak.monitoring.queries import events as reading
from phithak.monitoring.queries.asking import SPANS
from phithak.monitoring.services import searches as services
from phithak.monitoring.views.lines import LINES, PAGE_SIZE, Asked, line, question_of, to_the_second

_TITLE = Text("ค้นเหตุการณ์", "Search events")
_SPANS = {
    "1h": Text("1 ชั่วโมง", "1 hour"), "24h": Text("24 ชั่วโมง", "24 hours"), "7d": Text("7 วัน", "7 days"),
    "30d": Text("30 วัน", "30 days"), "90d": Text("90 วัน", "90 days"),
}  # fmt: skip
_ORDERS = {"newest": Text("ใหม่สุดก่อน", "Newest first"), "oldest": Text("เก่าสุดก่อน", "Oldest first")}
_NAME = 3
_HEIGHT = 60


@page(queries.EVENTS, title=_TITLE)
def search(request: Request) -> HttpResponseBase:
    """Ask the event store; only a few columns are shown, the whole event on asking."""
    asked = Asked.read(request.GET)
    shown: dict[str, Any] = {
        "title": _TITLE,
        "question": asked.question,
        "fields": sorted(COLUMNS),
        "orders": list(_ORDERS.items()),
        "order": "oldest" if asked.oldest else "newest",
        "spans": [(key, _SPANS[key]) for key in SPANS],
        "sites": [(str(row.pk), board.name_of(row)) for row in _sites(request)],
        "saved": [(row, urlencode(row.question)) for row in _saved(request)],
        "raw": _raw(request),
    }
    status = 200
    try:
        answer = reading.ask(
            request.actor,
            asked.question,
            limit=PAGE_SIZE,
            skip=(asked.page - 1) * PAGE_SIZE,
            newest_first=not asked.oldest,
        )
    except InvalidInputError as error:
        shown["error"], status = error.message, error.status
    else:
        shown |= _answer(answer, asked)
    return render(request, "monitoring/events.html", shown, status=status)


def _sites(request: Request) -> Any:
    return (
        queries.visible_to(request.actor, queries.EVENTS).select_related("tenant").order_by("tenant__name_th")
    )


def _saved(request: Request) -> Any:
    return queries.searches_visible_to(request.actor).order_by("name", "pk")[:50]


def _answer(answer: reading.Answer, asked: Asked) -> dict[str, Any]:
    highest = max((count for _, count in answer.steps), default=0)
    pages = asked.pages(answer.total)
    return {
        "total": answer.total,
        "bars": [
            (place * 10, _HEIGHT - _tall(count, highest), _tall(count, highest), at, count)
            for place, (at, count) in enumerate(answer.steps)
            if count
        ],
        "highest": highest,
        "width": len(answer.steps) * 10,
        "height": _HEIGHT,
        "begins": answer.steps[0][0],
        "ends": answer.steps[-1][0],
        "heads": [column.title for column in LINES],
        "body": cells.body(LINES, [line(one, answer, asked) for one in answer.events]),
        "page": asked.page,
        "pages": pages,
        "previous": asked.address(page=str(asked.page - 1)) if asked.page > 1 else "",
        "next": asked.address(page=str(asked.page + 1)) if asked.page < pages else "",
        "cut": answer.total > reading.MOST_EXPORTED,
    }


def _tall(count: int, highest: int) -> int:
    return max(1, round(_HEIGHT * count / highest)) if count else 0


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
        "at": to_the_second(reading.moment(found.time)),
        "received": to_the_second(reading.moment(found.received)),
        "site": name,
        "columns": sorted(found.columns.items()),
        "text": readable(found.raw),
    }


@page(queries.EVENTS, title=Text("ส่งออกเหตุการณ์", "Export events"), methods=("POST",))
def export(request: Request) -> HttpResponseBase:
    """Give what a search finds as a file, at most 10,000 events; the journal says who took it."""
    question = question_of(request.POST)
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
    question = question_of(request.POST)
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
