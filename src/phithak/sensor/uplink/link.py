"""HTTPS to the centre with its own certificate authority; no proxy is guessed, no redirect is followed."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from phithak.sensor.errors import SensorError

_TIMEOUT = 60.0
_MOST_ANSWER = 1 << 20


@dataclass(frozen=True)
class Answer:
    """What came back: status, body, and the headers that matter here."""

    status: int
    body: bytes
    retry_after: str = ""
    tag: str = ""


class UnreachableError(Exception):
    """The centre cannot be reached; ``why`` in one line, ``clock`` when the certificate is not valid by our clock."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Link:
    """One connection to the centre that is kept open between requests.

    Args:
        address: ``https://name:port``.
        authority: file of the centre's certificate authority; None only to fetch it.
        token: what the centre knows this sensor by.
        timeout: seconds.
    """

    def __init__(
        self, address: str, authority: Path | None, token: str = "", timeout: float = _TIMEOUT
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname:
            raise SensorError(
                "sensor.address", "ที่อยู่ของศูนย์ต้องขึ้นต้นด้วย https://", "The centre's address begins with https://"
            )
        self._host, self._port = parts.hostname, parts.port or 443
        self._token = token
        self._timeout = timeout
        self._authority = authority
        self._stamp = -1
        self._context: ssl.SSLContext | None = None
        self._connection: http.client.HTTPSConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, content_type: str = "", tag: str = ""
    ) -> Answer:
        """Send one request and return the answer.

        Raises:
            UnreachableError: no answer came; whether the centre took the request is not known.
        """
        headers = {"Connection": "keep-alive", "User-Agent": "phithak-sensor"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if content_type:
            headers["Content-Type"] = content_type
        if tag:
            headers["If-None-Match"] = tag
        fresh = self._connection is None
        try:
            return self._once(method, path, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            if fresh or not isinstance(error, (ConnectionError, http.client.HTTPException)):
                raise UnreachableError(_reason(error)) from error
        # a connection that was kept may have been closed by the other side in the meantime; what we send may come twice
        try:
            return self._once(method, path, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise UnreachableError(_reason(error)) from error

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._trust()
            )
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        content = response.read(_MOST_ANSWER)
        if response.will_close or not response.isclosed():
            self.close()
        return Answer(
            response.status,
            content,
            response.headers.get("Retry-After", ""),
            response.headers.get("ETag", ""),
        )

    def _trust(self) -> ssl.SSLContext:
        """Return the context, made anew when the file of the authority was changed."""
        if self._authority is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        stamp = self._authority.stat().st_mtime_ns
        if self._context is None or stamp != self._stamp:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._context.minimum_version = ssl.TLSVersion.TLSv1_2
            self._context.load_verify_locations(str(self._authority))
            self._stamp = stamp
        return self._context

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    return f"{type(error).__name__}: {error}"[:200]
