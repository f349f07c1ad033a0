"""Syslog over a stream, cut into messages: octet counting and line ends (RFC 6587), told apart by themselves."""

from __future__ import annotations

import re

# a line may begin with a number too; a counted message begins with its priority
_COUNT = re.compile(rb"([1-9][0-9]{0,6}) (?=<)")
_MAYBE_COUNT = re.compile(rb"[1-9][0-9]{0,6} ?\Z")


class Frames:
    """Cuts one connection's bytes into messages, each kept bit for bit.

    Args:
        longest: bytes of a message; a longer line comes in pieces of this length, a longer count ends the stream.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole with ``data``.

        Raises:
            ValueError: a count over the longest message.
        """
        data = self._rest + data if self._rest else data
        if not data[:1].isdigit():
            return self._lines(data)
        found: list[bytes] = []
        place = 0
        while place < len(data):
            count = _COUNT.match(data, place)
            if not count:
                if _MAYBE_COUNT.match(data, place):
                    break
                self._rest = b""
                return found + self._lines(data[place:].lstrip(b"\n"))
            end = count.end() + int(count[1])
            if int(count[1]) > self._longest:
                raise ValueError("a message over the longest")
            if end > len(data):
                break
            found.append(data[count.end() : end].rstrip(b"\n"))
            place = end
            while data[place : place + 1] == b"\n":
                place += 1
        self._rest = data[place:]
        return found

    def _lines(self, data: bytes) -> list[bytes]:
        found = data.split(b"\n")
        self._rest = found.pop()
        while len(self._rest) > self._longest:
            found.append(self._rest[: self._longest])
            self._rest = self._rest[self._longest :]
        return found

    def finish(self) -> list[bytes]:
        """Return what is left at the end of the stream: a last line without its end."""
        rest, self._rest = self._rest, b""
        return [rest] if rest and not _COUNT.match(rest) else []
