"""How a checkpoint reaches a witness: one JSON POST. The caller may pass another transport."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 65_536


class TransportError(Exception):
    """The witness could not be reached, or its answer could not be read."""


@dataclass(frozen=True)
class Answer:
    """HTTP status and the JSON object of the body ({} if it was none)."""

    status: int
    body: Mapping[str, Any]


Transport = Callable[[str, Mapping[str, Any]], Answer]
"""``(url, body) -> Answer``; raises :class:`TransportError`."""


def post(url: str, body: Mapping[str, Any]) -> Answer:
    """POST JSON over HTTP(S); redirects are not followed and at most 64 KiB are read.

    Raises:
        TransportError: wrong address, no connection, no answer within 10 s, or no JSON.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TransportError(f"{url}: want http(s)://host/path")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _connect(parts.scheme, parts.hostname, parts.port)
        try:
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            connection.request("POST", target, json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            found = json.loads(answer.read(MAX_ANSWER_BYTES) or b"{}")
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TransportError(f"{url}: {error}") from error
    return Answer(answer.status, found if isinstance(found, dict) else {})


def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
