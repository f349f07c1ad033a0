"""The request as our views see it: with the actor, and with the title of the page."""

from __future__ import annotations

from django.http import HttpRequest

from phithak.base.text import Text
from phithak.core.accounts import queries
from phithak.core.accounts.actors import PUBLIC, Actor


class Request(HttpRequest):
    """A request that went through :data:`phithak.core.ui.pages_kit.page` or an API operation.

    Attributes:
        actor: who asks; the public actor on public pages without login.
        page_title: the title that the page was declared with.
    """

    actor: Actor
    page_title: Text


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, read once for each request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is None:
        user = getattr(request, "user", None)
        known = queries.actor_for_request(request) if user is not None and user.is_authenticated else PUBLIC
        request.actor = known  # type: ignore[attr-defined] # Request declares it; Django hands us the plain class
    return known


def is_partial(request: HttpRequest) -> bool:
    """Tell whether htmx asks, so that a fragment is enough."""
    return request.headers.get("HX-Request") == "true"
