"""The order of names: that of the Thai dictionary, the same on both databases."""

from __future__ import annotations

from phithak.engines.thai import collation_key

MOST_BYTES = 400


def name_key(name: str) -> bytes:
    """Return what a name is sorted by; bytes, because databases compare text by rules of their own."""
    return collation_key(name).encode()[:MOST_BYTES]
