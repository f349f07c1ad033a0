"""Rights over sites, senders and events."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_CENTRE = frozenset({Role.CERT_ADMIN, Role.ANALYST})

OWN = (
    Permission(
        "monitoring.view",
        Text("ดูเซนเซอร์และสุขภาพของหน่วยงาน", "See sensors and how sites are"),
        _CENTRE | {Role.EXECUTIVE, Role.AUDITOR, Role.MEMBER_ADMIN, Role.MEMBER_STAFF},
    ),
    Permission(
        "monitoring.manage",
        Text("ติดตั้ง ลงทะเบียน และเพิกถอนเซนเซอร์", "Roll out, enrol and revoke sensors"),
        _CENTRE,
    ),
    Permission(
        "monitoring.switch",
        Text("เปิดปิดแหล่งข้อมูลของหน่วยงาน", "Switch the sources of a site"),
        _CENTRE | {Role.MEMBER_ADMIN},
    ),
    Permission(
        "monitoring.events",
        Text("ค้นเหตุการณ์", "Search events"),
        _CENTRE | {Role.MEMBER_ADMIN},
    ),
)
