"""Brings what a sender may do to the event store's ``control.db``, one after the other, so that the last word holds."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from phithak.base import config
from phithak.base.errors import BusyError
from phithak.eventstore.control import ControlWriter
from phithak.eventstore.layout import Layout
from phithak.monitoring.queries.keeping import holds, kept_days
from phithak.monitoring.queries.projection import projection

log = logging.getLogger(__name__)


def layout() -> Layout:
    """Return where the event store lies."""
    return Layout(config.load().config.events)


def project() -> None:
    """Let the event store know of all senders, and of how long it keeps events, as they are now.

    The intake follows within two seconds, the compactor with its next look.

    Raises:
        BusyError: ``control.db`` could not be written; the change stands, and the worker tries again by itself.
    """
    try:
        with _alone(layout()) as place, ControlWriter(place) as control:
            control.project(projection())
            control.keep(kept_days(), holds())
    except (OSError, sqlite3.Error) as error:
        log.warning("control.db could not be written: %s", error)
        raise BusyError from error


def project_again() -> None:
    """As :func:`project`, for the worker's loop: mends what a full disk or a kill left undone."""
    try:
        project()
    except BusyError:
        log.info("control.db is tried again later")


@contextmanager
def _alone(place: Layout) -> Iterator[Layout]:
    place.prepare()
    handle = os.open(place.root / "control.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield place
    finally:
        os.close(handle)
