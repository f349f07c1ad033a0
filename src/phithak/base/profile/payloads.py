"""Fields of JSON events that hold what people sent or read: their values are taken out, their names stay."""

from __future__ import annotations

import re

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_SCALAR = re.compile(rb"[^,}\]\s]*")


class Payloads:
    """Takes the values of some fields out, at any depth, and leaves every other byte as it was."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._hints = tuple(b'"%b"' % name.encode() for name in names)
        words = b"|".join(re.escape(name.encode()) for name in sorted(names, key=len, reverse=True))
        self._field = re.compile(rb'"(?:' + words + rb')"\s*:\s*') if names else None

    def inside(self, block: bytes) -> bool:
        """Tell quickly whether one of the fields may be in ``block``; false is certain."""
        return any(hint in block for hint in self._hints)

    def strip(self, event: bytes) -> bytes:
        """Return the event with ``""`` for the value of each field; a value that breaks off goes to the end."""
        if self._field is None:
            return event
        parts: list[bytes] = []
        place = 0
        while True:
            found = self._field.search(event, place)
            if not found:
                return b"".join([*parts, event[place:]])
            parts += [event[place : found.end()], b'""']
            place = _end_of_value(event, found.end())


def _end_of_value(event: bytes, begin: int) -> int:
    first = event[begin : begin + 1]
    if first == b'"':
        found = _STRING.match(event, begin)
        return found.end() if found else len(event)
    if first and first in b"{[":
        depth = 0
        for part in _STRUCTURE.finditer(event, begin):
            depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(part[0], 0)
            if not depth:
                return part.end()
        return len(event)
    found = _SCALAR.match(event, begin)
    return found.end() if found else len(event)
