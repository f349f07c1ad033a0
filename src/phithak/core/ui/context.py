"""What every page's frame knows: the centre's name, the menu, the language and the theme."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from phithak.base.text import Text, active_language
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.i18n.language import chosen_theme
from phithak.core.ui.names import person
from phithak.core.ui.requests import actor_of

# strict CSP: no injected style, no evaluation; an error answer is never swapped in unless the element asks
HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorCSS": False,
        "history": "reload",
        "defaultSettleDelay": 0,
        "noSwap": [204, 304, "4xx", "5xx"],
    }
)


@dataclass(frozen=True)
class Entry:
    """A line of the side menu."""

    text: Text
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Group:
    """A group of the side menu."""

    text: Text
    entries: list[Entry]


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context; the menu is made only when the template shows it."""
    language = active_language()
    names = settings.CONFIG
    return {
        "site_name": names.name_en if language == "en" else names.name_th,
        "exercise_mode": names.exercise_mode,
        "language": language,
        "theme": chosen_theme(request),
        "htmx_config": HTMX_CONFIG,
        "page_title": getattr(request, "page_title", None),
        "here": request.get_full_path(),
        "who": SimpleLazyObject(functools.partial(_who, request)),
        "actor": SimpleLazyObject(functools.partial(actor_of, request)),
        "menu": SimpleLazyObject(functools.partial(menu, request)),
    }


def menu(request: HttpRequest) -> list[Group]:
    """Return the groups of the side menu that the actor may open; none without login."""
    actor = actor_of(request)
    if actor.kind is ActorKind.PUBLIC:
        return []
    shown = []
    for item in sorted(contrib.nav, key=lambda item: (item.order, item.name)):
        if not _may(actor, item.permission):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        shown.append((item, url))
    under = [url for _, url in shown if request.path == url or (url != "/" and request.path.startswith(url))]
    # of two sections one of which lies within the other, only the inner one is where the reader is
    nearest = max(under, key=len, default="")
    groups: defaultdict[Text, list[Entry]] = defaultdict(list)
    for item, url in shown:
        groups[item.group].append(Entry(item.text, url, item.icon, url == nearest))
    return [Group(text, entries) for text, entries in groups.items()]


def _who(request: HttpRequest) -> str:
    user: Any = getattr(request, "user", None)
    return str(person(user)) if user is not None and user.is_authenticated else ""


def _may(actor: Actor, permission: str) -> bool:
    if not permission:
        return True
    wanted = permissions.get(permission)
    # an elevated right shows its line before the staff session: the page then asks for one
    return permissions.has(actor, permission) or (wanted.elevated and bool(actor.roles & wanted.roles))
