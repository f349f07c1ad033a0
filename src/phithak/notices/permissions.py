"""Rights over templates and the directory."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_WRITERS = frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.MEMBER_ADMIN})

OWN = (
    Permission(
        "notices.view",
        Text("ดูแม่แบบข้อความและสายด่วน", "See templates and hotlines"),
        _WRITERS
        | {Role.EXECUTIVE, Role.CALL_AGENT, Role.TRAINER, Role.AUDITOR, Role.MEMBER_STAFF, Role.DATA_OWNER},
    ),
    Permission("notices.write", Text("เขียนและส่งแม่แบบขออนุมัติ", "Write and submit templates"), _WRITERS),
    Permission(
        "notices.approve",
        Text("อนุมัติแม่แบบที่ผู้อื่นเขียน", "Approve templates that another person wrote"),
        _WRITERS | {Role.EXECUTIVE},
    ),
    Permission(
        "notices.directory.manage",
        Text("แก้ทะเบียนสายด่วนและเว็บ", "Change the directory of hotlines and web addresses"),
        _WRITERS,
    ),
)
