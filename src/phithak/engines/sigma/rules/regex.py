r"""Regular expressions of rules: one meaning, linear time.

The meaning is Python's ``re`` with ASCII classes (PCRE without UCP means the same): ``\d \w \s \b`` and the
flag ``i`` know ASCII alone, ``$`` also stands before a last newline, the expression is found anywhere.
``translate`` writes the parsed tree in the syntax that RE2 and Hyperscan share, so both run it in linear
time; what needs back-tracking (references, look-around, atomic groups) gives ``None`` and is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from re import _constants, _parser  # type: ignore[attr-defined] # typeshed does not show the parser of re
from typing import Any

_MOST_REPEATS = 1000
_MOST_WORDS = 8
_PUNCTUATION = frozenset("\\.^$|?*+()[]{}-/#&~ ")
_CLASSES = {
    "CATEGORY_DIGIT": "0-9",
    "CATEGORY_SPACE": r" \t\n\r\x0b\x0c",
    "CATEGORY_WORD": "0-9A-Za-z_",
}
_NEGATED = {
    "CATEGORY_NOT_DIGIT": r"\x00-/:-\x{10ffff}",
    "CATEGORY_NOT_SPACE": r"\x00-\x08\x0e-\x1f!-\x{10ffff}",
    "CATEGORY_NOT_WORD": r"\x00-/:-@[-\^`{-\x{10ffff}",
}


class InvalidRegexError(ValueError):
    """The expression is not one."""


class _Untranslatable(Exception):  # noqa: N818 a jump out of the recursion, never seen outside
    pass


def compile_flags(flags: str) -> int:
    """Return the flags of ``re`` for ``i``, ``m`` and ``s``; always ASCII classes."""
    number = int(re.ASCII)
    for letter, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)):
        if letter in flags:
            number |= flag
    return number


def translate(pattern: str, flags: str) -> str | None:
    """Return ``pattern`` for RE2 and Hyperscan, or None where only back-tracking could run it.

    Raises:
        InvalidRegexError: it is no valid expression.
    """
    try:
        # parsing as re does finds the same faults as compiling, at a tenth of the price
        tree = _parser.parse(pattern, compile_flags(flags))
    except (re.error, OverflowError, RecursionError) as error:
        raise InvalidRegexError(f"{pattern[:200]}: {error}") from error
    try:
        return _sequence(tree.data, tree.state.flags)
    except (_Untranslatable, RecursionError):
        return None


def literal_of(pattern: str, flags: str) -> str:
    """Return the longest text that every match must hold, letters as written; "" if there is none."""
    try:
        tree = _parser.parse(pattern, compile_flags(flags))
    except (re.error, OverflowError, RecursionError):
        return ""
    best, run = "", ""
    for op, argument in [*_flat(tree.data), (None, None)]:
        if op is _constants.LITERAL:
            run += chr(argument)
        else:
            best, run = max(best, run, key=len), ""
    return best


def words_of(pattern: str, flags: str) -> tuple[str, ...]:
    """Return texts of which every match must hold one, letters as written but for their case; () if not known."""
    try:
        tree = _parser.parse(pattern, compile_flags(flags))
    except (re.error, OverflowError, RecursionError):
        return ()
    return _words(tree.data)


def _words(items: Sequence[Any]) -> tuple[str, ...]:
    choices: list[tuple[str, ...]] = []
    run = ""
    for op, argument in [*_flat(items), (None, None)]:
        letter = _letter(op, argument)
        if letter:
            run += letter
            continue
        choices.append((run,))
        run = ""
        if op is _constants.BRANCH:
            below = [_words(branch.data) for branch in argument[1]]
            choices.append(tuple({word: None for words in below for word in words}) if all(below) else ())
    good = [words for words in choices if words and all(words) and len(words) <= _MOST_WORDS]
    return max(good, key=lambda words: min(map(len, words)), default=())


def _letter(op: Any, argument: Any) -> str:
    """Return a letter that must stand there, in one case or the other; "" if others may."""
    if op is _constants.LITERAL:
        return chr(argument)
    if op is _constants.IN and all(kind is _constants.LITERAL for kind, _ in argument):
        letters = {chr(code) for _, code in argument}
        first = min(letters)
        if first.isascii() and {letter.lower() for letter in letters if letter.isascii()} == {first.lower()}:
            return first if all(map(str.isascii, letters)) else ""
    return ""


def letters_of(pattern: str, flags: str) -> dict[str, int]:
    """Return letters, in lower case, that every match must hold, and how often at least; ASCII alone."""
    try:
        return dict(_letters(_parser.parse(pattern, compile_flags(flags)).data))
    except (re.error, OverflowError, RecursionError):
        return {}


def _letters(items: Sequence[Any]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for op, argument in items:
        letter = _letter(op, argument)
        if letter:
            counted[letter.lower()] += letter.isascii()
        elif op is _constants.SUBPATTERN:
            counted += _letters(argument[3].data)
        elif op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            below = _letters(argument[2].data)
            counted += Counter({one: count * argument[0] for one, count in below.items()})
        elif op is _constants.BRANCH:
            first, *others = (_letters(branch.data) for branch in argument[1])
            for other in others:
                first &= other
            counted += first
    return +counted


def least_of(pattern: str, flags: str) -> int:
    """Return how many letters a match must hold at least; 0 if that is not known."""
    try:
        return int(_parser.parse(pattern, compile_flags(flags)).getwidth()[0])
    except (re.error, OverflowError, RecursionError):
        return 0


def _flat(items: Sequence[Any]) -> Sequence[Any]:
    flat: list[Any] = []
    for op, argument in items:
        if op is _constants.SUBPATTERN and not argument[1] and not argument[2]:
            flat += _flat(argument[3].data)
        elif op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and argument[0] >= 1:
            # at least once, but what follows need not touch it
            flat += [(None, None), *_flat(argument[2].data), (None, None)]
        else:
            flat.append((op, argument))
    return flat


def _sequence(items: Sequence[Any], flags: int) -> str:
    return "".join(_item(op, argument, flags) for op, argument in items)


def _item(op: Any, argument: Any, flags: int) -> str:
    name = str(op)
    writer = _WRITERS.get(name)
    if writer is None:
        raise _Untranslatable
    return str(writer(argument, flags))


def _character(code: int) -> str:
    letter = chr(code)
    if letter.isascii() and (letter.isalnum() or letter in "_\"'<>=!%,:;@`"):
        return letter
    return "\\" + letter if letter in _PUNCTUATION and letter != " " else f"\\x{{{code:x}}}"


def _folded(code: int, flags: int) -> list[int]:
    letter = chr(code)
    if flags & re.IGNORECASE and letter.isascii() and letter.isalpha():
        return sorted({ord(letter.lower()), ord(letter.upper())})
    return [code]


def _literal(code: int, flags: int) -> str:
    codes = _folded(code, flags)
    return _character(code) if len(codes) == 1 else "[" + "".join(map(_character, codes)) + "]"


def _not_literal(code: int, flags: int) -> str:
    return "[^" + "".join(map(_character, _folded(code, flags))) + "]"


def _any(_: Any, flags: int) -> str:
    return r"[\x00-\x{10ffff}]" if flags & re.DOTALL else r"[^\n]"


def _in(items: Sequence[Any], flags: int) -> str:
    negated = str(items[0][0]) == "NEGATE"
    pieces = [_class_piece(str(op), argument, flags) for op, argument in (items[1:] if negated else items)]
    return ("[^" if negated else "[") + "".join(pieces) + "]"


def _class_piece(name: str, argument: Any, flags: int) -> str:
    if name == "LITERAL":
        return "".join(map(_character, _folded(argument, flags)))
    if name == "RANGE":
        return _range(argument[0], argument[1], flags)
    if name == "CATEGORY":
        category = str(argument)
        return _CLASSES.get(category) or _NEGATED[category]
    raise _Untranslatable


def _range(low: int, high: int, flags: int) -> str:
    text = f"{_character(low)}-{_character(high)}"
    if flags & re.IGNORECASE:
        for first, last, shift in ((65, 90, 32), (97, 122, -32)):
            begin, end = max(low, first), min(high, last)
            if begin <= end:
                text += f"{chr(begin + shift)}-{chr(end + shift)}"
    return text


def _branch(argument: Any, flags: int) -> str:
    return "(?:" + "|".join(_sequence(part.data, flags) for part in argument[1]) + ")"


def _group(argument: Any, flags: int) -> str:
    _, added, removed, part = argument
    if (added | removed) & ~(re.IGNORECASE | re.MULTILINE | re.DOTALL | re.ASCII):
        raise _Untranslatable
    return "(?:" + _sequence(part.data, (flags | added) & ~removed) + ")"


def _greedy(argument: Any, flags: int) -> str:
    low, high, part = argument
    unbounded = high is _constants.MAXREPEAT
    if low > _MOST_REPEATS or (not unbounded and high > _MOST_REPEATS):
        raise _Untranslatable
    inside = "(?:" + _sequence(part.data, flags) + ")"
    if unbounded and low <= 1:
        return inside + ("+" if low else "*")
    return f"{inside}{{{low},{'' if unbounded else high}}}"


def _at(argument: Any, flags: int) -> str:
    multiline = bool(flags & re.MULTILINE)
    written = {
        "AT_BEGINNING": "(?m:^)" if multiline else r"\A",
        "AT_END": "(?m:$)" if multiline else r"(?:\n?\z)",
        "AT_BEGINNING_STRING": r"\A",
        "AT_END_STRING": r"\z",
        "AT_BOUNDARY": r"\b",
        "AT_NON_BOUNDARY": r"\B",
    }
    return written[str(argument)]


_WRITERS: dict[str, Any] = {
    "LITERAL": _literal,
    "NOT_LITERAL": _not_literal,
    "ANY": _any,
    "IN": _in,
    "BRANCH": _branch,
    "SUBPATTERN": _group,
    "MAX_REPEAT": _greedy,
    "MIN_REPEAT": _greedy,
    "AT": _at,
}
