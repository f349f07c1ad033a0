"""Contact drills: planned and started by a person or each month, asked by a job, settled by a loop.

``planning`` (plan, start, stop), ``asking`` (the job), ``claims`` (one person is asked once, over all drills that
run), ``deciding`` (answers, deadlines, escalation to the backup, the end), ``staleness`` (the daily flag),
``messages`` and ``codes`` (what is said).
"""

from phithak.registry.services.drills.asking import run
from phithak.registry.services.drills.deciding import (
    answered,
    answered_by_code,
    answered_by_link,
    message_failed,
    tick,
)
from phithak.registry.services.drills.errors import DrillStateError, SharedCodeError, UnknownCodeError
from phithak.registry.services.drills.messages import LINK
from phithak.registry.services.drills.planning import Plan, monthly, plan, start, stop
from phithak.registry.services.drills.staleness import flag_stale

__all__ = [
    "LINK",
    "DrillStateError",
    "Plan",
    "SharedCodeError",
    "UnknownCodeError",
    "answered",
    "answered_by_code",
    "answered_by_link",
    "flag_stale",
    "message_failed",
    "monthly",
    "plan",
    "run",
    "start",
    "stop",
    "tick",
]
