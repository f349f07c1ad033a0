"""Rights over the outbox."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

OWN = (
    Permission(
        "outbox.view",
        Text("ดูข้อความขาออก (ผู้รับถูกปิดบัง)", "See outgoing messages, recipients masked"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR, Role.MEMBER_ADMIN, Role.DATA_OWNER}),
    ),
    Permission(
        "outbox.manage",
        Text("ตัดสินข้อความที่ไม่ทราบผลหรือส่งไม่สำเร็จ", "Decide on unknown and failed messages"),
        frozenset({Role.CERT_ADMIN, Role.MEMBER_ADMIN}),
    ),
    Permission(
        "outbox.stop",
        Text("หยุดการส่งทั้งหมดทันที", "Stop all sending at once"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST}),
    ),
    Permission(
        "outbox.release",
        Text("ปล่อยให้ส่งต่อหลังหยุดหรือกู้คืน", "Let sending go on after a stop or a restore"),
        frozenset({Role.CERT_ADMIN}),
        elevated=True,
    ),
)
