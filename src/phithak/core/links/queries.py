"""All reads of the links room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from phithak.base import clock, keyfiles
from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.contrib import LinkPurpose
from phithak.core.links import tokens
from phithak.core.links.models import Link


@dataclass(frozen=True)
class OpenLink:
    """What the page behind a link may know.

    ``state`` is ``open``, ``answered``, ``expired`` or ``ended``.
    """

    id: UUID
    purpose: LinkPurpose
    object_id: UUID
    state: str
    expires_at: datetime
    answered_at: datetime | None
    answer: str
    note: str


def visible_to(actor: Actor) -> QuerySet[Link]:
    """Return the links that the actor may see."""
    return rows_visible_to(
        Link.objects.all(), actor, permission="links.view", through=frozenset({Reason.CONSTITUENCY})
    )


def by_token(text: str) -> OpenLink:
    """Return the link of a token; holding the token is the right to see it.

    Raises:
        NotFoundError: not a token of ours (a wrong one and an unknown one are told alike).
    """
    link_id = tokens.link_id_of(text)
    row = Link.objects.filter(pk=link_id).first() if link_id else None
    if row is None or not tokens.fits(key(), text, row.pk, _facts(row)):
        raise NotFoundError
    return _open(row)


def answer_of(link_id: UUID) -> OpenLink:
    """Return a link by id, for the room that asked.

    Raises:
        NotFoundError: no such link.
    """
    row = Link.objects.filter(pk=link_id).first()
    if row is None:
        raise NotFoundError
    return _open(row)


def key() -> bytes:
    """Return the link key of this instance."""
    return tokens.link_key(keyfiles.read(settings.CONFIG.config_dir / "instance.key"))


def url_of(row: Link) -> str:
    """Return the address of a link, on the instance's own public address (never the request's host)."""
    return f"{settings.CONFIG.public_url}/l/{tokens.token(key(), row.pk, _facts(row))}/"


def code_of(row: Link) -> str:
    """Return the code that an SMS carries for this link."""
    return tokens.code(key(), _facts(row))


def _facts(row: Link) -> tokens.Facts:
    return tokens.Facts(row.purpose, row.object_id, row.recipient, row.version)


def _open(row: Link) -> OpenLink:
    purpose = contrib.link_purpose.get(row.purpose)
    if purpose is None:
        raise NotFoundError
    if row.answered_at:
        state = "answered"
    elif row.ended_at:
        state = "ended"
    else:
        state = "open" if row.expires_at > clock.now() else "expired"
    return OpenLink(
        row.pk, purpose, row.object_id, state, row.expires_at, row.answered_at, row.answer, row.note
    )
