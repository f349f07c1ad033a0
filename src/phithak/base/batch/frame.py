"""One sealed batch as bytes: the same on the sensor's disk, on the wire and in the centre's segments.

Layout of version 1, all numbers with the little end first::

    0   8   b"PHBATCH" and the version as one byte
    8   4   length of the header
    12  4   length of the body
    16  16  BLAKE2b-128 over bytes 0 to 15, header and body
    32      header: JSON in UTF-8
            body: the events (see lines.py), packed as the header says (see codec.py)

A batch gets its id (UUIDv7) once, when it is sealed. Sending again sends the same bytes, so the centre can fold
repeats by id and tells by the digest when one id comes with two contents.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

from phithak.base.batch.codec import Codec, Expand, codec_named, compress_gzip, expand
from phithak.base.batch.errors import BatchError
from phithak.base.batch.lines import FRAMINGS, Framing, framing_for, join, split
from phithak.base.ids import uuid7

VERSION = 1
SUPPORTED = (1,)
"""Versions that are read: the present one and, when there are any, the two before it."""
CONTENT_TYPE = "application/vnd.phithak.batch"
MAX_HEADER = 16 << 10
MAX_BODY = 16 << 20
MAX_PLAIN = 64 << 20
MAX_COUNT = 100_000
MAX_EVENT = 16 << 20
MAX_DROPS = 64

_MAGIC = b"PHBATCH"
_START = struct.Struct("<7sBII")
_DIGEST_BYTES = 16
PREAMBLE = _START.size + _DIGEST_BYTES
_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_UUID_VERSION = 7
_MOST = 1 << 62


@dataclass(frozen=True)
class Header:
    """What a batch says of itself.

    Attributes:
        batch: id, a UUID of version 7.
        source: the label of one of the sender's own sources; whose it is, the sender's token tells.
        sequence: counts the batches of this source from 1 without a gap, so that a lost one shows.
        count: events in the body.
        size: bytes of the body unpacked.
        sealed, first, last: sender's clock in microseconds since 1970, UTC: when sealed, and when its first and
            last event reached the sender.
        codec, framing: form of the body.
        dropped: events that were dropped since the batch before, by reason.
        profile: privacy profile that the sender applied, or "".
    """

    batch: UUID
    source: str
    sequence: int
    count: int
    size: int
    sealed: int
    first: int
    last: int
    codec: Codec = "plain"
    framing: Framing = "lines"
    dropped: Mapping[str, int] = field(default_factory=dict)
    profile: str = ""

    def to_json(self) -> bytes:
        """Return the header as it is written: compact, keys sorted."""
        told: dict[str, Any] = {
            "batch": str(self.batch),
            "source": self.source,
            "sequence": self.sequence,
            "count": self.count,
            "size": self.size,
            "sealed": self.sealed,
            "first": self.first,
            "last": self.last,
            "codec": self.codec,
            "framing": self.framing,
        }
        if self.dropped:
            told["dropped"] = dict(self.dropped)
        if self.profile:
            told["profile"] = self.profile
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Batch:
    """A batch as read: its header, its body as packed, and the digest of its frame."""

    header: Header
    body: bytes
    digest: bytes

    def plain(self, zstd: Expand | None = None) -> bytes:
        """Return the body unpacked.

        Raises:
            BatchError: as :func:`phithak.base.batch.codec.expand`; ``batch.malformed`` when its size is not the
                one told.
        """
        plain = expand(self.header.codec, self.body, self.header.size, zstd)
        if len(plain) != self.header.size:
            raise BatchError("batch.malformed", "the body is smaller than told")
        return plain

    def events(self, zstd: Expand | None = None) -> list[bytes]:
        """Return the events bit for bit; raises as :meth:`plain`, and when they are not as many as told."""
        return split(self.plain(zstd), self.header.framing, self.header.count)


def seal(
    events: Sequence[bytes],
    *,
    source: str,
    sequence: int,
    sealed: int,
    first: int,
    last: int,
    codec: Codec = "gzip",
    compress: Callable[[bytes], bytes] | None = None,
    dropped: Mapping[str, int] | None = None,
    profile: str = "",
    batch: UUID | None = None,
) -> bytes:
    """Return a new frame of ``events``.

    Args:
        events: the raw events, 1 to 100,000, of any bytes.
        source: label, as in :class:`Header`, like the six that follow.
        sequence: of the batch within its source.
        sealed: when, in µs.
        first: when the first event came, in µs.
        last: when the last event came, in µs.
        dropped: events dropped since the batch before, by reason.
        profile: privacy profile that was applied.
        codec: how to pack the body.
        compress: packs; needed for zstd, else gzip at level 6.
        batch: the id, made here unless given.

    Raises:
        BatchError: the batch is over a bound, or a label is of the wrong form.
    """
    framing = framing_for(events)
    plain = join(events, framing)
    if codec == "plain":
        body = plain
    elif compress is not None:
        body = compress(plain)
    elif codec == "gzip":
        body = compress_gzip(plain)
    else:
        raise BatchError("batch.codec", "zstd needs a function that packs it")
    header = Header(
        batch=uuid7() if batch is None else batch,
        source=source,
        sequence=sequence,
        count=len(events),
        size=len(plain),
        sealed=sealed,
        first=first,
        last=last,
        codec=codec,
        framing=framing,
        dropped=dict(dropped or {}),
        profile=profile,
    )
    return written(header, body)


def written(header: Header, body: bytes) -> bytes:
    """Return the frame of a header and a body that fits it.

    Raises:
        BatchError: a bound is passed.
    """
    _check(header)
    told = header.to_json()
    if len(told) > MAX_HEADER or len(body) > MAX_BODY:
        raise BatchError("batch.too_large", "header or body over its bound")
    start = _START.pack(_MAGIC, VERSION, len(told), len(body))
    return b"".join((start, _digest(start, told, body), told, body))


def frame_length(preamble: bytes) -> int:
    """Return the length of a whole frame from its first :data:`PREAMBLE` bytes.

    Raises:
        BatchError: ``batch.malformed`` no frame; ``batch.version`` of an unknown version; ``batch.too_large``.
    """
    if len(preamble) < PREAMBLE:
        raise BatchError("batch.malformed", "breaks off in the preamble")
    magic, version, header, body = _START.unpack_from(preamble)
    if magic != _MAGIC:
        raise BatchError("batch.malformed", "not a batch")
    if version not in SUPPORTED:
        raise BatchError("batch.version", f"version {version}")
    if header > MAX_HEADER or body > MAX_BODY:
        raise BatchError("batch.too_large", f"header of {header}, body of {body} bytes")
    return PREAMBLE + int(header) + int(body)


def parse(frame: bytes) -> Batch:
    """Read one frame; the body stays packed.

    Raises:
        BatchError: ``batch.malformed``, ``batch.version``, ``batch.codec``, ``batch.too_large``, or
            ``batch.damaged`` when the digest does not fit.
    """
    if len(frame) != frame_length(frame[:PREAMBLE]):
        raise BatchError("batch.malformed", "not as long as it tells")
    _, _, header_length, _ = _START.unpack_from(frame)
    told = frame[PREAMBLE : PREAMBLE + header_length]
    body = frame[PREAMBLE + header_length :]
    digest = frame[_START.size : PREAMBLE]
    if digest != _digest(frame[: _START.size], told, body):
        raise BatchError("batch.damaged", "the digest does not fit")
    return Batch(_read_header(told), body, digest)


def _digest(start: bytes, told: bytes, body: bytes) -> bytes:
    digest = blake2b(start, digest_size=_DIGEST_BYTES)
    digest.update(told)
    digest.update(body)
    return digest.digest()


def _read_header(told: bytes) -> Header:
    try:
        found = json.loads(told.decode("utf-8"))
        batch = UUID(str(found["batch"]))
        dropped = found.get("dropped", {})
        framing = str(found["framing"])
        if framing not in FRAMINGS or not isinstance(dropped, dict):
            raise BatchError("batch.malformed", "framing or drops of the wrong form")
        header = Header(
            batch=batch,
            source=found["source"],
            sequence=found["sequence"],
            count=found["count"],
            size=found["size"],
            sealed=found["sealed"],
            first=found["first"],
            last=found["last"],
            codec=codec_named(str(found["codec"])),
            framing=framing,
            dropped=dropped,
            profile=found.get("profile", ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, BatchError):
            raise
        raise BatchError("batch.malformed", "the header cannot be read") from error
    _check(header)
    return header


def _check(header: Header) -> None:
    """Raise unless every value of a header is of its form and within its bound."""
    if header.batch.version != _UUID_VERSION:
        raise BatchError("batch.malformed", "the id is no UUID of version 7")
    _label(header.source, "source")
    if header.profile != "":
        _label(header.profile, "profile")
    for name, low, high in (
        ("sequence", 1, _MOST),
        ("count", 1, MAX_COUNT),
        ("size", 1, MAX_PLAIN),
        ("sealed", -_MOST, _MOST),
        ("first", -_MOST, _MOST),
        ("last", -_MOST, _MOST),
    ):
        _whole(getattr(header, name), name, low, high)
    if len(header.dropped) > MAX_DROPS:
        raise BatchError("batch.malformed", "too many reasons of drops")
    for reason, number in header.dropped.items():
        _label(reason, "reason of drops")
        _whole(number, "dropped", 0, _MOST)


def _label(value: object, name: str) -> None:
    if not isinstance(value, str) or not _LABEL.fullmatch(value):
        raise BatchError("batch.malformed", f"the {name} is no label")


def _whole(value: object, name: str, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BatchError("batch.malformed", f"{name} is no whole number")
    if not low <= value <= high:
        code = "batch.too_large" if name in {"count", "size"} and value > high else "batch.malformed"
        raise BatchError(code, f"{name} is out of bounds")
