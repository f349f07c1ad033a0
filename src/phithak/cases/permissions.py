"""Rights over cases."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_CENTRE = frozenset({Role.CERT_ADMIN, Role.ANALYST})
_MEMBERS = frozenset({Role.MEMBER_ADMIN, Role.MEMBER_STAFF})

OWN = (
    Permission(
        "cases.view",
        Text("ดูเคสของศูนย์ หรือเคสที่เปิดให้ตน", "See the centre's cases, or those shared with one"),
        _CENTRE | _MEMBERS | {Role.AUDITOR, Role.EXPERT, Role.PARTNER},
    ),
    Permission("cases.work", Text("เปิดและทำงานกับเคส", "Open and work on cases"), _CENTRE),
    Permission(
        "cases.take_part",
        Text("เขียนและตอบในเคสที่ตนมีส่วนร่วม", "Write and answer in cases that one takes part in"),
        _CENTRE | _MEMBERS | {Role.EXPERT, Role.PARTNER},
    ),
    Permission(
        "cases.policy",
        Text("กำหนดเวลาของขั้นตอนในคู่มือ", "Set the terms of playbooks"),
        frozenset({Role.CERT_ADMIN}),
    ),
    Permission(
        "cases.reports.view",
        Text("ดูรายงานเหตุ", "See reports of incidents"),
        _CENTRE | _MEMBERS | {Role.AUDITOR},
    ),
    Permission(
        "cases.report",
        Text("แจ้งเหตุในนามหน่วยงาน", "Report an incident for one's organisation"),
        _CENTRE | _MEMBERS,
    ),
)  # fmt: skip
