"""What a source is and where it hands its events to."""

from __future__ import annotations

import selectors
from collections.abc import Mapping, Sequence
from typing import Protocol

RETRY_SECONDS = 30.0
"""After this time an address that could not be listened on is tried again."""


class Sink(Protocol):
    """Takes events of one source."""

    def add(
        self,
        events: Sequence[bytes],
        positions: Mapping[str, str | None] | None = None,
        *,
        sync: bool = False,
    ) -> None:
        """Take events.

        Args:
            events: as they came.
            positions: how far the source was read with them; kept when they are sealed.
            sync: the events are on the disk when this returns.

        Raises:
            OSError: with ``sync``: the disk is full; the events are not kept and must not be acknowledged.
        """

    def allow(self, events: int) -> bool:
        """Tell whether so many more events may come at present; what may not is to be counted by :meth:`drop`."""

    def drop(self, reason: str, events: int) -> None:
        """Count events that were dropped."""

    def positions(self) -> dict[str, str]:
        """Return the positions that were last kept."""


class Source(Protocol):
    """One source at work. ``fault`` says in one line what keeps it from being read, or is empty."""

    fault: str

    def open(self, selector: selectors.BaseSelector) -> None:
        """Begin; sockets register with ``selector``, each with a function without arguments to call when ready."""

    def poll(self) -> bool:
        """Look for new events; true when there are more to read at once."""

    def skip(self) -> None:
        """Pass over what came up to now; called while the sink lets everything go."""

    def rewind(self) -> None:
        """Go back to the positions that were last kept: what was handed over since could not be sealed."""

    def close(self) -> None:
        """Stop and let go of files and sockets."""
