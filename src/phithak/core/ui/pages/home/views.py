"""Home, search, settings, statistics and health."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from phithak import __version__
from phithak.base import config
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import WaitingItem
from phithak.core.search import queries as index
from phithak.core.ui import assets
from phithak.core.ui.pages.home.welcome import next_steps
from phithak.core.ui.pages_kit import Request, page

_SHOWN_WAITING = 100
_SHOWN_FOUND = 20
_MIN_WORDS, _MAX_WORDS = 1, 200
_FAR = datetime.max.replace(tzinfo=UTC)
_HIDDEN = "••••••"


@page("accounts.self", title=Text("งานที่รอคุณ", "What waits for you"))
def home(request: Request) -> HttpResponse:
    """What waits for the actor, most urgent first; the first steps of a fresh instance."""
    items: list[WaitingItem] = []
    for source in contrib.waiting:
        items.extend(islice(source.items(request.actor), _SHOWN_WAITING))
    items.sort(key=lambda item: (item.due or _FAR, item.since or _FAR))
    context = {"items": items[:_SHOWN_WAITING], "total": len(items), "steps": next_steps(request.actor)}
    return render(request, "ui/home.html", context)


@dataclass(frozen=True)
class FoundGroup:
    """What one source of the search found."""

    title: Text
    found: list[tuple[str, str]]


@page("accounts.self", title=Text("ค้นหา", "Search"))
def search(request: Request) -> HttpResponse:
    """Search every source that the rooms contribute, each through its own visibility."""
    words = request.GET.get("q", "").strip()[:_MAX_WORDS]
    groups = []
    if len(words) >= _MIN_WORDS:
        kinds = [kind for source in contrib.search for kind in source.kinds]
        with index.once(words, kinds):
            for source in contrib.search:
                if source.by_index_alone and not index.holds_any(source.kinds, words):
                    continue
                found = list(islice(source.find(request.actor, words, _SHOWN_FOUND), _SHOWN_FOUND))
                if found:
                    groups.append(FoundGroup(source.title, found))
    return render(request, "ui/search.html", {"words": words, "groups": groups})


@dataclass(frozen=True)
class Setting:
    """One setting as the page shows it."""

    name: str
    text: Text
    value: str
    origin: str
    changed: bool


@page("accounts.settings.view", title=Text("ค่าตั้งของระบบ", "Settings"))
def settings(request: Request) -> HttpResponse:
    """Every setting, its value and where it came from; secrets stay hidden."""
    loaded = config.load()
    rows = [
        Setting(
            field.name,
            field.metadata["text"],
            _shown(getattr(loaded.config, field.name), secret=field.metadata["secret"]),
            loaded.origins[field.name],
            loaded.origins[field.name] != "default",
        )
        for field in dataclasses.fields(config.Config)
    ]
    return render(request, "ui/settings.html", {"rows": rows, "version": __version__})


def _shown(value: Any, *, secret: bool) -> str:
    if secret and value and value != "null:":
        return _HIDDEN
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Figure:
    """A public number with how it was counted."""

    name: str
    title: Text
    method: Text
    value: int


def figures() -> list[Figure]:
    """Return every public number that the rooms contribute."""
    return [Figure(item.name, item.title, item.method, item.value()) for item in contrib.statistics]


@page.public(title=Text("สถิติและวิธีนับ", "Statistics and methods"))
def statistics(request: Request) -> HttpResponse:
    """Public numbers and how each was counted, and how anybody can check the journal; no login."""
    return render(request, "ui/statistics.html", {"figures": figures()})


@page.public(title=Text("สถานะระบบ", "Health"))
def health(request: Request) -> HttpResponse:  # noqa: ARG001 - a page takes the request
    """Answer 200 when pages and database work, else 503; for supervisors and load balancers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok", "version": __version__, "assets": assets.present()})
