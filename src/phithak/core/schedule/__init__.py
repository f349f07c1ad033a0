"""What happens at set times: ``@every("room.name", cron="0 8 * * *")`` above a job's body.

Owns ``Schedule``: one row per registered schedule with its next due moment and whether it rests. A loop of the
worker queues each due run exactly once: the row moves on by a conditional UPDATE on its fence, in the
transaction that queues the job under a key of name and due moment. Runs that were missed while nothing ran
are made up for once, or skipped, as the schedule says. Pages and API live in ``core.ui.pages.schedule``.
"""

from phithak.core.schedule.registry import Every, Missed, every

__all__ = ["Every", "Missed", "every"]
