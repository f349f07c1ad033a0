"""A finished drill of the fictional centre with every colour, and a planned one; no message of them leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.outbox.services import cancel_campaign, control
from phithak.registry.contributions.organisations_demo import centre
from phithak.registry.models import DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import CheckState
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services import drills as services
from phithak.registry.services.drills import Plan

ACTOR: Actor = actors.system("demo")
NAME = "ซ้อมผู้บริหารและตำรวจไซเบอร์ (สาธิต)"
PLANNED = "ซ้อมฝ่ายนโยบาย (วางแผนไว้)"
WHY = "ข้อมูลสาธิต ไม่ส่งถึงใครจริง"
_TURNS = 20


class Here:
    """Stands in for the worker's run: the demo does the job's work itself, at once."""

    actor = ACTOR

    @contextmanager
    def write(self, name: str) -> Iterator[None]:
        """Open a write transaction."""
        with transactions.write(name):
            yield

    finish = write

    def checkpoint(self) -> None:
        """Go on."""

    def pause(self, seconds: float) -> None:
        """Go on at once."""

    def progress(self, done: int, total: int | None = None, text: Text | None = None) -> None:
        """Tell nobody."""


def build() -> None:
    """Run the drill as if it had been three hours ago, when there is none yet."""
    tenant_id = centre()
    if queries.visible_to(ACTOR).filter(tenant=tenant_id, name=NAME).exists():
        return
    began = clock.now() - timedelta(hours=3)
    kinds = (ContactKind.DIRECTOR, ContactKind.LAW_ENFORCEMENT)
    with clock.at(began):
        drill_id = services.plan(ACTOR, tenant_id, Plan(NAME, kinds=kinds))
        services.start(ACTOR, drill_id)
        services.run(Here(), drill_id)
        cancel_campaign(ACTOR, drill_id, tenant_id=tenant_id, reason=WHY)
    services.plan(ACTOR, tenant_id, Plan(PLANNED, kinds=(ContactKind.POLICY,), due_minutes=120))
    asked = list(_checks(drill_id).filter(asked_with__isnull=True).order_by("pk"))
    deputy = next(
        (row for row in asked if row.contact.kind == ContactKind.DIRECTOR and not row.contact.backup_id), None
    )
    chief = next((row for row in asked if row.contact.backup_id), None)
    others = [row for row in asked if row not in (deputy, chief)]
    _answer([*([deputy] if deputy else []), *others[2:]], began + timedelta(minutes=12))
    _pass(began + timedelta(minutes=60))
    _answer(others[:1], began + timedelta(minutes=75))
    _pass(began + timedelta(minutes=125))


def _checks(drill_id: UUID) -> Any:
    return queries.checks_visible_to(ACTOR).filter(drill=drill_id, state=CheckState.ASKED)


def _answer(rows: list[DrillCheck], moment: datetime) -> None:
    with clock.at(moment):
        for row in rows:
            services.answered(ACTOR, row.pk)


def _pass(moment: datetime) -> None:
    for _ in range(_TURNS):
        if not control.sweep():
            break
    with clock.at(moment):
        for _ in range(2):
            services.tick()
