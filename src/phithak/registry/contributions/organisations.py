"""Contributions of the part ``organisations``: menu, what waits, search, figures, checks, preparation, demo."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import (
    Check,
    CheckResult,
    Demo,
    Preparation,
    SearchSource,
    Statistic,
    Waiting,
)
from phithak.registry import receivers
from phithak.registry.contributions import menu, organisations_demo
from phithak.registry.packs import PackFileError
from phithak.registry.queries import figures, sectors, sizes, waiting
from phithak.registry.queries import organisations as queries
from phithak.registry.services import organisations as services

_NAME = Text("หน่วยงาน", "Organisations")
_MENU = (
    ("organisations", Text("ทุกหน่วยงาน", "All organisations"), queries.VIEW),
    ("map", Text("แผนที่", "Map"), queries.VIEW),
    ("figures", Text("ตัวเลขรวม", "Figures"), queries.FIGURES),
    ("duplicates", Text("อาจซ้ำกัน", "Possible duplicates"), queries.MERGE),
)


def register() -> None:
    """Add this part's contributions."""
    receivers.connect()
    menu.register()
    contrib.nav.register(
        *(
            menu.line(
                f"registry.{name}", text, f"registry:{name}", needed, menu.ORGANISATIONS, order=211 + place
            )
            for place, (name, text, needed) in enumerate(_MENU)
        ),
    )
    contrib.waiting.register(Waiting("registry.organisations", waiting.items))
    contrib.search.register(
        SearchSource("registry.organisations", _NAME, waiting.find, (queries.KIND,), by_other_means=True)
    )
    contrib.statistics.register(
        Statistic(
            "registry.organisations",
            Text("หน่วยงานในทะเบียน", "Organisations in the registry"),
            Text(
                "นับหน่วยงานที่ขึ้นทะเบียนแล้ว ไม่แสดงเมื่อน้อยกว่า 5",
                "Registered organisations; nothing is told of fewer than five",
            ),
            figures.registered_count,
        )
    )
    contrib.doctor.register(
        Check("registry.sectors", Text("ชุดภาคส่วน", "Sector packs"), check_sectors),
        Check("registry.tenants", Text("ทะเบียนของทุกหน่วยงาน", "A record for every tenant"), check_tenants),
        Check("registry.sizes", Text("กฎขนาดหน่วยงาน", "Rules of size"), check_sizes),
    )
    contrib.preparations.register(Preparation("registry.organisations", prepare))
    contrib.demo.register(Demo("registry.organisations", organisations_demo.build, order=10))


def prepare() -> None:
    """Load the ready sectors, give every tenant its record, and have stale sizes decided anew."""
    services.load_ready()
    services.find_tenants()
    try:
        services.ask_to_resize()
    except PackFileError:
        return  # doctor tells of the file; a wrong one must not keep the instance from starting


def check_sectors() -> CheckResult:
    """Tell whether every ready sector was loaded."""
    missing = sectors.missing_ready()
    if not missing:
        return CheckResult("ok", Text("โหลดครบ", "All loaded"))
    names = ", ".join(missing)
    return CheckResult(
        "warning",
        Text(
            f"ยังไม่โหลดชุด {names} รัน phithak registry packs load",
            f"Not loaded: {names}. Run: phithak registry packs load",
        ),
    )


def check_tenants() -> CheckResult:
    """Tell whether every tenant has its organisation."""
    missing = queries.tenants_without_record()
    if not missing:
        return CheckResult("ok", Text("ครบ", "All have one"))
    return CheckResult(
        "error",
        Text(
            f"{missing} หน่วยงานยังไม่มีทะเบียน รัน phithak prepare",
            f"Tenants without a record: {missing}. Run: phithak prepare",
        ),
    )


def check_sizes() -> CheckResult:
    """Tell whether the rules of size can be read, and whether every size was decided by them."""
    try:
        rules = sizes.rules()
        stale = sum(queries.not_sized_by(rule.name).count() for rule in rules)
    except PackFileError as error:
        return CheckResult("error", error.message)
    if stale:
        return CheckResult(
            "warning",
            Text(
                f"{stale} หน่วยงานยังจัดขนาดด้วยกฎเดิม รัน phithak registry resize",
                f"Sized by an older rule: {stale}. Run: phithak registry resize",
            ),
        )
    names = ", ".join(rule.name for rule in rules)
    return CheckResult("ok", Text(f"ใช้ {names}", f"In force: {names}"))
