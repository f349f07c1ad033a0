"""Rights over one-time links."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

OWN = (
    Permission(
        "links.view",
        Text("ดูลิงก์ตอบครั้งเดียวและคำตอบ", "See one-time links and their answers"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR, Role.MEMBER_ADMIN}),
    ),
)
