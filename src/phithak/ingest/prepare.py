"""From the bytes of a request to a batch that may be stored: unpacked, cleaned, sealed. Runs in threads; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

import msgspec

from phithak.base import batch
from phithak.base.batch import BatchError, Header
from phithak.base.batch.frame import written
from phithak.base.profile import Cleaner
from phithak.eventstore.zstd import compress_zstd, expand_zstd

MAX_REQUEST = batch.MAX_BODY + (32 << 10)
FOLD_SECONDS = 3600
"""A request without an id of its own that comes again within one to two of these is folded by its content."""
_VERSION_7 = 7 << 76
_VARIANT = 2 << 62
_VERSION_MASK = (0xF << 76) | (3 << 62)


@dataclass(frozen=True)
class Prepared:
    """A batch that may be stored.

    Attributes:
        header, frame, size, taken: as in :class:`phithak.eventstore.store.Pending`.
        digest: of what came, before the privacy profile.
        also: a second id that it may be known under.
        numbered: the sender numbers its batches itself.
    """

    header: Header
    frame: bytes
    size: int
    taken: Mapping[str, int]
    digest: bytes
    also: UUID | None = None
    numbered: bool = True


def sealed_batch(parsed: batch.Batch, frame: bytes, cleaner: Cleaner) -> Prepared:
    """Check a sealed batch and apply the profile; the frame stays as it came when nothing was taken out.

    Raises:
        BatchError: what it holds is not what its header says.
    """
    header = parsed.header
    plain = parsed.plain(expand_zstd)
    if header.framing == "lines" and (plain.count(b"\n") != header.count or plain[-1:] != b"\n"):
        raise BatchError("batch.malformed", "the lines are not as many as told")
    cleaned, taken = cleaner.clean_body(plain, header.framing, header.count)
    if cleaned is plain:
        return Prepared(header, frame, len(plain), taken, parsed.digest)
    fresh = replace(header, size=len(cleaned), codec="zstd", profile=cleaner.profile.name)
    return Prepared(header, written(fresh, compress_zstd(cleaned)), len(cleaned), taken, parsed.digest)


def expand_content(encoding: str, body: bytes) -> bytes:
    """Undo ``Content-Encoding``, within the bound of a batch.

    Raises:
        BatchError: ``batch.codec`` unknown; ``batch.malformed``; ``batch.too_large``.
    """
    names = [
        name
        for name in (part.strip().lower() for part in encoding.split(","))
        if name not in {"", "identity"}
    ]
    if not names:
        return batch.expand("plain", body, batch.MAX_PLAIN)
    if len(names) > 1:
        raise BatchError("batch.codec", "more than one content encoding")
    if names[0] in {"gzip", "x-gzip"}:
        return batch.expand("gzip", body, batch.MAX_PLAIN)
    if names[0] == "zstd":
        return batch.expand("zstd", body, batch.MAX_PLAIN, expand_zstd)
    raise BatchError("batch.codec", "unknown content encoding")


def events_of(body: bytes, content_type: str) -> list[bytes]:
    """Return the raw events of a body of ``/v1/logs``: the elements of a JSON array, else the lines that hold anything.

    Raises:
        BatchError: ``batch.malformed``, no event, or an array that is none.
    """
    if "json" in content_type and body.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] == b"[":
        try:
            events = [
                bytes(item)
                for item in msgspec.json.decode(body.lstrip(b"\xef\xbb\xbf"), type=list[msgspec.Raw])
            ]
        except (msgspec.DecodeError, RecursionError) as error:
            raise BatchError("batch.malformed", "the JSON array cannot be read") from error
    else:
        events = [line for line in body.split(b"\n") if line.strip()]
    if not events:
        raise BatchError("batch.malformed", "no event")
    return events


def raw_batch(
    events: Sequence[bytes], cleaner: Cleaner, *, label: str, received: int, content: bytes, key: str = ""
) -> Prepared:
    """Clean events that came without a batch and seal them here.

    Args:
        events: raw.
        cleaner: privacy profile of the source.
        label: of the source.
        received: our clock, µs.
        content: the request's body; the id is made of it, so that a request that is sent again is folded.
        key: an id that the sender gave the request; then the id is made of that alone.

    Raises:
        BatchError: ``batch.too_large``.
    """
    if len(events) > batch.MAX_COUNT:
        raise BatchError("batch.too_large", "too many events")
    cleaned, taken = cleaner.counted(events)
    digest = blake2b(content, digest_size=16, person=b"content").digest()
    also = None
    if key:
        identity = made_id(b"key", label.encode(), key.encode())
    else:
        hour = received // (FOLD_SECONDS * 1_000_000)
        identity, also = (made_id(b"body", label.encode(), digest, b"%d" % one) for one in (hour, hour - 1))
    frame = batch.seal(
        cleaned,
        source=label,
        sequence=1,
        sealed=received,
        first=received,
        last=received,
        codec="zstd",
        compress=compress_zstd,
        profile=cleaner.profile.name,
        batch=identity,
    )
    header = batch.parse(frame).header
    return Prepared(header, frame, header.size, taken, digest, also, numbered=False)


def made_id(*parts: bytes) -> UUID:
    """Return an id in the form of UUIDv7 that the same parts always give."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(4, "little") + part)
    value = int.from_bytes(digest.digest(), "big") & ~_VERSION_MASK
    return UUID(int=value | _VERSION_7 | _VARIANT)
