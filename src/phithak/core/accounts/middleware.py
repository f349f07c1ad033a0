"""Each request: who asks, and what they must do first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from phithak.base import clock
from phithak.core.accounts import queries, services
from phithak.core.accounts.actors import PUBLIC, ActorKind
from phithak.core.accounts.models import User
from phithak.core.accounts.proxies import believe_trusted_proxy

API = "/api/"

PASSWORD_PAGES = frozenset({"accounts:password", "account_logout", "ui:preferences"})
"""What somebody may open who must set a new password first."""

FACTOR_PAGES = PASSWORD_PAGES | {
    "ui:home",
    "accounts:profile",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
"""What somebody may open whose role needs a second factor that is not shown yet."""


class ActorMiddleware:
    """Sets ``request.actor`` and ``request.needs_second_factor``, and turns forced steps away.

    It stands behind Django's authentication and allauth's middleware. Bearer tokens are read by the API
    itself; only their last day of use is noted here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or send it to the step that comes first."""
        # a visitor without cookies costs no query
        user = request.user if request.COOKIES else None
        known = user if isinstance(user, User) and user.is_authenticated else None
        actor = queries.actor_for_request(request) if known else PUBLIC
        request.actor = actor  # type: ignore[attr-defined] # core.ui's Request declares it
        waiting = known is not None and actor.scopes is not None
        request.needs_second_factor = waiting  # type: ignore[attr-defined] # base.html shows the banner
        answer = self._forced_step(request, known, factor=waiting) or self.get_response(request)
        if request.path.startswith(API):
            _note_token(request, answer)
        return answer

    def _forced_step(self, request: HttpRequest, user: User | None, *, factor: bool) -> HttpResponse | None:
        if user is None or request.path.startswith(API):
            # the API answers 403 by itself: the actor's scopes are narrowed
            return None
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            return None
        if queries.password_is_due(user):
            return None if name in PASSWORD_PAGES else HttpResponseRedirect(reverse("accounts:password"))
        if factor and name not in FACTOR_PAGES:
            return HttpResponseRedirect(reverse("ui:home"))
        return None


class TrustedProxyMiddleware:
    """Takes the client's address and scheme from a proxy that the settings trust; drops the headers of others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the true address."""
        believe_trusted_proxy(request.META)
        return self.get_response(request)


def _note_token(request: HttpRequest, answer: HttpResponse) -> None:
    actor: Any = getattr(request, "actor", None)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if answer.status_code < 400 and actor.kind is ActorKind.TOKEN and scheme.lower() == "bearer":  # noqa: PLR2004 - HTTP
        services.note_token_use(bearer, clock.today())
