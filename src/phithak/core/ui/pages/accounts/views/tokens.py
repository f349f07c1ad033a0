"""API tokens: list, make (the secret is shown once), revoke."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import permissions, queries, services
from phithak.core.ui.pages.accounts.forms import TokenForm
from phithak.core.ui.pages.accounts.tables import TOKENS
from phithak.core.ui.pages_kit import Request, page

REVOKED = Text("ยกเลิกโทเคนแล้ว", "The token has ended.")
_FIRST_DAYS = 90


@page("accounts.self", title=Text("โทเคน API", "API tokens"))
def tokens(request: Request) -> HttpResponseBase:
    """List one's own tokens, and those of users whom one may see."""
    return TOKENS.respond(
        request,
        rows=queries.tokens_visible_to(request.actor),
        title=Text("โทเคน API", "API tokens"),
        actions=[(Text("สร้างโทเคน", "Make a token"), reverse("accounts:new_token"))],
    )


@page("accounts.self", title=Text("สร้างโทเคน", "Make a token"), methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Make a token; the answer to the POST is the only place where its secret is shown."""
    held = [permissions.get(code) for code in sorted(permissions.held_by(request.actor))]
    form = TokenForm(
        request.POST or None,
        scopes=[right for right in held if not right.elevated],
        initial={"until": clock.today() + timedelta(days=_FIRST_DAYS)},
    )
    made: list[str] = []

    def create(data: dict[str, Any]) -> None:
        _, secret = services.create_token(
            request.actor, name=data["name"], scopes=data["scopes"], until=end_of_day(data["until"])
        )
        made.append(secret)

    if form.submit(create):
        answer = render(request, "accounts/token_made.html", {"secret": made[0]})
        answer["Cache-Control"] = "no-store"
        return answer
    return render(request, "accounts/token_new.html", {"form": form}, status=form.status)


@page("accounts.self", title=Text("ยกเลิกโทเคน", "End a token"), methods=("GET", "POST"))
def revoke(request: Request, token_id: UUID) -> HttpResponse:
    """Ask, then end it."""
    token = queries.token_by_id(request.actor, token_id)
    if request.method == "POST":
        services.revoke_token(request.actor, token_id)
        messages.success(request, str(REVOKED))
        return redirect("accounts:tokens")
    return render(request, "accounts/token_revoke.html", {"token": token})


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day in Bangkok, aware."""
    return datetime.combine(day, time.max, tzinfo=clock.BANGKOK)
