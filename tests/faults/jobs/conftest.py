"""One instance per database for the whole folder; each test finds it empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.instances import DATABASES, durable_cluster, emptied, fresh_url, prepared
from tests.faults.jobs.harness import House

server = pytest.fixture(durable_cluster, scope="session", name="server")


@pytest.fixture(scope="session", params=DATABASES)
def instance(request: pytest.FixtureRequest) -> Iterator[House]:
    """A migrated instance on each kind of database."""
    yield from prepared(House, fresh_url(request))


@pytest.fixture
def house(instance: House) -> Iterator[House]:
    """The instance, empty; no worker is left behind."""
    yield from emptied(instance)
