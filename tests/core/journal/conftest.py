"""Fixtures of the journal's tests: a configuration folder of its own, so that each test has its own archive."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from phithak.base import keyfiles


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    """Give the test a configuration folder with a new instance key; return the folder."""
    folder = tmp_path / "config"
    keyfiles.create(folder / "instance.key")
    settings.CONFIG = dataclasses.replace(settings.CONFIG, config_dir=folder)
    return folder
