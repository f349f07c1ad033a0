"""Indicators of a STIX 2.1 bundle: patterns that compare one observable with literals, and their markings.

A pattern is simple where each comparison alone would be an indicator: one bracket or several joined by OR, inside
them ``=``, ``IN`` or ``ISSUBSET`` joined by OR. AND, NOT, FOLLOWEDBY and qualifiers mean more than one value can
say, so such a pattern is refused by name, never weakened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from phithak.engines.sigma.indicators.normal import UnfitError

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<sign>[\[\](),=])|(?P<word>[^\s\[\](),='!<>]+(?:'(?:[^'\\]|\\.)*')?"
    r"(?:\[[^\]']*\])?[\w.:-]*))"
)
_PATHS = {
    "ipv4-addr:value": "ip",
    "ipv6-addr:value": "ip",
    "network-traffic:src_ref.value": "",
    "network-traffic:dst_ref.value": "",
    "domain-name:value": "domain",
    "url:value": "url",
    "email-addr:value": "email",
    "email-message:from_ref.value": "email",
    "email-message:sender_ref.value": "email",
}
_HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256"}
_HASH_PATH = re.compile(r"(?:file|artifact):hashes\.'?([A-Za-z0-9-]+)'?")
# TLP 1.0 and 2.0 as STIX names them
_TLP = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
    "94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
_ORDER = ("", "clear", "green", "amber", "amber+strict", "red")


def comparisons(pattern: str) -> list[tuple[str, str]]:
    """Return (kind or "" where the value tells, value) of each comparison of a simple pattern.

    Raises:
        UnfitError: ``pattern``: it is not simple, or compares what is not looked for here.
    """
    tokens = _Tokens(pattern)
    found: list[tuple[str, str]] = []
    while True:
        tokens.take("[")
        while True:
            found += _comparison(tokens)
            if not tokens.maybe("or"):
                break
        tokens.take("]")
        if not tokens.maybe("or"):
            break
    tokens.end()
    return found


class _Tokens:
    def __init__(self, pattern: str) -> None:
        self._left: list[str] = []
        at = 0
        while at < len(pattern.rstrip()):
            found = _TOKEN.match(pattern, at)
            if found is None or found.end() == at:
                raise UnfitError("pattern")
            self._left.append(found[0].strip())
            at = found.end()
        self._left.reverse()

    def next(self) -> str:
        if not self._left:
            raise UnfitError("pattern")
        return self._left.pop()

    def take(self, word: str) -> None:
        if self.next().lower() != word:
            raise UnfitError("pattern")

    def maybe(self, word: str) -> bool:
        if self._left and self._left[-1].lower() == word:
            self._left.pop()
            return True
        return False

    def literal(self) -> str:
        token = self.next()
        if token[:1] != "'":
            raise UnfitError("pattern")
        return re.sub(r"\\(.)", r"\1", token[1:-1])

    def end(self) -> None:
        if self._left:
            raise UnfitError("pattern")


def _comparison(tokens: _Tokens) -> Iterator[tuple[str, str]]:
    kind = _kind(tokens.next())
    operator = tokens.next().lower()
    if operator == "in":
        tokens.take("(")
        yield kind, tokens.literal()
        while tokens.maybe(","):
            yield kind, tokens.literal()
        tokens.take(")")
    elif operator == "=" or (operator == "issubset" and kind == "ip"):
        yield kind, tokens.literal()
    else:
        raise UnfitError("pattern")


def _kind(path: str) -> str:
    if path in _PATHS:
        return _PATHS[path]
    found = _HASH_PATH.fullmatch(path)
    kind = _HASHES.get(found[1].lower().replace("-", "")) if found else None
    if kind is None:
        raise UnfitError("pattern")
    return kind


def markings(objects: list[dict[str, Any]]) -> dict[str, str]:
    """Return id of a marking definition -> its ``tlp:…`` or ``pap:…``, the published ones included."""
    known = {f"marking-definition--{key}": f"tlp:{word}" for key, word in _TLP.items()}
    for item in objects:
        if item.get("type") == "marking-definition":
            for text in _names(item):
                if text.startswith(("tlp:", "pap:")):
                    known[str(item.get("id"))] = text.replace("white", "clear")
                    break
    return known


def _names(item: Mapping[str, Any]) -> Iterator[str]:
    definition = item.get("definition")
    if isinstance(definition, dict):
        if isinstance(definition.get("tlp"), str):
            yield f"tlp:{definition['tlp']}".lower()
        yield str(definition.get("statement", "")).lower()
    extensions = item.get("extensions")
    for extension in extensions.values() if isinstance(extensions, dict) else ():
        if isinstance(extension, dict) and isinstance(extension.get("tlp_2_0"), str):
            yield f"tlp:{extension['tlp_2_0']}".lower()
    yield str(item.get("name", "")).lower()


def marking_of(item: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Return ``tlp`` and ``pap`` of an object by its marking references and labels; the strictest counts."""
    words = [known.get(str(name), "") for name in _listed(item.get("object_marking_refs"))]
    words += [str(label).lower() for label in _listed(item.get("labels"))]
    best = {"tlp": "", "pap": ""}
    for word in words:
        scheme, _, colour = word.partition(":")
        colour = colour.replace("white", "clear")
        if scheme in best and colour in _ORDER and _ORDER.index(colour) > _ORDER.index(best[scheme]):
            best[scheme] = colour
    return best


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
