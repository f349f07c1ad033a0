"""Rules in order: for each set of rules the run that begins last."""

from __future__ import annotations

from phithak.engines.sigma.correlate.measure import holds, within
from phithak.engines.sigma.correlate.model import Entry
from phithak.engines.sigma.rules.model import Correlation

Run = tuple[Entry, ...]


class Chains:
    """Runs of entries, one rule after the other in the order in which the correlation names them.

    ``runs`` maps a set of places of rules, as bits, to the run of exactly those rules that begins last, of
    several the one that ended last. Entries come moment by moment, within a moment by place and then by key:
    so events of one moment follow each other in either order.
    """

    def __init__(self, runs: dict[int, Run] | None = None, seen: int = 0) -> None:
        self.runs: dict[int, Run] = runs or {}
        self.seen = seen

    def add(self, entry: Entry, place: int) -> None:
        """Let every run of earlier rules go on with an entry of the rule at ``place``."""
        bit = 1 << place
        self.seen |= bit
        longer = {mask | bit: (*run, entry) for mask, run in self.runs.items() if mask < bit}
        longer[bit] = (entry,)
        for mask, run in longer.items():
            former = self.runs.get(mask)
            if former is None or run[0].time >= former[0].time:
                self.runs[mask] = run

    def prune(self, begin: int) -> None:
        """Forget runs that begin before ``begin``."""
        for mask in [mask for mask, run in self.runs.items() if run[0].time < begin]:
            del self.runs[mask]

    def longest(self) -> int:
        """Return the number of rules in the longest run."""
        return max((mask.bit_count() for mask in self.runs), default=0)

    def best(self, correlation: Correlation) -> tuple[int, Run] | None:
        """Return number of rules and entries of the longest run that meets the condition, or None."""
        order = sorted(self.runs.items(), key=_rank, reverse=True)
        if correlation.condition is not None:
            longest = order[0][1] if order else ()
            return (len(longest), longest) if within(len(longest), correlation.condition) else None
        for mask, run in order:
            if self._meets(correlation, mask):
                return len(run), run
        return None

    def _meets(self, correlation: Correlation, mask: int) -> bool:
        places = {rule: 1 << place for place, rule in enumerate(correlation.rules)}
        return correlation.expression is not None and holds(
            correlation.expression,
            lambda rule: bool(mask & places[rule]),
            lambda rule: not self.seen & places[rule],
        )

    @property
    def weight(self) -> int:
        """Number of entries held."""
        return sum(map(len, self.runs.values()))


def _rank(item: tuple[int, Run]) -> tuple[int, int, int]:
    mask, run = item
    return len(run), run[0].time, mask
