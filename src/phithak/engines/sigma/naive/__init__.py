"""The oracle: Sigma read and evaluated straight from the specification, slowly and plainly.

It reads the YAML itself, knows no atom, plan or cache and shares no line with ``rules`` or ``match``; only
the normalised event is the same. Tests hold the fast engine to it. Never use it on untrusted rules: it
back-tracks.
"""

from phithak.engines.sigma.naive.evaluate import Oracle, UnusableError, read_oracles

__all__ = ["Oracle", "UnusableError", "read_oracles"]
