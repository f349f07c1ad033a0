"""The sweep begins with an instance that was prepared: its sectors are there, and they are no tenant's."""

from __future__ import annotations

import pytest

from phithak.registry.services import organisations
from tests.people import People


@pytest.fixture
def people(people: People) -> People:
    """Give the made-up sector after the preparation that every start makes."""
    organisations.load_ready()
    return people
