"""Data-sharing links for tests, made through the services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.registry.models import DataShare, DataStore, DataStoreKind, Organisation
from phithak.registry.queries.shares import doors
from phithak.registry.services import shares
from phithak.registry.services.shares import ShareFacts
from tests.registry.agreements.makers import morning

SYSTEM = actors.system("test")
DAY = date(2026, 12, 1)
DURING = morning(DAY)
UNTIL = date(2027, 6, 30)


def facts(holder: Organisation, **more: Any) -> ShareFacts:
    """Return what a link says: names and telephone numbers, to deliver parcels."""
    told: dict[str, Any] = {
        "holder_id": holder.pk,
        "fields": ("name", "phone"),
        "purpose": "จัดส่งสินค้าให้ผู้ซื้อ",
        "until": UNTIL,
        **more,
    }
    return ShareFacts(**told)


def proposed(giver: Organisation, holder: Organisation, **more: Any) -> DataShare:
    """Record a link."""
    with clock.at(DURING):
        made = shares.propose(SYSTEM, tenant_id=giver.pk, facts=facts(holder, **more))
    return read(made)


def active(giver: Organisation, holder: Organisation, **more: Any) -> DataShare:
    """Record a link and begin it."""
    row = proposed(giver, holder, **more)
    with clock.at(DURING):
        shares.activate(SYSTEM, row.pk)
    return read(row.pk)


def read(share_id: UUID) -> DataShare:
    """Return a link as it is now."""
    return doors.share(SYSTEM, share_id)


def open_store(holder: Organisation, name: str = "ถังภาพบัตร", *, people: int | None = 1200) -> DataStore:
    """Make a store of a holder that anybody can read, past the services."""
    row = DataStore.objects.create(
        tenant=holder.tenant,
        name=name,
        place="public_cloud",
        technique="bucket",
        exposure="public",
        people=people,
        checked_at=DURING,
    )
    DataStoreKind.objects.create(store=row, kind="phone")
    return row


def stands(share_id: UUID, moment: datetime = DURING) -> str:
    """Return where a link stands at a moment."""
    return doors.standing(read(share_id), moment).value


def later(days: int) -> datetime:
    """Return the morning so many days after the first one."""
    return DURING + timedelta(days=days)
