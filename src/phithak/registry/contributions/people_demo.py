"""People and contacts of the fictional sector: invented names, numbers that nobody has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.utils.text import slugify

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.registry.models import Organisation
from phithak.registry.queries import people as queries
from phithak.registry.queries import people_hours as hours
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.services import people as services
from phithak.registry.services.people import ContactFacts, PersonFacts, PositionFacts

ACTOR: Actor = actors.system("demo")
OFFICE = tuple((day, "08:30", "16:30") for day in range(5))
_TITLES = ("นาย", "นางสาว", "นายแพทย์", "แพทย์หญิง", "พันตำรวจโท", "ดร.", "นาง", "เภสัชกร")
_FIRST = (
    "ก้อง",
    "ขวัญ",
    "คีรี",
    "งามตา",
    "จรัส",
    "ฉาย",
    "ชบา",
    "ดารา",
    "ตะวัน",
    "ธาร",
    "นที",
    "บัว",
    "ปีก",
    "ผกา",
    "พลอย",
)
_LAST = (
    "ลมเหนือ",
    "ทุ่งรวง",
    "ดาวเด่น",
    "น้ำใส",
    "ป่าสน",
    "ฟ้ากว้าง",
    "ภูเมฆ",
    "มณีดิน",
    "เรือนไม้",
    "ละอองดาว",
    "วังฝน",
    "สายหมอก",
)
_ABROAD = {
    "BN": ("Asia/Brunei", "ms"),
    "KH": ("Asia/Phnom_Penh", "km"),
    "ID": ("Asia/Jakarta", "id"),
    "LA": ("Asia/Vientiane", "lo"),
    "MY": ("Asia/Kuala_Lumpur", "ms"),
    "MM": ("Asia/Yangon", "my"),
    "PH": ("Asia/Manila", "tl"),
    "SG": ("Asia/Singapore", "en"),
    "TL": ("Asia/Dili", "en"),
    "VN": ("Asia/Ho_Chi_Minh", "vi"),
}
_PEER_KINDS = (
    (ContactKind.DIPLOMATIC, "ฝ่ายการทูต", "Diplomatic desk"),
    (ContactKind.DEFENCE, "ฝ่ายกลาโหม", "Defence liaison"),
    (ContactKind.LAW_ENFORCEMENT, "ฝ่ายตำรวจไซเบอร์", "Cyber police"),
    (ContactKind.POLICY, "ฝ่ายนโยบาย", "Policy desk"),
)


@dataclass(frozen=True)
class _Place:
    """What the contacts of one organisation share."""

    row: Organisation
    host: str
    zone: str
    languages: tuple[str, ...]


def build() -> None:
    """Give every organisation that has none its contacts; running it again adds nothing."""
    numbers = count(1)
    rows = queries.organisations_for(ACTOR).filter(merged_into__isnull=True).exclude(state="closed")
    for row in rows.order_by("pk"):
        number = next(numbers)
        if queries.contacts_visible_to(ACTOR).filter(tenant=row.pk).exists():
            continue
        abroad = _ABROAD.get(row.country)
        host = row.website.split("://")[-1].strip("/").removeprefix("www.")
        place = _Place(
            row,
            host or f"{slugify(row.name_en) or 'member'}.example.th",
            abroad[0] if abroad else hours.BANGKOK,
            (abroad[1], "en") if abroad else ("th", "en"),
        )
        _contacts(place, number)


def _contacts(place: _Place, number: int) -> None:
    kind = Kind(place.row.kind)
    duty = _add(place, number, ContactKind.TECHNICAL, "เวรไอที 24 ชั่วโมง", "IT duty desk", rank=2)
    if kind is Kind.MERCHANT:
        return
    chief = _holder(place, number)
    _add(
        place,
        number + 300,
        ContactKind.TECHNICAL,
        "หัวหน้าเทคโนโลยีสารสนเทศ",
        "Head of IT",
        position_id=chief,
        spans=OFFICE,
        backup_id=duty,
    )
    if kind in {Kind.HOSPITAL, Kind.PLATFORM, Kind.TELCO}:
        _add(
            place,
            number + 600,
            ContactKind.PRIVACY,
            "เจ้าหน้าที่คุ้มครองข้อมูล",
            "Data protection officer",
            spans=OFFICE,
        )
    if kind in {Kind.PEER_CERT, Kind.CERT}:
        for step, (contact_kind, th, en) in enumerate(_PEER_KINDS):
            _add(place, number + 1000 + step * 100, contact_kind, th, en, spans=OFFICE)


def _holder(place: _Place, number: int) -> UUID:
    """Make a person who holds two positions and return the technical one."""
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number * 7 % len(_LAST)]}"
    title = _TITLES[number % len(_TITLES)]
    person = services.add_person(
        ACTOR, place.row.pk, PersonFacts(name_th=name, title=title, languages=place.languages)
    )
    services.add_position(
        ACTOR,
        person,
        place.row.pk,
        PositionFacts(
            title_th="รองผู้อำนวยการ",
            title_en="Deputy Director",
            kinds=(ContactKind.DIRECTOR,),
            since=clock.today(),
        ),
    )
    return services.add_position(
        ACTOR,
        person,
        place.row.pk,
        PositionFacts(
            title_th="ผู้บริหารเทคโนโลยีสารสนเทศระดับสูง",
            title_en="Chief Information Officer",
            kinds=(ContactKind.TECHNICAL, ContactKind.POLICY),
        ),
    )


def _add(
    place: _Place,
    number: int,
    kind: ContactKind,
    label_th: str,
    label_en: str,
    *,
    rank: int = 1,
    position_id: UUID | None = None,
    spans: tuple[hours.Span, ...] = (),
    backup_id: UUID | None = None,
) -> UUID:
    # no subscriber has these: within Bangkok none begins with 0, and no country has +999
    phone = f"02000{number:04}" if place.row.country == "TH" else f"+999200{number:05}"
    return services.add_contact(
        ACTOR,
        place.row.pk,
        ContactFacts(
            kind=kind,
            label_th=label_th,
            label_en=label_en,
            position_id=position_id,
            phone=phone,
            email=f"{kind.value.replace('_', '-')}@{place.host}",
            other_email=f"duty{number}@mail.example" if rank > 1 else None,
            languages=place.languages,
            time_zone=place.zone,
            hours=spans,
            rank=rank,
            backup_id=backup_id,
        ),
    )
