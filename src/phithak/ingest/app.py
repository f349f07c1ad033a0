"""The RSGI application: finds the sender, reads the body within bounds, lets :mod:`intake` answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

from phithak.base.batch import BatchError, Refusal
from phithak.base.batch.heartbeat import MAX_HEARTBEAT
from phithak.eventstore.control import Known, Reader
from phithak.eventstore.disk import Disk
from phithak.eventstore.layout import Layout
from phithak.eventstore.store import RESERVE, Store
from phithak.ingest import elastic
from phithak.ingest.intake import Intake, Request
from phithak.ingest.prepare import MAX_REQUEST
from phithak.ingest.replies import RefusedError, Reply, refused

log = logging.getLogger(__name__)

BODY_SECONDS = 60.0
"""A body that takes longer is given up: a slow line must not hold a place for ever."""
BODIES_BYTES = 48 << 20
"""Bytes of bodies that are held at once; more are refused with 503 before they are read."""
DRAIN_BYTES, DRAIN_SECONDS = 64 << 20, 5.0
THREADS = 2
_SAY_AGAIN = 10.0


class Scope(Protocol):
    """What granian tells of a request."""

    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> Any:
        """The headers by small name."""


class Protocol_(Protocol):  # noqa: N801 - granian's word for the other end of a request
    """Granian's end of a request."""

    async def __call__(self) -> bytes:
        """Read the whole body."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Read the body in parts."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""


Handler = Callable[[Known, Request], Awaitable[Reply]]


class Application:
    """The application of one process.

    Args:
        layout: where the event store lies.
        reserve: free bytes below which nothing is taken.
        disk: the disk, another one in tests.
    """

    def __init__(self, layout: Layout, *, reserve: int = RESERVE, disk: Disk | None = None) -> None:
        self._layout = layout
        self._reserve = reserve
        self._disk = disk
        self._store: Store | None = None
        self._intake: Intake | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._held = 0
        self._said = float("-inf")

    def open(self) -> None:
        """Open the store; called once before the first request."""
        self._store = Store(self._layout, self._disk, reserve=self._reserve)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ingest")
        self._intake = Intake(self._store, Reader(self._layout), self._threads)

    def close(self) -> None:
        """Store what waits and close."""
        if self._threads is not None:
            self._threads.shutdown()
        if self._store is not None and not self._store.closed:
            self._store.close()

    def __rsgi_init__(self, loop: object) -> None:
        """Called by granian's worker before the first request."""
        self.open()

    def __rsgi_del__(self, loop: object) -> None:
        """Called by granian's worker at its end."""
        self.close()

    async def __rsgi__(self, scope: Scope, protocol: Protocol_) -> None:
        """Answer one request."""
        reply = await self.answer(scope, protocol)
        protocol.response_bytes(*reply)

    async def answer(self, scope: Scope, protocol: Protocol_) -> Reply:
        """Return the answer to a request; whatever happens, there is one."""
        path = scope.path
        for_elastic = path == "/es" or path.startswith("/es/")
        try:
            return await self._route(scope, protocol, path, for_elastic=for_elastic)
        except BatchError as error:
            log.info("refused: %s", error)
            refusal = Refusal.of(error.code)
        except RefusedError as error:
            refusal = error.refusal
        except TimeoutError:
            refusal = Refusal.of("store.busy", 5)
        except Exception as error:  # noqa: BLE001 - whatever it is: an answer, and the process lives on
            self._complain(path, error)
            refusal = Refusal.of("store.busy", 5)
        await _drain(scope, protocol)
        return elastic.refused(refusal) if for_elastic else refused(refusal)

    def _complain(self, path: str, error: Exception) -> None:
        """Log a fault with its trace, at most every ten seconds: a stranger must not fill the disk with them."""
        now = time.monotonic()
        if now - self._said >= _SAY_AGAIN:
            self._said = now
            log.error("a request for %.60s could not be answered", path, exc_info=error)

    async def _route(self, scope: Scope, protocol: Protocol_, path: str, *, for_elastic: bool) -> Reply:
        intake = self._intake
        if intake is None:
            raise RefusedError("store.busy", 5)
        if path == "/v1/health" and scope.method in {"GET", "HEAD"}:
            return intake.health()
        known = intake.known(_header(scope, "authorization"))
        if for_elastic:
            return await self._elastic(intake, known, scope, protocol, path[3:])
        handlers: dict[str, tuple[Handler, int]] = {
            "/v1/batch": (intake.batch, MAX_REQUEST),
            "/v1/logs": (intake.logs, MAX_REQUEST),
            "/v1/heartbeat": (intake.heartbeat, MAX_HEARTBEAT),
        }
        if path == "/v1/settings" and scope.method in {"GET", "HEAD"}:
            return intake.settings(known, _request(scope, b""))
        if path not in {*handlers, "/v1/settings"}:
            raise RefusedError("request.path")
        if scope.method != "POST" or path not in handlers:
            raise RefusedError("request.method")
        handler, most = handlers[path]
        return await self._with_body(scope, protocol, most, lambda request: handler(known, request))

    async def _elastic(
        self, intake: Intake, known: Known, scope: Scope, protocol: Protocol_, path: str
    ) -> Reply:
        words = [word for word in path.split("/") if word]
        if words and words[-1] == "_bulk" and len(words) <= 2:  # noqa: PLR2004 - with or without the index
            if scope.method not in {"POST", "PUT"}:
                raise RefusedError("request.method")
            index = words[0] if len(words) > 1 else ""
            return await self._with_body(
                scope, protocol, MAX_REQUEST, lambda request: intake.bulk(known, request, index)
            )
        reply = elastic.probe(scope.method, path)
        if reply is None:
            raise RefusedError("request.path")
        return reply

    async def _with_body(
        self, scope: Scope, protocol: Protocol_, most: int, handler: Callable[[Request], Awaitable[Reply]]
    ) -> Reply:
        """Read a body of at most ``most`` bytes and handle it, counting what is held meanwhile."""
        told = _header(scope, "content-length")
        length = int(told) if told.isascii() and told.isdigit() and len(told) < 12 else None  # noqa: PLR2004 - 100 GB
        if told and length is None:
            raise BatchError("batch.malformed", "a content length that is none")
        if length is not None and length > most:
            raise BatchError("batch.too_large", "content length")
        counted = most if length is None else length
        if self._held + counted > BODIES_BYTES:
            raise RefusedError("store.busy", 1)
        self._held += counted
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await protocol() if length is not None else await _parts(protocol, most)
            if length is not None and len(body) != length:
                raise BatchError("batch.malformed", "the body breaks off")
            return await handler(_request(scope, body))
        finally:
            self._held -= counted


async def _parts(protocol: Protocol_, most: int) -> bytes:
    """Read a body of unknown length."""
    found = bytearray()
    async for part in protocol:
        found += part
        if len(found) > most:
            raise BatchError("batch.too_large", "chunked body")
    return bytes(found)


async def _drain(scope: Scope, protocol: Protocol_) -> None:
    """Read what is left of a body and forget it, within bounds: else the sender meets a cut line, not the answer."""
    if scope.method not in {"POST", "PUT"}:
        return
    left = DRAIN_BYTES
    with suppress(Exception):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for part in protocol:
                left -= len(part)
                if left < 0:
                    return


def _header(scope: Scope, name: str) -> str:
    value = scope.headers.get(name)
    return value if isinstance(value, str) else ""


def _request(scope: Scope, body: bytes) -> Request:
    return Request(scope.method, scope.path, scope.query_string, lambda name: _header(scope, name), body)
