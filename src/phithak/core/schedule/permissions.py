"""Rights of the room."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

VIEW = Permission(
    "schedule.view",
    Text("ดูตารางเวลาของระบบ", "See the schedules"),
    frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR}),
)
MANAGE = Permission(
    "schedule.manage",
    Text("พัก เปิดต่อ และสั่งตารางเวลาให้ทำทันที", "Pause, resume and run schedules"),
    frozenset({Role.CERT_ADMIN}),
)
OWN = (VIEW, MANAGE)
