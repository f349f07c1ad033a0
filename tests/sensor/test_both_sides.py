"""Sensor and intake apply the same profiles: what the sensor cleaned passes the intake bit for bit."""

from __future__ import annotations

import pytest

from phithak.base import profile
from tests.sensor.test_privacy import planted, traces


@pytest.mark.parametrize("name", profile.NAMES)
def test_the_intake_finds_nothing_more_to_take_out(name: str) -> None:
    mine = profile.Cleaner(profile.named(name), b"the key of the hospital").clean(planted()[name])
    assert [found for event in mine for found in traces(event)] == []
    assert profile.Cleaner(profile.named(name), b"").clean(mine) == mine
