"""One instance per database for the whole folder; each test finds it empty."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.jobs.harness import House
from tools import postgres

KINDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.needs("postgres")),
]


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL cluster that may be killed; its writes are durable."""
    with postgres.cluster(fsync=True) as cluster:
        yield cluster


def fresh(server: postgres.Server) -> str:
    """Empty the server and return its address: pytest makes the instance again when it changes files."""
    server.empty()
    return server.url


@pytest.fixture(scope="session", params=KINDS)
def instance(request: pytest.FixtureRequest) -> Iterator[House]:
    """A migrated instance on each kind of database."""
    url = fresh(request.getfixturevalue("server")) if request.param == "postgresql" else ""
    folder = Path(tempfile.mkdtemp(prefix="phithak-faults-"))
    house = House(folder, url)
    try:
        house.run("prepare")
        yield house
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(instance: House) -> Iterator[House]:
    """The instance, empty; no worker is left behind."""
    instance.clear()
    instance.fresh()
    yield instance
    print(instance.logs())  # noqa: T201 - pytest shows it beside a failure
    instance.end()
