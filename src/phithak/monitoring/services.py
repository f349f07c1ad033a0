"""All writes of the monitoring room."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.base.profile import NAMES, ProfileError, named
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.eventstore.control import ControlWriter, token_digest
from phithak.monitoring import queries
from phithak.monitoring.errors import SenderNameTakenError, SenderUnknownError, SourceWrongError
from phithak.monitoring.events import Tag
from phithak.monitoring.models import Sender, Source, Token

MANAGE = "monitoring.senders.manage"
TOKEN_PREFIX = "phs_"  # noqa: S105 - how a token begins, so that a scan of files finds lost ones
_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST_NAME = 100


@dataclass(frozen=True)
class SourceWanted:
    """A source to be made: its label, the name of its privacy profile, and how its events are read."""

    label: str
    profile: str
    kind: str

    @classmethod
    def parse(cls, text: str) -> SourceWanted:
        """Read ``LABEL:PROFILE`` or ``LABEL:PROFILE:KIND``; without a kind it is named as the profile.

        Raises:
            SourceWrongError: of another form, or no such profile.
        """
        label, _, rest = text.partition(":")
        profile, _, kind = rest.partition(":")
        kind = kind or profile
        wrong = SourceWrongError(field="source", source=text, profiles=", ".join(NAMES))
        if not _LABEL.fullmatch(label) or not _LABEL.fullmatch(kind):
            raise wrong
        try:
            named(profile)
        except ProfileError:
            raise wrong from None
        return cls(label, profile, kind)


def add_sender(
    actor: Actor, *, tenant_id: UUID, name: str, sources: Sequence[SourceWanted]
) -> tuple[UUID, str]:
    """Make a sender of a tenant; the intake knows it within a second. Not inside another ``write``.

    Args:
        actor: who adds it.
        tenant_id: whose events it will send.
        name: 1 to 100 characters, one running sender of a name in a tenant.
        sources: what it sends, at least one, each label once.

    Returns:
        Its id and its token, which is never shown again.

    Raises:
        ForbiddenError: not the actor's to do.
        InvalidInputError: no name, no source, a label twice.
        SenderNameTakenError: the tenant has a running sender of that name.
    """
    permissions.require(actor, MANAGE)
    title = name.strip()
    if not 1 <= len(title) <= _LONGEST_NAME:
        raise InvalidInputError(
            field="name", reason_th="ต้องมีชื่อ ไม่เกิน 100 ตัวอักษร", reason_en="1 to 100 characters"
        )
    labels = [one.label for one in sources]
    if not labels or len(set(labels)) < len(labels):
        raise InvalidInputError(
            field="sources",
            reason_th="ต้องมีอย่างน้อยหนึ่งแหล่ง ป้ายละหนึ่งครั้ง",
            reason_en="at least one source, each label once",
        )
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with write("monitoring.add_sender"):
        if Sender.objects.filter(tenant_id=tenant_id, name=title, revoked_at__isnull=True).exists():
            raise SenderNameTakenError(field="name", name=title)
        row = Sender.objects.create(tenant_id=tenant_id, name=title)
        Token.objects.create(sender=row, digest=token_digest(token))
        for one in sources:
            Source.objects.create(
                tenant_id=tenant_id,
                sender=row,
                label=one.label,
                kind=one.kind,
                profile=named(one.profile).to_json(),
            )
        facts = {"name": title, "sources": [f"{one.label}:{one.profile}:{one.kind}" for one in sources]}
        contrib.record(
            actor, Tag.SENDER_ADDED, ("monitoring.sender", row.pk), tenant_id=tenant_id, facts=facts
        )
    project()
    return row.pk, token


def revoke_sender(actor: Actor, sender_id: UUID) -> None:
    """End every token of a sender; the intake refuses it within two seconds. Not inside another ``write``.

    Raises:
        ForbiddenError: not the actor's to do.
        SenderUnknownError: no running sender of that id that the actor may see.
    """
    permissions.require(actor, MANAGE)
    row = queries.sender_by_id(actor, str(sender_id))
    now = clock.now()
    with write("monitoring.revoke_sender"):
        if not Sender.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=now):
            raise SenderUnknownError(sender=row.pk)
        Token.objects.filter(sender_id=row.pk, ended_at__isnull=True).update(ended_at=now)
        contrib.record(
            actor,
            Tag.SENDER_REVOKED,
            ("monitoring.sender", row.pk),
            tenant_id=row.tenant_id,
            facts={"name": row.name},
        )
    project()


def project() -> None:
    """Make ``control.db`` say what the tables say.

    The tables are read while ``control.db`` is locked: of two at once the later one has read the later state.
    """
    with ControlWriter(queries.layout()) as control:
        control.project_from(queries.projection)
