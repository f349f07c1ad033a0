"""``phithak up``: starts the small processes of an instance and keeps them alive.

One generation at a time: ``<data_dir>/run/up.lock`` is held with ``flock`` and names the supervisor's pid; a
second ``up`` refuses and names it. Every child dies with its parent: ``PR_SET_PDEATHSIG`` plus a look at the
parent's pid, set by the child itself, so it also holds for the workers that granian makes.
"""
