"""What can be said of an organisation, as frozen values: forms, files, the API and other rooms pass these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from phithak.base.text import Text
from phithak.registry.models import Alias, Organisation
from phithak.registry.queries.kinds import Kind


class AliasKind(StrEnum):
    """Where another name comes from."""

    FORMER = "former"
    BRAND = "brand"
    LATIN = "latin"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _ALIASES[self]


_ALIASES = {
    AliasKind.FORMER: Text("ชื่อเดิม", "Former name"),
    AliasKind.BRAND: Text("ชื่อทางการค้า", "Brand"),
    AliasKind.LATIN: Text("ชื่ออักษรละติน", "In Latin letters"),
    AliasKind.OTHER: Text("ชื่ออื่น", "Other name"),
}


class LegalRole(StrEnum):
    """What the law takes an organisation for."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"
    PLATFORM = "platform"
    TELECOM_LICENSEE = "telecom_licensee"

    @property
    def text(self) -> Text:
        """The role's name in both languages."""
        return _ROLES[self]


_ROLES = {
    LegalRole.CONTROLLER: Text("ผู้ควบคุมข้อมูลส่วนบุคคล", "Data controller"),
    LegalRole.PROCESSOR: Text("ผู้ประมวลผลข้อมูลส่วนบุคคล", "Data processor"),
    LegalRole.PLATFORM: Text("ผู้ประกอบธุรกิจบริการแพลตฟอร์มดิจิทัล", "Digital platform operator"),
    LegalRole.TELECOM_LICENSEE: Text("ผู้รับใบอนุญาตโทรคมนาคม", "Telecom licensee"),
}


class Cii(StrEnum):
    """Standing as critical information infrastructure; restricted, see ``registry.cii.view``."""

    NONE = "none"
    CANDIDATE = "candidate"
    DESIGNATED = "designated"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _CII[self]


_CII = {
    Cii.NONE: Text("ไม่ใช่", "No"),
    Cii.CANDIDATE: Text("อยู่ระหว่างพิจารณา", "Candidate"),
    Cii.DESIGNATED: Text("ประกาศแล้ว", "Designated"),
}


@dataclass(frozen=True)
class AliasFacts:
    """Another name of an organisation."""

    text: str
    kind: str = AliasKind.OTHER


@dataclass(frozen=True)
class OrganisationFacts:
    """Everything about an organisation that people edit.

    Attributes:
        name_th: its name; the one name that is needed.
        kind: a :class:`~phithak.registry.queries.kinds.Kind`.
        name_en: name in English.
        short_th: short name in Thai, such as ``รพ.ธารเมฆ``.
        short_en: short name in English.
        sector: code of a sector, such as ``health.hospital``; "" = none.
        country: ISO 3166-1, two letters.
        province: ISO 3166-2, such as ``TH-50``, or any usual name of a Thai province; "" = unknown.
        juristic_id: 13 digits of a juristic person; "" = unknown.
        owner_id: vault handle of a natural person's citizen id.
        is_juristic: whether it is a juristic person.
        revenue_thb: of a year, all services together, in baht; None = not told.
        service_revenue_thb: of a year, of its largest single service, in baht; None = not told.
        users_per_month: in Thailand, the mean of a month; None = not told.
        legal_roles: of :class:`LegalRole`; None = those that the kind proposes.
        address: where it is.
        website: its host or address; kept as a host.
        registered_on: when it was registered (CE); None = the day on which it is written.
        aliases: other names.
    """

    name_th: str
    kind: str
    name_en: str = ""
    short_th: str = ""
    short_en: str = ""
    sector: str = ""
    country: str = "TH"
    province: str = ""
    juristic_id: str = ""
    owner_id: UUID | None = None
    is_juristic: bool = True
    revenue_thb: int | None = None
    service_revenue_thb: int | None = None
    users_per_month: int | None = None
    legal_roles: tuple[str, ...] | None = None
    address: str = ""
    website: str = ""
    registered_on: date | None = None
    aliases: tuple[AliasFacts, ...] = ()


FIELDS = {
    "name_th": Text("ชื่อไทย", "Thai name"),
    "kind": Text("ประเภท", "Kind"),
    "name_en": Text("ชื่ออังกฤษ", "English name"),
    "short_th": Text("ชื่อย่อไทย", "Short name, Thai"),
    "short_en": Text("ชื่อย่ออังกฤษ", "Short name, English"),
    "sector": Text("ภาคส่วน", "Sector"),
    "country": Text("ประเทศ", "Country"),
    "province": Text("จังหวัด", "Province"),
    "juristic_id": Text("เลขนิติบุคคล", "Juristic number"),
    "owner_id": Text("เลขประจำตัวเจ้าของ", "Owner's number"),
    "is_juristic": Text("เป็นนิติบุคคล", "Juristic person"),
    "revenue_thb": Text("รายได้รวมต่อปี (บาท)", "Revenue a year, all services (THB)"),
    "service_revenue_thb": Text(
        "รายได้ต่อปีของบริการที่ใหญ่ที่สุด (บาท)", "Revenue a year of the largest service (THB)"
    ),
    "users_per_month": Text("ผู้ใช้ต่อเดือน", "Users a month"),
    "legal_roles": Text("บทบาทตามกฎหมาย", "Legal roles"),
    "address": Text("ที่อยู่", "Address"),
    "website": Text("เว็บไซต์", "Website"),
    "registered_on": Text("วันที่ขึ้นทะเบียน", "Registered on"),
    "aliases": Text("ชื่ออื่น", "Other names"),
}
"""The fields of :class:`OrganisationFacts` and what people call them."""


def facts_of(row: Organisation) -> OrganisationFacts:
    """Return the facts of an organisation that was read through its door, aliases included."""
    aliases = Alias.objects.filter(tenant_id=row.pk).order_by("pk").values_list("text", "kind")
    return OrganisationFacts(
        name_th=row.name_th,
        kind=Kind(row.kind),
        name_en=row.name_en,
        short_th=row.short_th,
        short_en=row.short_en,
        sector=row.sector.code if row.sector else "",
        country=row.country,
        province=row.province,
        juristic_id=row.juristic_id,
        owner_id=row.owner_id,
        is_juristic=row.is_juristic,
        revenue_thb=row.revenue_thb,
        service_revenue_thb=row.service_revenue_thb,
        users_per_month=row.users_per_month,
        legal_roles=tuple(row.legal_roles),
        address=row.address,
        website=row.website,
        registered_on=row.registered_on,
        aliases=tuple(AliasFacts(text, kind) for text, kind in aliases),
    )
