"""Journal tags: each room's closed enum of what can happen there, with a readable text in both languages.

The journal stands above ``accounts``; so that accounts, too, can record what it does, the journal hands its
``record`` down here at start (:func:`set_recorder`). Rooms above the journal may call it directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from phithak.base.text import Text

if TYPE_CHECKING:
    from phithak.core.accounts.actors import Actor


class EventTag(Enum):
    """Base of a room's ``events.Tag``: ``NAME = ("room:object:done", "ข้อความไทย {slot}", "English {slot}")``.

    The slots of the texts are keys of the entry's ``facts``.
    """

    def __init__(self, code: str, th: str, en: str) -> None:
        self.code = code
        self.text = Text(th, en)
        _texts[code] = self.text


_texts: dict[str, Text] = {}


class Recorder(Protocol):
    """What the journal hands down; the parameters are those of ``phithak.core.journal.services.record``."""

    def __call__(
        self,
        actor: Actor,
        tag: EventTag,
        subject: tuple[str, UUID | str],
        *,
        tenant_id: UUID | None,
        facts: Mapping[str, Any],
        personal: Mapping[str, str],
        count: int,
        root: bytes | None,
    ) -> UUID:
        """Insert one entry in the open transaction and return its id."""
        ...


_recorder: list[Recorder] = []


def set_recorder(recorder: Recorder) -> None:
    """Let ``recorder`` serve :func:`record`; called once by the journal at start."""
    _recorder[:] = [recorder]


def record(
    actor: Actor,
    tag: EventTag,
    subject: tuple[str, UUID | str],
    *,
    tenant_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
    count: int = 1,
    root: bytes | None = None,
) -> UUID:
    """Insert one journal entry in the open write transaction.

    Args:
        actor: who did it.
        tag: what was done.
        subject: kind and id of the thing it was done to, such as ``("notices.template", id)``.
        tenant_id: whose thing it is; None for the instance itself.
        facts: plain JSON facts for the readable text; never personal data of a victim.
        personal: personal fields; only a salted hash of each is kept.
        count: number of rows of a bulk call.
        root: Merkle root over the rows of a bulk call.

    Returns:
        The entry's id.

    Raises:
        RuntimeError: no write transaction is open, or the journal is not installed.
    """
    if not _recorder:
        raise RuntimeError("the journal is not installed")
    return _recorder[0](
        actor,
        tag,
        subject,
        tenant_id=tenant_id,
        facts=facts or {},
        personal=personal or {},
        count=count,
        root=root,
    )


def tag_text(code: str) -> Text:
    """Return the readable text of a tag's code; the code itself when no room knows it any more."""
    return _texts.get(code) or Text(code, code)
