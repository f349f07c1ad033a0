"""Appeals: the holder asks, the giver or the centre decides; never who suspended."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.registry.events.shares import Tag
from phithak.registry.models import Appeal
from phithak.registry.queries.shares import doors as queries
from phithak.registry.queries.shares.doors import AppealState
from phithak.registry.services.shares import cleaning
from phithak.registry.services.shares.acts import REASON_MOST, lift_running, note
from phithak.registry.services.shares.errors import (
    AppealDecidedError,
    AppealTakenError,
    OwnSuspensionError,
)
from phithak.registry.services.shares.telling import readers, tell

WORDS_MOST = 5000


def appeal(actor: Actor, suspension_id: UUID, *, words: str) -> UUID:
    """Appeal against a suspension, in words; the giver is told.

    Args:
        actor: needs ``registry.shares.appeal`` in the holding tenant.
        suspension_id: which.
        words: why it should be lifted.

    Returns:
        The appeal's id.

    Raises:
        ForbiddenError: the suspension may be seen, but the holder is another.
        AppealTakenError: an appeal is open, or the suspension was lifted.
        FieldRefusedError: no words.
    """
    held = queries.suspension(actor, suspension_id)
    permissions.require(actor, queries.APPEAL)
    if actor.user_id is not None and held.share.holder_id not in tenants_with(actor, queries.APPEAL):
        raise ForbiddenError(permission=queries.APPEAL)
    said = cleaning.words(words, "words", WORDS_MOST)
    if held.lifted_at is not None:
        raise AppealTakenError
    users = readers(held.share, at_holder=False)
    row = Appeal(suspension=held, words=said, by_id=actor.user_id)
    try:
        with write("registry.appeal"):
            row.save(force_insert=True)
            note(actor, Tag.APPEALED, held.share, suspension=str(held.pk))
            tell(actor, held.share, "appealed", row.pk, users)
    except IntegrityError as error:
        raise AppealTakenError from error
    return row.pk


def decide_appeal(actor: Actor, appeal_id: UUID, *, uphold: bool, reason: str) -> None:
    """Decide an appeal; one that is upheld lifts the suspension.

    Args:
        actor: needs ``registry.shares.manage`` in the giving tenant or in the centre; another than who suspended.
        appeal_id: which.
        uphold: True when the holder is right.
        reason: told to the holder and kept.

    Raises:
        OwnSuspensionError: the actor suspended.
        AppealDecidedError: it was decided.
        FieldRefusedError: no reason.
        ShareStateError, NotBackedError: the link cannot be opened again.
    """
    row = queries.appeal(actor, appeal_id, queries.MANAGE)
    if actor.user_id is not None and row.suspension.by_id == actor.user_id:
        raise OwnSuspensionError(permission=queries.MANAGE)
    why = cleaning.words(reason, "reason", REASON_MOST)
    if row.state != AppealState.OPEN:
        raise AppealDecidedError
    share = queries.share(actor, row.suspension.share_id, queries.MANAGE)
    if uphold:
        lift_running(actor, share, why, row)
        return
    users = readers(share, at_holder=True)
    with write("registry.decide_appeal"):
        decided = Appeal.objects.filter(pk=row.pk, state=AppealState.OPEN).update(
            state=AppealState.REFUSED, decided_by=actor.user_id, decided_at=clock.now(), decision=why
        )
        if not decided:
            raise AppealDecidedError
        note(actor, Tag.APPEAL_REFUSED, share, reason=why, appeal=str(row.pk))
        tell(actor, share, "refused", row.pk, users)
