"""Logging in and out, passwords, second factors: what is written when they happen."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from axes.utils import reset as reset_failures
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import using_language
from phithak.core import contrib
from phithak.core.accounts import actors, queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.errors import PasswordRefusedError
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import ApiToken, StaffSession, User
from phithak.core.accounts.services.checks import managed_user
from phithak.core.db.transactions import write


def set_password(actor: Actor, user_id: UUID, password: str) -> User:
    """Set one's own new password; every other session of the user ends.

    Args:
        actor: the user (the caller has checked the old password or a one-time link), or the system.
        user_id: whose password.
        password: the new one.

    Returns:
        The user as stored now; the caller renews its own session with it.

    Raises:
        NotFoundError: not the actor's own.
        PasswordRefusedError: the password breaks a rule; all reasons are told, in both languages.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or (actor.user_id != user_id and actor.kind is not actors.ActorKind.SYSTEM):
        raise NotFoundError
    _check_password(password, user)
    # Argon2 takes its time on purpose: before the write transaction, not inside
    encoded = make_password(password)
    with write("accounts.set_password"):
        User.objects.filter(pk=user_id).update(
            password=encoded,
            password_changed_at=clock.now(),
            must_change_password=False,
            session_generation=F("session_generation") + 1,
        )
        contrib.record(actor, Tag.PASSWORD_SET, ("accounts.user", user_id))
    return User.objects.get(pk=user_id)


def end_all_sessions(actor: Actor, user_id: UUID) -> User:
    """Log a user out everywhere: oneself, or one whom the actor manages altogether.

    Returns:
        The user as stored now, for a caller that wants to keep its own session.
    """
    if actor.user_id != user_id:
        managed_user(actor, user_id)
    now = clock.now()
    with write("accounts.end_all_sessions"):
        User.objects.filter(pk=user_id).update(session_generation=F("session_generation") + 1)
        StaffSession.objects.filter(user_id=user_id, ended_at__isnull=True).update(ended_at=now)
        contrib.record(actor, Tag.SESSIONS_ENDED, ("accounts.user", user_id))
    return User.objects.get(pk=user_id)


def note_login(user: User, method: str) -> None:
    """Journal a finished login (after the second factor)."""
    with write("accounts.note_login"):
        contrib.record(
            queries.actor_for_user(user, {}),
            Tag.LOGGED_IN,
            ("accounts.user", user.pk),
            facts={"method": method},
        )


def note_logout(user: User, staff_session_id: object) -> None:
    """Journal a logout and end the staff session that was started in that login session."""
    actor = queries.actor_for_user(user, {queries.STAFF_SESSION_KEY: staff_session_id})
    with write("accounts.note_logout"):
        if actor.staff_session_id is not None:
            StaffSession.objects.filter(pk=actor.staff_session_id).update(ended_at=clock.now())
            contrib.record(actor, Tag.STAFF_ENDED, ("accounts.staff_session", actor.staff_session_id))
        contrib.record(actor, Tag.LOGGED_OUT, ("accounts.user", user.pk))


def note_locked(address: str, ip: str, failures: int) -> None:
    """Journal that a login rests; the account may be an unknown one, so its name is only kept as a hash."""
    user = queries.user_by_email(address)
    with write("accounts.note_locked"):
        contrib.record(
            actors.PUBLIC,
            Tag.LOGIN_LOCKED,
            ("accounts.user", user.pk if user else "unknown"),
            facts={"minutes": settings.CONFIG.login_rest_minutes, "failures": failures},
            personal={"email": address, "ip": ip},
        )


def unlock(actor: Actor, email: str) -> int:
    """Release a resting login at all addresses; return how many records of failures went."""
    address = email.strip().lower()
    user = queries.user_by_email(address)
    count: int = reset_failures(username=address)
    with write("accounts.unlock"):
        contrib.record(
            actor,
            Tag.LOGIN_UNLOCKED,
            ("accounts.user", user.pk if user else "unknown"),
            personal={"email": address},
        )
    return count


def note_factor(user: User, kind: str, *, added: bool) -> User:
    """Journal a new or removed second factor; other sessions of the user end.

    Returns:
        The user as stored now, so that the present session can be renewed.
    """
    with write("accounts.note_factor"):
        User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
        contrib.record(
            queries.actor_for_user(user, {}),
            Tag.FACTOR_ADDED if added else Tag.FACTOR_REMOVED,
            ("accounts.user", user.pk),
            facts={"kind": kind},
        )
    return User.objects.get(pk=user.pk)


def reset_second_factors(actor: Actor, user_id: UUID) -> int:
    """Remove all second factors of a user who lost them; sessions and tokens end with them.

    Returns:
        How many were removed (recovery codes count as one).
    """
    user = managed_user(actor, user_id)
    with write("accounts.reset_second_factors"):
        rows = Authenticator.objects.filter(user=user)
        count: int = rows.count()
        rows.delete()
        ApiToken.objects.filter(user=user, ended_at__isnull=True).update(ended_at=clock.now())
        StaffSession.objects.filter(user=user, ended_at__isnull=True).update(ended_at=clock.now())
        User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
        contrib.record(actor, Tag.FACTORS_RESET, ("accounts.user", user.pk), facts={"count": count})
    return count


def _check_password(password: str, user: User) -> None:
    reasons: dict[str, str] = {}
    for language in ("th", "en"):
        with using_language(language):
            try:
                validate_password(password, user)
            except ValidationError as error:
                reasons[language] = " ".join(error.messages)
    if reasons:
        raise PasswordRefusedError(field="password", reasons_th=reasons["th"], reasons_en=reasons["en"])
