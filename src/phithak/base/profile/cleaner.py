"""Applies a profile to many events at once: quick looks over all of them, slow work only where there is need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from phithak.base.batch.lines import Framing, join, split
from phithak.base.profile import audits, rules, sql
from phithak.base.profile.profiles import Profile

KEY_BYTES = (16, 64)
_TAG_BYTES = 5
_MOST_TURNS = 6
_MARK = re.compile(rb"\[(?:id|hn|tel|q|sql)(?::[a-p]{10})?\]")
_NAMES = {"ids13": b"id", "hn": b"hn", "phones": b"tel"}
_THAI_DIGITS = {
    **{chr(0x0E50 + n).encode(): b"%d" % n for n in range(10)},
    **{bytes([0xF0 + n]): b"%d" % n for n in range(10)},
}
_DIGITS = re.compile(rb"[0-9]|\xe0\xb9[\x90-\x99]|[\xf0-\xf9]")
# letters alone: a tag must never read as a number, or cleaning twice would change it
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


@dataclass
class _Counted:
    """Counts what one run takes out and makes the marks."""

    key: bytes
    taken: dict[str, int] = field(default_factory=dict)

    def __call__(self, value: bytes, rule: str) -> bytes:
        if _MARK.fullmatch(value):
            return value
        self.taken[rule] = self.taken.get(rule, 0) + 1
        if rule == "fields":
            return b'""'
        if rule == "query":
            return b"[q]"
        name = _NAMES[rule]
        if not self.key:
            return b"[%b]" % name
        written = name + b":" + plain_digits(value)
        tag = blake2b(written, key=self.key, digest_size=_TAG_BYTES).hexdigest().encode()
        return b"[%b:%b]" % (name, tag.translate(_LETTERS))


def plain_digits(value: bytes) -> bytes:
    """Return the digits of a number, Thai ones as ASCII, without what stands between them."""
    if b"%3" in value:
        value = re.sub(rb"%3([0-9])", rb"\1", value)
    value = re.sub(rb"%2[dD0]", b"", value)
    value = re.sub(rb"\\u0[eE0][53]([0-9])", rb"\1", value)
    return b"".join(_THAI_DIGITS.get(digit, digit) for digit in _DIGITS.findall(value))


def sought(profile: Profile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words before a patient's number and the JSON fields that a profile looks for."""
    names = (*rules.PAYLOAD_FIELDS, *rules.QUERY_FIELDS, *profile.payloads, *profile.fields)
    return (*rules.HN_WORDS, *profile.words), tuple(dict.fromkeys(names))


class Cleaner:
    """Takes out of events what a profile names; keeps no event and may be used by several threads.

    Args:
        profile: what to take out.
        key: 16 to 64 bytes that make the tags of persons' numbers, of one site; empty: numbers go without a tag.
        quick: tells of a body of lines that nothing is taken from it, by returning False.

    Raises:
        ValueError: the key is too short or too long.
    """

    def __init__(
        self, profile: Profile, key: bytes = b"", quick: Callable[[bytes], bool] | None = None
    ) -> None:
        if key and not KEY_BYTES[0] <= len(key) <= KEY_BYTES[1]:
            raise ValueError("the key of a privacy profile has 16 to 64 bytes")
        self.profile = profile
        self._key = key
        self._quick = quick
        self._audit = audits.AUDITS.get(profile.name) if profile.audit else None
        words, names = sought(profile)
        self._words, self._words_sought = rules.words_pattern(words), rules.Sought.of(words)
        self._fields, self._fields_sought = rules.fields_pattern(names), rules.Sought.of(names)
        self._sql_sought = rules.Sought.of(sql.WORDS)
        self._statements, self._statements_sought = _statements(profile.statements)

    def clean(self, events: Sequence[bytes]) -> list[bytes]:
        """Return the events in the same order, each without what the profile takes out.

        Events may hold any bytes. Cleaning a second time changes nothing.
        """
        return self.counted(events)[0]

    def counted(self, events: Sequence[bytes]) -> tuple[list[bytes], dict[str, int]]:
        """As :meth:`clean`; also return how often each rule took something."""
        count = _Counted(self._key)
        if self._audit is not None or not events or any(b"\n" in event for event in events):
            return [self._one(event, count) for event in events], count.taken
        body = self._body(join(events, "lines"), count)
        return split(body, "lines", len(events)), count.taken

    def clean_body(self, body: bytes, framing: Framing, count: int) -> tuple[bytes, dict[str, int]]:
        """As :meth:`counted`, for ``count`` events joined in one body; the same object when nothing was taken.

        Raises:
            BatchError: ``batch.malformed``, the body does not hold that many events.
        """
        counted = _Counted(self._key)
        if framing == "lines" and self._audit is None:
            if self._quick is not None and not self._quick(body):
                return body, counted.taken
            cleaned_body = self._body(body, counted)
            return (body if cleaned_body == body else cleaned_body), counted.taken
        events = split(body, framing, count)
        cleaned = [self._one(event, counted) for event in events]
        return (body if cleaned == events else join(cleaned, framing)), counted.taken

    def _body(self, body: bytes, count: _Counted) -> bytes:
        """Clean a body of lines until nothing more is found: what goes can uncover a statement behind it."""
        for _ in range(_MOST_TURNS):
            cleaned = self._body_once(body, count)
            if cleaned == body:
                return body
            body = cleaned
        return body

    def _body_once(self, body: bytes, count: _Counted) -> bytes:
        """Clean a body of lines, going to single lines only where something is found."""
        letters = rules.letters_of(body)
        places = self._fields_sought.lines(body, letters)
        body = _at(body, places, lambda line: rules.take_fields(line, self._fields, count))
        if self._statements is not None:
            places = self._statements_sought.lines(body, letters)
            body = _at(body, places, lambda line: self._without_statements(line, count))
        places = self._sql_sought.lines(body, letters)
        body = _at(body, places, lambda line: _without_sql(line, count))
        if b"?" in body:
            body = rules.take_queries(body, count)
        places = self._words_sought.lines(body, letters)
        body = _at(body, places, lambda line: rules.take_numbers(line, self._words, count))
        body = _at(body, rules.lines_with_ids(body), lambda line: rules.take_ids(line, count))
        if self.profile.phones and rules.may_hold_phones(body):
            body = _on_lines(body, rules.PHONE, lambda line: rules.take_phones(line, count))
        return body

    def _one(self, event: bytes, count: _Counted) -> bytes:
        """Clean one event that may hold line feeds, until nothing more is found."""
        for _ in range(_MOST_TURNS):
            cleaned = self._one_once(event, count)
            if cleaned == event:
                return event
            event = cleaned
        return event

    def _one_once(self, event: bytes, count: _Counted) -> bytes:
        event = rules.take_fields(event, self._fields, count)
        if self._audit is not None:
            event = _changed(self._audit(event), event, count)
        else:
            event = _without_sql(self._without_statements(event, count), count)
        event = rules.take_queries(event, count)
        event = rules.take_numbers(event, self._words, count)
        event = rules.take_ids(event, count)
        return rules.take_phones(event, count) if self.profile.phones else event

    def _without_statements(self, event: bytes, count: _Counted) -> bytes:
        if self._statements is None:
            return event
        return _changed(self._statements.sub(_skeleton_in_json, event), event, count)


def _statements(names: tuple[str, ...]) -> tuple[re.Pattern[bytes] | None, rules.Sought]:
    words = b"|".join(re.escape(name.encode()) for name in names)
    pattern = re.compile(rb'("(?:' + words + rb')"\s*:\s*")((?:[^"\\]|\\.)*)', re.DOTALL) if words else None
    return pattern, rules.Sought.of(names)


def _skeleton_in_json(match: re.Match[bytes]) -> bytes:
    return match[1] + sql.skeleton(sql.unescape(match[2]))


def _without_sql(event: bytes, count: _Counted) -> bytes:
    return _changed(sql.strip(event), event, count)


def _changed(cleaned: bytes, event: bytes, count: _Counted) -> bytes:
    if cleaned != event:
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
