"""Query strings of addresses: whatever follows the question mark is taken out, the path stays."""

from __future__ import annotations

import re

REMOVED = b"?<q>"
# after a sign that can end a path (never after one that a placeholder of a statement stands behind), up to what
# ends an address in logs, JSON and XML
_QUERY = re.compile(rb"\?(?<=[^\s\"'?=(,<>!*+|&;:\[{]\?)(?!<q>(?:[\s\"']|</|\Z))(?:[^\s\"'<]|<(?!/))+")


def remove(block: bytes) -> bytes:
    """Return ``block`` with the query string of each address replaced by ``?<q>``."""
    return _QUERY.sub(REMOVED, block) if b"?" in block else block
