"""All writes of the links room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ConflictError, InvalidInputError
from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts.actors import PUBLIC, Actor
from phithak.core.contrib import LinkPurpose
from phithak.core.db.transactions import write
from phithak.core.links import queries
from phithak.core.links.events import Tag
from phithak.core.links.models import Link


class LinkClosedError(ConflictError):
    """The link can no longer be answered."""

    code = "links.closed"
    text = Text(
        "ลิงก์นี้ตอบแล้วหรือหมดอายุ โปรดขอลิงก์ใหม่จากผู้ส่ง",
        "This link was answered already or has expired. Ask the sender for a new one.",
    )


class UnknownAnswerError(InvalidInputError):
    """The answer is not one of those that the purpose offers."""

    code = "links.unknown_answer"
    text = Text("เลือกคำตอบจากปุ่มที่มี", "Choose one of the answers on the page.")


@dataclass(frozen=True)
class Issued:
    """A link as it goes out: the address for an e-mail, the code for an SMS."""

    id: UUID
    url: str
    code: str


def issue(actor: Actor, purpose: str, object_id: UUID, recipient: str, *, tenant_id: UUID) -> Issued:
    """Return the running link of this purpose, object and recipient; make it when there is none.

    Args:
        actor: who asks.
        purpose: a registered purpose.
        object_id: what the question is about.
        recipient: opaque handle of the staff contact.
        tenant_id: whose question it is.
    """
    with write("links.issue"):
        row = _running(purpose, object_id, recipient)
        if row is None:
            row = _make(
                purpose,
                object_id,
                recipient,
                tenant_id,
                version=_last_version(purpose, object_id, recipient) + 1,
            )
            contrib.record(
                actor, Tag.ISSUED, ("links.link", row.pk), tenant_id=tenant_id, facts={"purpose": purpose}
            )
    return Issued(row.pk, queries.url_of(row), queries.code_of(row))


def renew(actor: Actor, purpose: str, object_id: UUID, recipient: str, *, tenant_id: UUID) -> Issued:
    """End the running link, if any, and return one of the next version."""
    with write("links.renew"):
        old = _running(purpose, object_id, recipient)
        if old is not None:
            Link.objects.filter(pk=old.pk).update(ended_at=clock.now())
        row = _make(
            purpose, object_id, recipient, tenant_id, version=_last_version(purpose, object_id, recipient) + 1
        )
        contrib.record(
            actor, Tag.RENEWED, ("links.link", row.pk), tenant_id=tenant_id, facts={"purpose": purpose}
        )
    return Issued(row.pk, queries.url_of(row), queries.code_of(row))


def end(actor: Actor, link_id: UUID) -> None:
    """End a link that is not answered; nothing happens when it was ended before."""
    row = (
        queries.visible_to(actor).filter(pk=link_id, answered_at__isnull=True, ended_at__isnull=True).first()
    )
    if row is None:
        return
    with write("links.end"):
        Link.objects.filter(pk=row.pk, answered_at__isnull=True).update(ended_at=clock.now())
        contrib.record(
            actor, Tag.ENDED, ("links.link", row.pk), tenant_id=row.tenant_id, facts={"purpose": row.purpose}
        )


def answer(token: str, choice: str, note: str = "") -> queries.OpenLink:
    """Store the answer of whoever holds the token, once.

    Raises:
        NotFoundError: not a token of ours.
        UnknownAnswerError: not an answer of this purpose.
        LinkClosedError: answered, ended or expired before.
    """
    link = queries.by_token(token)
    if choice not in {code for code, _ in link.purpose.answers}:
        raise UnknownAnswerError(field="answer")
    now = clock.now()
    with write("links.answer"):
        # the condition decides between two presses at the same moment
        changed = Link.objects.filter(
            pk=link.id, answered_at__isnull=True, ended_at__isnull=True, expires_at__gt=now
        ).update(answered_at=now, answer=choice, note=note[:1000] if link.purpose.note else "")
        if not changed:
            raise LinkClosedError
        tenant_id = Link.objects.values_list("tenant_id", flat=True).get(pk=link.id)
        facts = {"purpose": link.purpose.name, "answer": choice}
        contrib.record(PUBLIC, Tag.ANSWERED, ("links.link", link.id), tenant_id=tenant_id, facts=facts)
        signals.send(signals.Signal.LINK_ANSWERED, link.id)
    return queries.answer_of(link.id)


def _running(purpose: str, object_id: UUID, recipient: str) -> Link | None:
    return Link.objects.filter(
        purpose=purpose,
        object_id=object_id,
        recipient=recipient,
        ended_at__isnull=True,
        expires_at__gt=clock.now(),
    ).first()


def _last_version(purpose: str, object_id: UUID, recipient: str) -> int:
    rows = Link.objects.filter(purpose=purpose, object_id=object_id, recipient=recipient)
    return rows.order_by("-version").values_list("version", flat=True).first() or 0


def _make(purpose: str, object_id: UUID, recipient: str, tenant_id: UUID, *, version: int) -> Link:
    expires_at = clock.now() + timedelta(hours=_purpose(purpose).hours)
    return Link.objects.create(
        tenant_id=tenant_id,
        purpose=purpose,
        object_id=object_id,
        recipient=recipient,
        version=version,
        expires_at=expires_at,
    )


def _purpose(name: str) -> LinkPurpose:
    found = contrib.link_purpose.get(name)
    if found is None:
        raise KeyError(f"no room registered the link purpose {name!r}")
    return found
