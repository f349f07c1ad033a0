"""Assets of the fictional sector: every name and number is invented; addresses are those set aside for examples."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import assets as services
from phithak.registry.services.assets import (
    DeviceFacts,
    DomainFacts,
    LinkFacts,
    Party,
    RangeFacts,
    SoftwareFacts,
    StoreFacts,
    SystemFacts,
)

ACTOR = actors.system("demo")
OPEN_STORE = "ถังไฟล์สมัครซิมของตัวแทน (สมมติ)"
_HEALTH = (DataKind.HEALTH_RECORD, DataKind.NATIONAL_ID, DataKind.NAME)
_HOSPITALS = 5


def build() -> None:
    """Give some organisations assets; what is there already stays as it is."""
    if assets.systems_visible_to(ACTOR).exists():
        return
    hospitals = _some(Kind.HOSPITAL, _HOSPITALS)
    vendors = _some(Kind.VENDOR, 1)
    systems = [_hospital(key, place, vendors) for place, key in enumerate(hospitals)]
    _link(systems)
    for key in _some(Kind.CHANNEL, 1):
        _open_store(key)
    for key in _some(Kind.PLATFORM, 1):
        _platform(key)
    _contest(hospitals)


def _some(kind: Kind, most: int) -> list[UUID]:
    rows = organisations.listed(ACTOR).filter(kind=kind).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])


def _hospital(owner: UUID, place: int, vendors: list[UUID]) -> UUID:
    services.add_domain(ACTOR, owner, DomainFacts(f"hospital{place + 1}.example.th", "เว็บและอีเมล"))
    services.add_range(ACTOR, owner, RangeFacts(f"203.0.113.{place * 16}/28", "อินเทอร์เน็ตของโรงพยาบาล"))
    inner = services.add_range(
        ACTOR,
        owner,
        RangeFacts(f"10.{place + 1}.20.0/24", "เครือข่ายเครื่องมือแพทย์", private=True, never_probe=True),
    )
    built = Party(vendors[0]) if vendors else Party(name="บริษัทผู้พัฒนาสมมติ")
    records = services.add_system(
        ACTOR,
        owner,
        SystemFacts(
            Text(f"ระบบเวชระเบียน {place + 1} (สมมติ)", f"Patient records {place + 1} (fictional)"),
            "เวชระเบียนผู้ป่วยนอกและผู้ป่วยใน",
            builder=built,
            operator=Party(owner),
            controller=Party(owner),
            care_critical=True,
        ),
    )
    services.paste_software(ACTOR, owner, "nginx 1.24.0\nMySQL 8.0.34\nระบบนัดหมายสมมติ 3.2", system_id=records)
    services.add_device(
        ACTOR,
        owner,
        DeviceFacts("เครื่องเอกซเรย์", "ก้าวแสง (สมมติ)", "KS-200", "4.1", 2, "ตึกรังสี", records, inner),
    )
    store = services.add_store(
        ACTOR,
        owner,
        StoreFacts(
            f"ฐานข้อมูลเวชระเบียน {place + 1} (สมมติ)",
            Place.OWN_CENTRE,
            Technique.DATABASE,
            (*_HEALTH, DataKind.ID_CARD_IMAGE),
            system_id=records,
            people=40_000 + 9_000 * place,
        ),
    )
    if place % 2 == 0:
        services.set_exposure(
            ACTOR, store, Exposure.PRIVATE, "ลองเข้าจากภายนอก (สมมติ)", clock.now() - timedelta(days=3 + place)
        )
    return records


def _link(systems: list[UUID]) -> None:
    """Link the hospitals in a row, the first and third both ways, and the last back to the second."""
    pairs = list(pairwise(systems))
    if len(systems) >= _HOSPITALS:
        pairs += [(systems[2], systems[0]), (systems[4], systems[1])]
    for source, target in pairs:
        services.add_link(ACTOR, LinkFacts(source, target, _HEALTH, "HL7 FHIR"))


def _open_store(owner: UUID) -> None:
    key = services.add_store(
        ACTOR,
        owner,
        StoreFacts(
            OPEN_STORE,
            Place.PUBLIC_CLOUD,
            Technique.BUCKET,
            (DataKind.ID_CARD_IMAGE, DataKind.NAME, DataKind.PHONE),
            "ผู้ให้บริการคลาวด์สมมติ",
            "https://sim-papers.example",
            people=11_400,
        ),
    )
    services.set_exposure(
        ACTOR, key, Exposure.PUBLIC, "เปิดลิงก์โดยไม่เข้าสู่ระบบ (สมมติ)", clock.now() - timedelta(hours=5)
    )


def _platform(owner: UUID) -> None:
    services.add_store(
        ACTOR,
        owner,
        StoreFacts(
            "ประวัติคำสั่งซื้อ (สมมติ)",
            Place.PUBLIC_CLOUD,
            Technique.DATABASE,
            (DataKind.NAME, DataKind.ADDRESS, DataKind.ORDER_HISTORY),
            "ผู้ให้บริการคลาวด์สมมติ",
            people=13_000_000,
        ),
    )
    services.add_domain(ACTOR, owner, DomainFacts("ตลาดสมมติ.example.th", "หน้าร้าน"))
    services.add_software(ACTOR, owner, SoftwareFacts("openssl", "3.0.11", cpe=_CPE))


def _contest(hospitals: list[UUID]) -> None:
    """Let a second hospital claim what the first holds: something for the centre to settle."""
    if len(hospitals) > 1:
        services.add_domain(ACTOR, hospitals[1], DomainFacts("hospital1.example.th"))
        services.add_range(ACTOR, hospitals[1], RangeFacts("203.0.113.8-203.0.113.11", "ขอใช้ร่วม"))


_CPE = "cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*"
