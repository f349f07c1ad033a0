"""The only clock of the product.

Everything that asks for the time asks here, so a test can set it: ``with at(moment): …``. Times are aware
and in UTC; ``Asia/Bangkok`` is for showing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("phithak_clock", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    source = _source.get()
    return datetime.now(UTC) if source is None else source()  # noqa: TID251 - this is the one place


def today() -> date:
    """Return the present calendar day in Bangkok."""
    return now().astimezone(BANGKOK).date()


@contextmanager
def at(moment: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Let :func:`now` answer ``moment`` (or what the function returns) inside the block.

    Raises:
        ValueError: the moment has no time zone.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        fixed = moment.astimezone(UTC)
        token = _source.set(lambda: fixed)
    else:
        token = _source.set(moment)
    try:
        yield
    finally:
        _source.reset(token)
