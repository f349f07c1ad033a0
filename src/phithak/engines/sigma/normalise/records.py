"""Which shape a decoded JSON record has; the reference flat event of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phithak.engines.sigma.normalise import windows
from phithak.engines.sigma.normalise.event import Event, Fields, LogType, Shaped, flatten
from phithak.engines.sigma.normalise.kinds import find_kind

TIME_FIELDS = (
    "SystemTime",
    "@timestamp",
    "UtcTime",
    "EventTime",
    "TimeCreated",
    "timestamp",
    "ts",
    "time",
    "eventTime",
    "event_time",
    "published",
    "requestReceivedTimestamp",
    "created_at",
    "CreationTime",
    "TimeGenerated",
    "utc_time",
)


def open_record(record: Any, log: LogType | None = None) -> Shaped:
    """Return a decoded record in the cheap form that the engine reads.

    Args:
        record: what the JSON holds; anything but a map becomes an event with one field ``message``.
        log: what log it is, if the caller knows; else the shape tells.
    """
    if not isinstance(record, dict):
        return Shaped({"message": record}, log or LogType("unknown"))
    shaped = _windows(record)
    if shaped is None:
        shaped = find_kind(record)
    return shaped if log is None else Shaped(shaped.fields, log)


def _windows(record: Fields) -> Shaped | None:
    if is_flat_windows(record):
        return windows.from_flat(record)
    event = record.get("Event")
    if isinstance(event, dict) and ("System" in event or "EventData" in event):
        return windows.from_evtx(event)
    winlog = record.get("winlog")
    if isinstance(winlog, dict):
        return windows.from_winlog(record, winlog)
    if "event_id" in record and "log_name" in record:
        return windows.from_winlogbeat6(record)
    return None


def is_flat_windows(record: Mapping[str, Any]) -> bool:
    """Whether channel and event id stand at the top of the record, as plain values."""
    event_id = record.get("EventID")
    return (
        isinstance(record.get("Channel"), str)
        and isinstance(event_id, int | str)
        and event_id.__class__ is not bool
    )


def flat_event(record: Any, log: LogType | None = None) -> Event:
    """Return the full flat event: nested parts dotted, null left out, aliases applied. As :func:`open_record`."""
    return flat_of(open_record(record, log))


def flat_of(shaped: Shaped) -> Event:
    """Return the full flat event of an opened record."""
    fields, paths = flatten(shaped.fields)
    given = {
        name: (fields.get(name), paths.get(name)) for others in shaped.log.aliases.values() for name in others
    }
    for name, others in shaped.log.aliases.items():
        fields.pop(name, None)
        paths.pop(name, None)
        for other in others:
            value, path = given[other]
            if value is not None and path is not None:
                fields[name], paths[name] = value, path
                break
    return Event(fields, shaped.log, time_of(fields), paths)


def time_of(fields: Mapping[str, Any]) -> str:
    """Return the moment of an event as the record writes it, or ""."""
    for name in TIME_FIELDS:
        value = fields.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
    return ""
