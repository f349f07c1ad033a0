"""zstd for bodies of batches, with the size bounded before anything is allocated."""

from __future__ import annotations

import logging
import threading

import zstandard

from phithak.base.batch import BatchError

log = logging.getLogger(__name__)

_MOST_WINDOW = 8 << 20
_local = threading.local()


def expand_zstd(packed: bytes, most: int) -> bytes:
    """Unpack zstd of one or more frames; gives at most ``most`` bytes and one more if there are more.

    Raises:
        BatchError: ``batch.malformed``, the bytes are no whole zstd or ask for a window over 8 MiB;
            ``batch.too_large``, they say at their start that they hold more.
    """
    opener = getattr(_local, "opener", None)
    if opener is None:
        opener = _local.opener = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW)
    try:
        told = zstandard.frame_content_size(packed)
    except zstandard.ZstdError as error:
        raise BatchError("batch.malformed", "not zstd") from error
    if told > most:
        raise BatchError("batch.too_large", f"more than {most} bytes unpacked")
    if told > 0:
        try:
            # the usual case: one frame that tells its size, which zstd itself checks
            return bytes(opener.decompress(packed, allow_extra_data=False))
        except zstandard.ZstdError:
            log.debug("not one whole frame of zstd; reading it as a stream")
    return _streamed(opener, packed, most)


def _streamed(opener: zstandard.ZstdDecompressor, packed: bytes, most: int) -> bytes:
    found = bytearray()
    try:
        with opener.stream_reader(packed, read_across_frames=True) as reader:
            while len(found) <= most:
                part = reader.read(min(1 << 20, most + 1 - len(found)))
                if not part:
                    break
                found += part
    except (zstandard.ZstdError, MemoryError) as error:
        raise BatchError("batch.malformed", "not zstd") from error
    if len(found) <= most and not _whole(packed):
        raise BatchError("batch.malformed", "zstd breaks off")
    return bytes(found)


def _whole(packed: bytes) -> bool:
    """Whether the last frame comes to its end."""
    rest = packed
    while rest:
        opener = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW).decompressobj()
        try:
            opener.decompress(rest)
        except zstandard.ZstdError:
            return False
        if not opener.eof:
            return False
        rest = opener.unused_data
    return bool(packed)


def compress_zstd(plain: bytes) -> bytes:
    """Pack at level 3."""
    packer = getattr(_local, "packer", None)
    if packer is None:
        packer = _local.packer = zstandard.ZstdCompressor(level=3)
    packed: bytes = packer.compress(plain)
    return packed
