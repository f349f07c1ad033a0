"""Work that outlives a request: lanes, leases, progress, cancelling, dead letters.

Owns ``Job`` (one piece of work), ``Attempt`` (how an attempt ended that did not finish it) and ``WorkerBeat``
(which lane process was seen when).

How a job lives: ``services.enqueue`` inserts a row in the caller's transaction. A lane process reads a due
row with a plain SELECT and claims it with one conditional UPDATE on its fence number, which counts the
attempt. The body works outside of transactions and writes through ``run.write`` and ``run.finish``: each
starts with a conditional UPDATE on the fence, **in the transaction of the job's own rows**, so a holder whose
lease was lost writes nothing, and a job is done exactly when its rows are there. A heart thread with a
connection of its own renews the lease. What dies is claimed again after its lease; what fails too often is a
dead letter that a person retries or drops.

Arguments are small JSON without personal data. ``@job`` registers a function; a room's ``jobs.py`` is imported
at start. Pages and API live in ``core.ui.pages.jobs``.
"""

from phithak.core.jobs.registry import JobType, Lane, job

__all__ = ["JobType", "Lane", "job"]
