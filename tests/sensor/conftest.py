"""A centre and a hospital for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sensor import certificates
from tests.sensor.house import House
from tests.sensor.standin import Centre


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> certificates.Papers:
    return certificates.make(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def centre(papers: certificates.Papers) -> Iterator[Centre]:
    stand_in = Centre(papers)
    yield stand_in
    stand_in.stop()


@pytest.fixture
def house(tmp_path: Path, centre: Centre) -> Iterator[House]:
    made = House(tmp_path / "sensor", centre)
    yield made
    made.end()
