"""A fast look over a body of lines: whether a privacy profile could take anything from it.

hyperscan goes over all patterns of a profile at once; where it is not installed, or will not have a pattern, the
profile itself looks, which gives the same events. A body of ASCII alone, as most are, is first asked for hints with
few and cheap patterns; only one that gives a hint is asked with all.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from phithak.base.profile import Profile
from phithak.base.profile.cleaner import sought
from phithak.base.profile.rules import ASCII_HINTS, ASCII_IDS, inside_hash, quick_patterns
from phithak.base.profile.sql import HINT, QUICK

_DIGITS_ALONE = 0
_ID_DIGITS = 13
log = logging.getLogger(__name__)


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


hyperscan: Any = _optional("hyperscan")


@lru_cache(maxsize=64)
def prefilter(profile: Profile) -> Callable[[bytes], bool] | None:
    """Return a function that tells whether a profile could take anything from a body of lines; None when there is none.

    The function may be called from several threads. A profile of audit logs has none: every event is read.
    """
    if hyperscan is None or profile.audit:
        return None
    words, fields = sought(profile)
    patterns = quick_patterns(words, (*fields, *profile.statements), phones=profile.phones)
    hints = [*patterns[patterns.ids :], HINT, *ASCII_HINTS]
    try:
        return _Look(
            _Database([*patterns, *QUICK], places=True), _Database(hints), _Database(ASCII_IDS, places=True)
        )
    except hyperscan.HyperscanError as error:
        log.warning("no quick look for profile %s: %s", profile.name, error)
        return None


class _Database:
    """Patterns that are looked for together.

    Args:
        patterns: of hyperscan.
        places: whether the first pattern is of numbers of 13 digits alone, every place of which is asked, because
            some are hashes.
    """

    def __init__(self, patterns: Sequence[bytes], *, places: bool = False) -> None:
        flags = [hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE]
        flags *= len(patterns)
        if places:
            flags[_DIGITS_ALONE] = hyperscan.HS_FLAG_MULTILINE
        self._places = places
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=list(patterns), ids=list(range(len(patterns))), elements=len(patterns), flags=flags
        )
        self._own = threading.local()

    def found(self, body: bytes) -> bool:
        """Return whether a pattern is in ``body``."""
        scratch = getattr(self._own, "scratch", None)
        if scratch is None:
            # scratch space must not be shared between threads
            scratch = self._own.scratch = hyperscan.Scratch(self._database)
        found: list[int] = []

        def match(number: int, _start: int, end: int, *_: object) -> bool:
            if self._places and number == _DIGITS_ALONE and _is_hash(body, end):
                return False
            found.append(number)
            return True

        try:
            self._database.scan(body, match_event_handler=match, scratch=scratch)
        except hyperscan.ScanTerminated:
            return True
        return bool(found)


def _is_hash(body: bytes, end: int) -> bool:
    """Whether the 13 digits that a match ended with, or ended one sign behind, are of a hash: those stay."""
    stop = end if body[end - 1 : end].isdigit() else end - 1
    return body[stop - _ID_DIGITS : stop].isdigit() and inside_hash(body, stop - _ID_DIGITS, stop)


class _Look:
    def __init__(self, whole: _Database, hints: _Database, ids: _Database) -> None:
        self._whole = whole
        self._hints = hints
        self._ids = ids

    def __call__(self, body: bytes) -> bool:
        if body.isascii() and not self._hints.found(body):
            return self._ids.found(body)
        return self._whole.found(body)
