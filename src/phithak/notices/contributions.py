"""What the notices room shows elsewhere: menu, what waits, search, figures, checks, preparation before a start."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.contrib import (
    Check,
    CheckResult,
    Demo,
    NavItem,
    Preparation,
    SearchSource,
    Statistic,
    Waiting,
)
from phithak.notices import queries, services

NOTICES = Text("การแจ้งเตือน", "Notices")


def register() -> None:
    """Fill the registries."""
    contrib.nav.register(
        NavItem(
            "notices.templates",
            Text("แม่แบบข้อความ", "Templates"),
            "notices:templates",
            permission=queries.VIEW,
            group=NOTICES,
            order=400,
            icon="template",
        ),
        NavItem(
            "notices.hotlines",
            Text("ทะเบียนสายด่วน", "Hotlines"),
            "notices:hotlines",
            permission=queries.VIEW,
            group=NOTICES,
            order=410,
            icon="book",
        ),
    )
    contrib.waiting.register(Waiting("notices.approve", queries.waiting))
    contrib.search.register(
        SearchSource("notices.templates", Text("แม่แบบข้อความ", "Templates"), queries.find, (queries.KIND,))
    )
    contrib.statistics.register(
        Statistic(
            "notices.approved",
            Text("แม่แบบข้อความที่อนุมัติแล้ว", "Approved templates of notices"),
            Text("นับฉบับที่อนุมัติโดยสองคนและยังใช้อยู่", "Versions in force that two persons approved"),
            queries.approved_count,
        )
    )
    contrib.doctor.register(
        Check("notices.ready_texts", Text("แม่แบบพร้อมใช้", "Ready templates"), check_ready_texts),
        Check("notices.hotline", Text("สายด่วนของศูนย์", "The centre's hotline"), check_hotline),
    )
    contrib.demo.register(Demo("notices.demo", build_demo))
    contrib.preparations.register(Preparation("notices.ready_texts", prepare))


def prepare() -> None:
    """Load the ready texts before a start."""
    services.load_ready_texts()


def build_demo() -> None:
    """Load the ready texts and give the fictional centre a hotline."""
    services.load_ready_texts()
    tenant_id = queries.centre_id()
    if tenant_id is not None and "tel" not in queries.directory(tenant_id, "th"):
        services.add_hotline(
            actors.system("demo"),
            tenant_id=tenant_id,
            slot="tel",
            facts=services.HotlineFacts(
                number="1242",
                name=Text("สายด่วนศูนย์ (สมมติ)", "Hotline of the centre (fictional)"),
                owner="ศูนย์สมมติ",
                hours=Text("ตลอด 24 ชั่วโมง", "24 hours a day"),
                toll_free=True,
            ),
        )


def check_ready_texts() -> CheckResult:
    """Tell whether every ready text was loaded."""
    if queries.centre_id() is None:
        return CheckResult(
            "ok",
            Text("จะนำเข้าเมื่อมีผู้ดูแลคนแรก", "They are loaded when the first administrator exists"),
        )
    missing = queries.missing_ready_texts()
    if not missing:
        return CheckResult("ok", Text("นำเข้าครบ", "All loaded"))
    names = ", ".join(missing)
    return CheckResult(
        "warning",
        Text(f"ยังไม่นำเข้า {names} รัน phithak notices load", f"Not loaded: {names}. Run: phithak notices load"),
    )


def check_hotline() -> CheckResult:
    """Tell whether the centre's own hotline is in the directory."""
    tenant_id = queries.centre_id()
    if tenant_id is None or "tel" in queries.directory(tenant_id, "th"):
        return CheckResult("ok", Text("มีในทะเบียน หรือยังไม่มีศูนย์", "In the directory, or no centre yet"))
    return CheckResult(
        "warning",
        Text(
            "ยังไม่มีสายด่วนของศูนย์ เพิ่มที่หน้าทะเบียนสายด่วน ช่อง tel",
            "The centre's hotline is missing. Add it on the page Hotlines, slot tel.",
        ),
    )
