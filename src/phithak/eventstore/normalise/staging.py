"""Events as the reference reads them, in a file of rows that DuckDB reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from phithak.eventstore.bus import Stored
from phithak.eventstore.normalise.reference import mapping, normalise

_encode = msgspec.json.Encoder().encode
FIXED = {
    "b": "INTEGER", "n": "INTEGER", "t": "BIGINT", "f": "VARCHAR", "l": "VARCHAR", "raw": "VARCHAR", "hex": "VARCHAR",
}  # fmt: skip


def write_rows(stored: Sequence[Stored], wanted: Sequence[tuple[int, int]], path: Path) -> int:
    """Write a row of JSON for each event that is wanted: its batch's place in ``stored`` and its own in the batch.

    Returns:
        The bytes of the longest row.
    """
    longest = 0
    places: dict[int, list[int]] = {}
    for number, place in wanted:
        places.setdefault(number, []).append(place)
    with path.open("wb", buffering=1 << 20) as stream:
        for number, inner in places.items():
            one = stored[number]
            events = one.events()
            chosen = [events[place] for place in inner]
            found = normalise(chosen, received=one.envelope.received, zone=one.envelope.zone)
            for place, event, row in zip(inner, chosen, found, strict=True):
                told: dict[str, Any] = {
                    "b": number, "n": place, "t": row.time, "f": row.flag, "l": row.log, **_raw(event), **row.columns,
                }  # fmt: skip
                line = _encode(told) + b"\n"
                longest = max(longest, len(line))
                stream.write(line)
    return longest


def _raw(event: bytes) -> dict[str, str]:
    """Return the raw event as text where it is UTF-8 that JSON carries, else in hexadecimal digits."""
    if b"\x00" not in event:
        try:
            return {"raw": event.decode("utf-8")}
        except UnicodeDecodeError:
            return {"hex": event.hex()}
    return {"hex": event.hex()}


def staged_columns() -> dict[str, str]:
    """Return the columns of a staged row and their types in DuckDB."""
    return {**FIXED, **dict.fromkeys(mapping(), "VARCHAR")}
