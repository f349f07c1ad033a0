"""The look ahead: what is said, what it costs, in which waves, before anybody is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count

from phithak.base import clock
from phithak.core.outbox.states import Channel
from phithak.notices import queries as wording
from phithak.notices.models import Campaign, Recipient
from phithak.notices.saying import Said
from phithak.notices.services.campaigns.approving import samples
from phithak.notices.services.campaigns.running import WAVE_REST
from phithak.notices.states import CampaignState, Skipped

_BEFORE_SUBMIT = (CampaignState.DRAFT, CampaignState.GATHERING, CampaignState.LISTED)
WAVES_SHOWN = 24


@dataclass(frozen=True)
class Wave:
    """One wave: its number from 1, how many it tells, and when it begins if all began now."""

    number: int
    count: int
    begins: datetime


@dataclass(frozen=True)
class Look:
    """What a campaign will do.

    Attributes:
        said: the words by channel, as a recipient would get them.
        channels: recipients by channel.
        skipped: recipients who get no message, by reason.
        switched: recipients who are told by another way than the campaign's.
        parts: parts of one SMS; 0 without SMS.
        cost_satang: of all SMS; None when the price is not set.
        waves: the first waves.
        calls: calls that are expected in all.
    """

    said: tuple[tuple[Channel, Said], ...]
    channels: Counter[Channel]
    skipped: Counter[Skipped]
    switched: int
    parts: int
    cost_satang: int | None
    waves: tuple[Wave, ...]
    calls: int

    @property
    def told(self) -> int:
        """Recipients who get a message."""
        return self.channels.total()


def look(row: Campaign) -> Look:
    """Return what a campaign that was read through its door will do."""
    if row.state in _BEFORE_SUBMIT:
        row.directory = wording.directories(row.tenant_id)
    rows = Recipient.objects.filter(campaign=row)
    if not row.list_hash:
        rows = rows.none()
    channels: Counter[Channel] = Counter()
    for name, count in rows.filter(skipped="").values_list("channel").annotate(Count("pk")).order_by():
        channels[Channel(name)] = count
    skipped: Counter[Skipped] = Counter()
    for name, count in rows.exclude(skipped="").values_list("skipped").annotate(Count("pk")).order_by():
        skipped[Skipped(name)] = count
    said = _said(row, channels)
    parts = max((one.sms.parts for _, one in said if one.sms), default=0)
    price = settings.CONFIG.sms_part_satang
    return Look(
        said=said,
        channels=channels,
        skipped=skipped,
        switched=rows.exclude(switched="").count(),
        parts=parts,
        cost_satang=parts * channels[Channel.SMS] * price if price else None,
        waves=_waves(row),
        calls=channels.total() * row.call_percent // 100 if row.calls_per_hour else 0,
    )


def _said(row: Campaign, channels: Counter[Channel]) -> tuple[tuple[Channel, Said], ...]:
    used = sorted(channels) or [Channel(row.channel)]
    found = []
    for channel in used:
        found += [(channel, one) for one in samples(row, [channel])]
    return tuple(found)


def _waves(row: Campaign) -> tuple[Wave, ...]:
    if not row.list_hash:
        return ()
    counted = (
        Recipient.objects.filter(campaign=row, skipped="")
        .values_list("wave")
        .annotate(Count("pk"))
        .order_by("wave")
    )
    begins = row.started_at or clock.now()
    return tuple(
        Wave(number + 1, count, begins + number * WAVE_REST) for number, count in counted[:WAVES_SHOWN]
    )
