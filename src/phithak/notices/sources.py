"""Where recipients come from: a registry that rooms fill in ``AppConfig.ready()``.

A source turns its arguments into targets: vault handles and opaque keys. It never hands out an address, and it
is asked again for the names that a page shows, so that no name is stored with a campaign either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Registry


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to tell.

    Attributes:
        key: the source's own name of them, at most 60 characters, unique within one gathering; never personal data.
        party: the organisation (tenant id) that is told through them; None for a person of the public.
        mail_id: vault handle of an e-mail address.
        sms_id: vault handle of a mobile number.
        language: ``th`` or ``en``.
        tlp_most: the narrowest TLP that they may receive; "" = no limit.
    """

    key: str
    party: UUID | None = None
    mail_id: UUID | None = None
    sms_id: UUID | None = None
    language: str = "th"
    tlp_most: str = ""


@dataclass(frozen=True)
class Source:
    """A kind of recipients.

    Attributes:
        name: ``room.what``.
        text: as a person chooses it.
        check: returns the arguments as they are stored, or raises ``InvalidInputError``; the actor is who plans.
        targets: yields the targets in a stable order, some hundred thousand at most; the actor sees what the
            organisation of the campaign sees.
        names: names of keys that a page is about to show, to an actor who may see the campaign; what is gone is
            left out.
    """

    name: str
    text: Text
    check: Callable[[Actor, UUID, Mapping[str, Any]], dict[str, Any]]
    targets: Callable[[Actor, UUID, Mapping[str, Any]], Iterable[Target]]
    names: Callable[[Actor, Sequence[str]], Mapping[str, Text]]


sources: Registry[Source] = Registry()
