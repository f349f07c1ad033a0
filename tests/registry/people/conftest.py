"""Makers of people and contacts for the tests of this part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from phithak.registry.models import ContactPoint, Organisation
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.services.people import (
    ContactFacts,
    PersonFacts,
    PositionFacts,
    add_contact,
    add_person,
    add_position,
)
from tests.people import People
from tests.registry.factory import organisation, organisation_of

MONDAY = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(hours=7)
"""Monday 23 November 2026 at 00:00 in Bangkok: no holiday."""

OFFICE = tuple((day, "08:30", "16:30") for day in range(5))
_numbers = count(1)

MakeContact = Callable[..., ContactPoint]


def bangkok(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Return a moment of that Monday (or days later), by the clock of Bangkok."""
    return MONDAY + timedelta(days=days, hours=hour, minutes=minute)


@pytest.fixture
def hospital(people: People) -> Organisation:
    """Give the organisation of the first hospital."""
    return organisation_of(people, "hospital")


@pytest.fixture
def make_contact(people: People) -> MakeContact:
    """Give a maker: ``make_contact(organisation, kind, by="analyst", **facts)``."""

    def make(
        owner: Organisation, kind: ContactKind = ContactKind.TECHNICAL, *, by: str = "analyst", **facts: Any
    ) -> ContactPoint:
        number = next(_numbers)
        values = {"label_th": f"เวรที่ {number}", "phone": f"08123{number:05}", **facts}
        contact_id = add_contact(people.actor(by), owner.pk, ContactFacts(kind=kind, **values))
        return ContactPoint.objects.get(pk=contact_id)

    return make


@pytest.fixture
def make_holder(people: People) -> Callable[..., tuple[UUID, UUID]]:
    """Give a maker of a person with one position: returns both ids."""

    def make(
        owner: Organisation, name: str, title: str, *kinds: ContactKind, **facts: Any
    ) -> tuple[UUID, UUID]:
        actor = people.actor("analyst")
        person_id = add_person(actor, owner.pk, PersonFacts(name_th=name, **facts))
        position_id = add_position(actor, person_id, owner.pk, PositionFacts(title_th=title, kinds=kinds))
        return person_id, position_id

    return make


@pytest.fixture
def country_of_ten(people: People) -> list[Organisation]:
    """Give a neighbour's centre and two of its hospitals."""
    return [
        organisation(people, Kind.PEER_CERT, country="LA", name_th="ศูนย์ลานช้าง", name_en="Lan Xang CERT"),
        organisation(people, country="LA"),
        organisation(people, country="LA"),
    ]
