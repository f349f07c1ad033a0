"""Contributions of the part ``drills``: menu, panel, loop, answers of links, what waits, demo."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Demo, Loop, NavItem, Panel, Waiting
from phithak.core.signals import Signal
from phithak.registry.contributions import drills_demo
from phithak.registry.jobs import drills as jobs
from phithak.registry.queries import drills as queries
from phithak.registry.queries import organisations
from phithak.registry.services import drills

REGISTRY = Text("ทะเบียน", "Registry")
TICK_SECONDS = 1.0


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        NavItem(
            "registry.drills",
            Text("การซ้อมติดต่อ", "Contact drills"),
            "registry:drills",
            permission=queries.VIEW,
            group=REGISTRY,
            order=280,
            icon="check",
        ),
        NavItem(
            "registry.drill_callback",
            Text("รับสายโทรกลับ", "Call-backs of a drill"),
            "registry:drill_callback",
            permission=queries.MANAGE,
            group=REGISTRY,
            order=285,
            icon="send",
        ),
    )
    contrib.panel.register(
        Panel(
            "registry.drills",
            organisations.KIND,
            Text("ผู้ประสานงานที่ติดต่อได้", "Liveness of contacts"),
            _panel,
            80,
        )
    )
    contrib.demo.register(Demo("registry.drills", drills_demo.build, 70))
    contrib.link_purpose.register(drills.LINK)
    signals.receive(Signal.LINK_ANSWERED, drills.answered_by_link)
    signals.receive(Signal.MESSAGE_FAILED, drills.message_failed)
    contrib.loops.register(Loop(jobs.drill_job.name, TICK_SECONDS, _tick))
    contrib.waiting.register(Waiting("registry.drills", queries.waiting))


def _panel(actor: Actor, organisation_id: UUID) -> str | None:
    if not permissions.has(actor, queries.VIEW):
        return None
    return reverse("registry:organisation_liveness", args=[organisation_id])


def _tick() -> None:
    drills.tick()
