"""The one-time login link: GET shows a button, POST uses it up."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import queries, services
from phithak.core.accounts.errors import LinkUsedError
from phithak.core.accounts.models import User
from phithak.core.ui.error_pages import for_error
from phithak.core.ui.forms import Form
from phithak.core.ui.pages.accounts.forms import FirstAdminForm
from phithak.core.ui.pages.accounts.views.own import BY_LINK
from phithak.core.ui.pages_kit import Request, page


@page.public(title=Text("เข้าใช้ครั้งแรก", "First login"), methods=("GET", "POST"))
def link(request: Request, secret: str) -> HttpResponseBase:
    """Show what the link does; only a press on the button uses it up (mail scanners open links)."""
    answer = _link(request, secret)
    # the secret stands in the address: it must not travel on in a Referer header, nor lie in a cache
    # the path stays here; with no-referrer browsers send "Origin: null" and every form of the page is refused
    answer["Referrer-Policy"] = "strict-origin"
    answer["Cache-Control"] = "no-store"
    return answer


def _link(request: Request, secret: str) -> HttpResponseBase:
    purpose = queries.link_purpose(secret)
    if purpose is None:
        return for_error(request, LinkUsedError())
    form: Form = (FirstAdminForm if purpose == "first_admin" else Form)(request.POST or None)
    entered: list[User] = []
    if form.submit(lambda data: entered.append(services.consume_link(secret, **data))):
        return _enter(request, entered[0])
    return _show(request, form, purpose)


def _show(request: Request, form: Form, purpose: str) -> HttpResponse:
    return render(request, "accounts/link.html", {"form": form, "purpose": purpose}, status=form.status)


def _enter(request: Request, user: User) -> HttpResponseBase:
    if request.user.is_authenticated:
        request.session.flush()
    # whoever came by a link may set a new password without the old one, in this session alone
    request.session[BY_LINK] = str(user.pk)
    record_authentication(request, user, "link")
    answer: HttpResponseBase = perform_login(
        request, Login(user=user, redirect_url=reverse("accounts:password"))
    )
    return answer
