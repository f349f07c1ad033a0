"""Around every request: security headers, static files, and the busy page that keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from phithak.base.errors import PhithakError
from phithak.core.ui import error_pages


def _login_provider() -> str:
    # browsers hold the redirect after the form against this rule too, so the OIDC provider is named
    parts = urlsplit(settings.CONFIG.oidc_url)
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    f"connect-src 'self'; form-action 'self'{_login_provider()}; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_Next = Callable[[HttpRequest], HttpResponseBase]


class SecurityHeaders:
    """Sets the same strict headers on every answer, static files and errors included."""

    def __init__(self, get_response: _Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers set; what a logged-in page shows is kept by no cache."""
        answer = self._next(request)
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc] # the package ships no types
    """Serves the packaged static files from the process itself, so that no second server is needed."""

    def __init__(self, get_response: _Next) -> None:
        super().__init__(get_response)
        # the templates' addresses carry a version of the content, so a day of keeping never shows old files
        self.max_age = 86_400
        # ours, and those of the apps that bring scripts of their own (passkeys)
        for finder in get_finders():
            for name, storage in finder.list([]):
                self.add_file_to_dictionary(f"{settings.STATIC_URL}{name}", storage.path(name))


class BusyPages:
    """Turns a database that stayed locked, or an error for people outside a page, into its own page."""

    def __init__(self, get_response: _Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for an error that people can do something about, else None."""
        if isinstance(error, PhithakError):
            return error_pages.for_error(request, error)
        return error_pages.busy(request, error)
