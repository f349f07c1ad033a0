"""API tokens: 256 random bits, shown once, kept as SHA-256, limited to scopes and a day."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ForbiddenError, InvalidInputError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.errors import ScopeNotHeldError
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import ApiToken
from phithak.core.accounts.services.checks import MANAGE, check_until, managed_user
from phithak.core.db.transactions import write

MAX_DAYS = 366


def create_token(actor: Actor, *, name: str, scopes: Iterable[str], until: datetime) -> tuple[UUID, str]:
    """Make a bearer token of the actor.

    Args:
        actor: a logged-in user; a token cannot make tokens.
        name: what it is for, 1 to 100 characters.
        scopes: permissions that it may use; the actor must hold each, outside of a staff session.
        until: its end (aware), within 366 days.

    Returns:
        Its id and the secret, which is never shown again.

    Raises:
        ForbiddenError: the actor is not a logged-in user.
        InvalidInputError: no name, or no scope.
        ScopeNotHeldError: a scope is not the actor's, or elevated.
        MomentPassedError: the end is not possible.
    """
    if actor.kind is not ActorKind.USER or actor.user_id is None or actor.scopes is not None:
        raise ForbiddenError(permission="accounts.self")
    permissions.require(actor, "accounts.self")
    title = name.strip()
    if not 1 <= len(title) <= 100:  # noqa: PLR2004 - the column's length
        raise InvalidInputError(
            field="name", reason_th="ต้องมีชื่อ ไม่เกิน 100 ตัวอักษร", reason_en="1 to 100 characters"
        )
    check_until(until, days=MAX_DAYS)
    chosen = sorted(set(scopes))
    if not chosen:
        raise InvalidInputError(
            field="scopes", reason_th="เลือกอย่างน้อยหนึ่งสิทธิ์", reason_en="choose at least one right"
        )
    held = {code for code in permissions.held_by(actor) if not permissions.get(code).elevated}
    for scope in chosen:
        if scope not in held:
            raise ScopeNotHeldError(field="scopes", scope=scope)
    secret = queries.TOKEN_PREFIX + secrets.token_urlsafe(32)
    with write("accounts.create_token"):
        row = ApiToken.objects.create(
            user_id=actor.user_id, name=title, digest=queries.token_digest(secret), scopes=chosen, until=until
        )
        contrib.record(
            actor,
            Tag.TOKEN_CREATED,
            ("accounts.token", row.pk),
            facts={"name": title, "scopes": chosen, "until": until.isoformat()},
        )
    return row.pk, secret


def revoke_token(actor: Actor, token_id: UUID) -> None:
    """End a token at once: one's own, or that of a user whom the actor manages.

    Raises:
        NotFoundError: no such running token, or not the actor's to see.
        ForbiddenError: seen, but not the actor's to end.
    """
    token = queries.token_by_id(actor, token_id)
    if token.user_id != actor.user_id:
        permissions.require(actor, MANAGE)
        managed_user(actor, token.user_id)
    with write("accounts.revoke_token"):
        ended = ApiToken.objects.filter(pk=token_id, ended_at__isnull=True).update(ended_at=clock.now())
        if not ended:
            raise NotFoundError
        contrib.record(actor, Tag.TOKEN_REVOKED, ("accounts.token", token_id), facts={"name": token.name})


def note_token_use(bearer: str, day: date) -> None:
    """Remember the last day on which a token was used; writes at most once a day for each token."""
    rows = ApiToken.objects.filter(digest=queries.token_digest(bearer)).exclude(last_used_on=day)
    if rows.exists():
        with write("accounts.note_token_use"):
            rows.update(last_used_on=day)
