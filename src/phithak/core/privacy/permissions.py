"""The room's permissions."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_DESK = frozenset({Role.ANALYST, Role.CALL_AGENT, Role.DATA_OWNER, Role.MEMBER_ADMIN, Role.MEMBER_STAFF})
_KEYS = frozenset({Role.CERT_ADMIN, Role.DATA_OWNER})

OWN = (
    Permission(
        "privacy.vault.view", Text("ดูข้อมูลส่วนบุคคลแบบปิดบัง", "See personal data, masked"), _DESK | {Role.AUDITOR}
    ),
    Permission("privacy.vault.add", Text("ปิดผนึกข้อมูลส่วนบุคคล", "Seal personal data"), _DESK),
    Permission(
        "privacy.unmask",
        Text("เปิดดูข้อมูลส่วนบุคคลเต็มโดยบอกเหตุผล", "See personal data in full, for a reason"),
        _DESK,
    ),
    Permission("privacy.key.view", Text("ดูรายการกุญแจข้อมูล", "See the data keys"), _KEYS | {Role.AUDITOR}),
    Permission(
        "privacy.key.destroy",
        Text("เสนอหรือยืนยันการทำลายกุญแจ", "Propose or confirm the destruction of a key"),
        _KEYS,
        elevated=True,
    ),
    Permission(
        "privacy.key.rotate",
        Text("เปลี่ยนกุญแจหลัก", "Change the root key"),
        frozenset({Role.CERT_ADMIN}),
        elevated=True,
    ),
)
