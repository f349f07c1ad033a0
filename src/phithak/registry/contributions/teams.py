"""Contributions of the part ``teams``: menu, panel, gaps of rotas, demo."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Demo, Panel, Waiting
from phithak.registry.contributions import menu, teams_demo
from phithak.registry.queries import callsheets, organisations
from phithak.registry.queries import teams as queries


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        menu.line(
            "registry.teams",
            Text("ทีม", "Teams"),
            "registry:teams",
            queries.VIEW,
            menu.TEAMS,
            order=231,
            also=("/registry/shifts/",),
        ),
        menu.line(
            "registry.sheets",
            Text("ใบรายชื่อโทรออฟไลน์", "Offline call sheets"),
            "registry:sheets",
            callsheets.MAKE,
            menu.TEAMS,
            order=232,
        ),
    )
    contrib.panel.register(
        Panel(
            "registry.teams", organisations.KIND, Text("ทีมและผู้อยู่เวร", "Teams and who is on duty"), _panel, 70
        )
    )
    contrib.waiting.register(Waiting("registry.teams", queries.waiting))
    contrib.demo.register(Demo("registry.teams", teams_demo.build, 25))


def _panel(actor: Actor, organisation_id: UUID) -> str | None:
    if not permissions.has(actor, queries.VIEW):
        return None
    return reverse("registry:organisation_teams", args=[organisation_id])
