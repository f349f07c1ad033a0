"""The test send: the words as a recipient would get them, to whoever asks and to nobody else."""

from __future__ import annotations

from uuid import UUID

from phithak.base import ids
from phithak.base.errors import ForbiddenError
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.outbox import services as outbox
from phithak.core.outbox.states import Channel, Recipient
from phithak.notices.events import CampaignTag
from phithak.notices.queries import campaigns as queries
from phithak.notices.services.campaigns.planning import record
from phithak.notices.services.campaigns.rendering import TEST


def send_test(actor: Actor, campaign_id: UUID) -> UUID:
    """Send the words of a campaign to the actor's own e-mail address; return the message's id.

    An SMS is shown in the mail as it would be, so that no telephone number has to be typed.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's; or no person.
    """
    row = queries.campaign(actor, campaign_id, queries.WRITE)
    if actor.user_id is None:
        raise ForbiddenError(permission=queries.WRITE)
    with write("notices.campaign.test"):
        message = outbox.queue(
            actor,
            tenant_id=row.tenant_id,
            channel=Channel.MAIL,
            recipient=Recipient.user(actor.user_id),
            renderer=TEST,
            params={"c": str(row.pk), "as": row.channel},
            idempotency_key=f"notice-test:{ids.uuid7()}",
            urgent=True,
        )
        record(actor, CampaignTag.TESTED, row)
    return message
