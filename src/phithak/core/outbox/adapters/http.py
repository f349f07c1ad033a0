"""HTTP to one configured provider: no redirects, no other host, no proxy, a limit on time and on size."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from phithak.core.outbox.adapters.base import TooLateError
from phithak.core.outbox.errors import AdapterSettingError
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.states import Mode

ANSWER_MOST = 64 * 1024
CONNECT_SECONDS = 5.0
_VISIBLE = range(0x21, 0x7F)


class NotSentError(Exception):
    """The request surely did not leave; ``code`` says at which step."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class UnclearError(Exception):
    """The request may have arrived; ``code`` says at which step it was lost."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered; ``body`` is its JSON object, or empty."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a provider listens: the only host that is ever called.

    Attributes:
        secure: TLS, certificates checked.
        target: path and query.
        token: bearer token, or "".
        mode: what the provider makes of our reference.
    """

    secure: bool
    host: str
    port: int
    target: str
    mode: Mode
    token: str = field(default="", repr=False)


def endpoint(setting: str, url: str, default: Mode = Mode.NONE) -> Endpoint:
    """Read ``http(s)://:TOKEN@host:port/path?query#mode``; nothing after ``#`` and before ``@`` travels as address.

    Args:
        setting: name of the setting, for the error.
        url: its value.
        default: the mode when the address names none.

    Raises:
        AdapterSettingError: another scheme, no host, an unknown mode, control characters, or ``http://`` to a
            host that is not this machine.
    """
    if any(ord(char) not in _VISIBLE for char in url):
        raise _setting(setting, "มีอักขระที่ใช้ในที่อยู่ไม่ได้", "it holds characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _setting(setting, "ไม่ใช่ที่อยู่เว็บ", "it is not an address") from error
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise _setting(setting, "ใช้ https://โฮสต์/…", "use https://host/…")
    secure = parts.scheme == "https"
    if not secure and not is_loopback(host):
        raise _setting(setting, "ใช้ https:// เมื่อออกนอกเครื่องนี้", "use https:// beyond this machine")
    try:
        mode = Mode(parts.fragment) if parts.fragment else default
    except ValueError as error:
        known = ", ".join(Mode)
        raise _setting(setting, f"หลัง # ใช้ {known}", f"after # comes one of {known}") from error
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(
        secure, host, port or (443 if secure else 80), target, mode, unquote(parts.password or "")
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def call(
    to: Endpoint,
    method: str,
    *,
    seconds: float,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    target: str = "",
    check: Callable[[], None] = lambda: None,
) -> Answer:
    """Send one request and return the answer, whatever its status; redirects are answers like any other.

    Args:
        to: where.
        method: ``GET`` or ``POST``.
        seconds: time that all of it may take.
        body: what is posted.
        headers: further headers.
        target: path and query when not those of the endpoint; the host never changes.
        check: called when connected, before the first byte of the request.

    Raises:
        NotSentError: no connection; the request did not leave.
        UnclearError: lost after it began to leave, or the answer is too large or too late.
        TooLateError: ``check`` said so.
    """
    until = time.monotonic() + seconds
    connection = _connection(to, min(CONNECT_SECONDS, seconds))
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        raise NotSentError("connect") from error
    # a provider that sends one byte a second passes every timeout of a socket, so the whole call has one too
    alarm = threading.Timer(max(until - time.monotonic(), 0.0), _cut, (connection.sock,))
    alarm.daemon = True
    alarm.start()
    try:
        if connection.sock is not None:
            connection.sock.settimeout(max(until - time.monotonic(), 0.001))
        reach(Point.CALL_CONNECTED)
        check()
        connection.request(method, target or to.target, body or None, _headers(to, headers))
        answer = connection.getresponse()
        content = answer.read(ANSWER_MOST + 1)
        if len(content) > ANSWER_MOST:
            raise UnclearError("answer.size")
        if answer.length:
            raise UnclearError("answer.cut")
        return Answer(answer.status, _object(content))
    except TooLateError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnclearError("answer.lost") from error
    finally:
        alarm.cancel()
        connection.close()


def _connection(to: Endpoint, seconds: float) -> http.client.HTTPConnection:
    if to.secure:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(to.host, to.port, timeout=seconds, context=context)
    return http.client.HTTPConnection(to.host, to.port, timeout=seconds)


def _cut(handle: socket.socket | None) -> None:
    if handle is not None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was quicker


def _headers(to: Endpoint, more: Mapping[str, str] | None) -> dict[str, str]:
    found = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Phithak"}
    if to.token:
        found["Authorization"] = f"Bearer {to.token}"
    return {**found, **(more or {})}


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _setting(setting: str, thai: str, english: str) -> AdapterSettingError:
    return AdapterSettingError(setting=setting, reason_th=thai, reason_en=english)
