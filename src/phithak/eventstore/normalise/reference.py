"""Raw events to rows in Python: the reference that the SQL way must agree with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from phithak.engines.sigma.normalise import flat_event
from phithak.engines.sigma.normalise.formats import decoded
from phithak.engines.sigma.normalise.lines import parser_for
from phithak.engines.sigma.normalise.records import TIME_FIELDS
from phithak.engines.sigma.normalise.rescue import rescued
from phithak.eventstore.normalise.times import Flag, in_utc, moment

MAX_TEXT = 4096
"""Characters of a column; the raw event keeps the rest."""
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@cache
def mapping() -> Mapping[str, tuple[str, ...]]:
    """Return column → names of fields, as ``columns.toml`` tells."""
    text = resources.files(__package__).joinpath("columns.toml").read_text("utf-8")
    return {name: tuple(fields) for name, fields in tomllib.loads(text)["columns"].items()}


@cache
def names_for(column: str) -> tuple[tuple[str, str], ...]:
    """Return the fields that fill a column, in order, each with how the logs begin that it counts in."""
    parts = (name.rpartition(":") for name in mapping()[column])
    return tuple((only, name) for only, _, name in parts)


@dataclass(frozen=True)
class Normalised:
    """What is read from one event.

    Attributes:
        log: which log it is, such as ``windows/security/4688`` or ``zeek/dns``.
        time, flag: its moment (µs, UTC) and how sure that is.
        columns: the columns of :func:`mapping` that have a value.
    """

    log: str
    time: int
    flag: Flag
    columns: Mapping[str, str]


def normalise(events: Sequence[bytes], *, received: int, zone: int) -> list[Normalised]:
    """Return a row for each event of a batch, in order.

    Args:
        events: raw.
        received: when the batch came, µs.
        zone: minutes east of UTC of times without a zone.
    """
    return [_one(event, received, zone) for event in events]


def _one(event: bytes, received: int, zone: int) -> Normalised:
    record = record_of(event)
    found = flat_event(record)
    fields = found.fields
    written, named = _time(fields)
    at, flag = moment(written, received=received, zone=zone, utc=named)
    columns: dict[str, str] = {}
    for column in mapping():
        for only, name in names_for(column):
            text = text_of(fields.get(name)) if found.log.key.startswith(only) else ""
            if text:
                columns[column] = text
                break
    return Normalised(found.log.key, at, flag, columns)


def record_of(event: bytes) -> Any:
    """Return what an event holds: the JSON in it, else what the parser of its text form reads, else its text."""
    if event.lstrip()[:1] == b"{":
        try:
            return _decode(event)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            # a device that writes cp874 into JSON, or a number that no machine holds
            text = decoded(event)
            try:
                return rescued(text.encode("utf-8", "replace"))
            except (ValueError, RecursionError):
                return text
    text = decoded(event)
    parser = parser_for(text)
    if parser is not None:
        for record in parser(iter([text])):
            return record
    return text


def _time(fields: Mapping[str, Any]) -> tuple[str, bool]:
    for name in TIME_FIELDS:
        value = fields.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return _number(value), in_utc(name)
    return "", False


def _number(value: str | float) -> str:
    if isinstance(value, float):
        return f"{value:.6f}"
    return str(value).strip()


def text_of(value: Any) -> str:
    """Return a value as the text of a column: the first of a list; numbers and truth as JSON writes them."""
    if isinstance(value, list):
        value = next((item for item in value if item is not None), None)
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "")[:MAX_TEXT]
    return _encode(value).decode()[:MAX_TEXT]
