"""Keys for search in two levels, and what they cost in precision.

* ``fold`` (exact): digits, case, NFC, invisible characters, sara am, order of marks, spaces round ๆ. Two texts
  with the same key look the same to a reader, but for case and kind of digits. "2560" finds ๒๕๖๐.
* ``loose_fold``: drops tones and the signs ็ ์, folds letters that are taken for one another
  (``fold_table``), known misprints, ไC with Cาย (ได้/ด้าย), blanks between Thai letters. It finds มั่นคง in
  a text with มั่งคง.

Limits of the loose key: it joins what only a tone tells apart (ใกล้ near / ไกล far, เสื้อ shirt / เสือ tiger, ป่า/ป้า/ปา),
the long and short vowels ิ/ี, ึ/ื, ุ/ู (ปิ/ปี, ดุ/ดู), แกล้ง with แจ้ง and เวป with เว็บ, and it finds words
across a blank. So: search both levels, rank exact hits first, never use the loose key for identity, permissions
or counting. A misprint not in the table is found only if tones, marks or those letters are all that differ.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import cache

from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.fold_table import CONFUSABLE_LETTERS, MISPRINTS, SYNONYMS
from phithak.engines.thai.text import normalize

_REPEAT_SIGN = re.compile(r"\s*ๆ\s*")
_LONG_STROKE = re.compile(r"(?<![ฤฦ])ๅ")
_SPACES = re.compile(r"\s+")
_MAI_AI = re.compile(r"ไ([ก-ฮ])")
_THAI_GAP = re.compile(r"(?<=[ก-๎]) (?=[ก-๎])")
_DROPPED = dict.fromkeys(map(ord, "็่้๊๋์ํ๎ฺ"))
_LETTERS = {**_DROPPED, **{ord(key): value for key, value in CONFUSABLE_LETTERS.items()}}


class Match(IntEnum):
    """How a text was found; a higher value ranks first."""

    NONE = 0
    LOOSE = 1
    EXACT = 2


def fold(text: str) -> str:
    """Return the exact search key; applying it twice changes nothing more (domain D3, Search and Digits)."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip().lower()
    # decomposed first: case folding after NFC alone would not be stable for some Greek letters
    cased = unicodedata.normalize("NFD", to_arabic(text)).casefold()
    clean = _LONG_STROKE.sub("า", normalize(cased))
    return _SPACES.sub(" ", normalize(_REPEAT_SIGN.sub("ๆ", clean))).strip()


@cache
def _misprints() -> re.Pattern[str]:
    words = sorted(MISPRINTS, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def loose_fold(text: str) -> str:
    """Return the loose search key; see the limits at the top of this module (domain D3, Search)."""
    exact = fold(text)
    if exact.isascii():
        return exact
    mended = _misprints().sub(lambda found: MISPRINTS[found.group()], exact)
    plain = _MAI_AI.sub(r"\1าย", mended.translate(_LETTERS))
    return _THAI_GAP.sub("", plain)


def match(text: str, query: str) -> Match:
    """Return how the text contains the query: exactly, loosely, or not. An empty query matches nothing."""
    wanted = fold(query)
    if not wanted:
        return Match.NONE
    if wanted in fold(text):
        return Match.EXACT
    loose = loose_fold(query)
    return Match.LOOSE if loose and loose in loose_fold(text) else Match.NONE


def _acronym_key(term: str) -> str:
    return fold(term).replace(".", "").replace(" ", "")


@cache
def _synonym_index() -> dict[str, tuple[str, ...]]:
    return {_acronym_key(term): group for group in SYNONYMS for term in group}


def synonyms(term: str) -> tuple[str, ...]:
    """Return all names of the body that the whole term names, itself included; () for any other term.

    Dots, case and blanks do not matter: "สกมช", "ncsa" (domain D3, Acronyms).
    """
    return _synonym_index().get(_acronym_key(term), ())


def expand_query(query: str) -> tuple[str, ...]:
    """Return the query and, if it or one of its words is an acronym or its long name, the other writings.

    The query itself stands first; each variant once; at most one word is replaced at a time.
    """
    clean = normalize(query)
    variants = dict.fromkeys((clean, *synonyms(clean)))
    words = clean.split()
    for place, word in enumerate(words if len(words) > 1 else ()):
        for other in synonyms(word):
            variants[" ".join((*words[:place], other, *words[place + 1 :]))] = None
    return tuple(variant for variant in variants if variant)
