"""Rights over running clocks."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

OWN = (
    Permission(
        "clocks.view",
        Text("ดูนาฬิกากฎหมายที่กำลังเดิน", "See running legal clocks"),
        frozenset(
            {
                Role.CERT_ADMIN,
                Role.ANALYST,
                Role.EXECUTIVE,
                Role.AUDITOR,
                Role.MEMBER_ADMIN,
                Role.MEMBER_STAFF,
            }
        ),
    ),
    Permission(
        "clocks.manage",
        Text("ยืนยัน แก้ และปิดนาฬิกากฎหมาย", "Confirm, correct and close legal clocks"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.MEMBER_ADMIN}),
    ),
)
