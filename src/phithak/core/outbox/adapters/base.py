"""What every adapter is: one call that hands a message to a provider, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from phithak.core.outbox.rendering import Rendered
from phithak.core.outbox.states import Channel, Mode


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out.

    Attributes:
        reference: our reference, ``<message id>.<round>``; the same whenever it is sent again.
        address: where it goes; "" for a channel that has one receiver.
        rendered: its words.
        seconds: time that the whole call may take.
        check: called right before the first byte of the message leaves; raises :class:`TooLateError` when
            another process may have taken the message over meanwhile.
    """

    reference: str
    address: str
    rendered: Rendered
    seconds: float
    check: Callable[[], None]


class TooLateError(Exception):
    """The sender was frozen for so long that the message is no longer its own; nothing left."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider surely did not take it; ``again`` says whether another try may help."""

    code: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody here knows whether the provider took it."""

    code: str


@dataclass(frozen=True, slots=True)
class Late:
    """The message was not handed over because it may belong to another process by now."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The provider was asked and never took it."""


Outcome = Accepted | Refused | Unclear | Late
Looked = Accepted | Missing | Unclear


class Adapter(Protocol):
    """A provider. Adapters open no database and keep nothing of a message."""

    @property
    def name(self) -> str:
        """Stable name, kept with each message."""
        ...

    @property
    def channel(self) -> Channel:
        """What it sends."""
        ...

    @property
    def mode(self) -> Mode:
        """What a second request with our reference means."""
        ...

    @property
    def real(self) -> bool:
        """Whether it can reach anybody."""
        ...

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand a message over; never raises for what a network or provider does, but lets TooLateError pass."""
        ...

    def lookup(self, reference: str, seconds: float) -> Looked:
        """Ask whether the provider took a reference; only for mode ``lookup``."""
        ...
