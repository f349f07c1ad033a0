"""Resting logins: how axes knows the account and the address, and what a resting login is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from allauth.mfa.base.forms import AuthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phithak.base.text import Text

LOCKED = Text(
    "ลองผิดหลายครั้งเกินไป การเข้าใช้จากที่นี่พักไว้ {minutes} นาที",
    "Too many wrong attempts. Logins from here rest for {minutes} minutes.",
)


def username(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the account that somebody tries, in lower case; unknown accounts count just the same."""
    given = credentials or {}
    typed = given.get("email") or given.get("login") or given.get("username")
    if not typed and request is not None:
        typed = request.POST.get("login", "")
    return str(typed or "").strip().lower()[:254]


def client_address(request: HttpRequest) -> str:
    """Return the client's address as the server saw it; forwarded headers count only behind a trusted proxy."""
    return str(request.META.get("REMOTE_ADDR", ""))


def response(request: HttpRequest, *_: object) -> HttpResponse:
    """Return the page of a resting login: 429, in both languages, the same for known and unknown accounts."""
    minutes = settings.CONFIG.login_rest_minutes
    answer = render(
        request,
        "accounts/locked.html",
        {"message": LOCKED.format(minutes=minutes), "minutes": minutes},
        status=429,
    )
    answer["Retry-After"] = str(minutes * 60)
    return answer


class CountedCodeForm(AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    """The code of the second factor: a wrong one counts like a wrong password."""

    code = forms.CharField(
        label=cast("Any", Text("รหัสจากแอป หรือรหัสสำรอง", "Code from the app, or a recovery code")),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "maxlength": "16"}
        ),
    )

    def clean_code(self) -> str:
        """Check the code; refuse without looking when the login rests."""
        from allauth.core import context  # noqa: PLC0415 - allauth keeps the request of this thread here

        request: HttpRequest = context.request
        credentials = {"email": self.user.email}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined] # axes' middleware answers with the 429 page
            raise ValidationError(
                str(LOCKED.format(minutes=settings.CONFIG.login_rest_minutes)), code="too_many"
            )
        try:
            return str(super().clean_code())
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise
