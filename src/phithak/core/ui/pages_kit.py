"""``@page``: what every page declares (permission, title, methods) and gets (actor, errors for people).

::

    @page("journal.entry.view", title=Text("บันทึกเหตุการณ์", "Journal"))
    def entries(request: Request) -> HttpResponse: ...

    @page.public(title=Text("สถิติ", "Statistics"))
    def statistics(request: Request) -> HttpResponse: ...
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import ActorKind
from phithak.core.ui import error_pages
from phithak.core.ui.requests import Request, actor_of, is_partial

__all__ = ["PUBLIC", "PageView", "Request", "page"]

P = ParamSpec("P")
PUBLIC = "public"
"""What ``.permission`` of a page without login says."""


class PageView(Protocol):
    """A view that says what it needs."""

    permission: str
    title: Text
    methods: tuple[str, ...]

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer the request."""
        ...


class _Page:
    """The decorator; ``page.public`` is the same without login."""

    def __call__(
        self, permission: str, *, title: Text, methods: Sequence[str] = ("GET",)
    ) -> Callable[[Callable[Concatenate[Request, P], HttpResponseBase]], PageView]:
        """Declare a page that needs a permission.

        Args:
            permission: code of the right; a visitor without login is sent to the login page, an actor without
                the right gets the 403 page that names it.
            title: title of the page and of the browser's tab.
            methods: HTTP methods that it answers; HEAD comes with GET.
        """

        def declare(view: Callable[Concatenate[Request, P], HttpResponseBase]) -> PageView:
            return _wrap(view, permission, title, tuple(methods))

        return declare

    def public(
        self, *, title: Text, methods: Sequence[str] = ("GET",)
    ) -> Callable[[Callable[Concatenate[Request, P], HttpResponseBase]], PageView]:
        """Declare a page without login; ``request.actor`` is the user's own if there is one."""

        def declare(view: Callable[Concatenate[Request, P], HttpResponseBase]) -> PageView:
            return _wrap(view, PUBLIC, title, tuple(methods))

        return declare


page = _Page()


def _wrap(
    view: Callable[Concatenate[Request, P], HttpResponseBase],
    permission: str,
    title: Text,
    methods: tuple[str, ...],
) -> PageView:
    allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]

    @functools.wraps(view)
    def answer(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.page_title = title
        if request.method == "OPTIONS" or request.method not in allowed:
            refused = HttpResponseNotAllowed(allowed)
            refused.status_code = 204 if request.method == "OPTIONS" else 405
            return refused
        actor = actor_of(request)
        if permission != PUBLIC and actor.kind is ActorKind.PUBLIC:
            return _to_login(request)
        try:
            if permission != PUBLIC:
                permissions.require(actor, permission)
            return view(request, *args, **kwargs)
        except PhithakError as error:
            return error_pages.for_error(request, error)

    wrapped = cast("PageView", answer)
    wrapped.permission = permission
    wrapped.title = title
    wrapped.methods = methods
    return wrapped


def _to_login(request: Request) -> HttpResponseBase:
    login = redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    if not is_partial(request):
        return login
    # a fragment cannot hold the login page: let the whole window go there
    return HttpResponse(status=204, headers={"HX-Redirect": login.url})
