"""The words in which lists write kinds, markings, levels and times."""

from __future__ import annotations

import re
from functools import lru_cache

from phithak.engines.sigma.indicators.model import LEVELS, NEVER, PAP, TLP
from phithak.engines.sigma.indicators.normal import UnfitError
from phithak.engines.sigma.match.numbers import moment_of

_KINDS = {
    "ip": "ip ipv4 ipv6 ip-src ip-dst ipv4-addr ipv6-addr ipaddress ip_address address cidr network ip-range",
    "domain": "domain domain-name hostname host fqdn dns",
    "url": "url uri link",
    "md5": "md5 md5-hash file-md5 filehash-md5",
    "sha1": "sha1 sha-1 file-sha1 filehash-sha1",
    "sha256": "sha256 sha-256 file-sha256 filehash-sha256",
    "email": "email e-mail mail email-addr email-src email-dst email_address",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
# kinds that leave open which: the shape of the value tells
_OPEN = frozenset({"", "hash", "file-hash", "filehash", "ioc", "indicator", "unknown", "any"})
COLUMNS = {
    "value": ("value", "indicator", "ioc", "ioc_value", "indicator_value", "observable"),
    "kind": ("type", "kind", "ioc_type", "indicator_type", "observable_type"),
    "begins": ("valid_from", "begins", "not_before", "first_seen"),
    "expires": ("expires", "valid_until", "expiry", "expiration", "expires_at", "not_after"),
    "tlp": ("tlp", "tlp_marking"),
    "pap": ("pap",),
    "level": ("level", "severity"),
    "name": ("id", "uuid", "name"),
    "source": ("source", "feed", "provider"),
    "note": ("note", "comment", "description", "info"),
}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_BUDDHIST = 543
_FIRST_BUDDHIST_YEAR = 2400
_DAY_SECONDS = 86_400


@lru_cache(maxsize=256)
def kind_named(word: str) -> str:
    """Return the kind that a list names; "" where it leaves that open.

    Raises:
        UnfitError: ``kind``: of that kind nothing is looked for here.
    """
    plain = word.strip().lower().replace(" ", "-")
    if plain in _OPEN:
        return ""
    try:
        return _KIND_OF[plain]
    except KeyError:
        raise UnfitError("kind") from None


@lru_cache(maxsize=256)
def marking(word: str, *, pap: bool = False) -> str:
    """Return a TLP (or PAP) marking in small letters: ``TLP:WHITE`` is ``clear``.

    Raises:
        UnfitError: ``marking``: no such marking.
    """
    plain = (
        word.strip()
        .lower()
        .removeprefix("pap:" if pap else "tlp:")
        .replace("white", "clear")
        .replace("_", "+")
    )
    if plain not in (PAP if pap else TLP):
        raise UnfitError("marking")
    return plain


@lru_cache(maxsize=256)
def level_named(word: str) -> str:
    """Return a level; "" for a word that is none."""
    plain = word.strip().lower()
    return plain if plain in LEVELS else ""


@lru_cache(maxsize=4096)
def seconds_of(text: str, *, end: bool) -> int:
    """Return a moment in seconds since 1970, in UTC where no zone stands.

    Args:
        text: ISO 8601 or seconds since 1970; years from 2400 are of the Buddhist era. A day alone counts to its end
            where it is an end.
        end: it says when something expires; "" is then never, else always.

    Raises:
        UnfitError: ``time``: it is no moment.
    """
    text = text.strip()
    if not text:
        return NEVER if end else 0
    day = _DAY.match(text)
    if day and int(day[1]) >= _FIRST_BUDDHIST_YEAR:
        text = f"{int(day[1]) - _BUDDHIST}{text[4:]}"
    alone = _DAY.fullmatch(text) is not None
    moment = moment_of(f"{text}T00:00:00Z" if alone else text)
    if moment is None:
        raise UnfitError("time")
    seconds = int(moment.timestamp()) + (_DAY_SECONDS if alone and end else 0)
    return min(max(seconds, 0), NEVER)
