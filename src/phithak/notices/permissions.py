"""Rights over templates, the directory, campaigns and lists of addresses."""

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
    Permission(
        "notices.campaigns.view",
        Text("ดูการแจ้งและตัวเลข", "See campaigns and their figures"),
        _WRITERS | {Role.EXECUTIVE, Role.CALL_AGENT, Role.AUDITOR},
    ),
    Permission(
        "notices.campaigns.recipients",
        Text("ดูผู้รับรายคนของการแจ้ง (ปิดบังที่อยู่)", "See who is told, addresses masked"),
        _WRITERS | {Role.CALL_AGENT, Role.AUDITOR},
    ),
    Permission(
        "notices.campaigns.write", Text("ร่างการแจ้งและส่งขออนุมัติ", "Draft and submit campaigns"), _WRITERS
    ),
    Permission(
        "notices.campaigns.approve",
        Text("อนุมัติการแจ้งที่ผู้อื่นร่าง", "Approve campaigns that another person drafted"),
        _WRITERS | {Role.EXECUTIVE},
    ),
    Permission(
        "notices.campaigns.run",
        Text("เริ่ม หยุด และแจ้งต่อ", "Start, stop and resume campaigns"),
        _WRITERS,
    ),
    Permission(
        "notices.campaigns.answer",
        Text("บันทึกคำตอบทางโทรศัพท์", "Record answers that came by telephone"),
        _WRITERS | {Role.CALL_AGENT},
    ),
    Permission(
        "notices.lists.manage",
        Text("จัดการรายชื่อที่อยู่และรายการขอไม่รับข้อความ", "Manage lists of addresses and do-not-send entries"),
        _WRITERS,
    ),
)
