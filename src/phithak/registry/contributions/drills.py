"""Contributions of the part ``drills``: menu, panel, loop, answers of links, what waits, demo."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Demo, Loop, Panel, Waiting
from phithak.core.signals import Signal
from phithak.registry.contributions import drills_demo, menu
from phithak.registry.jobs import drills as jobs
from phithak.registry.queries import drills as queries
from phithak.registry.queries import organisations
from phithak.registry.services import drills

TICK_SECONDS = 1.0


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        menu.line(
            "registry.drills",
            Text("การซ้อมติดต่อ", "Contact drills"),
            "registry:drills",
            queries.VIEW,
            menu.CONTACTS,
            order=224,
        ),
        menu.line(
            "registry.liveness",
            Text("ใครติดต่อได้", "Who can be reached"),
            "registry:drill_liveness",
            queries.VIEW_CONTACTS,
            menu.CONTACTS,
            order=225,
        ),
        menu.line(
            "registry.drill_callback",
            Text("รับสายโทรกลับ", "Call-backs of a drill"),
            "registry:drill_callback",
            queries.MANAGE,
            menu.CONTACTS,
            order=226,
        ),
        menu.line(
            "registry.drill_changes",
            Text("ผู้แจ้งว่าข้อมูลเปลี่ยน", "Told of changes"),
            "registry:drill_changes",
            queries.VIEW,
            menu.CONTACTS,
            order=227,
        ),
    )
    contrib.panel.register(
        Panel(
            "registry.drills",
            organisations.KIND,
            Text("ใครติดต่อได้", "Who can be reached"),
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
    if not permissions.has(actor, queries.VIEW_CONTACTS):
        return None
    return reverse("registry:organisation_liveness", args=[organisation_id])


def _tick() -> None:
    drills.tick()
