"""How the body of a batch is packed: plain, gzip or zstd, and unpacked without trusting its size.

The standard library has no zstd: who wants it hands in a function (the centre does, the sensor packs with gzip).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Literal

from phithak.base.batch.errors import BatchError

Codec = Literal["plain", "gzip", "zstd"]
CODECS: tuple[Codec, ...] = ("plain", "gzip", "zstd")
Expand = Callable[[bytes, int], bytes]
"""Unpacks; gives at most as many bytes as its second argument says, plus one if there are more.

Raises:
    BatchError: ``batch.malformed``, the bytes are not of this form.
"""

_GZIP_WBITS = 31
_MOST_MEMBERS = 1024


def codec_named(name: str) -> Codec:
    """Return a codec by its name in a header.

    Raises:
        BatchError: ``batch.codec``, no such codec.
    """
    if name not in CODECS:
        raise BatchError("batch.codec", f"unknown codec {name[:20]!r}")
    return name


def compress_gzip(plain: bytes, level: int = 6) -> bytes:
    """Return ``plain`` as one gzip member; the same bytes give the same result, no time is written."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP_WBITS)
    return packer.compress(plain) + packer.flush()


def expand_gzip(packed: bytes, most: int) -> bytes:
    """Unpack gzip of one or more members; see :data:`Expand`."""
    found = bytearray()
    rest = packed
    for _ in range(_MOST_MEMBERS):
        opener = zlib.decompressobj(_GZIP_WBITS)
        try:
            found += opener.decompress(rest, most + 1 - len(found))
        except zlib.error as error:
            raise BatchError("batch.malformed", "not gzip") from error
        if len(found) > most:
            return bytes(found)
        if not opener.eof:
            raise BatchError("batch.malformed", "gzip breaks off")
        rest = opener.unused_data
        if not rest:
            return bytes(found)
    raise BatchError("batch.malformed", "gzip of too many members")


def expand(codec: Codec, packed: bytes, most: int, zstd: Expand | None = None) -> bytes:
    """Unpack a body that should hold at most ``most`` bytes.

    Args:
        codec: how it is packed.
        packed: the body.
        most: bytes that are accepted.
        zstd: unpacks zstd, where it is known.

    Raises:
        BatchError: ``batch.codec`` zstd without a function for it; ``batch.malformed`` not of this form;
            ``batch.too_large`` more than ``most`` bytes.
    """
    if codec == "gzip":
        plain = expand_gzip(packed, most)
    elif codec == "zstd":
        if zstd is None:
            raise BatchError("batch.codec", "zstd is not known here")
        plain = zstd(packed, most)
    else:
        plain = packed
    if len(plain) > most:
        raise BatchError("batch.too_large", f"more than {most} bytes unpacked")
    return plain
