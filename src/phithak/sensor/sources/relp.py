"""RELP, the reliable syslog of rsyslog: a message is acknowledged when it is on this machine's disk, not before."""

from __future__ import annotations

import re

_FRAME = re.compile(rb"([0-9]{1,9}) ([a-z]{1,32}) ([0-9]{1,9})(?=[ \n])")
_MAYBE = re.compile(rb"[0-9]{0,9}(?: [a-z]{0,32}(?: [0-9]{0,9})?)?\Z")
_OFFER = b"200 OK\nrelp_version=0\nrelp_software=phithak-sensor\ncommands=syslog"


class Relp:
    """The server's side of one RELP connection: cuts frames and makes answers.

    Args:
        longest: bytes of a message.

    Attributes:
        ended: the other side has closed the session.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""
        self.ended = False

    def feed(self, data: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Return messages as (number, message), and what is to be answered at once.

        Raises:
            ValueError: not RELP, or a message over the longest.
        """
        data = self._rest + data
        found: list[tuple[bytes, bytes]] = []
        answers: list[bytes] = []
        place = 0
        while place < len(data) and not self.ended:
            head = _FRAME.match(data, place)
            if not head:
                if _MAYBE.match(data, place):
                    break
                raise ValueError("not RELP")
            number, command, length = head[1], head[2], int(head[3])
            if length > self._longest:
                raise ValueError("a message over the longest")
            begin = head.end() + 1 if length else head.end()
            if begin + length + 1 > len(data):
                break
            content = data[begin : begin + length]
            if data[begin + length : begin + length + 1] != b"\n":
                raise ValueError("not RELP")
            place = begin + length + 1
            if command == b"syslog":
                found.append((number, content))
            elif command == b"open":
                answers.append(answer(number, _OFFER))
            elif command == b"close":
                answers += [answer(number, b""), answer(b"0", b"", b"serverclose")]
                self.ended = True
            else:
                answers.append(answer(number, b"500 command not known"))
        self._rest = data[place:]
        return found, b"".join(answers)


def answer(number: bytes, content: bytes = b"200 OK", command: bytes = b"rsp") -> bytes:
    """Return one frame of the server."""
    return b"%b %b %d%b%b\n" % (number, command, len(content), b" " if content else b"", content)
