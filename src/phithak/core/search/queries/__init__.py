"""All reads of the search room: what matches, what matches in the order of a list, and samples to choose the way."""

from phithak.core.search.queries.finding import MOST_TRIGRAMS, PAIR, by_index, by_looking, matching
from phithak.core.search.queries.once import FEW, held, holds_any, narrowed, once
from phithak.core.search.queries.ranked import Ranked

__all__ = [
    "FEW",
    "MOST_TRIGRAMS",
    "PAIR",
    "Ranked",
    "by_index",
    "by_looking",
    "held",
    "holds_any",
    "matching",
    "narrowed",
    "once",
]
