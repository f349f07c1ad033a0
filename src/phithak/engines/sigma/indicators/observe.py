r"""What in a text may be an indicator: one linear pass, no guess that a look-up would not confirm.

URLs are what begins with ``http(s)://`` or ``ftp(s)://``. The rest of the text is cut into words at blanks, quotes,
brackets and signs that stand in no host name. A word is an address, a hash, a domain or an address of e-mail, with
or without a port or path behind it; a word with a backslash is a path, but for the host of ``\\host\share``. In
text with other letters than ASCII, words are taken a second time with those letters as gaps, since Thai has none.
"""

from __future__ import annotations

import re
from collections.abc import Container

from phithak.engines.sigma.indicators.normal import (
    HASHES,
    address_of,
    domain_of,
    email_key,
    hash_key,
    split_url,
)

_CUT = bytes(range(33)) + b"\"'`<>()[]{}|,;=&?*!$^~#\x7f"
_GAPS = bytes.maketrans(_CUT, b" " * len(_CUT))
_HIGH = bytes(range(128, 256))
_ASCII_GAPS = bytes.maketrans(_CUT + _HIGH, b" " * (len(_CUT) + len(_HIGH)))
_URL = re.compile(rb"(?:https?|ftps?)://[^\x00-\x20\"'`<>|\\^{}\x7f]+")
_SHORTEST_HASH = min(HASHES)
# of one length with MD5, and another thing
_OTHER_HASH = b"imphash"
Found = dict[bytes, None]


def observables(text: str, endings: Container[bytes]) -> tuple[Found, Found]:
    """Return what a text may hold, each once and in order.

    Args:
        text: a value of an event.
        endings: the last labels that domains must have to be of interest.

    Returns:
        The keys of URLs, domains, hashes and e-mail (``normal.key_of``; of a domain only itself, not its parents),
        and the addresses as 4 or 16 bytes.
    """
    keys: Found = {}
    addresses: Found = {}
    data = text.lower().encode("utf-8", "replace")
    if b"://" in data:
        _urls(data, keys, addresses)
    words = words_of(data)
    if _OTHER_HASH in data:
        _in_order(words, keys, addresses, endings)
        return keys, addresses
    for word in dict.fromkeys(words):
        if b"." in word or b":" in word or len(word) >= _SHORTEST_HASH:
            _word(word, b"", keys, addresses, endings)
    return keys, addresses


def words_of(data: bytes) -> list[bytes]:
    """Return the words of a text in small letters, those without its other letters at the end."""
    words = data.translate(_GAPS).split()
    # the empty word keeps the end of the one reading apart from the start of the other
    return words if data.isascii() else [*words, b"", *data.translate(_ASCII_GAPS).split()]


def of_urls(data: bytes) -> tuple[Found, Found]:
    """Return what the URLs of a text in small letters hold; as :func:`observables`."""
    keys: Found = {}
    addresses: Found = {}
    _urls(data, keys, addresses)
    return keys, addresses


def of_word(word: bytes, endings: Container[bytes]) -> tuple[Found, Found]:
    """Return what one word may hold, whatever stands before it; as :func:`observables`."""
    keys: Found = {}
    addresses: Found = {}
    if b"." in word or b":" in word or len(word) >= _SHORTEST_HASH:
        _word(word, b"", keys, addresses, endings)
    return keys, addresses


def _urls(data: bytes, keys: Found, addresses: Found) -> None:
    for url in _URL.findall(data):
        split = split_url(url)
        if split:
            keys[split[0]] = None
            packed = address_of(split[1])
            if packed:
                addresses[packed] = None
            else:
                keys[b"d" + split[1]] = None


def _in_order(words: list[bytes], keys: Found, addresses: Found, endings: Container[bytes]) -> None:
    before = b""
    for word in words:
        if b"." in word or b":" in word or len(word) >= _SHORTEST_HASH:
            _word(word, before, keys, addresses, endings)
        before = word


def _word(word: bytes, before: bytes, keys: Found, addresses: Found, endings: Container[bytes]) -> None:
    if b"\\" in word:
        if not word.startswith(b"\\\\"):
            return
        word = word[2:].partition(b"\\")[0].partition(b"@")[0]
    if b"/" in word:
        word = word.partition(b"/")[0]
    if b":" not in word:
        if before != _OTHER_HASH:
            _part(word.strip(b".-"), keys, addresses, endings)
        return
    if word.count(b":") > 1:
        packed = address_of(word.partition(b"%")[0].rstrip(b"."))
        if packed:
            addresses[packed] = None
            return
    for part in word.split(b":"):
        if before != _OTHER_HASH:
            _part(part.strip(b".-"), keys, addresses, endings)
        before = part


def _part(part: bytes, keys: Found, addresses: Found, endings: Container[bytes]) -> None:
    if b"." not in part:
        if len(part) in HASHES and (key := hash_key(part)):
            keys[key] = None
        return
    last = part[part.rfind(b".") + 1 :]
    if last in endings or not part.isascii():
        if b"@" in part:
            local, _, host = part.partition(b"@")
            key, domain = email_key(local, host)
            if key:
                keys[key] = None
                keys[b"d" + domain] = None
        elif domain := domain_of(part):
            keys[b"d" + domain] = None
    elif last.isdigit() and (packed := address_of(part)):
        addresses[packed] = None
