"""One value of an event against one value of a rule (sections "Value Modifiers", "Special Field Values")."""

from __future__ import annotations

import base64
import ipaddress
import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(?:Z| ?UTC| ?GMT| ?([+-])([0-9]{2}):?([0-9]{2})?)?"
)
_DASHES = "-/–—―"
_MOST_DASHES = 3
_FIRST_SECOND = 1e8
Matcher = Callable[[str], bool]


def texts(value: Any) -> list[str]:
    """Return the texts that a value of an event is compared by; none for null, a map or an empty list."""
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if value is None or isinstance(value, dict):
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, float):
        if math.isfinite(value) and value == math.floor(value):
            return [str(int(value))]
        return [repr(value)]
    return [str(value)]


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return text with each letter in its simple case folding; no letter becomes two."""
    folded = []
    for letter in text:
        small = letter.casefold()
        if len(small) > 1:
            small = letter.lower()
        folded.append(small if len(small) == 1 else letter)
    return "".join(folded)


def tokens(pattern: str) -> list[tuple[str, bool]]:
    r"""Split a pattern into (character, is a wildcard): ``\*``, ``\?`` and ``\\`` are plain characters."""
    found = []
    index = 0
    while index < len(pattern):
        letter = pattern[index]
        if letter == "\\" and pattern[index + 1 : index + 2] in ("*", "?", "\\"):
            found.append((pattern[index + 1], False))
            index += 2
            continue
        found.append((letter, letter in "*?"))
        index += 1
    return found


@cache
def _compiled(written: str, flags: int) -> re.Pattern[str]:
    return re.compile(written, flags)


def wildcard_matcher(pattern: Sequence[tuple[str, bool]], *, cased: bool) -> Matcher:
    """Return a test of whole texts against a pattern."""
    written = "".join(
        (".*" if letter == "*" else ".") if special else re.escape(letter if cased else fold(letter))
        for letter, special in pattern
    )
    compiled = _compiled(written, int(re.DOTALL))
    return lambda text: compiled.fullmatch(text if cased else fold(text)) is not None


def regex_matcher(pattern: str, modifiers: Sequence[str]) -> Matcher:
    """Return a test that finds an expression anywhere; classes are ASCII."""
    flags = re.ASCII
    for names, flag in (
        (("i", "ignorecase"), re.IGNORECASE),
        (("m", "multiline"), re.MULTILINE),
        (("s", "dotall"), re.DOTALL),
    ):
        if any(name in modifiers for name in names):
            flags |= flag
    if "startswith" in modifiers:
        # a start is asked for: the expression stands as it is, only its end is opened
        pattern = f"(?:{pattern})"
    compiled = _compiled(pattern, int(flags))
    return lambda text: compiled.search(text) is not None


def network_matcher(network: str) -> Matcher:
    """Return a test of addresses against a network; an address of the other family is outside."""
    wanted = ipaddress.ip_network(network)

    def inside(text: str) -> bool:
        try:
            address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
        except ValueError:
            return False
        return address.version == wanted.version and address in wanted

    return inside


def compare_matcher(operator: str, number: float) -> Matcher:
    """Return a test of numbers, or texts that are one."""
    compare: dict[str, Callable[[float], bool]] = {
        "lt": lambda given: given < number,
        "lte": lambda given: given <= number,
        "gt": lambda given: given > number,
        "gte": lambda given: given >= number,
    }

    def matches(text: str) -> bool:
        if not _NUMBER.fullmatch(text):
            return False
        given = int(text) if text.lstrip("+-").isdigit() else float(text)
        return math.isfinite(given) and compare[operator](given)

    return matches


def time_matcher(part: str, number: int) -> Matcher:
    """Return a test of one part of a moment, in UTC."""

    def matches(text: str) -> bool:
        moment = moment_of(text)
        if moment is None:
            return False
        return (moment.isocalendar().week if part == "week" else getattr(moment, part)) == number

    return matches


def moment_of(text: str) -> datetime | None:
    """Read ISO 8601 (without a zone: UTC) or seconds, milliseconds or microseconds since 1970."""
    try:
        if _NUMBER.fullmatch(text):
            seconds = float(text)
            for unit in (1, 1000, 1_000_000):
                if _FIRST_SECOND <= seconds < 1e11 * unit:
                    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds / unit)
            return None
        found = _MOMENT.fullmatch(text)
        if not found:
            return None
        year, month, day, hour, minute, second, _, sign, off_hours, off_minutes = found.groups()
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
        if sign:
            offset = timedelta(hours=int(off_hours), minutes=int(off_minutes or 0))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return moment


def encoded(text: str, modifiers: Sequence[str]) -> Iterator[str]:
    """Yield ``text`` after the transforming modifiers, in the order in which they stand."""
    values = [text]
    mark = b""
    for modifier in modifiers:
        if modifier in ("wide", "utf16le"):
            values = [value.encode("utf-16-le").decode("utf-8") for value in values]
        elif modifier == "utf16be":
            values = [value.encode("utf-16-be").decode("utf-8") for value in values]
        elif modifier == "utf16":
            values, mark = [value.encode("utf-16-le").decode("utf-8") for value in values], b"\xff\xfe"
        elif modifier == "base64":
            values = [base64.b64encode(mark + value.encode()).decode() for value in values]
        elif modifier == "base64offset":
            values = [item for value in values for item in _offsets(mark + value.encode())]
        elif modifier == "windash":
            values = [item for value in values for item in _windash(value)]
    yield from (
        values
        if "base64" in modifiers or "base64offset" in modifiers or not mark
        else ("\ufeff" + value for value in values)
    )


def _offsets(data: bytes) -> Iterator[str]:
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        # leave out the characters that also hold bits of what stands before or after
        first = math.ceil(shift * 8 / 6)
        last = (shift + len(data)) * 8 // 6
        yield whole[first:last]


def _windash(text: str) -> Iterator[str]:
    places = [found.start() for found in re.finditer(r"\B[-/]\b", text)]
    if len(places) > _MOST_DASHES:
        raise ValueError("windash: more than three dashes")
    for choice in itertools.product(_DASHES, repeat=len(places)):
        letters = list(text)
        for place, dash in zip(places, choice, strict=True):
            letters[place] = dash
        yield "".join(letters)
