"""What happens when Django, allauth or axes say that somebody came, went, or changed a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from phithak.core.accounts import queries, services
from phithak.core.accounts.models import User


def connect() -> None:
    """Listen; called once when the apps are ready."""
    user_logged_in.connect(_logged_in, dispatch_uid="accounts.logged_in")
    user_logged_out.connect(_logged_out, dispatch_uid="accounts.logged_out")
    user_locked_out.connect(_locked_out, dispatch_uid="accounts.locked_out")
    authenticator_added.connect(_factor_added, dispatch_uid="accounts.factor_added")
    authenticator_removed.connect(_factor_removed, dispatch_uid="accounts.factor_removed")


def _logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    records = request.session.get("account_authentication_methods", []) if hasattr(request, "session") else []
    methods = [
        str(record.get("type") or record.get("method")) for record in records if isinstance(record, dict)
    ]
    services.note_login(user, "+".join(methods) or "session")


def _logged_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        session = getattr(request, "session", {})
        services.note_logout(user, session.get(queries.STAFF_SESSION_KEY))


def _locked_out(request: HttpRequest, username: str, ip_address: str, **_: Any) -> None:
    # once for each rest, not for each knock on the closed door
    failures = getattr(request, "axes_failures_since_start", None) or 0
    if failures >= settings.AXES_FAILURE_LIMIT:
        services.note_locked(username, ip_address, failures)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    # the code or key was just shown in this session; others must show it anew
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    update_session_auth_hash(request, services.note_factor(user, authenticator.type, added=True))


def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    update_session_auth_hash(request, services.note_factor(user, authenticator.type, added=False))
