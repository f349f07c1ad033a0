"""Statements without their literals: what was done to which table stays, whose data it was does not."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    rb"""
      (?P<gone>/\*.*?(?:\*/|\Z) | --[^\n]* | \#[^\n]*)
    | (?P<literal>[nNbBxXeE]?'(?:[^'\\]|\\.|'')*(?:'|\Z)
        | "(?:[^"\\]|\\.|"")*(?:"|\Z)
        | \$(?P<mark>[A-Za-z_]*)\$.*?(?:\$(?P=mark)\$|\Z)
        | [0-9][0-9A-Za-z_.]*)
    | (?P<name>`[A-Za-z0-9_.$]*` | [A-Za-z_][A-Za-z0-9_$]*)
    | (?P<blank>\s+)
    | (?P<sign>[(),;=<>!*+/%.&|^~:@\[\]-])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_MANY = re.compile(rb"\?(?: *\?)+")
_NUMBER_IN_NAME = re.compile(rb"[0-9]{5}")
_HINTS = tuple(
    (word, re.compile(word + rb"(?![a-z0-9_])"))
    for word in (
        b"select", b"insert", b"update", b"delete", b"replace", b"merge", b"values", b"where", b"exec",
        b"execute", b"call",
    )
)  # fmt: skip
START = re.compile(
    rb"(?i)\b(?:select\b.{1,4000}?\bfrom\b|select\s+(?:['\"0-9@(]|\w+\s*\()|insert\s+(?:ignore\s+)?into\b|update\b.{1,400}?\bset\b"
    rb"|delete\s+from\b|replace\s+into\b|merge\s+into\b|where\b.{1,200}?(?:=|<|>|\blike\b|\bin\b)"
    rb"|values\s*\(|exec(?:ute)?\s+[\w.\[\]]+\s+[@'0-9]|call\s+[\w.`]+\s*\()",
    re.DOTALL,
)
_UNESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def skeleton(statement: bytes) -> bytes:
    """Return a statement with each literal, comment and unknown sign replaced by ``?``.

    Quoted identifiers of the double-quote kind count as literals, since MySQL reads them so. A literal that
    breaks off takes all that follows with it. Doing it twice changes nothing.
    """
    parts = [_put(match) for match in _TOKEN.finditer(statement)]
    return _MANY.sub(b"?", b"".join(parts)).strip()


def _put(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind == "name":
        return b"?" if _NUMBER_IN_NAME.search(match[0]) else match[0].strip(b"`")
    if kind in {"blank", "gone"}:
        return b" "
    return match[0] if kind == "sign" else b"?"


def has_sql(lowered: bytes) -> bool:
    """Tell quickly whether a text in lower case may hold a statement; false is certain."""
    return any(word in lowered and whole.search(lowered) for word, whole in _HINTS)


def unescape(text: bytes) -> bytes:
    r"""Return a text with one level of backslashes taken away, as ``\'`` and ``\n`` in logs."""
    return re.sub(rb"\\(.)", lambda match: _UNESCAPED.get(match[1], match[1]), text, flags=re.DOTALL)


def strip(event: bytes) -> bytes:
    """Return an event of any kind with the literals of a statement in it taken out.

    In JSON the statement ends with its string, in XML with its element, in a line with the event.
    """
    found = START.search(event)
    if not found:
        return event
    end = len(event)
    if event[:1] in b"{[":
        end = _end_of_string(event, found.start())
        inner = unescape(event[found.start() : end])
    elif event[:1] == b"<" and b">" in event[:200] and b"</" in event:
        place = event.find(b"<", found.start())
        end = place if place >= 0 else end
        inner = _without_entities(event[found.start() : end])
    else:
        inner = event[found.start() : end]
    cleaned = skeleton(inner).replace(b"<", b"&lt;") if event[:1] == b"<" else skeleton(inner)
    return event[: found.start()] + cleaned + (strip_rest(event[end:]) if end < len(event) else b"")


def strip_rest(rest: bytes) -> bytes:
    """Return what follows a statement, with any further statement stripped too."""
    found = START.search(rest)
    if not found:
        return rest
    # a quote opens the field that the next statement lies in, so it reads as JSON again
    end = _end_of_string(rest, found.start())
    return rest[: found.start()] + skeleton(unescape(rest[found.start() : end])) + strip_rest(rest[end:])


def _end_of_string(event: bytes, begin: int) -> int:
    place = begin
    while place < len(event):
        if event[place : place + 1] == b"\\":
            place += 2
        elif event[place : place + 1] == b'"':
            return place
        else:
            place += 1
    return len(event)


def _without_entities(text: bytes) -> bytes:
    for entity, sign in (
        (b"&lt;", b"<"),
        (b"&gt;", b">"),
        (b"&quot;", b'"'),
        (b"&apos;", b"'"),
        (b"&#39;", b"'"),
    ):
        text = text.replace(entity, sign)
    return text.replace(b"&amp;", b"&")
