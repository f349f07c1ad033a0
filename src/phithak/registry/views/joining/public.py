"""Registration without login: plain forms that work on any telephone, without JavaScript."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base.errors import NotFoundError, PhithakError
from phithak.base.text import Text
from phithak.core.accounts.lockout import client_address
from phithak.core.i18n import show
from phithak.core.links.services import LinkClosedError
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.joining import (
    JURISTIC,
    FullForm,
    ShortForm,
    SizeForm,
    StatusForm,
    registered_facts,
)
from phithak.registry.packs import Figures, Size
from phithak.registry.queries import sectors, sizes
from phithak.registry.queries.joining import opening
from phithak.registry.queries.joining import requests as queries
from phithak.registry.services import joining
from phithak.registry.services.joining import FirstContact, SlowDownError

_JOIN = Text("ขึ้นทะเบียนกับศูนย์", "Register with the centre")
_STATUS = Text("ตามผลการขึ้นทะเบียน", "How is my registration?")
_ENTER = Text("เริ่มใช้งาน", "Begin")
_MOST_TYPED = 3000
_NOT_FOUND = Text(
    "ไม่พบคำขอที่ตรงกันทั้งสองช่อง ตรวจเลขอ้างอิงและใช้เบอร์หรืออีเมลเดียวกับตอนส่ง",
    "No request fits both. Check the reference, and use the telephone or e-mail that you gave.",
)
_FIGURES = {
    "revenue_thb": Text("รายได้รวมต่อปี", "revenue a year"),
    "service_revenue_thb": Text("รายได้ต่อปีของบริการ", "revenue of a service a year"),
    "users_per_month": Text("ผู้ใช้ต่อเดือน", "users a month"),
}


@page.public(title=_JOIN, methods=("GET", "POST"))
def join(request: Request) -> HttpResponseBase:
    """Ask who it is and how large, then show the form that fits."""
    if not opening.is_open():
        return _closed(request)
    form = SizeForm(_short(request.POST) if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return render(
            request, "registry/joining/join.html", _with_hotline({"form": form}), status=form.status
        )
    data = form.cleaned_data
    initial = {**data, "nonce": secrets.token_urlsafe(24), "sector": sectors.likely(data["kind"])}
    return _form_page(request, _fitting(data, None, initial), data)


@page.public(title=_JOIN, methods=("GET", "POST"))
def send(request: Request) -> HttpResponseBase:
    """Take the form; what was typed stays on the page until it is taken."""
    if not opening.is_open():
        return _closed(request)
    typed = _short(request.POST)
    first = SizeForm(typed if request.method == "POST" else None)
    if not first.is_bound:  # the page's language was changed, say: begin with the questions
        return render(request, "registry/joining/join.html", _with_hotline({"form": first}))
    if not first.is_valid():
        return render(request, "registry/joining/join.html", _with_hotline({"form": first}), status=422)
    form = _fitting(first.cleaned_data, typed, {})
    taken: list[str] = []
    status = 0

    def store(data: dict[str, Any]) -> None:
        taken.append(
            joining.register(
                registered_facts(data),
                FirstContact(data["contact"], data["phone"], data["email"]),
                address=client_address(request),
                nonce=data["nonce"],
                national_id=data.get("national_id", ""),
            )
        )

    try:
        if form.is_valid():
            store(dict(form.cleaned_data))
    except SlowDownError as error:
        form.take(error)
        status = error.status
    except PhithakError as error:
        if error.status >= 500:  # noqa: PLR2004 - busy or locked: the error page keeps the input
            raise
        error.field = {"person": "contact"}.get(error.field, error.field)
        form.take(error)
    if taken:
        shown = {"title": Text("ส่งแล้ว", "Sent"), "reference": f"{taken[0][:4]}-{taken[0][4:]}"}
        return render(request, "registry/joining/sent.html", _with_hotline(shown))
    answer = _form_page(request, form, first.cleaned_data, status=status or form.status)
    if status:
        answer["Retry-After"] = "60"
    return answer


@page.public(title=_STATUS, methods=("GET", "POST"))
def status(request: Request) -> HttpResponseBase:
    """Tell the state of a registration to whoever has the reference and the telephone or e-mail."""
    form = StatusForm(_short(request.POST) if request.method == "POST" else None)
    found = None
    if form.is_bound and form.is_valid():
        try:
            found = queries.state_for_stranger(form.cleaned_data["reference"], form.cleaned_data["second"])
        except NotFoundError:
            form.add_error(None, str(_NOT_FOUND))
    answer = render(
        request,
        "registry/joining/status.html",
        _with_hotline({"form": form, "found": found, "title": _STATUS}),
        status=form.status,
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page.public(title=_ENTER, methods=("GET", "POST"))
def enter(request: Request, token: str) -> HttpResponseBase:
    """Lead a new member's first administrator to the first login; GET changes nothing."""
    problem: PhithakError | None = None
    if request.method == "POST":
        try:
            return redirect(joining.enter(token))
        except LinkClosedError as error:
            problem = error
    found = joining.entrance(token)
    shown = {
        "question": found.purpose.question(found.object_id),
        "open": found.state == "open",
        "problem": problem,
    }
    answer = render(
        request, "registry/joining/enter.html", _with_hotline({**shown, "title": _ENTER}),
        status=problem.status if problem else 200,
    )  # fmt: skip
    answer["Referrer-Policy"] = "strict-origin"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _closed(request: Request) -> HttpResponseBase:
    """Say that nobody can register now, and whom to turn to; what was sent to it is not taken."""
    status = 403 if request.method == "POST" else 200
    return render(request, "registry/joining/closed.html", _with_hotline({"title": _JOIN}), status=status)


def _fitting(data: dict[str, Any], typed: QueryDict | None, initial: dict[str, Any]) -> ShortForm:
    """Return the short form for small ones and for kinds without a rule, else the full one."""
    juristic = data["person"] == JURISTIC
    if _decision(data).size in {Size.MEDIUM, Size.LARGE}:
        return FullForm(typed, initial=initial, juristic=juristic, sectors=sectors.choices())
    return ShortForm(typed, initial=initial, juristic=juristic, sectors=sectors.choices())


def _decision(data: dict[str, Any]) -> sizes.Decision:
    # who tells one figure of revenue has one service; the full form asks for the largest one apart
    figures = Figures(
        data["person"] == JURISTIC, data["revenue_thb"], data["revenue_thb"], data["users_per_month"]
    )
    return sizes.decision(data["kind"], figures)


def _form_page(
    request: Request, form: ShortForm, data: dict[str, Any], *, status: int = 200
) -> HttpResponseBase:
    decided = _decision(data)
    reasons = [
        Text(
            f"{_FIGURES[one.figure].th}เกิน {show.number(one.limit)}",
            f"{_FIGURES[one.figure].en} over {show.number(one.limit)}",
        )
        for one in decided.because
    ]
    shown = {
        "form": form,
        "size": decided.size.text if decided.size is not Size.UNKNOWN else None,
        "reasons": reasons,
        "title": _JOIN,
    }
    return render(request, "registry/joining/form.html", _with_hotline(shown), status=status)


def _short(typed: QueryDict) -> QueryDict:
    """Return what was sent with overlong values cut: they are refused anyway and need not be sent back whole."""
    cut = typed.copy()
    for name in list(cut):
        cut.setlist(name, [value[:_MOST_TYPED] for value in cut.getlist(name)[:50]])
    return cut


def _with_hotline(shown: dict[str, Any]) -> dict[str, Any]:
    return {"hotline": settings.CONFIG.hotline, **shown}
