"""The bus on NATS JetStream: a copy of what lies in the segments, for consumers on other machines.

The offset of a batch here is its number in the stream. The stream is never the only copy and its acknowledgement means
nothing: a sender is answered when ingest's own segment is synced, and :class:`Relay` copies from there. The relay finds
where it was in the stream itself, and each copy says which one it has to follow, so that two relays, or one that was
killed, double nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nats.js import api
from nats.js.errors import BadRequestError, NotFoundError

from phithak.base.batch import MAX_BODY
from phithak.eventstore import segments
from phithak.eventstore.bus import START, EmbeddedBus, Offset, Stored, check_consumer
from phithak.eventstore.errors import StoreBusyError
from phithak.eventstore.grown.wire import Wire

NAME = "PHITHAK_EVENTS"
MARKS = "_MARKS"
ORIGIN = "Phithak-Offset"
_WRONG_LAST = 10071
_SAFE_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,40}")
LARGEST = MAX_BODY + (64 << 10)
"""Bytes of the largest record; the server's ``max_payload`` has to allow them."""


class NatsBus:
    """The bus of :class:`phithak.eventstore.bus.Bus` over one stream.

    Args:
        url: of the server.
        name: of the stream; it is made when it is not there.
        most: bytes after which the stream takes no more; -1 for the server's own limit.

    Raises:
        StoreBusyError: no server answers.
        ValueError: the name is no name of a stream, or the server takes only smaller messages than a batch can be.
    """

    def __init__(self, url: str, *, name: str = NAME, most: int = -1) -> None:
        if not _SAFE_NAME.fullmatch(name):
            raise ValueError("a stream's name is capitals, digits and _")
        self._name = name
        self._subject = f"{name.lower()}.batches"
        self._wire = Wire(url)
        if self._wire.most < LARGEST:
            self._wire.close()
            raise ValueError(f"set max_payload of the NATS server to {LARGEST} bytes or more")
        try:
            self._make(name, self._subject, max_bytes=most, max_msgs_per_subject=-1)
            self._make(name + MARKS, f"{name.lower()}.marks.*", max_bytes=-1, max_msgs_per_subject=1)
        except BaseException:
            self._wire.close()
            raise

    def _make(self, name: str, subject: str, *, max_bytes: int, max_msgs_per_subject: int) -> None:
        config = api.StreamConfig(
            name=name, subjects=[subject], max_bytes=max_bytes, max_msgs_per_subject=max_msgs_per_subject,
            storage=api.StorageType.FILE, retention=api.RetentionPolicy.LIMITS,
            # a full stream refuses; it never drops what a consumer has not read
            discard=api.DiscardPolicy.NEW if max_msgs_per_subject < 0 else api.DiscardPolicy.OLD,
        )  # fmt: skip
        try:
            self._wire.ask(self._wire.stream.stream_info(name))
        except NotFoundError:
            self._wire.ask(self._wire.stream.add_stream(config))

    def pull(self, consumer: str, after: Offset, n: int) -> list[Stored]:
        """Return up to ``n`` batches behind ``after``.

        Raises:
            ValueError: the consumer's name is no label.
            DamagedError: a record does not fit its checksum.
            StoreBusyError: the server does not answer.
        """
        check_consumer(consumer)
        found: list[Stored] = []
        while len(found) < n:
            message = self._message(found[-1].offset + 1 if found else after + 1)
            if message is None:
                break
            found.append(self._read(message))
        return found

    def _message(self, number: int) -> api.RawStreamMsg | None:
        """Return the first message from a number on, or None."""
        try:
            return self._wire.ask(
                self._wire.stream.get_msg(self._name, seq=number, subject=self._subject, next=True)
            )
        except NotFoundError:
            return None

    def _read(self, message: api.RawStreamMsg) -> Stored:
        envelope, parsed = segments.parse(message.data or b"", Path(f"nats:{self._name}"), message.seq or 0)
        return Stored(Offset(message.seq or 0), envelope, parsed)

    def release(self, consumer: str, through: Offset) -> None:
        """Say that ``consumer`` needs nothing up to ``through`` any more; never goes back."""
        check_consumer(consumer)
        if through > self.released(consumer):
            subject = f"{self._name.lower()}.marks.{consumer}"
            self._wire.ask(self._wire.stream.publish(subject, b"%d" % through, stream=self._name + MARKS))

    def released(self, consumer: str) -> Offset:
        """Return what a consumer has released, 0 for nothing."""
        try:
            found = self._wire.ask(
                self._wire.stream.get_last_msg(self._name + MARKS, f"{self._name.lower()}.marks.{consumer}")
            )
        except NotFoundError:
            return START
        return Offset(int(found.data or b"0"))

    def low_water(self, consumers: Iterable[str]) -> Offset:
        """Return up to where all of ``consumers`` have released; one that never did holds everything."""
        return Offset(min((self.released(consumer) for consumer in consumers), default=START))

    def last(self) -> Offset:
        """Return the offset of the newest batch."""
        return Offset(self._wire.ask(self._wire.stream.stream_info(self._name)).state.last_seq)

    def trim(self, consumers: Iterable[str]) -> Offset:
        """Let go what all of ``consumers`` have released, but never the newest; return up to where that is.

        The newest tells the relay where it was.
        """
        through = Offset(min(self.low_water(consumers), self.last() - 1))
        if through > 0:
            self._wire.ask(self._wire.stream.purge_stream(self._name, seq=through + 1))
        return through

    def copied(self) -> tuple[Offset, Offset]:
        """Return the newest batch's offset here, and its offset in the segments that it was copied from."""
        last = self.last()
        if not last:
            return START, START
        message = self._message(last)
        if message is None:
            # somebody has emptied the stream by hand: where it was is not known any more
            raise StoreBusyError
        return last, Offset(int((message.headers or {})[ORIGIN]))

    def publish(self, record: bytes, origin: Offset, *, behind: Offset) -> Offset | None:
        """Append a copy of a record behind the batch at ``behind``; None when another was appended there meanwhile.

        Args:
            record: as it lies in a segment.
            origin: its offset there.
            behind: the newest batch here.

        Raises:
            StoreFullError: the stream takes no more.
            StoreBusyError: the server does not answer; whether it is there, :meth:`copied` tells.
        """
        headers = {ORIGIN: str(origin), "Nats-Expected-Last-Sequence": str(behind)}
        try:
            told = self._wire.ask(
                self._wire.stream.publish(self._subject, record, stream=self._name, headers=headers)
            )
        except BadRequestError as error:
            if error.err_code == _WRONG_LAST:
                return None
            raise
        return Offset(told.seq)

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()


class Relay:
    """Copies batches from ingest's segments to the stream, in order, each once.

    Args:
        source: the segments.
        target: the stream.
    """

    NAME = "relay"

    def __init__(self, source: EmbeddedBus, target: NatsBus) -> None:
        self._source = source
        self._target = target

    def run(self, n: int = 100) -> int:
        """Copy up to ``n`` batches; return how many.

        Raises:
            StoreFullError: the stream is full; what was not copied lies in the segments, which are kept for it.
            StoreBusyError: the server does not answer.
        """
        here, origin = self._target.copied()
        done = 0
        for offset, record in self._source.records(origin, n):
            place = self._target.publish(record, offset, behind=here)
            if place is None:
                break
            here, origin, done = place, offset, done + 1
        self._source.release(self.NAME, origin)
        return done
