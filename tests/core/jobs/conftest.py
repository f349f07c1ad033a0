"""Bodies that the tests of this folder queue, and the rows that they write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from phithak.base.text import Text
from phithak.core.jobs import registry
from phithak.core.jobs.registry import JobType, job

Define = Callable[..., JobType]


@pytest.fixture
def define() -> Iterator[Define]:
    """Register a body under a name of its own and forget it after the test."""
    made: list[str] = []

    def register(body: Callable[..., None], **options: Any) -> JobType:
        name = f"tests.job_{len(made) + 1}"
        registry._jobs.pop(name, None)
        made.append(name)
        text = Text(f"งานทดสอบ {len(made)}", f"Test job {len(made)}")
        return job(name, text=text, **options)(body)

    yield register
    for name in made:
        registry._jobs.pop(name, None)
