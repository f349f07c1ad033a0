"""Which language a page is in: the user's setting, else the cookie of the switch, else the instance's own.

``Accept-Language`` is not asked: most browsers in Thai offices are installed in English, and this is a Thai
house. The switch in the page's head is one press away.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from phithak.base.text import LANGUAGES, set_language

LANGUAGE_COOKIE = "phithak_language"
THEME_COOKIE = "phithak_theme"
THEMES = ("auto", "light", "dark")
REMEMBER_SECONDS = 365 * 86_400


def chosen_language(request: HttpRequest) -> str:
    """Return ``"th"`` or ``"en"`` for this request."""
    cookie = request.COOKIES.get(LANGUAGE_COOKIE, "")
    own = getattr(getattr(request, "user", None), "language", "")
    for candidate in (own, cookie, settings.LANGUAGE_CODE):
        if candidate in LANGUAGES:
            return str(candidate)
    return "th"


def chosen_theme(request: HttpRequest) -> str:
    """Return ``"auto"``, ``"light"`` or ``"dark"`` for this request."""
    cookie = request.COOKIES.get(THEME_COOKIE, "")
    own = getattr(getattr(request, "user", None), "theme", "")
    for candidate in (own, cookie):
        if candidate in THEMES:
            return str(candidate)
    return "auto"


class LanguageMiddleware:
    """Makes the chosen language active for our texts and for Django's; stands after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in its language, and say so in the header."""
        language = chosen_language(request)
        set_language(language)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self._next(request)
        response.headers.setdefault("Content-Language", language)
        return response
