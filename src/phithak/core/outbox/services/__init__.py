"""All writes of the outbox.

``queueing``, ``control`` (stop button, batches), ``deciding`` (people), ``receipts`` (providers), and the pump's
own: ``claims`` (the way in) and ``settling`` (the way out).
"""

from phithak.core.outbox.services.control import (
    cancel_campaign,
    hold_campaign,
    pause_all,
    release,
    release_campaign,
    stop_all,
)
from phithak.core.outbox.services.deciding import decide
from phithak.core.outbox.services.queueing import Queued, Wanted, queue, queue_many
from phithak.core.outbox.services.receipts import take_receipts

__all__ = [
    "Queued",
    "Wanted",
    "cancel_campaign",
    "decide",
    "hold_campaign",
    "pause_all",
    "queue",
    "queue_many",
    "release",
    "release_campaign",
    "stop_all",
    "take_receipts",
]
