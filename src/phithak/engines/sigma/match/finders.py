"""Which literals stand in a text: Hyperscan, or pyahocorasick as its twin with the same answer.

A finder says where literals stand, and nothing else: a test that asks for more than its literal is confirmed
elsewhere, by one code for both.
"""

from __future__ import annotations

import hashlib
import importlib
import platform
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import metadata
from typing import Any, Protocol

import ahocorasick


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:  # no wheel for this machine: the twin serves
        return None


hyperscan: Any = _optional("hyperscan")

ANYWHERE, AT_START, AT_END = 0, 1, 2
Literal = tuple[str, int]
_FEW = 6


class Finder(Protocol):
    """Finds literals in folded text."""

    def find(self, text: str) -> list[int]:
        """Return the indexes of the literals that stand in ``text`` at their place, in any order."""


class PatternStore(Protocol):
    """Keeps compiled databases between starts."""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under ``key``, or None."""

    def put(self, key: str, content: bytes) -> None:
        """Keep ``content`` under ``key``."""

    def alone(self) -> AbstractContextManager[None]:
        """While the context lasts no other process is in one of the same store."""


def finder_of(literals: Sequence[Literal], *, accelerated: bool, store: PatternStore | None = None) -> Finder:
    """Return the best finder for these literals: a plain loop for few, Hyperscan if asked for and there."""
    if len(literals) <= _FEW:
        return LoopFinder(literals)
    if accelerated and hyperscan is not None:
        return HyperscanFinder(literals, store)
    return AutomatonFinder(literals)


class LoopFinder:
    """One test after the other."""

    def __init__(self, literals: Sequence[Literal]) -> None:
        self._literals = [(index, text, place) for index, (text, place) in enumerate(literals)]

    def find(self, text: str) -> list[int]:
        """As :meth:`Finder.find`."""
        return [
            index
            for index, literal, place in self._literals
            if (
                literal in text
                if place == ANYWHERE
                else text.startswith(literal)
                if place == AT_START
                else text.endswith(literal)
            )
        ]


class AutomatonFinder:
    """All literals in one pass by Aho and Corasick's automaton."""

    def __init__(self, literals: Sequence[Literal]) -> None:
        words: dict[str, list[tuple[int, int]]] = {}
        for index, (text, place) in enumerate(literals):
            words.setdefault(text, []).append((index, place))
        self._automaton = ahocorasick.Automaton()
        for text, found in words.items():
            anywhere = tuple(index for index, place in found if place == ANYWHERE)
            start = tuple(index for index, place in found if place == AT_START)
            end = tuple(index for index, place in found if place == AT_END)
            self._automaton.add_word(text, (anywhere, start, end, len(text) - 1))
        self._automaton.make_automaton()

    def find(self, text: str) -> list[int]:
        """As :meth:`Finder.find`."""
        found: list[int] = []
        last = len(text) - 1
        seen = None
        for at, (anywhere, start, end, before) in self._automaton.iter(text):
            if anywhere and anywhere is not seen:
                found += anywhere
                seen = anywhere
            if end and at == last:
                found += end
            if start and at == before:
                found += start
        # what stands there often is still one candidate
        return list(set(found)) if len(found) > 1 else found


class HyperscanFinder:
    """All literals in one pass by Hyperscan, in block mode over UTF-8 bytes."""

    def __init__(self, literals: Sequence[Literal], store: PatternStore | None = None) -> None:
        self._found: list[int] = []
        key = _key(literals)
        self._database = self._load(store.get(key)) if store else None
        if self._database is None and store:
            # another process may be compiling the same at this moment
            with store.alone():
                self._database = self._load(store.get(key))
                if self._database is None:
                    self._database = self._compile(literals)
                    store.put(key, bytes(hyperscan.dumpb(self._database)))
        elif self._database is None:
            self._database = self._compile(literals)
        self._scan = self._database.scan

    @staticmethod
    def _load(kept: bytes | None) -> Any:
        if kept is None:
            return None
        try:
            database = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
            # a loaded database has no scratch space yet; one of another version or processor is refused here
            database.scratch = hyperscan.Scratch(database)
        except hyperscan.HyperscanError:
            return None
        return database

    @staticmethod
    def _compile(literals: Sequence[Literal]) -> Any:
        before, after = ("", r"\A", ""), ("", "", r"\z")
        expressions = []
        for text, place in literals:
            escaped = "".join(f"\\x{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
            expressions.append(f"{before[place]}{escaped}{after[place]}".encode("ascii"))
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=expressions,
            ids=list(range(len(expressions))),
            elements=len(expressions),
            flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(expressions),
        )
        return database

    def _on_match(self, index: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        self._found.append(index)

    def find(self, text: str) -> list[int]:
        """As :meth:`Finder.find`."""
        self._found = []
        self._scan(text.encode("utf-8", "surrogatepass"), match_event_handler=self._on_match)
        return self._found


def _key(literals: Sequence[Literal]) -> str:
    content = repr((metadata.version("hyperscan"), platform.machine(), list(literals)))
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
