"""The switches of language and colours: a plain POST, remembered for a year, no JavaScript needed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from phithak.base.text import LANGUAGES, Text
from phithak.core.accounts import services
from phithak.core.i18n.language import (
    LANGUAGE_COOKIE,
    REMEMBER_SECONDS,
    THEME_COOKIE,
    THEMES,
    chosen_language,
    chosen_theme,
)
from phithak.core.ui.pages_kit import Request, page


@page.public(title=Text("ภาษาและสี", "Language and colours"), methods=("POST",))
def change(request: Request) -> HttpResponse:
    """Remember the language or the colours that were pressed and go back to where the switch was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    theme = request.POST.get("theme", "")
    if language in LANGUAGES:
        _remember(answer, LANGUAGE_COOKIE, language)
    if theme in THEMES:
        _remember(answer, THEME_COOKIE, theme)
    if request.actor.user_id is not None and (language in LANGUAGES or theme in THEMES):
        services.set_preferences(
            request.actor,
            language=language if language in LANGUAGES else chosen_language(request),
            theme=theme if theme in THEMES else chosen_theme(request),
        )
    return answer


def _remember(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=REMEMBER_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
