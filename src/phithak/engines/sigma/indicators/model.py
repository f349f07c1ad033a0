"""What an indicator is, and what is said when one is seen."""

from __future__ import annotations

import msgspec

NEVER = 0xFFFF_FFFF
TLP = ("", "clear", "green", "amber", "amber+strict", "red")
PAP = ("", "clear", "green", "amber", "red")
LEVELS = ("", "informational", "low", "medium", "high", "critical")
KINDS = ("ip", "domain", "url", "md5", "sha1", "sha256", "email")


class Indicator(msgspec.Struct, frozen=True):
    """One indicator as a list gives it.

    Attributes:
        kind: one of ``KINDS``; ``ip`` is an address or a network.
        value: in its one written form, such as ``192.0.2.0/24`` or a domain in punycode.
        begins: seconds since 1970 from which it counts; 0 means always.
        expires: seconds since 1970 at which it has ended; ``NEVER`` means it does not.
        tlp: how widely it may be told, one of ``TLP``; "" where the list does not say.
        pap: what may be done with it, one of ``PAP``.
        level: as levels of rules, one of ``LEVELS``.
        name: its id in the list it comes from.
        source: the list, or who told it.
        note: what the list says about it.
    """

    kind: str
    value: str
    begins: int = 0
    expires: int = NEVER
    tlp: str = ""
    pap: str = ""
    level: str = ""
    name: str = ""
    source: str = ""
    note: str = ""

    def counts_at(self, moment: float) -> bool:
        """Whether it counts at a moment, in seconds since 1970; the second of its end is outside."""
        return self.begins <= moment and (self.expires == NEVER or moment < self.expires)


class Sighting(msgspec.Struct, frozen=True):
    """An indicator that stands in an event.

    Attributes:
        seen: (field, text of the value, what in it met the indicator), each field once.
    """

    indicator: Indicator
    seen: tuple[tuple[str, str, str], ...]
