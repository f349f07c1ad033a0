"""How much a tenant may send in a second; whoever is over it waits, and nobody else does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID

from phithak.eventstore.control import Tenant

BURST_SECONDS = 10.0
_LONGEST_WAIT = 300
_MOST_KEPT = 10_000


@dataclass
class _Bucket:
    events: float
    size: float
    at: float


class Quotas:
    """Token buckets of all tenants; used by one thread.

    A bucket holds what ten seconds allow. A batch passes while something is left, even if it is larger than that,
    and the debt is paid before the next: so a night's backlog in large batches gets through at the allowed rate.
    """

    def __init__(self) -> None:
        self._buckets: dict[UUID, _Bucket] = {}

    def take(self, tenant: Tenant, events: int, size: int, now: float) -> int:
        """Take a batch out of a tenant's quota.

        Args:
            tenant: whose; a quota of 0 means that there is none.
            events: in the batch.
            size: its bytes unpacked.
            now: seconds of a clock that never goes back.

        Returns:
            0 when it passes, else the whole seconds after which it may.
        """
        if not tenant.events and not tenant.bytes:
            return 0
        bucket = self._filled(tenant, now)
        waits = [
            -held / rate
            for held, rate in ((bucket.events, tenant.events), (bucket.size, tenant.bytes))
            if rate and held <= 0
        ]
        if waits:
            return min(_LONGEST_WAIT, max(1, math.ceil(max(waits))))
        bucket.events -= events
        bucket.size -= size
        return 0

    def give_back(self, tenant: Tenant, events: int, size: int) -> None:
        """Return what was taken for a batch that could not be stored."""
        bucket = self._buckets.get(tenant.id)
        if bucket is not None:
            bucket.events += events
            bucket.size += size

    def _filled(self, tenant: Tenant, now: float) -> _Bucket:
        bucket = self._buckets.get(tenant.id)
        most_events, most_size = tenant.events * BURST_SECONDS, tenant.bytes * BURST_SECONDS
        if bucket is None:
            if len(self._buckets) >= _MOST_KEPT:
                self._buckets.clear()
            bucket = self._buckets[tenant.id] = _Bucket(most_events, most_size, now)
            return bucket
        passed = max(0.0, now - bucket.at)
        bucket.events = min(most_events, bucket.events + passed * tenant.events)
        bucket.size = min(most_size, bucket.size + passed * tenant.bytes)
        bucket.at = now
        return bucket
