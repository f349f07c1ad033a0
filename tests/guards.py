"""What watches every test: no socket beyond this machine, no long hold of the write lock.

Both guards note what they saw, so that a test fails even where the code under test swallowed the error.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from phithak.core.db.budget import FAIL_SECONDS, Hold


class OutsideNetworkError(Exception):
    """A test reached for an address beyond this machine."""


class SocketGuard:
    """Refuses connections and name look-ups beyond loopback and unix sockets, at Python's audit events."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._hooked = False
        self._names = {"localhost", "localhost.localdomain", "ip6-localhost", "", socket.gethostname()}

    def start(self) -> None:
        """Begin to watch; audit hooks stay until the process ends."""
        if not self._hooked:
            self._hooked = True
            sys.addaudithook(self._audit)

    @contextmanager
    def expected(self) -> Iterator[list[str]]:
        """Let a test that provokes the guard see what it caught, without failing for it."""
        before, self.seen = self.seen, []
        try:
            yield self.seen
        finally:
            self.seen = before

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"socket.connect", "socket.sendto"}:
            handle, address = arguments
            if handle.family in {socket.AF_INET, socket.AF_INET6} and not self.is_here(address[0]):
                self._refuse(event, address)
        elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and not self.is_here(arguments[0]):
            self._refuse(event, arguments[0])

    def _refuse(self, event: str, address: object) -> None:
        self.seen.append(f"{event} {address!r}")
        raise OutsideNetworkError(f"{event} {address!r}: tests stay on this machine")

    def is_here(self, host: str | bytes | None) -> bool:
        """Tell whether ``host`` is loopback, a wildcard to bind to, or a name of this machine."""
        if host is None:
            return True
        name = host.decode() if isinstance(host, bytes) else host
        if name.lower() in self._names or name.lower().endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(name.split("%", maxsplit=1)[0].strip("[]"))
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified


class WriteWatch:
    """Collects holds of the write lock over the limit, by name."""

    def __init__(self) -> None:
        self.long: list[Hold] = []

    def __call__(self, hold: Hold) -> None:
        """Take one hold; registered in ``budget.watchers``. A crowded machine is not the code's fault."""
        if hold.own_seconds > FAIL_SECONDS:
            self.long.append(hold)

    @contextmanager
    def expected(self) -> Iterator[list[Hold]]:
        """Let a test that provokes a long hold see it, without failing for it."""
        before, self.long = self.long, []
        try:
            yield self.long
        finally:
            self.long = before


sockets = SocketGuard()
writes = WriteWatch()
