"""A link that the hospital may appeal about: only a holder sees that page."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.registry.services import shares
from tests.people import People
from tests.registry.factory import organisation_of


def suspend(sector: People) -> None:
    """Let the platform give data to the hospital, and suspend it."""
    made = shares.propose(
        actors.system("test"),
        tenant_id=organisation_of(sector, "platform").pk,
        facts=shares.ShareFacts(
            holder_id=organisation_of(sector, "hospital").pk,
            fields=("name", "booking"),
            purpose="ส่งรายการจองคิวให้โรงพยาบาล",
            until=clock.today() + timedelta(days=90),
        ),
    )
    shares.activate(actors.system("test"), made)
    shares.suspend(actors.system("test"), made, reason="พบแหล่งเก็บข้อมูลที่เปิดสาธารณะ")
