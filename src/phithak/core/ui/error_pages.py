"""Error pages in both languages that say what to do, and keep what was typed where that matters."""

from __future__ import annotations

from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts.permissions import StaffSessionNeededError
from phithak.core.db.transactions import refusal_of

_TITLES = {
    400: Text("คำขอไม่ถูกต้อง", "The request is not valid"),
    403: Text("คุณไม่มีสิทธิ์ดูส่วนนี้", "You have no right to see this"),
    404: Text("ไม่พบหน้านี้", "Page not found"),
    409: Text("มีการเปลี่ยนแปลงก่อนหน้าแล้ว", "It was changed meanwhile"),
    422: Text("ข้อมูลไม่ถูกต้อง", "The input is not valid"),
    429: Text("มีคำขอมากเกินไป", "Too many requests"),
    500: Text("ระบบขัดข้อง", "Something broke on our side"),
    503: Text("ระบบยังไม่ว่าง", "The system is busy"),
}
_ADVICE = {
    400: Text(
        "โปรดกลับไปหน้าก่อนแล้วลองอีกครั้ง หากยังเกิดซ้ำ แจ้งผู้ดูแลระบบพร้อมเวลาที่เกิด",
        "Go back and try again. If it happens again, tell your administrator the time it happened.",
    ),
    403: Text(
        "ขอสิทธิ์จากผู้ดูแลระบบของหน่วยงานคุณ หรือกลับไปหน้าแรก",
        "Ask the administrator of your organisation for the right, or go back to the home page.",
    ),
    404: Text("โปรดตรวจลิงก์ หรือกลับไปหน้าแรกแล้วค้นหา", "Check the link, or go back to the home page and search."),
    429: Text(
        "โปรดรอหนึ่งนาทีแล้วลองใหม่ หากเร่งด่วน โทรสายด่วนของศูนย์",
        "Wait a minute and try again. If it is urgent, call the hotline of the centre.",
    ),
    500: Text(
        "ระบบบันทึกเหตุไว้แล้ว โปรดลองใหม่ หากยังเกิดซ้ำ แจ้งผู้ดูแลระบบพร้อมเวลาที่เกิด",
        "The fault was recorded. Try again; if it happens again, tell your administrator the time it happened.",
    ),
    503: Text(
        "ข้อมูลที่กรอกยังอยู่ กดส่งอีกครั้งในอีกสักครู่",
        "What you typed is kept. Press send again in a moment.",
    ),
}
_CSRF_TITLE = Text("แบบฟอร์มใช้ไม่ได้แล้ว", "This form cannot be used any more")
_CSRF = Text(
    "แบบฟอร์มนี้หมดอายุหรือมาจากที่อื่น โปรดเปิดหน้าใหม่แล้วส่งอีกครั้ง และอนุญาตคุกกี้ของเว็บนี้",
    "This form is too old or came from elsewhere. Reload the page, send again, and allow cookies of this site.",
)
API_PREFIX = "/api/v1/"
_STAFF_SESSION = "accounts:staff_session"
# fields that must never be sent back into a page
_SECRET_WORDS = ("password", "secret", "token", "code", "otp")


def show(
    request: HttpRequest,
    status: int,
    message: Text | None = None,
    *,
    code: str = "",
    title: Text | None = None,
) -> HttpResponse:
    """Return the error page of a status.

    Args:
        request: what failed; the input of a POST is kept on a 503 and can be sent again.
        status: HTTP status.
        message: what happened, when more is known than the status says.
        code: stable name of the error.
        title: heading in place of the status's own; the status's advice then is left out.
    """
    if request.path.startswith(API_PREFIX):
        return _as_json(status, message, code)
    context = {
        "status": status,
        "title": title or _TITLES.get(status) or Text(*[HTTPStatus(status).phrase] * 2),
        "message": message,
        "advice": None if title else _ADVICE.get(status),
        "code": code,
        "kept": _kept(request) if status == HTTPStatus.SERVICE_UNAVAILABLE else [],
        "retry_path": request.get_full_path(),
    }
    answer = render(request, "ui/error.html", context, status=status)
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        answer["Retry-After"] = "5" if status == HTTPStatus.SERVICE_UNAVAILABLE else "60"
    return answer


def _as_json(status: int, message: Text | None, code: str) -> HttpResponse:
    """Return the API's refusal for what failed before an operation was found (see ``ui.api.Error``)."""
    text = message or _ADVICE.get(status) or Text(*[HTTPStatus(status).phrase] * 2)
    name = code or {404: "not_found", 500: "internal"}.get(status, "request.refused")
    body = {"code": name, "message_th": text.th, "message_en": text.en, "problems": []}
    return JsonResponse(body, status=status)


def for_error(request: HttpRequest, error: PhithakError) -> HttpResponse:
    """Return the page of an error that a service or query raised."""
    if isinstance(error, StaffSessionNeededError):
        return render(
            request,
            "ui/error.html",
            {
                "status": 403,
                "title": _TITLES[403],
                "message": error.message,
                "code": error.code,
                "staff_session": _STAFF_SESSION,
                "retry_path": request.get_full_path(),
            },
            status=403,
        )
    return show(request, error.status, error.message, code=error.code)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not any(word in name.lower() for word in _SECRET_WORDS)
        for value in values
    ]


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's handler shape
    """Answer Django's ``handler400``."""
    return show(request, 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - same
    """Answer Django's ``handler403``."""
    return show(request, 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - same
    """Answer Django's ``handler404``."""
    return show(request, 404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer Django's ``handler500``."""
    return show(request, 500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's handler shape
    """Answer a form whose CSRF token is missing or wrong (``CSRF_FAILURE_VIEW``)."""
    return show(request, 403, _CSRF, code="csrf", title=_CSRF_TITLE)


def busy(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the 503 page when an exception says that the database refused for now, else None."""
    refusal = refusal_of(error) if isinstance(error, OperationalError) else None
    return show(request, 503, refusal.text, code=refusal.code) if refusal else None
