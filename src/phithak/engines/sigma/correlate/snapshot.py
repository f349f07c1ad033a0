"""The state of a correlator as bytes: msgpack with a checksum, never pickle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from phithak.engines.sigma.correlate.books import Saved
from phithak.engines.sigma.correlate.model import Fed, Stats
from phithak.engines.sigma.correlate.plan import Plan
from phithak.engines.sigma.errors import SigmaError

_FORMAT = b"phithak-sigma-state-1\n"
_DIGEST = 32


class BookState(msgspec.Struct):
    """The groups of one correlation, and the fingerprint of it and of all that feeds it."""

    rule_id: str
    fingerprint: str
    groups: list[Saved]


class State(msgspec.Struct):
    """All that a correlator knows; see ``Correlator``."""

    tenant: str
    lateness: int | None
    latest: int | None
    watermark: int
    offset: Any
    stats: Stats
    marks: dict[str, str]
    waiting: list[Fed]
    books: list[BookState]


def packed(state: State) -> bytes:
    """Return the state as bytes."""
    body = msgspec.msgpack.encode(state)
    return _FORMAT + hashlib.blake2b(body, digest_size=_DIGEST).digest() + body


def unpacked(content: bytes) -> State:
    """Return the state that ``packed`` wrote.

    Raises:
        SigmaError: the content is damaged or of another version.
    """
    head = len(_FORMAT) + _DIGEST
    body = content[head:]
    try:
        if not content.startswith(_FORMAT):
            raise ValueError("another version")  # noqa: TRY301 one answer for all faults
        if hashlib.blake2b(body, digest_size=_DIGEST).digest() != content[len(_FORMAT) : head]:
            raise ValueError("checksum")  # noqa: TRY301 one answer for all faults
        return msgspec.msgpack.decode(body, type=State)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SigmaError(
            "sigma.state.damaged",
            th=f"ใช้สถานะที่บันทึกไว้ไม่ได้ ลบแฟ้มสถานะแล้วเริ่มใหม่ ({error})",
            en=f"The saved state cannot be used; remove the file and begin anew ({error})",
            field="state",
        ) from error


def still_valid(state: State, plan: Plan) -> Iterator[Fed]:
    """Yield the waiting events with those of their rules that are the same now and ask for no other fields."""
    for event in state.waiting:
        rules = tuple(
            rule
            for rule in event.rules
            if plan.marks.get(rule) == state.marks.get(rule)
            and rule in plan.feeds
            and all(name in event.fields for name in plan.feeds[rule])
        )
        if rules:
            yield msgspec.structs.replace(event, rules=rules)
