"""Correlations: what several events mean together, in event time, exact, bounded, resumable.

What goes in are *fed* events: those that hit a rule which feeds a correlation, with the values of the few
fields that matter. What comes out are *alerts*.

**Time.** The moment of the event counts, never that of its arrival. Events wait until the *watermark*, the
latest moment seen less the lateness, has passed them, and are then taken in the order (moment, file, number).
So any arrival within the lateness gives the same alerts. An event from before the watermark is late: it is
counted, not used. One that comes twice while it waits is used once; later it is late. Without a lateness all
wait until the end, which is right for files.

**Windows.** A window is closed on both sides: two events a timespan apart lie in one. Windows of one group
never overlap.

* Where more events can only help (``gt``, ``gte`` of event_count, value_count, value_sum, the temporal kinds,
  expressions without ``not``) the window *slides*: at each moment at which the group has an event, the
  timespan that ends there is measured. When the condition holds there is an alert at once, and the group rests
  for one timespan, in which events are gathered but nothing is said.
* All other conditions (``lt``, ``lte``, ``eq``, ``neq``, ranges, average, median, percentile, ``not``) are
  *settled* when the whole timespan is over: the window begins with the first event of the group that lies in
  no earlier one, and is judged at its end. A burst on its way to ten is never "exactly three".

**Order.** Events of one moment count in either order, since logs often know only seconds.

**Groups.** Values are compared without regard to case. An event without a value for a field of ``group-by``
belongs to no group and is counted; a list belongs to the group of each of its values. An event that hits
several rules of a correlation counts once.

**Chains.** An alert feeds the correlations that name its rule, at the moment at which it is known: that of
its last event if the window slides, the end of the window if it is settled. It carries the values of its
group and those of its events (of value_count the last event of each value, of temporal kinds the last of each
rule, of an order the latest run).

**Percentile.** With ``percentile`` the number at that place of the sorted values, interpolated, so that 50 is
the median. Without it, as in the specification's example: the share in percent that one value has of all.

**Bounds.** The number of waiting events and of remembered ones is limited. What is given up is counted in
``stats``, none in silence. **Ids** are blake2b(tenant, rule, group, window): a replay makes no second alert.
**Snapshots** hold the whole state beside the caller's own offset; after rules were changed the state of the
correlations that stayed the same is kept.

``plan`` works out who feeds whom with which fields, ``moments`` reads the time of an event, ``slides`` and
``frames`` are the two kinds of windows, ``chains`` runs in order, ``measure`` exact numbers, ``correlator``
puts them together, ``snapshot`` writes and reads the state.
"""

from phithak.engines.sigma.correlate.correlator import Correlator
from phithak.engines.sigma.correlate.model import Alert, Entry, Fed, Limits
from phithak.engines.sigma.correlate.plan import Plan, make_plan

__all__ = ["Alert", "Correlator", "Entry", "Fed", "Limits", "Plan", "make_plan"]
