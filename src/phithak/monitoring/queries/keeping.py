"""How long events are kept: by the settings, and by what holds those of an organisation."""

from __future__ import annotations

from uuid import UUID

from phithak.base import config
from phithak.core import contrib
from phithak.monitoring.models import Site

HOLD_SOURCE = "monitoring.events"
"""What ``contrib.retention_hold`` is asked with, beside the id of the organisation."""


def kept_days() -> dict[str, int]:
    """Return full days of each kind of event that has other than the default."""
    return config.days_kept(config.load().config.event_days)


def holds() -> dict[UUID, str]:
    """Return the organisations of the roll-out whose events must stay, each with the first reason in Thai."""
    held = {}
    for tenant in Site.objects.order_by("pk").values_list("tenant", flat=True):
        reasons = [reason for hold in contrib.retention_hold for reason in hold.reasons(HOLD_SOURCE, tenant)]
        if reasons:
            held[tenant] = reasons[0].th
    return held
