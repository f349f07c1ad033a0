"""What is done with a request once its body is there: known sender, source, quota, profile, store, answer."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qs

from phithak.base import batch, clock
from phithak.base.batch import Ack, Heartbeat, HeartbeatReply
from phithak.base.profile import PROFILES, Cleaner
from phithak.eventstore.control import Known, Reader, Source, token_digest
from phithak.eventstore.ledger import Beat
from phithak.eventstore.segments import Envelope
from phithak.eventstore.store import Pending, Store, Verdict
from phithak.ingest import elastic, prepare
from phithak.ingest.prepare import Prepared
from phithak.ingest.quota import Quotas
from phithak.ingest.replies import RefusedError, Reply, json_reply

Result = TypeVar("Result")
Word = TypeVar("Word")

DEFAULT_LABEL = "default"
_FULL_WAIT, _BUSY_WAIT = 30, 2
_LONGEST_TOKEN = 512
_REFUSED: dict[Verdict, tuple[str, int | None]] = {
    "conflict": ("batch.conflict", None),
    "full": ("store.full", _FULL_WAIT),
    "busy": ("store.busy", _BUSY_WAIT),
}


@dataclass(frozen=True)
class Request:
    """One request: the body as it came, headers by small name."""

    method: str
    path: str
    query: str
    header: Callable[[str], str]
    body: bytes


class Intake:
    """Answers requests; used by the one event loop of the process.

    Args:
        store: where batches go.
        control: who may send.
        threads: runs what takes processor time.
    """

    def __init__(self, store: Store, control: Reader, threads: Executor) -> None:
        self._store = store
        self._control = control
        self._threads = threads
        self._quotas = Quotas()
        self._beat_cleaner = Cleaner(PROFILES["application"])

    def known(self, authorization: str) -> Known:
        """Return the sender whose token this is.

        Raises:
            RefusedError: ``sender.unknown``; ``store.busy`` while the senders cannot be read.
        """
        snapshot = self._control.snapshot()
        if snapshot is None:
            raise RefusedError("store.busy", _BUSY_WAIT)
        known = snapshot.senders.get(token_digest(token_in(authorization)))
        if known is None:
            raise RefusedError("sender.unknown")
        return known

    async def batch(self, known: Known, request: Request) -> Reply:
        """Take one sealed batch."""
        parsed = batch.parse(request.body)
        header = parsed.header
        source, cleaner = _source(known, header.source)
        self._within_quota(known, header.count, header.size)
        prepared = await self._run(prepare.sealed_batch, parsed, request.body, cleaner)
        return await self._stored(known, source, prepared)

    async def logs(self, known: Known, request: Request) -> Reply:
        """Take lines or JSON."""
        source, cleaner = _source(known, _label(known, request.header("phithak-source"), request.query))
        received = _now()

        def work() -> Prepared:
            plain = prepare.expand_content(request.header("content-encoding"), request.body)
            events = prepare.events_of(plain, request.header("content-type"))
            key = request.header("idempotency-key")
            return prepare.raw_batch(
                events, cleaner, label=source.label, received=received, content=plain, key=key
            )

        prepared = await self._run(work)
        self._within_quota(known, prepared.header.count, prepared.size)
        return await self._stored(known, source, prepared)

    async def bulk(self, known: Known, request: Request, index: str) -> Reply:
        """Take documents as Elasticsearch's ``_bulk``."""
        wanted = request.header("phithak-source") or (index if index in known.sources else "")
        source, cleaner = _source(known, _label(known, wanted, request.query))
        received = _now()

        def work() -> tuple[elastic.Bulk, Prepared | None]:
            plain = prepare.expand_content(request.header("content-encoding"), request.body)
            bulk = elastic.read_bulk(plain)
            if not bulk.events:
                return bulk, None
            return bulk, prepare.raw_batch(
                bulk.events, cleaner, label=source.label, received=received, content=plain
            )

        bulk, prepared = await self._run(work)
        if prepared is not None:
            self._within_quota(known, prepared.header.count, prepared.size)
            await self._stored(known, source, prepared)
        return elastic.bulk_reply(bulk, index or source.label, brief="filter_path" in request.query)

    async def heartbeat(self, known: Known, request: Request) -> Reply:
        """Keep the last heartbeat of a sender; free text in it goes through a profile too."""
        beat = Heartbeat.from_json(request.body)
        received = _now()
        (told,) = self._beat_cleaner.clean([beat.to_json()])
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._store.beat(Beat(known.sender.id, known.tenant.id, received, told), _teller(done))
        if not await done:
            raise RefusedError("store.busy", _BUSY_WAIT)
        return json_reply(200, HeartbeatReply(received, known.sender.version).to_json())

    def settings(self, known: Known, request: Request) -> Reply:
        """Give a sender its settings; 304 when it has them."""
        tag = f'"{known.sender.version}"'
        if request.header("if-none-match") == tag:
            return Reply(304, [("etag", tag)], b"")
        return json_reply(200, known.sender.settings.encode(), ("etag", tag), ("cache-control", "no-store"))

    def health(self) -> Reply:
        """Tell whether batches would be taken; says nothing of whom."""
        well = self._control.snapshot() is not None and not self._store.closed
        return json_reply(200 if well else 503, b'{"ok":true}' if well else b'{"ok":false}')

    async def _run(self, work: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _within_quota(self, known: Known, events: int, size: int) -> None:
        wait = self._quotas.take(known.tenant, events, size, time.monotonic())
        if wait:
            raise RefusedError("tenant.quota", wait)

    async def _stored(self, known: Known, source: Source, prepared: Prepared) -> Reply:
        received = _now()
        done: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        envelope = Envelope(known.tenant.id, known.sender.id, source.id, source.kind, source.zone, received)
        self._store.submit(
            Pending(
                envelope,
                prepared.header,
                prepared.frame,
                prepared.digest,
                prepared.size,
                prepared.taken,
                _teller(done),
                prepared.numbered,
                prepared.also,
            )
        )
        verdict = await done
        header = prepared.header
        if verdict in _REFUSED:
            self._quotas.give_back(known.tenant, header.count, prepared.size)
            raise RefusedError(*_REFUSED[verdict])
        ack = Ack(str(header.batch), header.count, verdict == "repeat", received, known.sender.version)
        return json_reply(200, ack.to_json())


def token_in(authorization: str) -> str:
    """Return the token of an ``Authorization`` header: Bearer, the password of Basic, the key of ApiKey; or ""."""
    scheme, _, value = authorization.strip().partition(" ")
    value = value.strip()
    if len(value) > _LONGEST_TOKEN:
        return ""
    if scheme.lower() == "bearer":
        return value
    if scheme.lower() in {"basic", "apikey"}:
        try:
            plain = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return plain.partition(":")[2]
    return ""


def _now() -> int:
    return int(clock.now().timestamp() * 1_000_000)


def _label(known: Known, told: str, query: str) -> str:
    """Return which of a sender's sources is meant: the one told, its only one, or ``default``."""
    if not told and query:
        told = next(iter(parse_qs(query, max_num_fields=50).get("source", [])), "")
    if not told and len(known.sources) == 1:
        return next(iter(known.sources))
    return told or DEFAULT_LABEL


def _source(known: Known, label: str) -> tuple[Source, Cleaner]:
    """Return a source of the sender with its privacy profile.

    Raises:
        RefusedError: ``source.unknown``, ``source.off``, ``source.profile``.
    """
    source = known.sources.get(label)
    if source is None:
        raise RefusedError("source.unknown")
    if not source.active:
        raise RefusedError("source.off")
    cleaner = known.cleaners.get(label)
    if cleaner is None:
        raise RefusedError("source.profile")
    return source, cleaner


def _teller(done: asyncio.Future[Word]) -> Callable[[Word], None]:
    """Return a function that gives a result to the event loop from any thread."""
    loop = done.get_loop()

    def set_result(word: Word) -> None:
        # the client may be gone and the wait with it
        if not done.done():
            done.set_result(word)

    def tell(word: Word) -> None:
        loop.call_soon_threadsafe(set_result, word)

    return tell
