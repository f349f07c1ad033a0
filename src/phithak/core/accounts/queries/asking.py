"""Who asks: the actor of a session or of a token, and what still bars the way (second factor, password age)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from phithak.base import clock
from phithak.core.accounts.actors import PUBLIC, Actor, ActorKind, Grant
from phithak.core.accounts.models import ApiToken, Membership, StaffSession, User
from phithak.core.accounts.roles import PRIVILEGED, Role

STAFF_SESSION_KEY = "staff_session"
"""Key of the login session that holds the id of its staff session."""

TOKEN_PREFIX = "pht_"  # noqa: S105 - how a token begins, so that scanners find a leaked one
ONLY_SELF = frozenset({"accounts.self"})
"""What somebody may do who still has to set up the second factor."""


def actor_for_user(user: User, session: Mapping[str, Any]) -> Actor:
    """Return the actor of a logged-in user.

    Args:
        user: the user.
        session: the login session; it says which staff session was started in it. A staff session opens
            nothing in another browser of the same user.

    Returns:
        The actor with the grants that hold now; the public actor for a user who left.
    """
    grants = _grants(user)
    if grants is None:
        return PUBLIC
    return Actor(
        kind=ActorKind.USER,
        name=user.name_th or user.name_en or user.email,
        user_id=user.pk,
        grants=grants,
        staff_session_id=_running_staff_session(user, session.get(STAFF_SESSION_KEY)),
    )


def actor_for_request(request: HttpRequest) -> Actor:
    """Return the actor of a page's request.

    A privileged user without second factor may only use their own account until it is set up.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return PUBLIC
    actor = actor_for_user(user, request.session)
    if actor.kind is ActorKind.USER and lacks_second_factor(request, actor):
        return replace(actor, scopes=ONLY_SELF, staff_session_id=None)
    return actor


def actor_for_token(bearer: str) -> Actor | None:
    """Return the actor of a bearer token, or None when it is unknown, ended, run out, or its user left."""
    if not bearer.startswith(TOKEN_PREFIX):
        return None
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=token_digest(bearer), ended_at__isnull=True, until__gt=clock.now())
        .first()
    )
    if token is None:
        return None
    grants = _grants(token.user)
    if grants is None:
        return None
    return Actor(
        kind=ActorKind.TOKEN,
        name=f"{token.user.name_th or token.user.email} ({token.name})",
        user_id=token.user_id,
        grants=grants,
        scopes=frozenset(token.scopes),
    )


def token_digest(bearer: str) -> bytes:
    """Return what is stored of a secret of 256 random bits: its SHA-256."""
    return hashlib.sha256(bearer.encode()).digest()


def needs_second_factor(actor: Actor) -> bool:
    """Tell whether one of the actor's roles asks for a second factor."""
    return bool(actor.roles & PRIVILEGED)


def has_second_factor(user_id: UUID | None) -> bool:
    """Tell whether a TOTP app or a passkey is set up."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found: bool = Authenticator.objects.filter(user_id=user_id, type__in=kinds).exists()
    return found


def lacks_second_factor(request: HttpRequest, actor: Actor) -> bool:
    """Tell whether the actor needs a second factor that this session has not shown.

    The session itself must have shown it: a session from before the set-up stays outside.
    """
    if not needs_second_factor(actor):
        return False
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    shown = any(record.get("method") == "mfa" for record in records)
    return not (shown and has_second_factor(actor.user_id))


def password_is_due(user: User) -> bool:
    """Tell whether the user must set a new password now: told so, or older than the setting allows."""
    if user.must_change_password:
        return True
    days = settings.CONFIG.password_max_age_days
    if not days or not user.has_usable_password():
        return False
    changed = user.password_changed_at or user.created_at
    return bool(clock.now() - changed >= timedelta(days=days))


def _grants(user: User) -> tuple[Grant, ...] | None:
    if not user.is_active or user.left_at is not None:
        return None
    rows = (
        Membership.objects.filter(user=user, ended_at__isnull=True, tenant__state="active")
        .filter(Q(until__isnull=True) | Q(until__gt=clock.now()))
        .order_by("pk")
        .values_list("tenant_id", "role")
    )
    return tuple(Grant(tenant_id, Role(role)) for tenant_id, role in rows)


def _running_staff_session(user: User, session_id: object) -> UUID | None:
    if not isinstance(session_id, str):
        return None
    try:
        wanted = UUID(session_id)
    except ValueError:
        return None
    return (
        StaffSession.objects.filter(pk=wanted, user=user, ended_at__isnull=True, until__gt=clock.now())
        .values_list("pk", flat=True)
        .first()
    )
