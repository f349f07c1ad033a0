"""The closed lists that all parts share: kinds of organisations with their default rights, and of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phithak.base.text import Text


class DataLevel(StrEnum):
    """What a member may see of data about others, unless an agreement says more."""

    FULL = "full"  # the centre
    SCOPE = "scope"  # registrations within its own scope
    OWN = "own"  # its own rows, and those that were shared with it
    ANONYMISED = "anonymised"  # figures in which nobody can be recognised

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _LEVELS[self]


_LEVELS = {
    DataLevel.FULL: Text("ทั้งหมดในความดูแล", "All of the constituency"),
    DataLevel.SCOPE: Text("ทะเบียนในขอบเขตกำกับ", "Registrations of its scope"),
    DataLevel.OWN: Text("ข้อมูลของตนและที่แบ่งปันให้", "Its own and what is shared with it"),
    DataLevel.ANONYMISED: Text("เฉพาะข้อมูลที่ไม่ระบุตัว", "Anonymised data only"),
}


@dataclass(frozen=True)
class KindFacts:
    """What follows from a kind.

    Attributes:
        text: its name.
        level: default right to data about others.
        tenant_kind: kind of the tenant, which decides the roles that its people can hold.
        legal_roles: roles under the law that are proposed for it.
        icon: name of its sign on lists.
    """

    text: Text
    level: DataLevel
    tenant_kind: str
    legal_roles: tuple[str, ...] = ()
    icon: str = "building"


class Kind(StrEnum):
    """What an organisation is."""

    CERT = "cert"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    PLATFORM = "platform"
    MERCHANT = "merchant"
    TELCO = "telco"
    CHANNEL = "channel"
    VENDOR = "vendor"
    BANK = "bank"
    MINISTRY_UNIT = "ministry_unit"
    AUTHORITY = "authority"
    LAW_ENFORCEMENT = "law_enforcement"
    PEER_CERT = "peer_cert"
    INTERNATIONAL = "international"
    ACADEMIA = "academia"
    PRIVATE = "private"
    OTHER = "other"

    @property
    def facts(self) -> KindFacts:
        """What follows from the kind."""
        return KINDS[self]

    @property
    def text(self) -> Text:
        """The kind's name in both languages."""
        return KINDS[self].text


_C = ("controller",)
KINDS = {
    Kind.CERT: KindFacts(Text("ศูนย์ประสานงาน (CERT)", "CERT"), DataLevel.FULL, "cert"),
    Kind.HOSPITAL: KindFacts(Text("โรงพยาบาล", "Hospital"), DataLevel.OWN, "hospital", _C),
    Kind.CLINIC: KindFacts(Text("คลินิกและสถานพยาบาลอื่น", "Clinic"), DataLevel.OWN, "hospital", _C),
    Kind.PLATFORM: KindFacts(
        Text("แพลตฟอร์ม", "Platform"), DataLevel.OWN, "platform", ("controller", "platform")
    ),
    Kind.MERCHANT: KindFacts(Text("ร้านค้าและผู้ขาย", "Merchant"), DataLevel.OWN, "merchant", _C),
    Kind.TELCO: KindFacts(
        Text("ผู้ให้บริการโทรคมนาคม", "Telecom operator"),
        DataLevel.OWN,
        "telco",
        ("controller", "telecom_licensee"),
    ),
    Kind.CHANNEL: KindFacts(
        Text("ช่องทางจัดจำหน่าย", "Sales channel"), DataLevel.OWN, "partner", ("processor",)
    ),
    Kind.VENDOR: KindFacts(Text("ผู้พัฒนาและผู้ดูแลระบบ", "Vendor"), DataLevel.OWN, "partner", ("processor",)),
    Kind.BANK: KindFacts(Text("ธนาคาร", "Bank"), DataLevel.OWN, "member", _C),
    Kind.MINISTRY_UNIT: KindFacts(Text("หน่วยงานของรัฐ", "Government unit"), DataLevel.OWN, "member", _C),
    Kind.AUTHORITY: KindFacts(Text("หน่วยงานกำกับดูแล", "Authority"), DataLevel.SCOPE, "authority"),
    Kind.LAW_ENFORCEMENT: KindFacts(Text("หน่วยงานบังคับใช้กฎหมาย", "Law enforcement"), DataLevel.OWN, "member"),
    Kind.PEER_CERT: KindFacts(Text("ศูนย์พันธมิตร", "Peer CERT"), DataLevel.OWN, "peer_cert"),
    Kind.INTERNATIONAL: KindFacts(
        Text("องค์การระหว่างประเทศ", "International body"), DataLevel.ANONYMISED, "member"
    ),
    Kind.ACADEMIA: KindFacts(Text("สถาบันการศึกษา", "Academia"), DataLevel.ANONYMISED, "member"),
    Kind.PRIVATE: KindFacts(Text("ภาคเอกชนอื่น", "Other private body"), DataLevel.OWN, "member", _C),
    Kind.OTHER: KindFacts(Text("อื่น ๆ", "Other"), DataLevel.OWN, "member"),
}


class ContactKind(StrEnum):
    """What a contact is there for."""

    TECHNICAL = "technical"
    DIRECTOR = "director"
    PRIVACY = "privacy"
    LEGAL = "legal"
    PRESS = "press"
    DIPLOMATIC = "diplomatic"
    DEFENCE = "defence"
    LAW_ENFORCEMENT = "law_enforcement"
    POLICY = "policy"
    VENDOR = "vendor"

    @property
    def text(self) -> Text:
        """The kind's name in both languages."""
        return _CONTACTS[self]


_CONTACTS = {
    ContactKind.TECHNICAL: Text("เทคนิค", "Technical"),
    ContactKind.DIRECTOR: Text("ผู้บริหาร", "Director"),
    ContactKind.PRIVACY: Text("คุ้มครองข้อมูลส่วนบุคคล (DPO)", "Data protection (DPO)"),
    ContactKind.LEGAL: Text("กฎหมาย", "Legal"),
    ContactKind.PRESS: Text("ประชาสัมพันธ์", "Press"),
    ContactKind.DIPLOMATIC: Text("การทูต", "Diplomatic"),
    ContactKind.DEFENCE: Text("กลาโหม", "Defence"),
    ContactKind.LAW_ENFORCEMENT: Text("บังคับใช้กฎหมาย", "Law enforcement"),
    ContactKind.POLICY: Text("นโยบาย", "Policy"),
    ContactKind.VENDOR: Text("ผู้รับจ้าง", "Vendor"),
}
