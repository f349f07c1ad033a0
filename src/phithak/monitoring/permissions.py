"""Rights over senders."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

OWN = (
    Permission(
        "monitoring.view",
        Text("ดูผู้ส่งเหตุการณ์", "See the senders of events"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR, Role.MEMBER_ADMIN, Role.MEMBER_STAFF}),
    ),
    Permission(
        "monitoring.senders.manage",
        Text("เพิ่มและเพิกถอนผู้ส่งเหตุการณ์", "Add and revoke senders of events"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST}),
    ),
)
