"""Timed staff sessions: the window in which an administrator's extra rights hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.errors import ReasonTooShortError, StaffSessionRunsError
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import StaffSession
from phithak.core.db.transactions import write

LEAST_REASON = 10
MOST_REASON = 500


def start_staff_session(actor: Actor, reason: str) -> tuple[UUID, datetime]:
    """Start a staff session of the configured length.

    Args:
        actor: a logged-in user who holds at least one elevated right; never a token.
        reason: why, at least 10 characters; the journal shows it.

    Returns:
        Its id, which the caller keeps in the login session under ``queries.STAFF_SESSION_KEY``, and its end (UTC).

    Raises:
        ForbiddenError: no elevated right to open, or the second factor is still missing.
        ReasonTooShortError: the reason says too little.
        StaffSessionRunsError: one runs already in this login session.
    """
    elevated = [
        right for right in permissions.all_permissions() if right.elevated and actor.roles & right.roles
    ]
    if actor.kind is not ActorKind.USER or actor.user_id is None or not elevated or actor.scopes is not None:
        raise ForbiddenError(permission="accounts.staff_session")
    text = " ".join(reason.split())[:MOST_REASON]
    if len(text) < LEAST_REASON:
        raise ReasonTooShortError(field="reason", least=LEAST_REASON)
    if queries.staff_session(actor) is not None:
        raise StaffSessionRunsError
    minutes = settings.CONFIG.staff_session_minutes
    until = clock.now() + timedelta(minutes=minutes)
    with write("accounts.start_staff_session"):
        row = StaffSession.objects.create(user_id=actor.user_id, reason=text, until=until)
        contrib.record(
            actor,
            Tag.STAFF_STARTED,
            ("accounts.staff_session", row.pk),
            facts={"minutes": minutes, "reason": text},
        )
    return row.pk, until


def end_staff_session(actor: Actor) -> None:
    """End the actor's running staff session.

    Raises:
        NotFoundError: none runs.
    """
    if actor.staff_session_id is None or actor.user_id is None:
        raise NotFoundError
    with write("accounts.end_staff_session"):
        ended = StaffSession.objects.filter(
            pk=actor.staff_session_id, user_id=actor.user_id, ended_at__isnull=True
        ).update(ended_at=clock.now())
        if not ended:
            raise NotFoundError
        contrib.record(actor, Tag.STAFF_ENDED, ("accounts.staff_session", actor.staff_session_id))
