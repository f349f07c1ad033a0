"""Python's collector of cycles kept from walking what is only being built up, or lives to the end anyway."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let no cycles be collected in the context: rules and engines are millions of objects, and all of them stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Leave what is there now alone, and look for cycles among the rest seldom: matching keeps much and makes none."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
