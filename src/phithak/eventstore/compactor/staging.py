"""One run's events as files that DuckDB reads: what was normalised, and the raw bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from phithak.eventstore.bus import Stored
from phithak.eventstore.normalise.reference import mapping, normalise

_encode = msgspec.json.Encoder().encode
FIXED = {
    "o": "BIGINT", "n": "INTEGER", "t": "BIGINT", "f": "VARCHAR", "l": "VARCHAR", "raw": "VARCHAR", "hex": "VARCHAR",
}  # fmt: skip


def write_rows(stored: Sequence[Stored], path: Path) -> int:
    """Write a row of JSON for each event of these batches; return how many there are."""
    number = 0
    with path.open("wb", buffering=1 << 20) as stream:
        for one in stored:
            for row in _rows(one):
                stream.write(_encode(row))
                stream.write(b"\n")
                number += 1
    return number


def _rows(one: Stored) -> Iterator[dict[str, Any]]:
    events = one.events()
    found = normalise(events, received=one.envelope.received, zone=one.envelope.zone)
    for number, (event, row) in enumerate(zip(events, found, strict=True)):
        told: dict[str, Any] = {
            "o": one.offset, "n": number, "t": row.time, "f": row.flag, "l": row.log, **_raw(event), **row.columns,
        }  # fmt: skip
        yield told


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
