"""A throw-away instance with its own folders and keys."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.core.privacy import rootkey


@pytest.fixture
def instance(tmp_path: Path, settings: Settings) -> Iterator[Config]:
    """Make the running instance one with fresh folders and keys."""
    config = dataclasses.replace(settings.CONFIG, config_dir=tmp_path / "config", data_dir=tmp_path / "data")
    config.data_dir.mkdir(mode=0o700)
    keyfiles.create(config.config_dir / "instance.key")
    keyfiles.create(config.config_dir / "root.key")
    settings.CONFIG = config
    rootkey.forget()
    yield config
    rootkey.forget()
