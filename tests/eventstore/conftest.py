"""A store in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phithak.eventstore import points
from phithak.eventstore.layout import Layout
from phithak.eventstore.store import Store


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "events")


@pytest.fixture
def open_store(layout: Layout) -> Iterator[Callable[..., Store]]:
    """Open the store; whatever is still open at the end is closed."""
    opened: list[Store] = []

    def make(disk: Any = None, **more: Any) -> Store:
        store = Store(layout, disk, **{"reserve": 0, **more})
        opened.append(store)
        return store

    yield make
    for store in opened:
        if not store.closed:
            store.close()


@pytest.fixture
def at_points() -> Iterator[list[Callable[[points.Point], None]]]:
    """Listen at the crash points; no longer after the test."""
    yield points.listeners
    points.listeners.clear()
