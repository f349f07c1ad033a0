"""Events for a rule, made from its YAML alone: one per branch, and near misses of each.

Imports nothing of the engine. A branch takes one choice of every detection; a near miss changes one field of
such an event: other case, missing, "", null, a list, a bool, a number as text, Thai, the letters that fold, the
number, address or moment beside it.
"""

from __future__ import annotations

import base64
import ipaddress
import random
from collections.abc import Callable, Iterator
from datetime import date
from re import _constants, _parser  # type: ignore[attr-defined] # typeshed does not show the parser of re
from typing import Any

Record = dict[str, Any]
_BRANCHES = 6
_WIDE = {"wide": "utf-16-le", "utf16le": "utf-16-le", "utf16be": "utf-16-be", "utf16": "utf-16-le"}
_MOMENTS: dict[str, Callable[[int], str]] = {
    "minute": lambda wanted: f"2026-11-21T10:{wanted:02}:59Z",
    "hour": lambda wanted: f"2026-11-21T{wanted:02}:00:00Z",
    "day": lambda wanted: f"2026-12-{wanted:02} 00:00:00",
    "week": lambda wanted: f"{date.fromisocalendar(2026, wanted, 7)}T23:59:59.9Z",
    "month": lambda wanted: f"2024-{wanted:02}-01T00:00Z",
    "year": lambda wanted: f"{wanted}-01-01T00:00:00Z",
}


def events_for(rule: dict[str, Any], seed: int, most: int = 40) -> Iterator[Record]:
    """Yield up to ``most`` flat events for a rule: branches first, then near misses of them."""
    source = random.Random(f"{seed}-{rule.get('id')}")  # noqa: S311 a seed, no secret
    parts = {name: part for name, part in rule["detection"].items() if name != "condition"}
    plain = [name for name in parts if not _negated(name, rule)]
    branches: list[Record] = []
    for turn in range(_BRANCHES):
        chosen: Record = {}
        names = plain if turn < _BRANCHES - 2 else [name for name in plain if source.random() < 0.6]
        for name in names:
            for key, value in _detection(parts[name], turn, source).items():
                former = chosen.get(key)
                chosen[key] = f"{former} {value}" if isinstance(former, str) else value
        if turn == _BRANCHES - 1:
            for part in parts.values():
                chosen.update(_detection(part, 0, source))
        branches.append(chosen)
    yield from branches[:most]
    for _ in range(most - len(branches)):
        event = dict(source.choice(branches))
        if event:
            field = source.choice(sorted(event))
            changed = source.choice(_CHANGES)(event[field])
            event[field] = changed
            if changed is None and source.random() < 0.5:
                del event[field]
        yield event


def near_misses(event: Record) -> Iterator[Record]:
    """Yield an event once for each of its fields and each change of that field, and once without the field."""
    for field in sorted(event):
        for change in _CHANGES:
            yield {**event, field: change(event[field])}
        yield {name: value for name, value in event.items() if name != field}


def _negated(name: str, rule: dict[str, Any]) -> bool:
    return name.startswith(("filter", "exclu", "falsep")) and "not" in str(rule["detection"]["condition"])


def _detection(part: Any, turn: int, source: random.Random) -> Record:
    if isinstance(part, dict):
        made: Record = {}
        for key, wanted in part.items():
            field, *modifiers = str(key).split("|")
            value = _value(modifiers, wanted, turn, source)
            field = field or "message"
            if "fieldref" in modifiers:
                value = made.setdefault(str(wanted), "same")
            if isinstance(made.get(field), str) and isinstance(value, str):
                value = f"{made[field]} {value}"
            made[field] = value
        return made
    if isinstance(part, list) and part:
        chosen = part[turn % len(part)]
        return (
            _detection(chosen, turn, source)
            if isinstance(chosen, dict | list)
            else {"message": f"x {_plain(chosen)} y"}
        )
    return {"message": f"x {_plain(part)} y"}


def _value(modifiers: list[str], wanted: Any, turn: int, source: random.Random) -> Any:
    listed = wanted if isinstance(wanted, list) else [wanted]
    if not listed or listed == [None]:
        return None
    if "all" in modifiers:
        return " ".join(str(_one(modifiers, item, source)) for item in listed)
    return _one(modifiers, listed[turn % len(listed)], source)


def _one(modifiers: list[str], wanted: Any, source: random.Random) -> Any:  # noqa: PLR0911 a table of kinds
    if "exists" in modifiers:
        return "x" if wanted else None
    if "re" in modifiers:
        return _sample(str(wanted), source)
    if "cidr" in modifiers:
        return str(ipaddress.ip_network(wanted)[source.choice((0, -1))])
    if "neq" in modifiers:
        return "something else"
    if {"gt", "gte", "lt", "lte"} & set(modifiers):
        return wanted + (1 if "gt" in modifiers else -1 if "lt" in modifiers else 0)
    for part, written in _MOMENTS.items():
        if part in modifiers:
            return written(wanted)
    if wanted is None or isinstance(wanted, bool | int | float):
        return wanted
    text = _encoded(_plain(wanted), modifiers, source)
    if "windash" in modifiers:
        dash = source.choice("-/\u2013\u2014\u2015")
        text = text.replace("-", dash) if source.random() < 0.5 else text.replace("-", dash, 1)
    head = "" if "startswith" in modifiers else "pre "
    tail = "" if "endswith" in modifiers else " post"
    return head + text + tail if {"contains", "startswith", "endswith"} & set(modifiers) else text


def _encoded(text: str, modifiers: list[str], source: random.Random) -> str:
    wide = next((kind for name, kind in _WIDE.items() if name in modifiers), None)
    data = text.encode(wide or "utf-8")
    if "base64offset" in modifiers:
        return base64.b64encode(b"." * source.randrange(3) + data + b"!!").decode()
    if "base64" in modifiers:
        # at its beginning whole groups stand as they are, at its end only where no bits are shared
        mark = b"\xff\xfe" if "utf16" in modifiers else b""
        return base64.b64encode(mark + data).decode()
    return data.decode() if wide else text


def _plain(pattern: Any) -> str:
    text, made, index = str(pattern), "", 0
    while index < len(text):
        if text[index] == "\\" and text[index + 1 : index + 2] in ("*", "?", "\\"):
            made += text[index + 1]
            index += 2
            continue
        made += {"*": "qq", "?": "q"}.get(text[index], text[index])
        index += 1
    return made


def _sample(pattern: str, source: random.Random) -> str:
    return "".join(_piece(op, argument, source) for op, argument in _parser.parse(pattern).data)


def _piece(op: Any, argument: Any, source: random.Random) -> str:  # noqa: PLR0911 a table of kinds
    if op is _constants.LITERAL:
        return chr(argument)
    if op is _constants.NOT_LITERAL or op is _constants.ANY:
        return "x" if argument != ord("x") else "y"
    if op is _constants.IN:
        return _from_set(argument, source)
    if op is _constants.BRANCH:
        return "".join(_piece(item[0], item[1], source) for item in source.choice(argument[1]).data)
    if op is _constants.SUBPATTERN:
        return "".join(_piece(item[0], item[1], source) for item in argument[3].data)
    if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
        least = argument[0] if source.random() < 0.3 else 1
        times = max(argument[0], min(least, argument[1] if isinstance(argument[1], int) else 1))
        return "".join(_piece(item[0], item[1], source) for _ in range(times) for item in argument[2].data)
    return ""


def _from_set(items: list[Any], source: random.Random) -> str:
    letters = "aZ0_ .-/\\\"'#xq9\t"
    fits = [
        letter
        for letter in letters + "".join(chr(a) for op, a in items if op is _constants.LITERAL)
        if _in(items, letter)
    ]
    return source.choice(fits) if fits else chr(next((a[0] for op, a in items if op is _constants.RANGE), 97))


def _in(items: list[Any], letter: str) -> bool:
    negated = items[0][0] is _constants.NEGATE
    classes: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdigit,
        "SPACE": str.isspace,
        "WORD": lambda text: text.isalnum() or text == "_",
    }
    found = False
    for op, argument in items:
        if op is _constants.LITERAL:
            found |= ord(letter) == argument
        elif op is _constants.RANGE:
            found |= argument[0] <= ord(letter) <= argument[1]
        elif op is _constants.CATEGORY:
            name = str(argument).removeprefix("CATEGORY_")
            test = classes[name.removeprefix("NOT_")]
            found |= test(letter) is not name.startswith("NOT_")
    return found is not negated


def _shorter(text: str) -> str:
    return text[: len(text) // 2] + text[len(text) // 2 + 1 :]


def _beside(value: Any) -> Any:
    """Return the next number, the address before or after, the same clock in another zone; else one half."""
    if isinstance(value, int | float):
        return value + 1
    text = str(value)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        pass
    else:
        number, last = int(address), (1 << address.max_prefixlen) - 1
        return str(
            type(address)(number - 1 if number and (number % 2 == 0 or number == last) else number + 1)
        )
    return f"{text[:-1]}-05:30" if text[:2] == "20" and text.endswith("Z") else text[: len(text) // 2]


_CHANGES: list[Callable[[Any], Any]] = [
    lambda value: str(value).swapcase(),
    lambda value: str(value).upper(),
    lambda _: None,
    lambda _: "",
    lambda value: [value, "zz"],
    lambda value: ["zz", [value]],
    lambda _: True,
    lambda _: 0,
    str,
    lambda value: int(value) if str(value).isdigit() else float(len(str(value))),
    lambda value: f"{value}ก",
    lambda value: f"ก{value}",
    lambda value: str(value)[:-1],
    lambda value: str(value)[1:],
    lambda value: str(value).replace("k", "\u212a").replace("s", "\u017f"),
    lambda value: str(value).replace("i", "ı").replace("I", "İ"),
    lambda value: str(value).replace("\\", "/"),
    lambda value: f"{value}\n",
    lambda value: {"inner": value},
    _beside,
    lambda value: f"x\n{value}\ny",
    lambda value: str(value)[: len(str(value)) // 2] + "\n" + str(value)[len(str(value)) // 2 + 1 :],
    lambda value: _shorter(str(value).replace("qq", "")),
    lambda value: str(value).replace("ss", "ß").replace("ß", "ẞ"),
    lambda value: str(value).replace("*", "ww").replace("?", ""),
    lambda value: str(value).translate({48 + digit: 0xE50 + digit for digit in range(10)}),
]
