"""One connection to NATS for code that does not wait in an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import nats
from nats.js import JetStreamContext
from nats.js.errors import Error as StreamError

from phithak.eventstore.errors import StoreBusyError, StoreFullError

Result = TypeVar("Result")
SECONDS = 10.0
_STREAM_FULL = frozenset({10077, 10047})
"""Codes of JetStream: the stream's or the account's limit is reached."""


class Wire:
    """Runs the client's event loop in a thread of its own.

    Args:
        url: of the server, ``nats://…``; with ``tls://`` the server's certificate is checked.

    Raises:
        StoreBusyError: no server answers there.
    """

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()
        try:
            self._client = self._run(
                nats.connect(
                    url,
                    connect_timeout=SECONDS,
                    allow_reconnect=True,
                    max_reconnect_attempts=2,
                    error_cb=_quiet,
                )
            )
        except BaseException:
            self._end()
            raise
        self.stream: JetStreamContext = self._client.jetstream(timeout=SECONDS)

    @property
    def most(self) -> int:
        """Bytes of the largest message that the server takes."""
        return int(self._client.max_payload)

    def ask(self, question: Coroutine[Any, Any, Result]) -> Result:
        """Return what JetStream answers.

        Raises:
            StoreFullError: the stream takes no more; nothing was lost, the segments keep it.
            StoreBusyError: the server does not answer.
            nats.js.errors.Error: anything else that JetStream refuses.
        """
        return self._run(question)

    def _run(self, question: Coroutine[Any, Any, Result]) -> Result:
        try:
            return asyncio.run_coroutine_threadsafe(question, self._loop).result(2 * SECONDS)
        except StreamError as error:
            if getattr(error, "err_code", None) in _STREAM_FULL:
                raise StoreFullError from error
            raise
        except (OSError, TimeoutError, nats.errors.Error) as error:
            raise StoreBusyError from error

    def close(self) -> None:
        """Close the connection."""
        try:
            self._run(self._client.close())
        except StoreBusyError:
            return
        finally:
            self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _quiet(_error: Exception) -> None:
    """Faults of the line come out where the question was asked."""
