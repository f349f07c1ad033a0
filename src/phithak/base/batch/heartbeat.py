"""What a sensor tells of itself each minute, and the answer.

It goes to ``POST /v1/heartbeat`` with the sender's token. The answer names the version of the sender's settings;
``GET /v1/settings`` gives them. Nothing that could be run comes down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from phithak.base.batch.errors import BatchError

MAX_HEARTBEAT = 256 << 10
_MOST_SOURCES = 256
_MOST_TEXT = 200


@dataclass(frozen=True)
class Spool:
    """What waits on the sensor's disk: batches, events, bytes, bytes allowed, when the oldest was sealed (µs)."""

    batches: int = 0
    events: int = 0
    size: int = 0
    limit: int = 0
    oldest: int | None = None


@dataclass(frozen=True)
class SourceState:
    """One source as the sensor sees it.

    Attributes:
        source: its label.
        on: whether it is collected.
        changed_by, changed_at: who switched it last, at which side, and when (µs); "" and None when never.
        events, size: events and bytes read since the sensor started.
        last_event: when its last event came (µs), or None.
        sequence: of its last sealed batch.
        dropped: events dropped since the sensor was enrolled, by reason.
        fault: what keeps it from being read (one line), or "".
    """

    source: str
    on: bool = True
    changed_by: str = ""
    changed_at: int | None = None
    events: int = 0
    size: int = 0
    last_event: int | None = None
    sequence: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Heartbeat:
    """The state of a sensor at one moment.

    Attributes:
        version: release of the sensor.
        now: the sensor's clock, microseconds since 1970, UTC.
        started: when it started, by the same clock.
        settings: version of the settings that it runs with.
        spool: what waits.
        sources: each source.
        cpu, memory, disk: share of one core in percent (of the last minute), bytes resident, bytes on disk.
        host: name of the machine and its system, for the roll-out board.
    """

    version: str
    now: int
    started: int
    settings: str = ""
    spool: Spool = field(default_factory=Spool)
    sources: tuple[SourceState, ...] = ()
    cpu: float = 0.0
    memory: int = 0
    disk: int = 0
    host: str = ""

    def to_json(self) -> bytes:
        """Return the body of the request."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, body: bytes) -> Heartbeat:
        """Read a heartbeat; names that are not known are left out, so that a newer sensor is understood.

        Raises:
            BatchError: ``batch.malformed``, or ``batch.too_large`` over 256 KiB.
        """
        if len(body) > MAX_HEARTBEAT:
            raise BatchError("batch.too_large", "a heartbeat over 256 KiB")
        try:
            told = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BatchError("batch.malformed", "the heartbeat cannot be read") from error
        if not isinstance(told, dict):
            raise BatchError("batch.malformed", "the heartbeat is no map")
        sources = told.get("sources", [])
        if not isinstance(sources, list) or len(sources) > _MOST_SOURCES:
            raise BatchError("batch.malformed", "the sources are no list of at most 256")
        cpu = told.get("cpu", 0.0)
        if isinstance(cpu, bool) or not isinstance(cpu, (int, float)):
            raise BatchError("batch.malformed", "cpu is no number")
        return cls(
            version=_text(told, "version"),
            now=_number(told, "now"),
            started=_number(told, "started"),
            settings=_text(told, "settings"),
            spool=_spool(told.get("spool", {})),
            sources=tuple(_source(one) for one in sources),
            cpu=float(cpu),
            memory=_number(told, "memory"),
            disk=_number(told, "disk"),
            host=_text(told, "host"),
        )


@dataclass(frozen=True)
class HeartbeatReply:
    """The answer: the centre's clock (µs, UTC) and the version of the sender's settings there ("" for none)."""

    received: int
    settings: str = ""

    def to_json(self) -> bytes:
        """Return the body of the answer."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, body: bytes) -> HeartbeatReply:
        """Read the answer.

        Raises:
            BatchError: ``batch.malformed``.
        """
        try:
            told = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BatchError("batch.malformed", "the answer cannot be read") from error
        if not isinstance(told, dict):
            raise BatchError("batch.malformed", "the answer is no map")
        return cls(_number(told, "received"), _text(told, "settings"))


def _spool(told: Any) -> Spool:
    if not isinstance(told, dict):
        raise BatchError("batch.malformed", "the spool is no map")
    return Spool(
        batches=_number(told, "batches"),
        events=_number(told, "events"),
        size=_number(told, "size"),
        limit=_number(told, "limit"),
        oldest=_moment(told, "oldest"),
    )


def _source(told: Any) -> SourceState:
    if not isinstance(told, dict) or not isinstance(told.get("on", True), bool):
        raise BatchError("batch.malformed", "a source is of the wrong form")
    dropped = told.get("dropped", {})
    if not isinstance(dropped, dict) or len(dropped) > _MOST_SOURCES:
        raise BatchError("batch.malformed", "drops are no map")
    return SourceState(
        source=_text(told, "source"),
        on=told.get("on", True),
        changed_by=_text(told, "changed_by"),
        changed_at=_moment(told, "changed_at"),
        events=_number(told, "events"),
        size=_number(told, "size"),
        last_event=_moment(told, "last_event"),
        sequence=_number(told, "sequence"),
        dropped={str(reason)[:_MOST_TEXT]: _number(dropped, reason) for reason in dropped},
        fault=_text(told, "fault"),
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise BatchError("batch.malformed", f"{name[:_MOST_TEXT]} is no text")
    return value[:_MOST_TEXT]


def _number(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BatchError("batch.malformed", f"{name[:_MOST_TEXT]} is no whole number")
    return value


def _moment(told: Mapping[str, Any], name: str) -> int | None:
    return None if told.get(name) is None else _number(told, name)
