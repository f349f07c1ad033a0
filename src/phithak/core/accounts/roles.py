"""The closed list of roles (design: roles of a sector CERT)."""

from __future__ import annotations

from enum import StrEnum

from phithak.base.text import Text


class Role(StrEnum):
    """What a membership makes of a person within a tenant."""

    CERT_ADMIN = "cert_admin"
    ANALYST = "analyst"
    EXECUTIVE = "executive"
    AUTHORITY = "authority"
    MEMBER_ADMIN = "member_admin"
    MEMBER_STAFF = "member_staff"
    PARTNER = "partner"
    CALL_AGENT = "call_agent"
    DATA_OWNER = "data_owner"
    TRAINER = "trainer"
    AUDITOR = "auditor"
    EXPERT = "expert"
    PEER_CERT = "peer_cert"
    SENDER = "sender"

    @property
    def text(self) -> Text:
        """The role's name in both languages."""
        return _TEXTS[self]


_TEXTS = {
    Role.CERT_ADMIN: Text("ผู้ดูแลระบบของศูนย์", "CERT administrator"),
    Role.ANALYST: Text("นักวิเคราะห์", "Analyst"),
    Role.EXECUTIVE: Text("ผู้บริหาร", "Executive"),
    Role.AUTHORITY: Text("หน่วยงานกำกับดูแล", "Authority or regulator"),
    Role.MEMBER_ADMIN: Text("ผู้ดูแลของหน่วยงานสมาชิก", "Member administrator"),
    Role.MEMBER_STAFF: Text("เจ้าหน้าที่ของหน่วยงานสมาชิก", "Member staff"),
    Role.PARTNER: Text("คู่ค้า", "Partner"),
    Role.CALL_AGENT: Text("เจ้าหน้าที่คอลเซ็นเตอร์", "Call-centre agent"),
    Role.DATA_OWNER: Text("ผู้อนุมัติสิทธิ์เข้าถึงข้อมูล", "Data-access owner"),
    Role.TRAINER: Text("ผู้ฝึกอบรม", "Trainer"),
    Role.AUDITOR: Text("ผู้ตรวจสอบ", "Auditor"),
    Role.EXPERT: Text("ผู้เชี่ยวชาญภายนอก", "External expert"),
    Role.PEER_CERT: Text("ศูนย์พันธมิตร", "Peer CERT"),
    Role.SENDER: Text("อุปกรณ์ส่งข้อมูล", "Sender"),
}

PRIVILEGED = frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR, Role.DATA_OWNER, Role.AUTHORITY})
"""Roles that need a second factor before they see anything but its set-up page."""
