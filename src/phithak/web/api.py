"""The REST API under ``/api/v1/``: one error schema, both ways to log in, every room's router."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from phithak import __version__
from phithak.base.errors import NotFoundError, PhithakError
from phithak.base.text import Text
from phithak.core.db.transactions import refusal_of
from phithak.core.ui import schema_names
from phithak.core.ui.api import LOGIN, Error, Problem
from phithak.core.ui.problems import problems_of

log = logging.getLogger(__name__)

ROUTERS = (
    ("", "phithak.core.ui.pages.home"),
    ("/thai", "phithak.core.ui.pages.tools"),
    ("/accounts", "phithak.core.ui.pages.accounts"),
    ("/journal", "phithak.core.ui.pages.journal"),
    ("/privacy", "phithak.core.ui.pages.privacy"),
    ("/files", "phithak.core.ui.pages.files"),
    ("/jobs", "phithak.core.ui.pages.jobs"),
    ("/schedule", "phithak.core.ui.pages.schedule"),
    ("/outbox", "phithak.core.ui.pages.outbox"),
    ("/registry", "phithak.registry"),
    ("/notices", "phithak.notices"),
    ("/cases", "phithak.cases"),
    ("/monitoring", "phithak.monitoring"),
)

_NOT_LOGGED_IN = Text(
    "ยังไม่ได้เข้าสู่ระบบ หรือโทเค็นใช้ไม่ได้ โปรดส่ง Authorization: Bearer <token>",
    "Not logged in, or the token does not hold. Send Authorization: Bearer <token>.",
)
_WRONG_INPUT = Text("ข้อมูลไม่ถูกต้อง โปรดแก้ช่องที่ระบุ", "The input is not valid. Correct the fields that are named.")
_BROKEN = Text(
    "ระบบขัดข้อง และบันทึกเหตุไว้แล้ว โปรดลองใหม่", "Something broke on our side and was recorded. Please try again."
)
_UNREADABLE = Text("อ่านคำขอไม่ได้ โปรดตรวจรูปแบบ", "The request cannot be read. Check its form.")

schema_names.install()
api = NinjaAPI(
    title="Phithak",
    version=__version__,
    description="พิทักษ์: ศูนย์ประสานความมั่นคงปลอดภัยไซเบอร์รายภาคส่วน · a sector CERT",
    docs_url=None,
    openapi_url=None,
    auth=LOGIN,
    urls_namespace="api",
)


def _refuse(
    request: HttpRequest, status: int, code: str, text: Text, problems: list[Problem] | None = None
) -> HttpResponse:
    body = Error(code=code, message_th=text.th, message_en=text.en, problems=problems or [])
    answer = api.create_response(request, body.model_dump(), status=status)
    if status == 401:  # noqa: PLR2004 - RFC 9110 asks for this header with it
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(PhithakError)
def _known(request: HttpRequest, error: PhithakError) -> HttpResponse:
    text = error.message
    problems = [Problem(field=error.field, message_th=text.th, message_en=text.en)] if error.field else []
    return _refuse(request, error.status, error.code, text, problems)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _refuse(request, 422, "input.invalid", _WRONG_INPUT, problems_of(error.errors))


@api.exception_handler(AuthenticationError)
def _unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001 - ninja's shape
    return _refuse(request, 401, "not_logged_in", _NOT_LOGGED_IN)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001 - ninja's shape
    return _refuse(request, 404, NotFoundError.code, NotFoundError.text)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _refuse(request, error.status_code, "request.refused", _UNREADABLE)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    if refusal := refusal_of(error):
        return _refuse(request, 503, refusal.code, refusal.text)
    log.error("an API call failed: %s %s", request.method, request.path, exc_info=error)
    return _refuse(request, 500, "internal", _BROKEN)


def _mount() -> None:
    for prefix, package in ROUTERS:
        if find_spec(package) and find_spec(f"{package}.api"):
            name = package.rsplit(".", 1)[-1]
            api.add_router(prefix, import_module(f"{package}.api").router, tags=[name])


_mount()
