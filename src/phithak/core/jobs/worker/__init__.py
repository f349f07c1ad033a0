"""The worker process: one supervisor that forks a child per lane and one for the loops.

The supervisor imports everything, freezes the garbage collector's view of it and forks, so the children
share its memory. Children die with it (the kernel's parent-death signal, and a check of the parent's id), a
child that died is forked again after a rest. SIGTERM: children end or release their job and go.
"""

from phithak.core.jobs.worker.supervisor import run_worker

__all__ = ["run_worker"]
