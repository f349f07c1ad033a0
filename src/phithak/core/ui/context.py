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
from phithak.core.contrib import NavItem, VisitorLink
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
    """A line of the side menu.

    Attributes:
        current: the reader is on its page, or on a page below it.
        within: the reader is in one of its ``entries``, which then show.
        entries: its lines of the second level.
    """

    text: Text
    url: str
    icon: str
    current: bool
    within: bool = False
    entries: tuple[Entry, ...] = ()


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
        "tabs": SimpleLazyObject(functools.partial(tabs, request)),
        "visitor_links": SimpleLazyObject(visitor_links),
    }


def menu(request: HttpRequest) -> list[Group]:
    """Return the groups of the side menu that the actor may open; none without login."""
    made: list[Group] | None = getattr(request, "menu_groups", None)
    if made is None:
        made = _menu(request)
        request.menu_groups = made  # type: ignore[attr-defined] # the frame asks for it twice
    return made


def tabs(request: HttpRequest) -> tuple[Entry, ...]:
    """Return the lines beside the reader's own one in the second level; none on a page below them."""
    for group in menu(request):
        for entry in group.entries:
            if len(entry.entries) > 1 and any(one.url == request.path for one in entry.entries):
                return entry.entries
    return ()


def visitor_links() -> list[VisitorLink]:
    """Return the links that people without a login are offered now."""
    return [
        one for one in sorted(contrib.visitor_links, key=lambda one: (one.order, one.name)) if one.shown()
    ]


def _menu(request: HttpRequest) -> list[Group]:
    actor = actor_of(request)
    if actor.kind is ActorKind.PUBLIC:
        return []
    items = sorted(contrib.nav, key=lambda item: (item.order, item.name))
    shown = [
        (item, url) for item in items if _may(actor, item.permission) and (url := _url(item)) is not None
    ]
    # of two sections one of which lies within the other, only the inner one is where the reader is
    nearest = max(
        (place for item, url in shown for place in (url, *item.also) if _lies_at(request.path, place)),
        key=len,
        default="",
    )
    here = {item.name for item, url in shown if nearest and nearest in {url, *item.also}}
    second: defaultdict[str, list[Entry]] = defaultdict(list)
    for item, url in shown:
        if item.under:
            second[item.under].append(Entry(item.text, url, item.icon, item.name in here))
    groups: defaultdict[Text, list[Entry]] = defaultdict(list)
    for item, url in shown:
        entries = tuple(second[item.name])
        own = url or (entries[0].url if entries else "")
        if item.under or not own:
            continue
        within = any(entry.current for entry in entries)
        current = not within and item.name in here
        groups[item.group].append(Entry(item.text, own, item.icon, current, within, entries))
    return [Group(text, entries) for text, entries in groups.items()]


def _lies_at(path: str, place: str) -> bool:
    """Tell whether a page is that of a line, or lies below it; every page lies below the first one, so none does."""
    return path == place or (place not in {"", "/"} and path.startswith(place))


def _url(item: NavItem) -> str | None:
    """Return a line's address, "" for a parent without a page, None for a page that is not served here."""
    if not item.url_name:
        return ""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return None


def _who(request: HttpRequest) -> str:
    user: Any = getattr(request, "user", None)
    return str(person(user)) if user is not None and user.is_authenticated else ""


def _may(actor: Actor, permission: str) -> bool:
    if not permission:
        return True
    wanted = permissions.get(permission)
    # an elevated right shows its line before the staff session: the page then asks for one
    return permissions.has(actor, permission) or (wanted.elevated and bool(actor.roles & wanted.roles))
