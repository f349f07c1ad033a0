"""The page where the code of an SMS is answered: no login, no JavaScript, one field.

The code leads to the same page as the link of an e-mail. Wrong codes are counted for each network, so that nobody
tries them all; a crowd behind one gateway that types its own codes is never held up, for only wrong ones count.
"""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base.text import Text
from phithak.core.accounts.lockout import client_address
from phithak.core.ui.pages_kit import Request, page
from phithak.notices.errors import TooManyTriesError
from phithak.notices.forms.campaigns import CodeForm
from phithak.notices.services import campaigns as services
from phithak.notices.services import tries

_TITLE = Text("ตอบรับการแจ้ง", "Answer a notice")


@page.public(title=_TITLE, methods=("GET", "POST"))
def answer(request: Request) -> HttpResponseBase:
    """Ask for the code, then lead to the answers."""
    form = CodeForm(request.POST or None)
    address = client_address(request)
    found: list[str] = []

    def lead(data: dict[str, str]) -> None:
        tries.check(address)
        found.append(tries.counted(address, lambda: services.way_in(data["code"])))

    if form.submit(lead):
        return redirect(found[0].removeprefix(settings.CONFIG.public_url))
    slow = any(
        error.code == TooManyTriesError.code for errors in form.errors.as_data().values() for error in errors
    )
    status = HTTPStatus.TOO_MANY_REQUESTS if slow else form.status
    shown = render(request, "notices/campaigns/answer.html", {"form": form, "title": _TITLE}, status=status)
    shown["Cache-Control"] = "no-store"
    return shown
