"""Finding addresses in a text, also those that are disguised (full width, zero width, ``[.]``, punycode)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from phithak.notices.lint.words import HIDDEN

_ENDS = (
    "com|net|org|info|biz|io|co|me|ly|gl|gd|gy|cc|app|dev|link|click|online|site|shop|store|top|xyz|vip|club|live|"
    "th|asia|cn|hk|sg|my|la|vn|mm|kh|jp|kr|tw|uk|us|eu|de|fr|ru|in|id|ph|at|be|ee|to|tv|ws|pw|icu|page|web|cloud|"
    "gov|edu|mil|int|mobi|name|pro|bet|casino|win|loan|work|tk|ml|ga|cf|gq|ai|so|sh|st|su|tel"
)
_DOT = r"(?:\.|\s?\[\s?(?:\.|dot)\s?\]\s?|\s?\(\s?(?:\.|dot)\s?\)\s?)"
# letters of other scripts count (look-alikes), Thai ones do not: a Thai sentence runs into what follows
_LETTER = r"a-z0-9\u00aa\u00b5\u00ba\u00c0-\u024f\u0370-\u0dff\u0e80-\u1fff\u2c00-\u2dff\u3040-\uffef"
_LABEL = rf"[{_LETTER}][{_LETTER}-]{{0,62}}"
_HOST = re.compile(
    rf"(?<![{_LETTER}@-])(?:{_LABEL}{_DOT}){{1,8}}(?:{_ENDS}|xn--[a-z0-9-]{{2,59}})(?![{_LETTER}]|-[a-z0-9])"
)
_THAI_HOST = re.compile(r"[ก-๙a-z0-9-]{1,63}\.(?:ไทย|คอม)(?![ก-๙])")
_SCHEME = re.compile(
    r"(?:https?|hxxps?|ftp|file|javascript|data)\s?:\s?/{0,2}\s?(?:[^\s\u0e00-\u0e7f]{1,2000})"
)
_NUMBERS = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")


@dataclass(frozen=True)
class Link:
    """An address in a text: its place, its host in lower case, and whether it was written so as not to be seen."""

    start: int
    end: int
    host: str
    disguised: bool


def links_in(text: str) -> Iterator[Link]:
    """Yield every address of a text once, in order; the place is that in the text as given."""
    plain, places = _plain(text)
    seen_to = 0
    spans = sorted(
        (match.start(), match.end())
        for pattern in (_SCHEME, _HOST, _THAI_HOST, _NUMBERS)
        for match in pattern.finditer(plain)
    )
    for start, end in spans:
        if start < seen_to:
            continue
        seen_to = end
        first, last = places[start], places[end - 1] + 1
        host = _host(plain[start:end])
        yield Link(first, last, host, _disguised(text[first:last], host))


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text in compatibility form without hidden characters, and the place of each character."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter != "\n" and HIDDEN.match(letter):
            continue
        for plain in unicodedata.normalize("NFKC", "." if letter in "。。․" else letter).lower():
            letters.append(plain)
            places.append(place)
    return "".join(letters), places


def _host(written: str) -> str:
    rest = re.sub(r"^[a-z]{2,12}\s?:\s?/{0,2}\s?", "", written)
    host = re.split(r"[/?#:\\]", rest, maxsplit=1)[0].rsplit("@", 1)[-1]
    return re.sub(_DOT, ".", host).strip(" .").removeprefix("www.")


def _disguised(written: str, host: str) -> bool:
    return (
        not written.isascii()
        or "xn--" in host
        or not host.isascii()
        or bool(re.search(r"[\[(]|hxxp", written, re.IGNORECASE))
    )
