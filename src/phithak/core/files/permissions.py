"""The room's permissions."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_DESK = frozenset({Role.ANALYST, Role.MEMBER_ADMIN, Role.MEMBER_STAFF, Role.DATA_OWNER})

OWN = (
    Permission("files.view", Text("ดูรายการไฟล์", "See the list of files"), _DESK | {Role.AUDITOR}),
    Permission("files.upload", Text("อัปโหลดไฟล์", "Upload files"), _DESK),
    Permission("files.download", Text("ดาวน์โหลดไฟล์", "Download files"), _DESK),
    Permission(
        "files.quarantine",
        Text("กัก ปล่อย และเปิดไฟล์ที่ถูกกัก", "Quarantine, release and open quarantined files"),
        frozenset({Role.ANALYST}),
    ),
)
