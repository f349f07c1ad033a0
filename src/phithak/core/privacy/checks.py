"""What ``phithak doctor`` asks this room."""

from __future__ import annotations

from phithak.base.errors import LockedError, PhithakError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import CheckResult
from phithak.core.privacy import rootkey
from phithak.core.privacy.keyring import ring


def _root_key() -> CheckResult:
    try:
        root = rootkey.current()
    except LockedError as error:
        return CheckResult("warning", error.message)
    except PhithakError as error:
        return CheckResult("error", error.message)
    if not ring().fits(root):
        return CheckResult(
            "error",
            Text(
                "กุญแจหลักเปิดพวงกุญแจไม่ได้ นำกุญแจเดิมกลับมาด้วย phithak keys import-words",
                "The root key does not open the keyring. Bring the former key back: phithak keys import-words.",
            ),
        )
    return CheckResult("ok", Text("กุญแจหลักเปิดพวงกุญแจได้", "The root key opens the keyring."))


def _rotation() -> CheckResult:
    folder = rootkey.config_of(None).config_dir
    if any((folder / name).exists() for name in (rootkey.NEW, rootkey.NEW_LOCKED)):
        return CheckResult(
            "warning",
            Text(
                "การเปลี่ยนกุญแจหลักยังไม่จบ รัน phithak keys rotate อีกครั้ง",
                "A change of the root key has not finished. Run phithak keys rotate again.",
            ),
        )
    return CheckResult("ok", Text("ไม่มีการเปลี่ยนกุญแจค้างอยู่", "No change of the root key is pending."))


CHECKS = (
    contrib.Check("privacy.root_key", Text("กุญแจหลัก", "Root key"), _root_key),
    contrib.Check("privacy.rotation", Text("การเปลี่ยนกุญแจหลัก", "Change of the root key"), _rotation),
)
