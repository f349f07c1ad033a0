"""A one-time link: GET shows the question and changes nothing (mail scanners open links), POST answers once.

Without login, without a session: the token is the only key, so it never leaves by a Referer and no cache
keeps the page. Works without JavaScript.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.links import queries, services
from phithak.core.links.services import LinkClosedError, UnknownAnswerError
from phithak.core.ui.pages_kit import Request, page

NOTE_MOST = 1000


@page.public(title=Text("คำถามถึงคุณ", "A question to you"), methods=("GET", "POST"))
def link(request: Request, token: str) -> HttpResponse:
    """Show the question of a link, or take its answer."""
    found = queries.by_token(token)
    problem: PhithakError | None = None
    if request.method == "POST":
        try:
            note = request.POST.get("note", "")[:NOTE_MOST]
            found = services.answer(token, request.POST.get("answer", ""), note)
        except (LinkClosedError, UnknownAnswerError) as error:
            problem, found = error, queries.by_token(token)
    answered = dict(found.purpose.answers).get(found.answer)
    shown = {
        "link": found,
        "title": found.purpose.text,
        "question": found.purpose.question(found.object_id),
        "answered": answered,
        "problem": problem.message if problem else None,
        "just_answered": request.method == "POST" and problem is None,
    }
    answer = render(request, "links/link.html", shown, status=problem.status if problem else HTTPStatus.OK)
    # the path stays here; with no-referrer browsers send "Origin: null" and every form of the page is refused
    answer["Referrer-Policy"] = "strict-origin"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
