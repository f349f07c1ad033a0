"""Rights over the journal."""

from phithak.base.text import Text
from phithak.core.accounts.permissions import Permission
from phithak.core.accounts.roles import Role

_READERS = frozenset({Role.CERT_ADMIN, Role.AUDITOR, Role.MEMBER_ADMIN})
_CHECKERS = frozenset({Role.CERT_ADMIN, Role.AUDITOR})

OWN = (
    Permission("journal.view", Text("ดูบันทึกการใช้งาน", "See the journal"), _READERS),
    Permission("journal.verify", Text("ตรวจความครบถ้วนของบันทึก", "Verify the journal"), _CHECKERS),
    Permission("journal.export", Text("ส่งออกบันทึก", "Export the journal"), _READERS),
)
