"""Opening a number to call it, and sending to somebody by choice; the journal says who, whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F

from phithak.base import clock
from phithak.base.errors import ForbiddenError, InvalidInputError, NotFoundError
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.privacy import masks
from phithak.core.privacy import queries as privacy_queries
from phithak.core.privacy import services as privacy
from phithak.engines.thai import phone_uri, show_phone
from phithak.registry.events.people import Tag
from phithak.registry.models import CallBudget
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries.people_routing import (
    DEFAULT_TLP,
    Left,
    MessageKind,
    SendingRoute,
    sending_route,
    why_left,
)
from phithak.registry.services.people_contacts import note
from phithak.registry.services.people_errors import EndedError, TooManyCallsError

LEAST_REASON = 10


@dataclass(frozen=True)
class Number:
    """A number in full: as people read it, and as a telephone dials it."""

    shown: str
    uri: str


def call(actor: Actor, contact_id: UUID) -> Number:
    """Open the number of a running contact to call it; the journal keeps who opened whose number.

    Args:
        actor: a person that holds ``registry.call``.
        contact_id: whom.

    Raises:
        ForbiddenError: a process asks, or the right is missing.
        NotFoundError: not the actor's to call, or it has no number.
        EndedError: the contact has ended.
        TooManyCallsError: the setting ``calls_per_hour`` is used up; that is in the journal too.
        KeyDestroyedError, LockedError: the vault cannot be opened.
    """
    if actor.user_id is None:
        raise ForbiddenError(permission=doors.CALL)
    row = doors.contact(actor, contact_id, doors.CALL)
    if row.ended_at is not None:
        raise EndedError
    if row.phone_id is None:
        raise NotFoundError
    value = privacy.reveal_for_sending(row.phone_id)
    masked = privacy_queries.masked([row.phone_id]).get(row.phone_id, "")
    limit, now = settings.CONFIG.calls_per_hour, clock.now()
    with write("registry.call"):
        allowed = _take_from_budget(actor.user_id, _hour_of(now), limit)
        if allowed:
            note(actor, Tag.NUMBER_OPENED, row, masked=masked)
        else:
            note(actor, Tag.NUMBER_REFUSED, row, limit=limit)
    if not allowed:
        free = _hour_of(now) + timedelta(hours=1)
        raise TooManyCallsError(limit=limit, until=f"{free.astimezone(clock.BANGKOK):%H:%M}")
    return Number(show_phone(value), phone_uri(value))


def choose(
    actor: Actor, message_kind: MessageKind, contact_id: UUID, reason: str, *, tlp: str = DEFAULT_TLP
) -> SendingRoute:
    """Send a message to a contact that would not receive it by default, such as a technical alert to a diplomat.

    Args:
        actor: a person that holds ``registry.contacts.manage`` over the organisation; a process never chooses.
        message_kind: what the message is about.
        contact_id: whom.
        reason: why, at least ten characters; the journal keeps it.
        tlp: of the message; no choice lifts the limit of a contact.

    Raises:
        ForbiddenError: a process asks.
        NotFoundError: not the actor's to manage.
        InvalidInputError: the reason is missing, or the message is above the contact's TLP.
    """
    if actor.user_id is None:
        raise ForbiddenError(permission=doors.MANAGE)
    row = doors.contact(actor, contact_id, doors.MANAGE)
    if row.ended_at is not None:
        raise EndedError
    said = masks.scrub(reason)[:300]
    if len(said) < LEAST_REASON:
        raise InvalidInputError(
            field="reason",
            reason_th=f"ระบุเหตุผลอย่างน้อย {LEAST_REASON} ตัวอักษร",
            reason_en=f"give a reason of at least {LEAST_REASON} characters",
        )
    if why_left(row, MessageKind.DRILL, tlp=tlp) is Left.TLP:
        raise InvalidInputError(
            field="tlp",
            reason_th=f"ผู้นี้รับได้ไม่เกิน TLP:{row.tlp_most}",
            reason_en=f"receives at most TLP:{row.tlp_most}",
        )
    with write("registry.choose"):
        note(
            actor,
            Tag.CHOSEN,
            row,
            message=message_kind.text.en,
            message_th=message_kind.text.th,
            message_kind=message_kind.value,
            kind=row.kind,
            reason=said,
        )
    return sending_route(row)


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _take_from_budget(user_id: UUID, hour: datetime, limit: int) -> bool:
    """Count one more number of this hour, in the open transaction; False when none is left."""
    CallBudget.objects.get_or_create(user_id=user_id, defaults={"hour": hour})
    mine = CallBudget.objects.filter(user_id=user_id)
    mine.filter(hour__lt=hour).update(hour=hour, used=0)
    # one conditional UPDATE: two requests at once cannot both take the last one
    return mine.filter(used__lt=limit).update(used=F("used") + 1) == 1
