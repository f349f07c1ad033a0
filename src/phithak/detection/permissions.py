"""Rights over alerts."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_CENTRE = frozenset({Role.CERT_ADMIN, Role.ANALYST})

OWN = (
    Permission(
        "detection.view",
        Text("ดูแจ้งเตือน", "See alerts"),
        _CENTRE | {Role.AUDITOR, Role.MEMBER_ADMIN, Role.MEMBER_STAFF},
    ),
)
