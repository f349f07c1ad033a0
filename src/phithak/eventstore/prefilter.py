"""A fast look over a body of lines: whether a privacy profile could take anything from it.

hyperscan goes over all patterns of a profile at once; where it is not installed, or will not have a pattern, the
profile itself looks, which gives the same events.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from phithak.base.profile import Profile
from phithak.base.profile.cleaner import sought
from phithak.base.profile.rules import quick_patterns, take_ids
from phithak.base.profile.sql import QUICK

_DIGITS_ALONE = 0
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
    patterns = [*quick_patterns(words, (*fields, *profile.statements), phones=profile.phones), *QUICK]
    flags = [hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE] * len(
        patterns
    )
    # every place is told, because some are hashes
    flags[_DIGITS_ALONE] = hyperscan.HS_FLAG_MULTILINE
    try:
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=patterns,
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=flags,
        )
    except hyperscan.HyperscanError as error:
        log.warning("no quick look for profile %s: %s", profile.name, error)
        return None
    return _Look(database)


def _is_hash(body: bytes, end: int) -> bool:
    """Whether the digits that end here are of a hash: nothing is taken from their line."""
    start = body.rfind(b"\n", 0, max(0, end - 1)) + 1
    stop = body.find(b"\n", max(start, end - 1))
    line = body[start : len(body) if stop < 0 else stop]
    return take_ids(line, lambda _value, _rule: b"") == line


class _Look:
    def __init__(self, database: Any) -> None:
        self._database = database
        self._own = threading.local()

    def __call__(self, body: bytes) -> bool:
        scratch = getattr(self._own, "scratch", None)
        if scratch is None:
            # scratch space must not be shared between threads
            scratch = self._own.scratch = hyperscan.Scratch(self._database)
        found: list[int] = []

        def match(number: int, _start: int, end: int, *_: object) -> bool:
            if number == _DIGITS_ALONE and _is_hash(body, end):
                return False
            found.append(number)
            return True

        try:
            self._database.scan(body, match_event_handler=match, scratch=scratch)
        except hyperscan.ScanTerminated:
            return True
        return bool(found)
