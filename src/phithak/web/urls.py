"""All addresses of the product: the core's pages, each room's pages, the API.

A room is added by its name in one of the two lists; its ``urls`` module gives ``urlpatterns`` (namespace =
the name), its ``api`` module a ``router``. Either may be missing.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from phithak.web.api import api

CORE_PAGES = ("accounts", "journal", "privacy", "files", "jobs", "schedule", "outbox", "clocks")
ROOMS = ("registry", "notices", "cases", "monitoring")

handler400 = "phithak.core.ui.error_pages.bad_request"
handler403 = "phithak.core.ui.error_pages.forbidden"
handler404 = "phithak.core.ui.error_pages.not_found"
handler500 = "phithak.core.ui.error_pages.server_error"


def _patterns() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = [
        path("", include(("phithak.core.ui.urls", "ui"))),
        path("api/v1/", api.urls),
        # django-allauth looks its pages up by name, without a namespace
        path("accounts/", include("phithak.core.ui.pages.accounts.login_urls")),
    ]
    # one-time links travel in mails: their address is short
    found.append(path("l/", include(("phithak.core.ui.pages.links.urls", "links"))))
    modules = {name: f"phithak.core.ui.pages.{name}" for name in CORE_PAGES}
    modules |= {name: f"phithak.{name}" for name in ROOMS}
    for name, package in modules.items():
        if find_spec(package) and find_spec(f"{package}.urls"):
            found.append(path(f"{name}/", include((f"{package}.urls", name))))
    return found


urlpatterns = _patterns()
