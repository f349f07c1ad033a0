"""All writes of the room.

``enqueue`` queues in the caller's transaction; ``work_once`` claims and runs one job (the lane processes call
it, and tests of other rooms through ``run_pending``); ``cancel`` and ``retry`` are acts of persons;
``Run`` is what a job's body gets.
"""

from phithak.core.jobs.services.execute import run_pending, work_once
from phithak.core.jobs.services.manage import cancel, housekeeping, retry
from phithak.core.jobs.services.queue import enqueue
from phithak.core.jobs.services.run import Chunk, Run

__all__ = ["Chunk", "Run", "cancel", "enqueue", "housekeeping", "retry", "run_pending", "work_once"]
