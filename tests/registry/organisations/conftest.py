"""The made-up sector with the ready sector packs and a record for every tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from phithak.core.accounts.actors import Actor
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import OrganisationFacts
from tests.people import People


class Registry:
    """The sector, and short ways to add to it."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.analyst: Actor = people.actor("analyst")
        self.admin: Actor = people.actor("cert_admin")

    def add(self, name_th: str, kind: str = "merchant", **facts: Any) -> UUID:
        """Add an organisation through the service, as an analyst."""
        return services.create(self.analyst, OrganisationFacts(name_th, kind, **facts))

    def id(self, key: str) -> UUID:
        """Return the organisation of a tenant of the sector."""
        return self.people.tenant_id(key)


@pytest.fixture
def registry(people: People) -> Registry:
    """Load the sectors and give every tenant its record."""
    services.load_ready()
    services.find_tenants()
    return Registry(people)


@pytest.fixture
def seen_by(registry: Registry) -> Callable[[str], set[str]]:
    """Tell the Thai names that the API lists for a person."""

    def names(key: str) -> set[str]:
        answer = registry.people.client(key).get("/api/v1/registry/organisations?limit=200")
        return {one["name_th"] for one in answer.json()["items"]}

    return names
