"""Makes batches for the store, and stores them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from phithak.base import batch, ids
from phithak.eventstore.segments import Envelope
from phithak.eventstore.store import Pending, Store, Verdict

TENANT, SENDER, SOURCE = (UUID(int=number << 64 | 7 << 76 | 2 << 62) for number in (1, 2, 3))
NOW = 1_795_300_000_000_000


def envelope(
    tenant: UUID = TENANT, sender: UUID = SENDER, source: UUID = SOURCE, kind: str = "json"
) -> Envelope:
    return Envelope(tenant, sender, source, kind, 420, NOW)


def frame(
    events: Iterable[bytes], *, identity: UUID | None = None, sequence: int = 1, **more: object
) -> bytes:
    return batch.seal(
        list(events), source="his", sequence=sequence, sealed=NOW, first=NOW, last=NOW, codec="plain", batch=identity,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


@dataclass
class Asked:
    """A batch and the answer that came."""

    pending: Pending
    came: threading.Event = field(default_factory=threading.Event)
    verdicts: list[Verdict] = field(default_factory=list)

    def verdict(self) -> Verdict:
        """Wait for the answer, which comes once."""
        assert self.came.wait(30), "no answer"
        assert len(self.verdicts) == 1
        return self.verdicts[0]


def asked(sealed: bytes, whose: Envelope | None = None, taken: dict[str, int] | None = None) -> Asked:
    parsed = batch.parse(sealed)
    found: Asked

    def answer(verdict: Verdict) -> None:
        found.verdicts.append(verdict)
        found.came.set()

    pending = Pending(
        whose or envelope(), parsed.header, sealed, parsed.digest, parsed.header.size, taken or {}, answer
    )
    found = Asked(pending)
    return found


def put(store: Store, sealed: bytes, whose: Envelope | None = None, **more: dict[str, int]) -> Verdict:
    """Store one batch and wait for the answer."""
    one = asked(sealed, whose, **more)
    store.submit(one.pending)
    return one.verdict()


def many(number: int, size: int = 3) -> list[bytes]:
    """Return frames with different events."""
    return [
        frame(
            [b"event %d.%d" % (one, event) for event in range(size)], sequence=one + 1, identity=ids.uuid7()
        )
        for one in range(number)
    ]
