"""Rights over the registry."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_CENTRE = frozenset({Role.CERT_ADMIN, Role.ANALYST})
_READERS = _CENTRE | {Role.EXECUTIVE, Role.CALL_AGENT, Role.TRAINER, Role.AUDITOR}
_MEMBERS = frozenset({Role.MEMBER_ADMIN, Role.MEMBER_STAFF, Role.DATA_OWNER, Role.PARTNER})
_OWN_DESK = _CENTRE | {Role.MEMBER_ADMIN, Role.PARTNER}

OWN = (
    Permission(
        "registry.view",
        Text("ดูทะเบียนหน่วยงาน", "See organisations"),
        _READERS | _MEMBERS | {Role.AUTHORITY, Role.PEER_CERT},
    ),
    Permission("registry.manage", Text("เพิ่มและแก้หน่วยงาน", "Add and change organisations"), _CENTRE),
    Permission(
        "registry.cii.view",
        Text("ดูสถานะโครงสร้างพื้นฐานสำคัญ", "See who is critical infrastructure"),
        _CENTRE | {Role.EXECUTIVE, Role.AUDITOR},
    ),
    Permission("registry.merge", Text("รวมหน่วยงานที่ซ้ำกัน", "Merge duplicate organisations"), _CENTRE),
    Permission(
        "registry.scope.manage",
        Text("กำหนดขอบเขตหน่วยงานกำกับ", "Set the scope of authorities"),
        frozenset({Role.CERT_ADMIN}),
    ),
    Permission(
        "registry.figures.view",
        Text("ดูตัวเลขรวมที่ไม่ระบุตัว", "See anonymised figures"),
        _READERS | _MEMBERS | {Role.AUTHORITY, Role.PEER_CERT},
    ),
    Permission(
        "registry.contacts.view",
        Text("ดูผู้ประสานงาน", "See contacts"),
        _CENTRE | {Role.CALL_AGENT, Role.AUDITOR, Role.MEMBER_ADMIN, Role.MEMBER_STAFF, Role.PARTNER},
    ),
    Permission("registry.contacts.manage", Text("แก้ผู้ประสานงาน", "Change contacts"), _OWN_DESK),
    Permission(
        "registry.call",
        Text("เปิดเบอร์ผู้ประสานงานเพื่อโทร", "Open a contact's number to call it"),
        _CENTRE | {Role.CALL_AGENT},
    ),
    Permission("registry.sheet.make", Text("ทำใบรายชื่อโทรออฟไลน์", "Make offline call sheets"), _CENTRE),
    Permission(
        "registry.teams.view",
        Text("ดูทีมและเวร", "See teams and shifts"),
        _READERS | {Role.MEMBER_ADMIN, Role.MEMBER_STAFF},
    ),
    Permission(
        "registry.teams.manage",
        Text("จัดทีมและเวร", "Plan teams and shifts"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.MEMBER_ADMIN}),
    ),
    Permission(
        "registry.assets.view",
        Text("ดูทรัพย์สินสารสนเทศ", "See assets"),
        _CENTRE | _MEMBERS | {Role.AUDITOR},
    ),
    Permission("registry.assets.manage", Text("แก้ทรัพย์สินสารสนเทศ", "Change assets"), _OWN_DESK),
    Permission(
        "registry.agreements.view",
        Text("ดูข้อตกลง", "See agreements"),
        _CENTRE | {Role.EXECUTIVE, Role.AUDITOR, Role.MEMBER_ADMIN, Role.PARTNER, Role.AUTHORITY},
    ),
    Permission(
        "registry.agreements.manage",
        Text("แก้ข้อตกลงและเปิดปิดการแบ่งปัน", "Change agreements and switch flows"),
        _CENTRE,
    ),
    Permission(
        "registry.shares.view",
        Text("ดูการให้ข้อมูลต่อ", "See data-sharing links"),
        _CENTRE
        | {Role.EXECUTIVE, Role.AUDITOR, Role.MEMBER_ADMIN, Role.MEMBER_STAFF, Role.PARTNER, Role.AUTHORITY},
    ),
    Permission(
        "registry.shares.manage",
        Text("บันทึกและระงับการให้ข้อมูลต่อ", "Record and suspend data-sharing links"),
        _OWN_DESK,
    ),
    Permission(
        "registry.shares.appeal",
        Text("อุทธรณ์การระงับ", "Appeal against a suspension"),
        frozenset({Role.MEMBER_ADMIN, Role.PARTNER}),
    ),
    Permission(
        "registry.requests.make",
        Text("ขอแก้ข้อมูลของหน่วยงานตน", "Ask for changes of the own record"),
        frozenset({Role.MEMBER_ADMIN, Role.PARTNER}),
    ),
    Permission(
        "registry.requests.view",
        Text("ดูคำขอ", "See requests"),
        _CENTRE | {Role.MEMBER_ADMIN, Role.PARTNER, Role.AUDITOR, Role.AUTHORITY},
    ),
    Permission("registry.requests.decide", Text("อนุมัติคำขอ", "Decide on requests"), _CENTRE),
    Permission("registry.import", Text("นำเข้าทะเบียนจากไฟล์", "Import the registry from files"), _CENTRE),
    Permission(
        "registry.drills.view",
        Text("ดูการซ้อมติดต่อ", "See contact drills"),
        _CENTRE | {Role.EXECUTIVE, Role.AUDITOR},
    ),
    Permission(
        "registry.drills.manage", Text("สั่งซ้อมติดต่อ", "Run contact drills"), _CENTRE | {Role.CALL_AGENT}
    ),
)
