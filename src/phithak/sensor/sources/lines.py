"""Events of several lines: database logs whose statements run on are one event each."""

from __future__ import annotations

import re

_STARTS = {
    "mysql-general": rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T|[0-9]{6} |\t\t +[0-9]+ [A-Z]|\t +[0-9]+ [A-Z]",
    "mysql-slow": rb"# Time: |# User@Host: ",
    "postgres": rb"[^\t]",
}


class Joiner:
    """Joins lines into events by the pattern that the first line of an event fits."""

    def __init__(self, start: bytes) -> None:
        self._start = re.compile(start)

    def join(self, lines: list[bytes], length: int, *, last: bool) -> tuple[list[bytes], int]:
        """Return the events, and how many of the ``length`` bytes they took.

        Args:
            lines: without their ends.
            length: bytes that the lines took with their ends.
            last: nothing more follows the last event for now; else it is left for the next time.
        """
        events: list[list[bytes]] = []
        for line in lines:
            if events and not self._start.match(line):
                events[-1].append(line)
            else:
                events.append([line])
        joined = [b"\n".join(event) for event in events]
        if not last:
            length -= len(joined.pop()) + 1
        return joined, length


def joiner_for(profile: str) -> Joiner | None:
    """Return what joins lines for a privacy profile, None where each line is an event."""
    return Joiner(_STARTS[profile]) if profile in _STARTS else None
