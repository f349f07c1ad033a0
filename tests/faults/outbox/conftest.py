"""One instance per database for the whole folder; each test finds it empty, with a new provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.instances import DATABASES, durable_cluster, emptied, fresh_url, prepared
from tests.faults.outbox.harness import Post

server = pytest.fixture(durable_cluster, scope="session", name="server")


@pytest.fixture(scope="session", params=DATABASES)
def instance(request: pytest.FixtureRequest) -> Iterator[Post]:
    """A migrated instance on each kind of database."""
    yield from prepared(Post, fresh_url(request))


@pytest.fixture(scope="session")
def lite_instance() -> Iterator[Post]:
    """A migrated instance on SQLite."""
    yield from prepared(Post)


@pytest.fixture
def post(instance: Post) -> Iterator[Post]:
    """The instance, empty."""
    yield from emptied(instance)


@pytest.fixture
def lite(lite_instance: Post) -> Iterator[Post]:
    """The SQLite instance, empty."""
    yield from emptied(lite_instance)
