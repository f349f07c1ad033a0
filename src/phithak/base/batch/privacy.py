"""The privacy profile of a source: what is taken out of its events before anything is durable.

The sensor applies it first and the centre again; what remains is kept bit for bit. Each profile takes out at least
numbers of 13 digits, hospital numbers and payload fields; a source without a profile is refused, not passed on.
A value is removed, or with a key turned into a tag that is the same for the same value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Literal

from phithak.base.batch import rules
from phithak.base.batch.lines import Framing, join, split
from phithak.base.batch.sql import clean_line

Rule = Literal["ids13", "hn", "fields", "query", "sql", "phones"]
ALWAYS: tuple[Rule, ...] = ("ids13", "hn", "fields")
RULES: tuple[Rule, ...] = (*ALWAYS, "query", "sql", "phones")
MAX_WORDS = 64
MIN_KEY = 16

_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_WORD = re.compile(r"[^\x00-\x1f\"\\]{2,64}")
_MARK = re.compile(rb"\[(?:ids13|hn|fields|query|phones)(?::[a-p]{16})?\]")
_THAI_DIGITS = {
    **{chr(0x0E50 + n).encode(): b"%d" % n for n in range(10)},
    **{bytes([0xF0 + n]): b"%d" % n for n in range(10)},
}
_DIGITS = re.compile(rb"[0-9]|\xe0\xb9[\x90-\x99]|[\xf0-\xf9]")
_NIBBLES = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


class ProfileError(ValueError):
    """A profile that would let through what it must not, or is of the wrong form."""


@dataclass(frozen=True)
class Profile:
    """What is taken out of the events of a source.

    Attributes:
        name: its label; stands in the header of a batch whose sender applied it.
        rules: of :data:`RULES`; those of :data:`ALWAYS` are in each.
        keyed: values of ``ids13``, ``hn`` and ``phones`` become tags instead of going.
        words: further words that stand before a patient's number (the fields of a hospital's own system).
        fields: further JSON keys whose values go.
    """

    name: str
    rules: frozenset[Rule] = frozenset(ALWAYS)
    keyed: bool = False
    words: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _LABEL.fullmatch(self.name):
            raise ProfileError("the name of a profile is a label")
        if not set(ALWAYS) <= self.rules <= set(RULES):
            raise ProfileError(f"a profile has the rules {', '.join(ALWAYS)} and knows {', '.join(RULES)}")
        for words in (self.words, self.fields):
            if len(words) > MAX_WORDS or not all(_WORD.fullmatch(word) for word in words):
                raise ProfileError("words and fields are at most 64 texts of 2 to 64 characters")

    def to_json(self) -> dict[str, Any]:
        """Return the profile for JSON."""
        return {
            "name": self.name,
            "rules": [rule for rule in RULES if rule in self.rules],
            "keyed": self.keyed,
            "words": list(self.words),
            "fields": list(self.fields),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Profile:
        """Read a profile.

        Raises:
            ProfileError: of the wrong form, or a rule that is not known here: better nothing than too much.
        """
        chosen, keyed = told.get("rules", []), told.get("keyed", False)
        words, fields = told.get("words", []), told.get("fields", [])
        lists = (chosen, words, fields)
        if not all(isinstance(one, list) and all(isinstance(item, str) for item in one) for one in lists):
            raise ProfileError("rules, words and fields are lists of texts")
        if not isinstance(keyed, bool) or not isinstance(told.get("name"), str):
            raise ProfileError("a profile has a name, and keyed is true or false")
        return cls(told["name"], frozenset(chosen), keyed, tuple(words), tuple(fields))


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("general", frozenset((*ALWAYS, "query"))),
            Profile("windows", frozenset((*ALWAYS, "query"))),
            Profile("network", frozenset((*ALWAYS, "query"))),
            Profile("web", frozenset((*ALWAYS, "query", "phones"))),
            Profile("database", frozenset((*ALWAYS, "query", "sql", "phones"))),
        )
    }
)
"""Ready profiles by name."""


@dataclass
class _Counted:
    """Counts what one run takes out and makes the marks."""

    keyed: bool
    key: bytes
    taken: dict[str, int] = field(default_factory=dict)

    def __call__(self, value: bytes, rule: str) -> bytes:
        if _MARK.fullmatch(value) or _MARK.fullmatch(value.strip(b'"')):
            return value.strip(b'"')
        self.taken[rule] = self.taken.get(rule, 0) + 1
        if not self.keyed or rule not in {"ids13", "hn", "phones"}:
            return b"[%s]" % rule.encode()
        tag = blake2b(plain_digits(value), key=self.key, digest_size=8).hexdigest().encode()
        return b"[%s:%s]" % (rule.encode(), tag.translate(_NIBBLES))


def plain_digits(value: bytes) -> bytes:
    """Return the digits of a number, Thai ones as ASCII, without what stands between them."""
    if b"%3" in value:
        value = re.sub(rb"%3([0-9])", rb"\1", value)
    value = re.sub(rb"%2[dD0]", b"", value)
    value = re.sub(rb"\\u0[eE0][53]([0-9])", rb"\1", value)
    return b"".join(_THAI_DIGITS.get(digit, digit) for digit in _DIGITS.findall(value))


def sought(profile: Profile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words before a patient's number and the JSON keys that a profile looks for."""
    asked = rules.QUERY_FIELDS if "query" in profile.rules else ()
    return (*rules.HN_WORDS, *profile.words), (*rules.PAYLOAD_FIELDS, *profile.fields, *asked)


class Cleaner:
    """Applies one profile; keeps no event and may be used by several threads.

    Args:
        profile: what to take out.
        key: for a keyed profile, at least 16 bytes.
        quick: tells of a body of lines that no rule takes anything from it, by returning False.

    Raises:
        ProfileError: a keyed profile without a key.
    """

    def __init__(
        self, profile: Profile, key: bytes = b"", quick: Callable[[bytes], bool] | None = None
    ) -> None:
        if profile.keyed and len(key) < MIN_KEY:
            raise ProfileError("a keyed profile needs a key of 16 bytes or more")
        self.profile = profile
        self._key = key
        self._quick = quick
        words, names = sought(profile)
        self._words, self._words_sought = rules.words_pattern(words), rules.Sought.of(words)
        self._fields, self._fields_sought = rules.fields_pattern(names), rules.Sought.of(names)

    def clean(self, events: Sequence[bytes]) -> tuple[list[bytes], dict[str, int]]:
        """Return the events with what the profile names taken out, and how often each rule took something."""
        count = _Counted(self.profile.keyed, self._key)
        if not events or any(b"\n" in event for event in events):
            return [self._one(event, count) for event in events], count.taken
        body = self._body(join(events, "lines"), count)
        return split(body, "lines", len(events)), count.taken

    def clean_body(self, body: bytes, framing: Framing, count: int) -> tuple[bytes, dict[str, int]]:
        """As :meth:`clean`, for ``count`` events joined in one body; the same object when nothing was taken.

        Raises:
            BatchError: ``batch.malformed``, the body does not hold that many events.
        """
        counted = _Counted(self.profile.keyed, self._key)
        if framing == "lines":
            if self._quick is not None and not self._quick(body):
                return body, counted.taken
            cleaned_body = self._body(body, counted)
            return (body if cleaned_body == body else cleaned_body), counted.taken
        events = split(body, framing, count)
        cleaned = [self._one(event, counted) for event in events]
        return (body if cleaned == events else join(cleaned, framing)), counted.taken

    def _body(self, body: bytes, count: _Counted) -> bytes:
        """Clean a body of lines, going to single lines only where something is found."""
        chosen = self.profile.rules
        if "sql" in chosen:
            body = b"\n".join([_sql(line, count) for line in body.split(b"\n")])
        letters = rules.letters_of(body)
        places = self._fields_sought.lines(body, letters)
        body = _at(body, places, lambda line: rules.take_fields(line, self._fields, count))
        if "query" in chosen and b"?" in body:
            body = rules.take_queries(body, count)
        places = self._words_sought.lines(body, letters)
        body = _at(body, places, lambda line: rules.take_numbers(line, self._words, count))
        body = _at(body, rules.lines_with_ids(body), lambda line: rules.take_ids(line, count))
        if "phones" in chosen and rules.may_hold_phones(body):
            body = _on_lines(body, rules.PHONE, lambda line: rules.take_phones(line, count))
        return body

    def _one(self, event: bytes, count: _Counted) -> bytes:
        """Clean one event that may hold line feeds."""
        chosen = self.profile.rules
        if "sql" in chosen:
            event = _sql(event, count)
        event = rules.take_fields(event, self._fields, count)
        if "query" in chosen:
            event = rules.take_queries(event, count)
        event = rules.take_numbers(event, self._words, count)
        event = rules.take_ids(event, count)
        return rules.take_phones(event, count) if "phones" in chosen else event


def _sql(line: bytes, count: _Counted) -> bytes:
    cleaned = clean_line(line)
    if cleaned != line:
        count.taken["sql"] = count.taken.get("sql", 0) + 1
    return cleaned


def _at(body: bytes, places: Iterable[tuple[int, int]], change: Callable[[bytes], bytes]) -> bytes:
    """Apply ``change`` to the parts of a body at ``places``."""
    parts: list[bytes] = []
    done = 0
    for start, end in places:
        parts += (body[done:start], change(body[start:end]))
        done = end
    return b"".join((*parts, body[done:])) if parts else body


def _on_lines(body: bytes, pattern: re.Pattern[bytes], change: Callable[[bytes], bytes]) -> bytes:
    """Apply ``change`` to each line in which ``pattern`` is found."""
    parts: list[bytes] = []
    place = 0
    while True:
        found = pattern.search(body, place)
        if found is None:
            break
        start = body.rfind(b"\n", place, found.start()) + 1 or place
        end = body.find(b"\n", found.end())
        end = len(body) if end < 0 else end
        parts += (body[place:start], change(body[start:end]))
        place = end
    return b"".join((*parts, body[place:])) if parts else body
