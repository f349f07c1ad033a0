"""The side index of a Parquet file: its different addresses, domains, hashes and users, so that a hunt skips files.

It is exact: a value that is not in it is not in the file. Values are in small letters, as hunts compare them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import zstandard

SideKind = Literal["ip", "domain", "hash", "user"]
SIDE_KINDS: tuple[SideKind, ...] = ("ip", "domain", "hash", "user")
SUFFIX = ".side"
_MOST = 1 << 30


def packed(values: Mapping[SideKind, Iterable[str]]) -> bytes:
    """Return the bytes of a side index: for each kind its sorted values as lines, kinds apart by an empty line."""
    parts = []
    for kind in SIDE_KINDS:
        lines = sorted({value.lower().replace("\n", " ") for value in values.get(kind, ()) if value.strip()})
        parts.append("".join(line + "\n" for line in lines))
    return zstandard.ZstdCompressor(level=6).compress("\n".join(parts).encode("utf-8", "surrogatepass"))


def read_side(path: Path) -> dict[SideKind, frozenset[bytes]]:
    """Read the side index beside a Parquet file.

    Raises:
        OSError: it is not there.
        zstandard.ZstdError: it is damaged.
    """
    plain = zstandard.ZstdDecompressor().decompress(
        path.with_name(path.name + SUFFIX).read_bytes(), max_output_size=_MOST
    )
    found: dict[SideKind, frozenset[bytes]] = {}
    rest = plain
    for number, kind in enumerate(SIDE_KINDS):
        if number + 1 < len(SIDE_KINDS):
            # a kind without values is an empty line of its own
            block, rest = (b"", rest[1:]) if rest[:1] == b"\n" else _cut(rest)
        else:
            block = rest
        found[kind] = frozenset(block.split(b"\n")) - {b""}
    return found


def _cut(rest: bytes) -> tuple[bytes, bytes]:
    block, _, after = rest.partition(b"\n\n")
    return block, after


def may_hold(path: Path, wanted: Mapping[SideKind, frozenset[bytes]]) -> bool:
    """Tell whether one of ``wanted`` is in a file; True also when its side index cannot be read."""
    try:
        held = read_side(path)
    except (OSError, zstandard.ZstdError):
        return True
    return any(not held[kind].isdisjoint(values) for kind, values in wanted.items())
