"""Clean Thai text: what cannot be seen goes, what is typed in the wrong order is put right.

``normalize`` is for text that is kept and shown: it never changes what a reader sees. Search keys that give
up more are in ``fold``. Sources: Unicode 14 chapter 16.1 (Thai order), UAX #15 (NFC), UAX #29 (clusters);
NFC and NFKC leave the two-part sara am (ํ + า) alone or break it, so it is mended here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from phithak.engines.thai.errors import Code, ThaiFormatError

MAX_FIELD: Final = 200
"""Longest text (characters) that a reader of one field (date, name, telephone) looks at."""

SARA_AM = "\u0e33"
LEADING_VOWELS = "เแโใไ"
_NIKHAHIT = "\u0e4d"
# in the order in which they are kept behind a consonant; canonical classes 9 < 103 < 107 never fall here,
# so that NFC and this order agree
_MARK_ORDER = (
    "\u0e3a\u0e38\u0e39\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4e\u0e4d"
)
_MARK_RANK = {mark: rank for rank, mark in enumerate(_MARK_ORDER)}
# all tones share a rank: two different tones on one letter keep the order in which they were typed
_MARK_RANK.update(dict.fromkeys("\u0e48\u0e49\u0e4a\u0e4b", _MARK_RANK["\u0e48"]))

_SPLIT_SARA_AM = re.compile(f"{_NIKHAHIT}([{_MARK_ORDER}]*)\u0e32")
_MARK_RUN = re.compile(f"[{_MARK_ORDER}{SARA_AM}]{{2,}}")
_SPACES = re.compile(r"[^\S\n]+")
_MOST_PASSES = 8

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_PLANE_ENDS = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_CONTROLS = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ZWJ = "\u200d"


def strip_controls(text: str) -> str:
    """Return the text without control characters, lone surrogates and non-characters.

    Line feed and tab stay; every other line end (CR, VT, FF, NEL, U+2028, U+2029) becomes a line feed.
    """
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def strip_invisible(text: str) -> str:
    """Return the text without zero-width and bidirectional controls, BOM, soft hyphen, fillers, selectors.

    The format controls of shorthand, music and hieroglyphs count as invisible. Also emoji joiners go: such a
    text falls apart into its pictures but nothing can hide in it.
    """
    return _INVISIBLE.sub("", text)


def _sorted_run(match: re.Match[str]) -> str:
    run = match.group()
    marks = sorted(dict.fromkeys(run.replace(SARA_AM, "")), key=_MARK_RANK.__getitem__)
    return "".join(marks) + (SARA_AM if SARA_AM in run else "")


def _joined_sara_am(match: re.Match[str]) -> str:
    return match.group(1).replace(_NIKHAHIT, "") + SARA_AM


def repair_marks(text: str) -> str:
    """Return the text with Thai vowels and tones in their written order, each once.

    ํ + า becomes ำ, with a tone between them too; a tone typed before its vowel or behind ำ moves to its
    place; a mark typed twice stays once; เเ becomes แ.
    """
    joined = _SPLIT_SARA_AM.sub(_joined_sara_am, text)
    return _MARK_RUN.sub(_sorted_run, joined).replace("เเ", "แ")


def normalize(text: str) -> str:
    """Return the text as it is kept: no control or invisible characters, NFC, Thai marks in order.

    Runs of spaces become one space, line feeds stay, the ends are stripped. Applying it twice changes
    nothing more.
    """
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip()
    current = strip_invisible(strip_controls(text))
    for _ in range(_MOST_PASSES):
        mended = repair_marks(unicodedata.normalize("NFC", current))
        if mended == current:
            break
        current = mended
    return _SPACES.sub(" ", current).strip()


def one_field(text: str) -> str:
    """Return the normalised text of one field, on one line.

    Raises:
        ThaiFormatError: EMPTY, or TOO_LONG beyond ``MAX_FIELD`` characters.
    """
    if len(text) > MAX_FIELD:
        raise ThaiFormatError(Code.TOO_LONG, {"limit": MAX_FIELD})
    field = " ".join(normalize(text).split())
    if not field:
        raise ThaiFormatError(Code.EMPTY)
    return field


def is_thai(text: str) -> bool:
    """Return whether the text holds at least one Thai consonant or leading vowel."""
    return any("ก" <= char <= "ฮ" or char in LEADING_VOWELS for char in text)


def _extends(before: str, char: str) -> bool:
    """Whether ``char`` belongs to the cluster that ends in ``before``."""
    if unicodedata.category(char) in {"Mn", "Me", "Mc", "Cf"} or char == SARA_AM:
        return True
    if before == _ZWJ or (before in LEADING_VOWELS and "ก" <= char <= "ฮ"):
        return True
    return "\U0001f3fb" <= char <= "\U0001f3ff" or (before == "\r" and char == "\n")


def clusters(text: str) -> list[str]:
    """Return the text cut into pieces that must not be torn apart.

    A piece is a letter with its marks; a leading vowel (เ แ โ ใ ไ) goes with its consonant, which is
    stricter than UAX #29; ำ goes with the letter before; joined emoji and pairs of flag letters stay whole.
    """
    pieces: list[str] = []
    flag_open = False
    for char in text:
        flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        if pieces and (_extends(pieces[-1][-1], char) or (flag and flag_open)):
            pieces[-1] += char
            flag_open = False
        else:
            pieces.append(char)
            flag_open = flag
    return pieces


def truncate(text: str, limit: int, ellipsis: str = "…") -> str:
    """Return the text in at most ``limit`` characters (code points), cut between clusters.

    The ellipsis is counted and stands only where something was cut; with a limit below its length the
    result may be empty.
    """
    if len(text) <= limit:
        return text
    room = limit - len(ellipsis)
    if room < 0:
        return ""
    kept: list[str] = []
    for piece in clusters(text):
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + ellipsis
