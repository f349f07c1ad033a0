"""Syslog over TCP and TLS, and RELP: connections that others open to us."""

from __future__ import annotations

import contextlib
import ipaddress
import selectors
import socket
import ssl

from phithak.sensor import moments
from phithak.sensor.settings import SourceSettings
from phithak.sensor.sources.base import RETRY_SECONDS, Sink
from phithak.sensor.sources.framing import Frames
from phithak.sensor.sources.relp import Relp, answer

_CHUNK = 256 << 10
_MOST_CONNECTIONS = 256
_HANDSHAKE_SECONDS = 15.0
_MOST_UNSENT = 1 << 20


class _Connection:
    """One connection: its socket, what cuts its bytes, what is still to be answered."""

    def __init__(self, handle: socket.socket, settings: SourceSettings) -> None:
        self.handle = handle
        self.frames = None if settings.kind == "relp" else Frames(settings.longest)
        self.relp = Relp(settings.longest) if settings.kind == "relp" else None
        self.shaken = not isinstance(handle, ssl.SSLSocket)
        self.since = moments.steady()
        self.unsent = b""


class Streams:
    """The connections of one source.

    Args:
        settings: where to listen, whom to hear, and the certificate of TLS.
        sink: takes the messages.
    """

    def __init__(self, settings: SourceSettings, sink: Sink) -> None:
        self.fault = ""
        self.port = 0
        self._settings = settings
        self._sink = sink
        self._listener: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._context: ssl.SSLContext | None = None
        self._next_try = 0.0
        self._connections: set[_Connection] = set()

    def open(self, selector: selectors.BaseSelector) -> None:
        """Listen; what keeps it from that is told by ``fault``."""
        self._selector = selector
        self._next_try = moments.steady() + RETRY_SECONDS
        self.fault = ""
        try:
            if self._settings.kind == "syslog-tls":
                self._context = _server_context(self._settings)
            address = ipaddress.ip_address(self._settings.host or "0.0.0.0")  # noqa: S104 - devices all over the site
            family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
            self._listener = socket.create_server(
                (str(address), self._settings.port), family=family, backlog=128
            )
            self._listener.setblocking(False)  # noqa: FBT003 - the name says it
            self.port = self._listener.getsockname()[1]
        except (OSError, ValueError) as error:
            self.fault = f"{self._settings.place}: {error}"
            self.close()
            return
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def poll(self) -> bool:
        """Let connections go that never finished their greeting."""
        if self._listener is None and self._selector is not None and moments.steady() >= self._next_try:
            self.open(self._selector)
        late = moments.steady() - _HANDSHAKE_SECONDS
        for connection in [one for one in self._connections if not one.shaken and one.since < late]:
            self._end(connection)
        return False

    def skip(self) -> None:
        """Nothing of the past waits here: what came was let go as it came."""

    def rewind(self) -> None:
        """What came over the network cannot be read again."""

    def close(self) -> None:
        """Stop listening and close all connections."""
        for connection in list(self._connections):
            self._end(connection)
        if self._listener is not None:
            if self._selector is not None:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def _accept(self) -> None:
        if self._listener is None or self._selector is None:
            return
        for _ in range(_MOST_CONNECTIONS):
            try:
                handle, address = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                self.fault = f"{self._settings.place}: {error}"
                return
            allowed = self._settings.allow
            welcome = not allowed or any(ipaddress.ip_address(address[0]) in one for one in allowed)
            if not welcome or len(self._connections) >= _MOST_CONNECTIONS:
                self.fault = "" if not welcome else f"over {_MOST_CONNECTIONS} connections"
                handle.close()
                continue
            handle.setblocking(False)  # noqa: FBT003 - the name says it
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if self._context is not None:
                handle = self._context.wrap_socket(handle, server_side=True, do_handshake_on_connect=False)
            connection = _Connection(handle, self._settings)
            self._connections.add(connection)
            self._selector.register(handle, selectors.EVENT_READ, lambda one=connection: self._ready(one))

    def _ready(self, connection: _Connection) -> None:
        try:
            if not connection.shaken:
                connection.handle.do_handshake()  # type: ignore[attr-defined] # only TLS connections begin unshaken
                connection.shaken = True
            if connection.unsent:
                self._answer(connection, b"")
            data = connection.handle.recv(_CHUNK)
            while data and isinstance(connection.handle, ssl.SSLSocket) and connection.handle.pending():
                data += connection.handle.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            self._end(connection)
            return
        try:
            if not data:
                self._end(connection)
            elif connection.frames is not None:
                self._hand_over(connection.frames.feed(data))
            elif connection.relp is not None:
                self._acknowledge(connection, connection.relp, data)
        except ValueError as error:
            self.fault = f"{self._settings.place}: {error}"
            self._sink.drop("malformed", 1)
            self._end(connection)
        except OSError:
            # not kept, so not acknowledged: the other side keeps the messages and comes again
            self._end(connection)

    def _hand_over(self, events: list[bytes]) -> None:
        kept = [event for event in events if event and event != b"\r"]
        if not kept:
            return
        if self._sink.allow(len(kept)):
            self._sink.add(kept)
        else:
            self._sink.drop("flood", len(kept))

    def _acknowledge(self, connection: _Connection, relp: Relp, data: bytes) -> None:
        messages, answers = relp.feed(data)
        kept = [message for _, message in messages if message]
        if kept:
            self._sink.add([message.rstrip(b"\n") for message in kept], sync=True)
        answers += b"".join([answer(number) for number, _ in messages])
        self._answer(connection, answers)
        if relp.ended:
            self._end(connection)

    def _answer(self, connection: _Connection, more: bytes) -> None:
        connection.unsent += more
        with contextlib.suppress(BlockingIOError, ssl.SSLWantWriteError):
            sent = connection.handle.send(connection.unsent)
            connection.unsent = connection.unsent[sent:]
        if len(connection.unsent) > _MOST_UNSENT:
            self._end(connection)
        elif self._selector is not None and connection in self._connections:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.unsent else 0)
            key = self._selector.get_key(connection.handle)
            if key.events != events:
                self._selector.modify(connection.handle, events, key.data)

    def _end(self, connection: _Connection) -> None:
        if connection not in self._connections:
            return
        self._connections.discard(connection)
        if self._selector is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(connection.handle)
        with contextlib.suppress(OSError):
            connection.handle.close()
        if connection.frames is not None:
            self._hand_over(connection.frames.finish())


def _server_context(settings: SourceSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.certificate, settings.key)
    if settings.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(settings.client_ca)
    return context
