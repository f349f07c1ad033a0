"""The sensor's profiles and the intake's agree: what the sensor cleaned passes the intake bit for bit."""

from __future__ import annotations

import pytest

from phithak.base import profile
from phithak.base.batch import privacy
from tests.sensor.test_privacy import planted, traces

# what else there is, is a database
INTAKE = dict.fromkeys(("syslog", "application"), "general") | dict.fromkeys(
    ("eve", "zeek", "dns"), "network"
)
INTAKE |= {"windows": "windows", "web": "web"}


@pytest.mark.parametrize("name", profile.NAMES)
def test_the_intake_finds_nothing_more_to_take_out(name: str) -> None:
    mine = profile.Cleaner(profile.named(name), b"the key of the hospital").clean(planted()[name])
    assert [found for event in mine for found in traces(event)] == []
    ready = privacy.PROFILES[INTAKE.get(name, "database")]
    again, _ = privacy.Cleaner(ready, b"the key of the intake..").clean(mine)
    assert again == mine
