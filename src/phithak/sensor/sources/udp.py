"""Syslog by datagrams (RFC 5426): each datagram one event; what the kernel dropped is counted too."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import selectors
import socket
from pathlib import Path

from phithak.sensor import moments
from phithak.sensor.settings import SourceSettings
from phithak.sensor.sources.base import RETRY_SECONDS, Sink

_BUFFER = 8 << 20
_FORCE = 33  # SO_RCVBUFFORCE, for those who may pass the system's limit
_AT_ONCE = 2_000
_LARGEST = 65_536


class Datagrams:
    """The datagrams of one source.

    Args:
        settings: where to listen and whom to hear.
        sink: takes the messages.
    """

    def __init__(self, settings: SourceSettings, sink: Sink) -> None:
        self.fault = ""
        self.port = 0
        self._settings = settings
        self._sink = sink
        self._socket: socket.socket | None = None
        self._lost = 0
        self._room = bytearray(_LARGEST)
        self._selector: selectors.BaseSelector | None = None
        self._next_try = 0.0

    def open(self, selector: selectors.BaseSelector) -> None:
        """Listen; what keeps it from that is told by ``fault``."""
        self._selector = selector
        self._next_try = moments.steady() + RETRY_SECONDS
        self.fault = ""
        try:
            address = ipaddress.ip_address(self._settings.host or "0.0.0.0")  # noqa: S104 - devices all over the site
            family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
            try:
                self._socket.setsockopt(socket.SOL_SOCKET, _FORCE, _BUFFER)
            except OSError:
                with contextlib.suppress(OSError):
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            self._socket.bind((str(address), self._settings.port))
            self._socket.setblocking(False)  # noqa: FBT003 - the name says it
            self.port = self._socket.getsockname()[1]
            self._lost = self._dropped_by_kernel()
        except (OSError, ValueError) as error:
            self.fault = f"{self._settings.place}: {error}"
            self.close()
            return
        selector.register(self._socket, selectors.EVENT_READ, self._receive)

    def _open_again(self) -> None:
        if self._selector is not None and moments.steady() >= self._next_try:
            self.open(self._selector)

    def _receive(self) -> None:
        if self._socket is None:
            return
        events: list[bytes] = []
        refused = 0
        room = memoryview(self._room)
        allowed = self._settings.allow
        try:
            for _ in range(_AT_ONCE):
                if allowed:
                    length, sender = self._socket.recvfrom_into(room)
                    if not any(ipaddress.ip_address(sender[0]) in one for one in allowed):
                        refused += 1
                        continue
                else:
                    length = self._socket.recv_into(room)
                events.append(bytes(room[:length]))
        except BlockingIOError:
            pass
        except OSError as error:
            self.fault = f"{self._settings.place}: {error}"
        self._sink.drop("not-allowed", refused)
        kept = [event for event in [one.rstrip(b"\n\x00") for one in events] if event]
        if not kept:
            return
        if self._sink.allow(len(kept)):
            self._sink.add(kept)
        else:
            self._sink.drop("flood", len(kept))

    def poll(self) -> bool:
        """Count what the kernel dropped; never more to read."""
        if self._socket is None:
            self._open_again()
            return False
        lost = self._dropped_by_kernel()
        if lost > self._lost:
            self._sink.drop("kernel", lost - self._lost)
        self._lost = max(lost, self._lost)
        return False

    def _dropped_by_kernel(self) -> int:
        """Return datagrams that found the buffer full since the socket was opened; 0 where the kernel does not say."""
        if self._socket is None:
            return 0
        wanted = str(os.fstat(self._socket.fileno()).st_ino)
        for table in ("/proc/net/udp", "/proc/net/udp6"):
            with contextlib.suppress(OSError):
                for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                    fields = line.split()
                    if len(fields) > 12 and fields[9] == wanted:  # noqa: PLR2004 - columns inode and drops
                        return int(fields[12])
        return 0

    def skip(self) -> None:
        """Nothing of the past waits here: what came was let go as it came."""

    def rewind(self) -> None:
        """Datagrams cannot be read again."""

    def close(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            if self._selector is not None:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
