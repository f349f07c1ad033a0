"""The words by which files name kinds, sizes, sectors and roles, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from phithak.registry.models import Sector
from phithak.registry.packs import Size
from phithak.registry.queries import sectors
from phithak.registry.queries.facts import LegalRole
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.sheets.cells import words

_KIND_WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.CERT: ("ศูนย์ประสานงาน", "csirt"),
    Kind.HOSPITAL: ("รพ.", "รพ", "สถานพยาบาล", "โรงพยาบาลรัฐ", "โรงพยาบาลเอกชน"),
    Kind.CLINIC: ("คลินิก", "สถานพยาบาลอื่น", "รพ.สต.", "โรงพยาบาลส่งเสริมสุขภาพตำบล"),
    Kind.PLATFORM: ("แพลตฟอร์มดิจิทัล", "ตลาดออนไลน์", "marketplace", "digital platform", "e-commerce platform"),
    Kind.MERCHANT: ("ร้านค้า", "ร้าน", "ผู้ขาย", "ผู้ค้า", "shop", "seller"),
    Kind.TELCO: ("โทรคมนาคม", "ค่ายมือถือ", "telecom", "operator", "telecom operator"),
    Kind.CHANNEL: ("ช่องทาง", "ตัวแทนจำหน่าย", "dealer"),
    Kind.VENDOR: ("ผู้พัฒนา", "ผู้รับจ้าง", "บริษัทผู้พัฒนา", "supplier", "contractor"),
    Kind.BANK: ("ธนาคารพาณิชย์",),
    Kind.MINISTRY_UNIT: ("ส่วนราชการ", "กรม", "กระทรวง", "หน่วยงานรัฐ", "government", "government agency"),
    Kind.AUTHORITY: ("หน่วยงานกำกับ", "regulator", "ผู้กำกับดูแล"),
    Kind.LAW_ENFORCEMENT: ("ตำรวจ", "police"),
    Kind.PEER_CERT: ("ศูนย์พันธมิตร cert", "peer"),
    Kind.INTERNATIONAL: ("องค์กรระหว่างประเทศ", "international organisation", "international organization"),
    Kind.ACADEMIA: ("มหาวิทยาลัย", "โรงเรียน", "university", "academic"),
    Kind.PRIVATE: ("เอกชน", "บริษัท", "company", "private company"),
    Kind.OTHER: ("อื่นๆ",),
}
_SIZE_WORDS: dict[Size, tuple[str, ...]] = {
    Size.LARGE: ("ใหญ่", "รายใหญ่", "ขนาดใหญ่", "l", "big"),
    Size.MEDIUM: ("กลาง", "รายกลาง", "ขนาดกลาง", "m", "mid"),
    Size.SMALL: ("เล็ก", "รายย่อย", "รายเล็ก", "ขนาดเล็ก", "ย่อย", "s"),
    Size.UNKNOWN: ("ไม่ทราบ", "-", "n/a"),
}
_ROLE_WORDS: dict[LegalRole, tuple[str, ...]] = {
    LegalRole.CONTROLLER: ("ผู้ควบคุมข้อมูล", "ผู้ควบคุม"),
    LegalRole.PROCESSOR: ("ผู้ประมวลผลข้อมูล", "ผู้ประมวลผล"),
    LegalRole.PLATFORM: ("แพลตฟอร์ม", "platform operator"),
    LegalRole.TELECOM_LICENSEE: ("ผู้รับใบอนุญาต", "licensee"),
}
_CONTACT_WORDS: dict[ContactKind, tuple[str, ...]] = {
    ContactKind.TECHNICAL: ("ไอที", "it", "ฝ่ายไอที", "เทคโนโลยีสารสนเทศ", "security", "soc"),
    ContactKind.DIRECTOR: ("ผู้อำนวยการ", "executive", "ceo", "ciso"),
    ContactKind.PRIVACY: ("dpo", "เจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคล", "data protection officer"),
    ContactKind.LEGAL: ("นิติกร", "law"),
    ContactKind.PRESS: ("สื่อสารองค์กร", "pr", "public relations"),
}


@dataclass(frozen=True)
class Lookups:
    """Word (as compared) to value, for each closed list; sectors also with their row's id, and as rows."""

    kinds: Mapping[str, str]
    sizes: Mapping[str, str]
    roles: Mapping[str, str]
    contacts: Mapping[str, str]
    sectors: Mapping[str, str]
    sector_ids: Mapping[str, UUID]
    tree: Sequence[Sector] = ()


def load() -> Lookups:
    """Return the words in force now (sectors come from the database)."""
    rows = sectors.sectors()
    named: dict[str, str] = {}
    for row in rows:
        for word in sectors.words_of(row):
            # a part may share a word with its whole: the whole stands first and keeps it
            named.setdefault(words(word), row.code)
    return Lookups(
        kinds=_index((kind.value, (kind.text.th, kind.text.en, *_KIND_WORDS[kind])) for kind in Kind),
        sizes=_index((size.value, (size.text.th, size.text.en, *_SIZE_WORDS[size])) for size in Size),
        roles=_index((role.value, (role.text.th, role.text.en, *_ROLE_WORDS[role])) for role in LegalRole),
        contacts=_index(
            (kind.value, (kind.text.th, kind.text.en, *_CONTACT_WORDS.get(kind, ()))) for kind in ContactKind
        ),
        sectors=named,
        sector_ids={row.code: row.pk for row in rows},
        tree=rows,
    )


def _index(found: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    made: dict[str, str] = {}
    for value, names in found:
        for name in (value, *names):
            made.setdefault(words(name), value)
    return made
