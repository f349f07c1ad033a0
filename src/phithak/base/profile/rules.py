"""The rules of a privacy profile: what each takes out of an event, as bytes.

Each works on UTF-8, on cp874 (Thai Windows and old devices) and, for numbers, on UTF-16 inside a line. None adds
or takes away a line feed, so lines stay lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

_DIGIT = rb"(?:[0-9]|\xe0\xb9[\x90-\x99])"
"""One digit: ASCII or Thai in UTF-8."""
_OLD_DIGIT = rb"[\xf0-\xf9]"
"""One Thai digit in cp874; the same bytes begin rare signs of UTF-8, so the two are never mixed."""
_ANY_DIGIT = rb"(?:[0-9]|\xe0\xb9[\x90-\x99]|[\xf0-\xf9])"
_NO_DIGIT_BEFORE = rb"(?<![0-9])(?<!\xe0\xb9[\x90-\x99])"
_BETWEEN = rb"(?:-|\x20|\.|\+|_|/|%2[dD0]|\xe2\x80[\x90-\x95]|\xc2\xa0|\xa0)"


def _forms(digit: bytes) -> tuple[bytes, bytes, bytes]:
    """13 digits together, in the groups of a Thai card (1-4-5-2-1), or one by one."""
    groups = _BETWEEN.join((digit, digit + rb"{4}", digit + rb"{5}", digit + rb"{2}", digit))
    return digit + rb"{13}", groups, rb"(?:" + digit + _BETWEEN + rb"){12}" + digit


ID13 = re.compile(
    _NO_DIGIT_BEFORE
    + rb"(?:"
    + b"|".join(_forms(_DIGIT))
    + rb"|(?:[0-9]\x00){12}[0-9]"
    + rb")(?!\x00?"
    + _DIGIT
    + rb")|(?<![\xf0-\xf9])(?:"
    + b"|".join(_forms(_OLD_DIGIT))
    + rb")(?![\xf0-\xf9])"
    # URL-coded, and escapes of JSON
    + rb"|(?:%3[0-9]){13}(?!%3[0-9])|(?:\\u0[eE]5[0-9]){13}|(?:\\u003[0-9]){13}"
)
PHONE = re.compile(
    _NO_DIGIT_BEFORE + rb"(?:(?:\+|00)66[- ]?|0)[689][0-9][- ]?[0-9]{3}[- ]?[0-9]{4}(?!" + _DIGIT + rb")"
)
_HEX = re.compile(rb"[0-9A-Fa-f]*")
_HEX_LENGTHS = frozenset({32, 40, 56, 64, 96, 128})
_LONGEST_HEX = 128
_TIME_KEY = re.compile(
    rb'"(?:[A-Za-z_.@]*(?:time|timestamp|ts|date|created|epoch|millis))"\s*:\s*"?\Z', re.IGNORECASE
)
_EPOCH = re.compile(rb"1[4-9][0-9]{11}\Z")
_LOOK_BACK = 80
# a query string ends with a blank, a quote or an angle; escapes of JSON belong to it
QUERY = re.compile(
    rb"(?<=[A-Za-z0-9_/.%~)\]\x80-\xff-])\?(?:[^\s\"<>\\]|\\u[0-9a-fA-F]{4}|\\/|\\x[0-9a-fA-F]{2}|\\\\)+"
)
_BARE = re.compile(rb"[:,\[]\s*\Z")
_BARE_END = re.compile(rb"\s*[,}\]]")

HN_WORDS = (
    "hn", "an", "vn", "mrn", "cid", "pid13", "hospital_?number", "hospital_?no", "patient_?id", "patient_?no",
    "patient_?number", "เลขที่ผู้ป่วย", "เลขประจำตัวผู้ป่วย", "เลขบัตรประชาชน", "เลขประจำตัวประชาชน", "หมายเลขผู้ป่วย",
)  # fmt: skip
PAYLOAD_FIELDS = (
    "payload", "payload_printable", "packet", "http_request_body", "http_response_body",
    "http_request_body_printable", "http_response_body_printable", "request_body", "response_body", "post_body",
    "request_headers", "response_headers", "cookie", "set_cookie", "password", "form", "post_data",
    "http.request.body.content", "http.response.body.content",
)  # fmt: skip
QUERY_FIELDS = (
    "cs-uri-query", "query_string", "url.query", "uri_query", "args", "c-uri-query", "querystring", "query_params",
)  # fmt: skip

Replace = Callable[[bytes, str], bytes]
"""Gives what stands in the place of a value that was taken out; told the rule's name."""


_DIGITS = b"0123456789"
_HIGH = bytes(range(128, 256))
_SMALL = b"abcdefghijklmnopqrstuvwxyz"


def _table(default: bytes, *parts: tuple[bytes, bytes]) -> bytes:
    """Return a table for ``translate``: bytes of each part become its second, or stay where that is empty."""
    table = bytearray(default * 256)
    for members, become in parts:
        for byte in members:
            table[byte] = become[0] if become else byte
    return bytes(table)


_LETTERS = bytearray(_table(b".", (_SMALL, b"")))
_LETTERS[ord("A") : ord("Z") + 1] = _SMALL
_LOWER = bytearray(range(256))
_LOWER[ord("A") : ord("Z") + 1] = _SMALL
_SHAPE = _table(b"x", (_DIGITS, b"0"), (b"- .+_/\xa0", b"-"), (b"\n", b""))
_OLD_SHAPE = _table(b"x", (bytes(range(0xF0, 0xFA)), b"0"), (b"- .+_/\xa0", b"-"), (b"\n", b""))
_ID_SHAPES = (b"0" * 13, b"0-0000-00000-00-0", b"-".join([b"0"] * 13))
_PHONE_SHAPES = (b"000000000", b"00-0000000", b"00000-0000", b"00-000-0000")
_ID_RARE = (b"%", b"\x00", b"\\u0")
# other ways to write digits and what stands between them, for a quick look alone
_FOLDS = (
    (re.compile(rb"\xe0\xb9[\x90-\x99]|%3[0-9]|\\u0[eE]5[0-9]|\\u003[0-9]"), b"0"),
    (re.compile(rb"%2[dD0]|\xe2\x80[\x90-\x95]|\xc2\xa0"), b"-"),
)


def may_hold_ids(line: bytes) -> bool:
    """Tell quickly whether a number of 13 digits may be in ``line``: never False when one is."""
    if line.isascii() and not any(one in line for one in _ID_RARE):
        return _shaped(line.translate(_SHAPE))
    if _shaped(line.translate(_SHAPE)):
        return True
    return _shaped(line.translate(_OLD_SHAPE)) or _shaped(_folded(line).translate(_SHAPE))


def _folded(line: bytes) -> bytes:
    for pattern, sign in _FOLDS:
        line = pattern.sub(sign, line)
    return line.replace(b"\x00", b"")


def _shaped(shape: bytes) -> bool:
    return next(_candidates(shape), None) is not None


def _candidates(shape: bytes) -> Iterator[int]:
    """Yield where in a shape 13 digits stand, in one of the three forms, with no digit before or after."""
    for form in _ID_SHAPES:
        place = shape.find(form)
        while place >= 0:
            end = place + len(form)
            if shape[place - 1 : place] != b"0" and shape[end : end + 1] != b"0":
                yield place
            elif form[1:2] == b"0":
                # a longer run of digits is none: on behind it
                while shape[end : end + 1] == b"0":
                    end += 1
            place = shape.find(form, end)


def lines_with_ids(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line of ``body`` in which :func:`may_hold_ids`, in order."""
    if body.isascii() and not any(one in body for one in _ID_RARE):
        done = -1
        for place in sorted(_candidates(body.translate(_SHAPE))):
            if place >= done:
                start, end = body.rfind(b"\n", 0, place) + 1, body.find(b"\n", place)
                done = len(body) if end < 0 else end
                yield start, done
        return
    start = 0
    for line in body.split(b"\n"):
        if may_hold_ids(line):
            yield start, start + len(line)
        start += len(line) + 1


def may_hold_phones(body: bytes) -> bool:
    """Tell quickly whether a mobile number may be in ``body``: never False when one is."""
    shape = body.translate(_SHAPE)
    return not body.isascii() or any(one in shape for one in _PHONE_SHAPES)


@dataclass(frozen=True)
class Sought:
    """Words that a text is looked through for, quickly: each as the runs of letters that it is made of."""

    ascii: tuple[frozenset[bytes], ...]
    other: tuple[bytes, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Sought:
        """Take words as :func:`words_pattern` takes them."""
        runs: set[frozenset[bytes]] = set()
        other: list[bytes] = []
        for word in words:
            if not word.isascii():
                other += [word.encode("utf-8"), word.encode("cp874", "replace")]
                continue
            for form in {word.replace("_?", "_"), word.replace("_?", "")}:
                runs.add(letters_of(form.encode()))
        return cls(tuple(runs), tuple(other))

    def lines(self, body: bytes, letters: frozenset[bytes]) -> list[tuple[int, int]]:
        """Return start and end of the lines in which one of the words may stand, in order: never without one that has.

        Args:
            body: lines.
            letters: its runs of letters, as :func:`letters_of` gives them.
        """
        # the longest run of a word is the rarest
        needles = {max(runs, key=len): len(runs) == 1 for runs in self.ascii if runs <= letters}
        found: dict[int, int] = {}
        if needles:
            _add_lines(found, body.translate(_LOWER), needles)
        if self.other and not body.isascii():
            _add_lines(found, body, dict.fromkeys(self.other, False))
        return sorted(found.items())


def _add_lines(found: dict[int, int], body: bytes, needles: Mapping[bytes, bool]) -> None:
    """Add the lines that hold a needle; one that is ``alone`` has no letters round it (but "no", for number)."""
    for needle, alone in needles.items():
        place = body.find(needle)
        while place >= 0:
            after = place + len(needle)
            if alone and (
                body[place - 1 : place].isalpha()
                or (body[after : after + 1].isalpha() and body[after : after + 2] != b"no")
            ):
                place = body.find(needle, after)
                continue
            start, end = body.rfind(b"\n", 0, place) + 1, body.find(b"\n", place)
            end = found[start] = len(body) if end < 0 else end
            place = body.find(needle, end)


def letters_of(body: bytes) -> frozenset[bytes]:
    """Return the different runs of ASCII letters in ``body``, in small letters."""
    return frozenset(body.translate(_LETTERS).split(b".")) - {b""}


def words_pattern(words: Iterable[str]) -> re.Pattern[bytes]:
    """Return the pattern of a number behind one of ``words`` (``_?`` in a word: an underscore or none).

    The number may stand in quotes, behind a colon, an equals sign or blanks, with one dash or slash inside.
    """
    return re.compile(
        rb"(?P<head>(?<![A-Za-z])(?:" + b"|".join(_word_forms(words)) + rb")" + _SEPARATORS + rb")"
        rb"(?P<number>(?:[A-Za-z]{0,2}-?)?"
        + _ANY_DIGIT
        + rb"(?:(?:[-/]|%2[fFdD])?"
        + _ANY_DIGIT
        + rb"){2,19})",
        re.IGNORECASE,
    )


_SEPARATORS = rb"(?:\.|\\?[\"']|%3[dDaA]|%20|[:=#\t >(\[_-]|no|\xc2\xa0){0,8}"


_NUMBER_START = rb"(?:[A-Za-z]{0,2}-?)?" + _ANY_DIGIT + rb"(?:(?:[-/]|%2[fFdD])?" + _ANY_DIGIT + rb"){2}"


def _word_forms(words: Iterable[str]) -> list[bytes]:
    forms: list[bytes] = []
    for word in words:
        escaped = re.escape(word).replace(r"_\?", "[_ -]?").replace(r"\_\?", "[_ -]?")
        forms.append(escaped.encode("utf-8"))
        if not word.isascii():
            forms.append(escaped.encode("cp874", "replace"))
    return forms


def fields_pattern(names: Iterable[str]) -> re.Pattern[bytes]:
    """Return the pattern of a JSON key of these names with the start of its value."""
    choice = b"|".join(re.escape(name).encode("utf-8") for name in names)
    return re.compile(
        rb'(?P<head>(?<!\\)"(?:' + choice + rb')"[ \t]*:[ \t]*)(?P<value>["{\[]|[^\s,}\]]+)', re.IGNORECASE
    )


def take_ids(line: bytes, replace: Replace) -> bytes:
    """Take out numbers of 13 digits; moments in milliseconds under a key of time, and hashes, stay."""

    def one(found: re.Match[bytes]) -> bytes:
        if _is_hash(line, found) or _is_moment(line, found):
            return found[0]
        return _in_place(line, found.start(), found.end(), replace(found[0], "ids13"))

    return ID13.sub(one, line)


def take_phones(line: bytes, replace: Replace) -> bytes:
    """Take out Thai mobile numbers, with 0, +66 or 0066 before them."""

    def one(found: re.Match[bytes]) -> bytes:
        if _is_hash(line, found):
            return found[0]
        return _in_place(line, found.start(), found.end(), replace(found[0], "phones"))

    return PHONE.sub(one, line)


def take_numbers(line: bytes, pattern: re.Pattern[bytes], replace: Replace) -> bytes:
    """Take out numbers behind the words of :func:`words_pattern`."""

    def one(found: re.Match[bytes]) -> bytes:
        start = found.start("number")
        return found["head"] + _in_place(line, start, found.end(), replace(found["number"], "hn"))

    return pattern.sub(one, line)


def take_queries(line: bytes, replace: Replace) -> bytes:
    """Take out query strings; the question mark stays."""
    return QUERY.sub(lambda found: b"?" + replace(found[0][1:], "query"), line)


def take_fields(line: bytes, pattern: re.Pattern[bytes], replace: Replace) -> bytes:
    """Take out the values of the JSON keys of :func:`fields_pattern`, lists and maps wholly."""
    done = bytearray()
    place = 0
    while True:
        found = pattern.search(line, place)
        if found is None:
            break
        start = found.start("value")
        end = _value_end(line, start, found.end())
        done += line[place:start]
        value = line[start:end]
        done += value if value in _EMPTY else replace(value, "fields")
        place = end
    return bytes(done) + line[place:] if place else line


_EMPTY = frozenset({b'""', b"null", b"{}", b"[]"})
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_PARTS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[{}\[\]]', re.DOTALL)


def _value_end(line: bytes, start: int, end: int) -> int:
    opening = line[start : start + 1]
    if opening == b'"':
        string = _STRING.match(line, start)
        return end if string is None else string.end()
    if opening not in {b"{", b"["}:
        return end
    depth = 0
    for part in _PARTS.finditer(line, start):
        mark = part[0]
        depth += 1 if mark in {b"{", b"["} else -1 if mark in {b"}", b"]"} else 0
        if depth == 0:
            return part.end()
    return len(line)


def _is_hash(line: bytes, found: re.Match[bytes]) -> bool:
    """Whether a number is the middle of a hash in hexadecimal digits."""
    return found[0].isdigit() and inside_hash(line, found.start(), found.end())


def inside_hash(text: bytes, start: int, end: int) -> bool:
    """Whether the digits from ``start`` to ``end`` stand in hexadecimal digits that are together as long as a hash."""
    before = text[max(0, start - _LONGEST_HEX) : start][::-1]
    left, right = _HEX.match(before), _HEX.match(text[end : end + _LONGEST_HEX])
    around = len(left[0] if left else b"") + len(right[0] if right else b"")
    return around > 0 and around + end - start in _HEX_LENGTHS


def _is_moment(line: bytes, found: re.Match[bytes]) -> bool:
    """Whether a number of 13 digits is a moment in milliseconds under a key of time."""
    if not _EPOCH.match(found[0]):
        return False
    before = line[max(0, found.start() - _LOOK_BACK) : found.start()]
    return _TIME_KEY.search(before) is not None


def _in_place(line: bytes, start: int, end: int, mark: bytes) -> bytes:
    """Return the mark, in quotes where the value was a bare number of JSON, so that the line stays JSON."""
    if (
        line[:1] in {b"{", b"["}
        and _BARE.search(line, max(0, start - 8), start)
        and _BARE_END.match(line, end)
    ):
        return b'"' + mark + b'"'
    return mark


class Quick(list[bytes]):
    """Patterns for a fast matcher; the first ``ids`` of them are of numbers of 13 digits."""

    def __init__(self, patterns: Iterable[bytes], ids: int) -> None:
        super().__init__(patterns)
        self.ids = ids


_ASCII_BETWEEN = rb"[- .+_/]"
ASCII_IDS = (
    rb"(?:^|[^0-9])[0-9]{13}(?:[^0-9]|$)",
    _ASCII_BETWEEN.join((rb"[0-9]", rb"[0-9]{4}", rb"[0-9]{5}", rb"[0-9]{2}", rb"[0-9]")),
    rb"(?:[0-9]" + _ASCII_BETWEEN + rb"){12}[0-9]",
)
"""In a body of ASCII without any of :data:`ASCII_HINTS`, every number of 13 digits is found by one of these."""
ASCII_HINTS = (
    rb"[0-9]\x00[0-9]",
    rb"[0-9]%2[d0][0-9]",
    rb"%3[0-9]%3[0-9]",
    rb"\\u0e5[0-9]\\",
    rb"\\u003[0-9]\\",
)
"""Rare ways to write digits, or what stands between them, in ASCII."""


def quick_patterns(words: Iterable[str], fields: Iterable[str], *, phones: bool) -> Quick:
    """Return patterns for a fast matcher without look-behind: where none is found, no rule takes anything.

    The first is of numbers of 13 digits alone; it is also found in hashes, from which :func:`take_ids` takes nothing.

    Args:
        words: as of :func:`words_pattern`.
        fields: as of :func:`fields_pattern`.
        phones: whether mobile numbers go.
    """
    names = b"|".join(re.escape(name).encode("utf-8") for name in fields)
    heads = b"|".join(_word_forms(words))
    ids = [
        rb"(?:^|[^0-9])" + _DIGIT + rb"{13}(?:[^0-9]|$)",
        *_forms(_DIGIT)[1:],
        *_forms(_OLD_DIGIT),
        rb"(?:[0-9]\x00){12}[0-9]",
        rb"(?:%3[0-9]){13}",
        rb"(?:\\u0[eE]5[0-9]){13}",
        rb"(?:\\u003[0-9]){13}",
    ]
    found = [
        rb"(?:^|[^A-Za-z])(?:" + heads + rb")" + _SEPARATORS + _NUMBER_START,
        rb'"(?:' + names + rb')"[ \t]*:',
        rb"[A-Za-z0-9_/.%~)\]\x80-\xff-]\?[^\s\"<>]",
    ]
    if phones:
        found.append(rb"[689][0-9][- ]?[0-9]{3}[- ]?[0-9]{4}")
    return Quick([*ids, *found], len(ids))
