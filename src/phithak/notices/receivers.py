"""What the notices room does when something happens elsewhere."""

from __future__ import annotations

from uuid import UUID

from phithak.core import signals
from phithak.core.accounts import actors
from phithak.core.jobs.services import enqueue
from phithak.core.signals import Signal
from phithak.notices import queries
from phithak.notices.jobs import load_ready_texts
from phithak.notices.services import campaigns


def connect() -> None:
    """Listen; called once when the apps are ready."""
    signals.receive(Signal.TENANT_CHANGED, _tenant_changed)
    signals.receive(Signal.LINK_ANSWERED, campaigns.answered_by_link)


def _tenant_changed(tenant_id: UUID) -> None:
    # the first administrator makes the centre: its templates come by a job, not in that person's transaction
    if tenant_id == queries.centre_id() and queries.missing_ready_texts():
        enqueue(load_ready_texts, actor=actors.system("notices"), unique="load", tenant_id=tenant_id)
