"""The staff session: reason, countdown, end."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import permissions, queries, services
from phithak.core.ui.pages.accounts.forms import StaffSessionForm
from phithak.core.ui.pages_kit import Request, page

ENDED = Text("ปิดช่วงสิทธิ์พิเศษแล้ว", "The staff session has ended.")


@page("accounts.self", title=Text("ช่วงสิทธิ์พิเศษ", "Staff session"), methods=("GET", "POST"))
def session(request: Request) -> HttpResponseBase:
    """Show the running staff session with its countdown, or start one with a reason."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    form = StaffSessionForm(request.POST or None)

    def start(data: dict[str, str]) -> None:
        session_id, _ = services.start_staff_session(request.actor, data["reason"])
        request.session[queries.STAFF_SESSION_KEY] = str(session_id)

    if form.submit(start):
        return redirect(back or "accounts:staff_session")
    running = queries.staff_session(request.actor)
    context = {
        "form": form,
        "running": running,
        "seconds": max(0, int((running.until - clock.now()).total_seconds())) if running else 0,
        "length": settings.CONFIG.staff_session_minutes * 60,
        "minutes": settings.CONFIG.staff_session_minutes,
        "opens": [
            right
            for right in permissions.all_permissions()
            if right.elevated and request.actor.roles & right.roles
        ],
        "past": queries.staff_sessions_visible_to(request.actor).order_by("-pk")[:20],
    }
    return render(request, "accounts/staff_session.html", context, status=form.status)


@page("accounts.self", title=Text("ปิดช่วงสิทธิ์พิเศษ", "End the staff session"), methods=("POST",))
def end(request: Request) -> HttpResponse:
    """End it now."""
    services.end_staff_session(request.actor)
    request.session.pop(queries.STAFF_SESSION_KEY, None)
    messages.success(request, str(ENDED))
    return redirect("accounts:staff_session")
