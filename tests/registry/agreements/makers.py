"""Agreements for tests, made through the services: kept by the centre, signed by their parties."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.registry.models import Agreement, Organisation, SharingRule
from phithak.registry.queries.agreements import Flow
from phithak.registry.services import agreements
from phithak.registry.services.agreements import AgreementFacts
from tests.people import People
from tests.registry.factory import organisation_of

SYSTEM = actors.system("test")
FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)
_numbers = count(1)


def morning(day: date) -> datetime:
    """Return nine in the morning of a day in Bangkok."""
    return datetime.combine(day, time(2), UTC)


def facts(**more: Any) -> AgreementFacts:
    """Return what an agreement says: all flows, names and telephone numbers, one year."""
    number = next(_numbers)
    told: dict[str, Any] = {
        "number": f"ทดสอบ {number}/2569",
        "title": Text(f"ข้อตกลงสมมติที่ {number}", f"Imagined agreement {number}"),
        "kind": "mou",
        "scope": "แลกเปลี่ยนข้อมูลภัยคุกคามและติดตั้งเซ็นเซอร์",
        "starts_on": FIRST,
        "ends_on": LAST,
        "data_kinds": ("name", "phone"),
        "flows": ("sensor", "sharing", "data_flow"),
        "scan_consent": True,
        **more,
    }
    return AgreementFacts(**told)


def draft(people: People, *parties: Organisation, keeper: str = "cert", **more: Any) -> Agreement:
    """Make an agreement that nobody has signed."""
    organisation_of(people, keeper)
    made = agreements.create(
        SYSTEM,
        tenant_id=people.tenant_id(keeper),
        facts=facts(**more),
        party_ids=[party.pk for party in parties],
    )
    return Agreement.objects.get(pk=made)


def signed(people: People, *parties: Organisation, **more: Any) -> Agreement:
    """Make an agreement that all have signed on its first day."""
    row = draft(people, *parties, **more)
    with clock.at(morning(row.starts_on)):
        for party in parties:
            sign(row, party.pk)
    row.refresh_from_db()
    return row


def sign(row: Agreement, party_id: UUID) -> None:
    """Let a party sign today."""
    agreements.sign(SYSTEM, row.pk, organisation_id=party_id, signer="นายสมมติ ลงนาม", signed_on=clock.today())


def rule(row: Agreement, party: Organisation, flow: Flow | str = Flow.DATA_FLOW) -> SharingRule:
    """Return the rule of a party and flow."""
    return SharingRule.objects.get(agreement=row, party=party, flow=flow)


def days_before_end(row: Agreement, days: int) -> datetime:
    """Return the morning that lies so many days before the last day."""
    return morning(row.ends_on - timedelta(days=days))
