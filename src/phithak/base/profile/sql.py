"""Statements without their literals: what was done to which table stays, whose data it was does not.

Databases differ in what a backslash, a double quote and ``#`` mean. Where it is not sure where a literal ends, the
rest of the statement goes with it.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    rb"""
      (?P<gone>/\*.*?(?:\*/|\Z) | (?:--|\#)[^\n'"]*(?=\n|\Z))
    | (?P<literal>[nNbBxXeE]?'(?:[^'\\]|''|\\\\|\\[^'\\])*'(?!')
        | "(?:[^"\\]|""|\\\\|\\[^"\\])*"(?!")
        | \$(?P<mark>[A-Za-z_]*)\$.*?(?:\$(?P=mark)\$|\Z)
        | [0-9][0-9A-Za-z_.]*)
    # a quote behind an odd number of backslashes, one that never closes, one in what may be a comment
    | (?P<unsure>\\*['"].*\Z | (?:--|\#).*\Z)
    | (?P<name>`[^`]*` | [A-Za-z_][A-Za-z0-9_$]*)
    | (?P<blank>\s+)
    | (?P<sign>[(),;=<>!*+/%.&|^~:@\[\]-])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_MANY = re.compile(rb"\?(?: *\?)+")
_BLANKS = re.compile(rb" {2,}")
_PLAIN_NAME = re.compile(rb"`?[A-Za-z0-9_.$]*`?\Z")
_NUMBER_IN_NAME = re.compile(rb"[0-9]{5}")
WORDS = (
    "select",
    "insert",
    "update",
    "delete",
    "replace",
    "merge",
    "values",
    "where",
    "exec",
    "execute",
    "call",
)
"""Words without one of which no event holds a statement."""
_VERB = re.compile(
    rb"\b(?:(?P<whole>select\s+(?:['\"0-9@(]|[A-Za-z0-9_]+\s*\()|insert\s+(?:ignore\s+)?into\b|delete\s+from\b"
    rb"|replace\s+into\b|merge\s+into\b|values\s*\(|exec(?:ute)?\s+[\w.\[\]]+\s+[@'0-9]|call\s+[\w.`]+\s*\()"
    rb"|(?P<part>select|update|where)\b)",
    re.IGNORECASE,
)
_COMPANIONS = {
    b"select": (re.compile(rb"\bfrom\b", re.IGNORECASE), 4000),
    b"update": (re.compile(rb"\bset\b", re.IGNORECASE), 400),
    b"where": (re.compile(rb"[=<>]|\blike\b|\bin\b", re.IGNORECASE), 200),
}
QUICK = (
    rb"(?:^|[^a-z0-9_])select[^a-z0-9_].*from",
    rb"(?:^|[^a-z0-9_])select[ \t]+(?:['\"0-9@(]|[a-z0-9_]+[ \t]*\()",
    rb"(?:^|[^a-z0-9_])(?:insert|replace|merge)[ \t].*into",
    rb"(?:^|[^a-z0-9_])delete[ \t].*from",
    rb"(?:^|[^a-z0-9_])update[^a-z0-9_].*set",
    rb"(?:^|[^a-z0-9_])where[^a-z0-9_].*(?:[=<>]|like|in)",
    rb"(?:^|[^a-z0-9_])values\s*\(",
    rb"(?:^|[^a-z0-9_])exec(?:ute)?\s+[\w.\[\]]+\s+[@'0-9]",
    rb"(?:^|[^a-z0-9_])call\s+[\w.`]+\s*\(",
)
"""Patterns for a fast matcher: where none is found in a line, :func:`strip` leaves it as it is."""
HINT = (
    rb"(?:^|[^a-z0-9_])(?:select|insert|replace|merge|delete|update|where|values|exec|execute|call)[^a-z0-9_]"
)
"""A cheap pattern: where it is not found, none of :data:`QUICK` is."""
_STRING_REST = re.compile(rb"(?:[^\"\\]|\\.)*", re.DOTALL)
_UNESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_ENTITIES = (
    (b"&lt;", b"<"),
    (b"&gt;", b">"),
    (b"&quot;", b'"'),
    (b"&apos;", b"'"),
    (b"&#39;", b"'"),
    (b"&amp;", b"&"),
)


def skeleton(statement: bytes) -> bytes:
    """Return a statement with each literal, comment and unknown sign replaced by ``?``.

    Quoted identifiers of the double-quote kind count as literals, since MySQL reads them so. Doing it twice changes
    nothing.
    """
    parts = [_put(match) for match in _TOKEN.finditer(statement)]
    return _BLANKS.sub(b" ", _MANY.sub(b"?", b"".join(parts))).strip()


def _put(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind == "name":
        plain = _PLAIN_NAME.match(match[0]) and not _NUMBER_IN_NAME.search(match[0])
        return match[0].strip(b"`") if plain else b"?"
    if kind in {"blank", "gone"}:
        return b" "
    return match[0] if kind == "sign" else b"?"


def unescape(text: bytes) -> bytes:
    r"""Return a text with one level of backslashes taken away, as ``\'`` and ``\n`` in logs."""
    return re.sub(rb"\\(.)", lambda match: _UNESCAPED.get(match[1], match[1]), text, flags=re.DOTALL)


def strip(event: bytes) -> bytes:
    """Return an event of any kind with the literals of the statements in it taken out.

    In JSON a statement ends with its string, in XML with its element, in a line with the event.
    """
    parts: list[bytes] = []
    done = 0
    is_json = event[:1] in {b"{", b"["}
    is_xml = event[:1] == b"<" and b">" in event[:200] and b"</" in event
    starts = _Starts(event)
    while True:
        start = starts.after(done)
        if start is None:
            break
        if is_json:
            rest = _STRING_REST.match(event, start)
            end = len(event) if rest is None else rest.end()
            cleaned = skeleton(unescape(event[start:end]))
        elif is_xml:
            place = event.find(b"<", start)
            end = len(event) if place < 0 else place
            cleaned = skeleton(_without_entities(event[start:end])).replace(b"<", b"&lt;")
        else:
            end = len(event)
            cleaned = skeleton(event[start:])
        parts += (event[done:start], cleaned)
        done = end
    return b"".join((*parts, event[done:])) if parts else event


class _Starts:
    """Where statements begin in an event; goes over it once, however many words it holds."""

    def __init__(self, event: bytes) -> None:
        self._event = event
        self._verbs = _VERB.finditer(event)
        self._next: dict[bytes, int] = {}

    def after(self, place: int) -> int | None:
        """Return where the next statement at or behind ``place`` begins; None when there is none."""
        for verb in self._verbs:
            if verb.start() < place:
                continue
            if verb["part"] is None or self._complete(verb["part"].lower(), verb.end()):
                return verb.start()
        return None

    def _complete(self, word: bytes, end: int) -> bool:
        pattern, most = _COMPANIONS[word]
        known = self._next.get(word, -1)
        if known < end:
            found = pattern.search(self._event, end)
            known = self._next[word] = len(self._event) + most + 1 if found is None else found.start()
        return known - end <= most


def _without_entities(text: bytes) -> bytes:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text
