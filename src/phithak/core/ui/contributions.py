"""What the toolkit contributes: menu lines of its own pages, and a check of the front end's files."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import Check, CheckResult, NavItem
from phithak.core.ui import assets

SYSTEM = Text("ระบบ", "System")


def register() -> None:
    """Fill the registries."""
    contrib.nav.register(
        NavItem("ui.home", Text("งานที่รอคุณ", "Waiting for you"), "ui:home", order=0, icon="home"),
        NavItem(
            "ui.settings",
            Text("ค่าตั้ง", "Settings"),
            "ui:settings",
            permission="accounts.settings.view",
            group=SYSTEM,
            order=900,
            icon="gear",
        ),
        NavItem(
            "ui.dates", Text("อ่านวันที่ไทย", "Thai dates"), "ui:dates", group=SYSTEM, order=960, icon="calendar"
        ),
        NavItem(
            "ui.statistics",
            Text("สถิติสาธารณะ", "Public statistics"),
            "ui:statistics",
            group=SYSTEM,
            order=970,
            icon="chart",
        ),
        NavItem("ui.api", Text("คู่มือ API", "API"), "ui:api_docs", group=SYSTEM, order=980, icon="api"),
    )
    contrib.doctor.register(Check("ui.assets", Text("ไฟล์หน้าเว็บ", "Front-end files"), check_assets))


def check_assets() -> CheckResult:
    """Tell whether fonts, styles and htmx are there."""
    missing = assets.missing()
    if not missing:
        return CheckResult("ok", Text("ครบ", "All there"))
    names = ", ".join(missing)
    return CheckResult(
        "warning",
        Text(
            f"ขาด {names} หน้าเว็บใช้ได้แต่ไม่มีรูปแบบ รัน make assets แล้วเริ่มใหม่",
            f"Missing: {names}. Pages work but are plain. Run make assets and start again.",
        ),
    )
