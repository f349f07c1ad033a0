"""The fast engine: every rule of a set against an event for the price of some dictionary look-ups.

Rules become boolean trees over distinct *atoms* (one test of one field). Per log type a folded *plan* says
which fields count. Per field a new value is scanned once and the set of its true atoms gets a small number,
its *class*; per plan a tuple of classes leads to a *verdict*, worked out once. Exact: the same answer for one
event or a million, cold or warm, with Hyperscan or its pure twin.
"""

from phithak.engines.sigma.match.engine import Engine, Hit
from phithak.engines.sigma.match.explain import Matched

__all__ = ["Engine", "Hit", "Matched"]
