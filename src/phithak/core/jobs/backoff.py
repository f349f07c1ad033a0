"""How long a failed job rests before its next attempt."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_SECONDS = 2.0
MOST_SECONDS = 3600.0
JITTER = 0.25


def chance(seed: int | None = None) -> random.Random:
    """Return the source of the jitter; seeded for tests."""
    return random.Random(seed)  # noqa: S311 - spreads retries in time, keeps no secret


def rest(attempt: int, chance: random.Random) -> timedelta:
    """Return the rest after ``attempt`` failed: 2 s, doubled each time, at most an hour, ± 25 %.

    Args:
        attempt: number of the attempt that failed, from 1.
        chance: source of the jitter, so that jobs that failed together do not come back together.
    """
    seconds = min(FIRST_SECONDS * 2.0 ** min(attempt - 1, 20), MOST_SECONDS)
    return timedelta(seconds=seconds * chance.uniform(1 - JITTER, 1 + JITTER))
