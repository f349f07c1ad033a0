"""What the part ``joining`` shows elsewhere: menu lines, what waits, a panel, the demo."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.contrib import Demo, Panel, VisitorLink, Waiting, WaitingItem
from phithak.registry.contributions import joining_demo, menu
from phithak.registry.queries import organisations as door
from phithak.registry.queries.joining import opening
from phithak.registry.queries.joining import requests as queries
from phithak.registry.services import joining as services

_WAITING = Text("คำขอทะเบียนรอตัดสิน", "Registry requests wait for a decision")
_RENEW = Text("ครบกำหนดต่ออายุทะเบียน", "The registration is due for renewal")


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        menu.line(
            "registry.requests",
            Text("คำขอ", "Requests"),
            "registry:requests",
            queries.VIEW,
            menu.REQUESTS,
            order=261,
        ),
        menu.line(
            "registry.imports",
            Text("นำเข้าไฟล์", "Imports"),
            "registry:imports",
            "registry.import",
            menu.REQUESTS,
            order=262,
        ),
        menu.line(
            "registry.export",
            Text("ส่งออกทะเบียน", "Export the registry"),
            "registry:export",
            door.VIEW,
            menu.REQUESTS,
            order=263,
        ),
    )
    contrib.visitor_links.register(
        VisitorLink(
            "registry.join",
            Text("ขึ้นทะเบียนกับศูนย์", "Register with the centre"),
            "registry:join",
            Text(
                "ร้าน แพลตฟอร์ม โรงพยาบาล หรือหน่วยงานที่ยังไม่มีบัญชี ใช้เวลาไม่ถึง 10 นาที",
                "A shop, platform, hospital or body without an account: it takes less than 10 minutes.",
            ),
            shown=opening.is_open,
            order=10,
        ),
        VisitorLink(
            "registry.join_status",
            Text("ตามผลการขึ้นทะเบียน", "How is my registration?"),
            "registry:join_status",
            Text(
                "ใช้เลขอ้างอิง 8 ตัวอักษรกับโทรศัพท์หรืออีเมลที่ให้ไว้",
                "With the reference of 8 characters, and the telephone or e-mail that you gave.",
            ),
            order=20,
        ),
    )
    contrib.waiting.register(Waiting("registry.requests", waiting))
    contrib.panel.register(
        Panel("registry.requests", door.KIND, Text("คำขอ", "Requests"), panel_url, order=90)
    )
    contrib.link_purpose.register(services.LINK)
    contrib.demo.register(Demo("registry.joining", joining_demo.build, order=60))


def waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Yield the requests that the actor may decide, and own renewals that are due."""
    if permissions.has(actor, queries.DECIDE):
        rows = queries.open_ones(queries.requests_visible_to(actor, queries.DECIDE))
        oldest = rows.first()
        if oldest is not None:
            yield WaitingItem(
                _WAITING,
                reverse("registry:requests"),
                since=oldest.created_at,
                count=rows.count(),
            )
    for tenant_id in tenants_with(actor, queries.MAKE):
        row = door.visible_to(actor).filter(pk=tenant_id).first()
        if row is not None and queries.renewable(row) and not queries.open_request_of(actor, row.pk):
            yield WaitingItem(_RENEW, reverse("registry:ask_renewal", args=[row.pk]))


def panel_url(actor: Actor, organisation_id: UUID) -> str | None:
    """Return the address of the panel; None where the actor may not see requests."""
    if not permissions.has(actor, queries.VIEW):
        return None
    return reverse("registry:requests_panel", args=[organisation_id])
