"""Contributions of the part ``drills``."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.contrib import Loop, Waiting
from phithak.core.signals import Signal
from phithak.registry.jobs import drills as jobs
from phithak.registry.queries import drills as queries
from phithak.registry.services import drills

REGISTRY = Text("ทะเบียน", "Registry")
TICK_SECONDS = 1.0


def register() -> None:
    """Add this part's contributions."""
    contrib.link_purpose.register(drills.LINK)
    signals.receive(Signal.LINK_ANSWERED, drills.answered_by_link)
    signals.receive(Signal.MESSAGE_FAILED, drills.message_failed)
    contrib.loops.register(Loop(jobs.drill_job.name, TICK_SECONDS, _tick))
    contrib.waiting.register(Waiting("registry.drills", queries.waiting))


def _tick() -> None:
    drills.tick()
