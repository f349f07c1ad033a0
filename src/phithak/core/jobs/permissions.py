"""Rights of the room."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

VIEW = Permission(
    "jobs.view",
    Text("ดูงานเบื้องหลังและตารางเวลา", "See background jobs and schedules"),
    frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR}),
)
MANAGE = Permission(
    "jobs.manage",
    Text("ยกเลิก สั่งใหม่ และพักตารางเวลา", "Cancel and retry jobs, pause schedules"),
    frozenset({Role.CERT_ADMIN}),
)
OWN = (VIEW, MANAGE)
