"""The REST API's toolkit: ``Router``, ``operation``, ``Page``; one error schema; one permission each.

::

    router = Router()

    @operation(router.get, "/entries", permission="journal.entry.view", response=Page[EntryOut],
               th="รายการบันทึกเหตุการณ์", en="Journal entries")
    def entries(request: Request, paging: Query[Paging]) -> Page[EntryOut]:
        return paginate(queries.visible_to(request.actor), paging, EntryOut.of)
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router, Schema, Status
from ninja.security import APIKeyCookie, HttpBearer

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.ui.pages_kit import PUBLIC
from phithak.core.ui.requests import Request, actor_of

__all__ = [
    "LOGIN",
    "PUBLIC",
    "BearerLogin",
    "Error",
    "Page",
    "Paging",
    "Problem",
    "Query",
    "Request",
    "Router",
    "Schema",
    "SessionLogin",
    "operation",
    "paginate",
]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
M = TypeVar("M", bound=Model)

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
_OK = 200
_ERROR_STATUSES = (400, 401, 403, 404, 409, 422, 429, 503)


class Problem(Schema):
    """One wrong field."""

    field: str = Field(description="Where in the request, such as query.limit or body.name_th")
    message_th: str
    message_en: str


class Error(Schema):
    """What every refused call answers: a stable code, a sentence in both languages, the wrong fields."""

    code: str
    message_th: str
    message_en: str
    problems: list[Problem] = []


class Page(Schema, Generic[T]):
    """A page of a list; ``next`` is the ``after`` of the following page, null on the last one."""

    items: list[T]
    total: int
    next: UUID | None = None


class Paging(Schema):
    """Query parameters of every list."""

    limit: int = Field(PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE, description="Rows on a page")
    after: UUID | None = Field(None, description="The `next` of the page before")


class BearerLogin(HttpBearer):
    """``Authorization: Bearer <token>``; the token's scopes limit the permissions of its user."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Set ``request.actor``; None when the token is unknown, ended or over."""
        actor = queries.actor_for_token(token)
        if actor is not None:
            request.actor = actor  # type: ignore[attr-defined] # Request declares it
        return actor


class SessionLogin(APIKeyCookie):
    """The session of the pages; changing calls need the CSRF token too."""

    param_name = "sessionid"

    def _get_key(self, request: HttpRequest) -> str | None:
        # a call without a session is "not logged in", not "CSRF failed"
        if self.param_name not in request.COOKIES:
            return None
        return super()._get_key(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Set ``request.actor`` from the session; None without login."""
        if key is None:
            return None
        actor = actor_of(request)
        return None if actor.kind is ActorKind.PUBLIC else actor


LOGIN: list[Callable[[HttpRequest], Any]] = [BearerLogin(), SessionLogin()]


def operation(
    method: Callable[..., Callable[[Callable[..., Any]], Callable[..., Any]]],
    path: str,
    *,
    permission: str,
    response: Any,
    th: str,
    en: str,
    status: int = 200,
    **options: Any,
) -> Callable[[Callable[Concatenate[Request, P], R]], Callable[..., R]]:
    """Declare one operation.

    Args:
        method: ``router.get``, ``router.post``, …
        path: path below the room's prefix, from "/" on.
        permission: right that the actor needs, or :data:`PUBLIC`.
        response: schema of the answer, or None for an empty body.
        th: what it does, in Thai, for the API's page.
        en: the same in English.
        status: status of success; the function returns the body alone.
        options: passed on to ninja (``tags``, ``deprecated``, ``url_name`` …).
    """

    def declare(function: Callable[Concatenate[Request, P], R]) -> Callable[..., R]:
        @functools.wraps(function)
        def answer(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
            actor = actor_of(request)
            if permission != PUBLIC:
                permissions.require(actor, permission)
            result = function(request, *args, **kwargs)
            # ninja takes an answer without a status for a 200
            if status == _OK or isinstance(result, HttpResponseBase):
                return result
            body = result[1] if isinstance(result, tuple) and result[:1] == (status,) else result
            return cast("R", Status(status, body))

        # ninja would look the annotations up in this module, not in the room's
        answer.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined] # read by inspect
        extra = {"x-permission": permission, "x-text-th": th, "x-text-en": en}
        if permission == PUBLIC:
            options.setdefault("auth", None)
        method(
            path,
            response={status: response, **dict.fromkeys(_ERROR_STATUSES, Error)},
            summary=en,
            description=th,
            openapi_extra=extra,
            **options,
        )(answer)
        return answer

    return declare


def paginate(rows: QuerySet[M], paging: Paging, show: Callable[[M], T]) -> Page[T]:
    """Return one page of rows, newest first, by key: the last page is as fast as the first.

    Args:
        rows: rows that the actor may see, with UUIDv7 keys.
        paging: the query parameters.
        show: makes the schema of one row.

    Raises:
        InvalidInputError: never for an unknown ``after``; a key that is gone still marks its place.
    """
    total = rows.count()
    ordered = rows.order_by("-pk")
    if paging.after is not None:
        ordered = ordered.filter(pk__lt=paging.after)
    found = list(ordered[: paging.limit + 1])
    shown = found[: paging.limit]
    following = shown[-1].pk if len(found) > paging.limit else None
    return Page[Any](items=[show(row) for row in shown], total=total, next=following)


def invalid(field: str, text: Text) -> InvalidInputError:
    """Return the 422 error of one field, with the reason in both languages."""
    return InvalidInputError(field=field, reason_th=text.th, reason_en=text.en)
