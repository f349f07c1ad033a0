"""Which column of a file is what: headings in both languages, guessed by their words, changeable by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from phithak.base.text import Text
from phithak.registry.sheets.cells import words

LEAST_INSIDE = 4


@dataclass(frozen=True)
class Field:
    """Something that a column can hold.

    Attributes:
        name: stable name.
        title: heading in files that we write.
        also: further headings by which it is known.
        personal: whether its cells are sealed and never shown again.
    """

    name: str
    title: Text
    also: tuple[str, ...] = ()
    personal: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every heading that names it, as compared."""
        return tuple(words(name) for name in (self.name, self.title.th, self.title.en, *self.also))


@dataclass(frozen=True)
class Layout:
    """The fields of one kind of file."""

    name: str
    title: Text
    fields: tuple[Field, ...]
    needed: tuple[str, ...]
    index: Mapping[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, str] = {}
        for item in self.fields:
            for key in item.keys:
                if found.setdefault(key, item.name) != item.name:
                    raise ValueError(f"{key} names {found[key]} and {item.name}")
        object.__setattr__(self, "index", found)

    def known(self, cells: Sequence[str]) -> int:
        """Return how many of the cells are headings of this layout."""
        return len({name for cell in cells[:200] if (name := self.index.get(words(cell[:200])))})

    def guess(self, header: Sequence[str]) -> dict[str, str]:
        """Return the field of each column (number from 0, as text) whose heading tells it; a field once."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        keys = [words(name[:200]) for name in header]
        for place, key in enumerate(keys):
            name = self.index.get(key)
            if name and name not in taken:
                found[str(place)] = name
                taken.add(name)
        # "ชื่อหน่วยงาน (ภาษาไทย ตามหนังสือรับรอง)": a known heading stands inside, the longest one counts
        for place, key in enumerate(keys):
            if str(place) in found:
                continue
            inside = [known for known in self.index if len(known) >= LEAST_INSIDE and known in key]
            for known in sorted(inside, key=len, reverse=True):
                if self.index[known] not in taken:
                    found[str(place)] = self.index[known]
                    taken.add(self.index[known])
                    break
        return found

    def title_of(self, name: str) -> Text:
        """Return the heading of a field."""
        return next(item.title for item in self.fields if item.name == name)


ORGANISATIONS = Layout(
    "organisations",
    Text("หน่วยงาน", "Organisations"),
    (
        Field("id", Text("รหัสในระบบ", "System id"), ("uuid", "organisation id", "tenant id")),
        Field(
            "external_id",
            Text("รหัสของแหล่งข้อมูล", "External id"),
            (
                "รหัสหน่วยงาน",
                "รหัสสถานพยาบาล",
                "รหัส 5 หลัก",
                "hcode",
                "org code",
                "code",
                "รหัส",
                "ref",
                "external ref",
            ),
        ),
        Field(
            "juristic_id",
            Text("เลขนิติบุคคล", "Juristic id"),
            (
                "เลขทะเบียนนิติบุคคล",
                "ทะเบียนนิติบุคคล",
                "เลขประจำตัวผู้เสียภาษี",
                "เลขผู้เสียภาษี",
                "เลข 13 หลัก",
                "tax id",
                "taxid",
                "registration number",
                "company registration number",
                "juristic number",
            ),
        ),
        Field(
            "name_th",
            Text("ชื่อไทย", "Name in Thai"),
            (
                "ชื่อ",
                "ชื่อหน่วยงาน",
                "ชื่อองค์กร",
                "ชื่อบริษัท",
                "ชื่อโรงพยาบาล",
                "ชื่อผู้ประกอบการ",
                "ชื่อภาษาไทย",
                "ชื่อ (ไทย)",
                "ชื่อหน่วยงานภาษาไทย",
                "name",
                "thai name",
                "name (thai)",
                "organisation",
                "organization",
                "organisation name",
                "organization name",
                "company name",
                "company",
                "หน่วยงาน",
            ),
        ),
        Field(
            "name_en",
            Text("ชื่ออังกฤษ", "Name in English"),
            ("ชื่อภาษาอังกฤษ", "ชื่อ (อังกฤษ)", "ชื่อหน่วยงานภาษาอังกฤษ", "english name", "name (english)"),
        ),
        Field(
            "short_th", Text("ชื่อย่อไทย", "Short name in Thai"), ("ชื่อย่อ", "ตัวย่อ", "short name", "abbreviation")
        ),
        Field("short_en", Text("ชื่อย่ออังกฤษ", "Short name in English"), ("acronym", "english abbreviation")),
        Field(
            "kind", Text("ประเภท", "Kind"), ("ประเภทหน่วยงาน", "ชนิด", "type", "organisation type", "category")
        ),
        Field(
            "sector",
            Text("ภาคส่วน", "Sector"),
            ("สาขา", "กลุ่มธุรกิจ", "ประเภทธุรกิจ", "ภาค", "industry", "sector code"),
        ),
        Field("size", Text("ขนาด", "Size"), ("ขนาดกิจการ", "size class", "ระดับ", "ขนาดหน่วยงาน")),
        Field("country", Text("ประเทศ", "Country"), ("country code", "รหัสประเทศ")),
        Field("province", Text("จังหวัด", "Province"), ("จ.", "province name", "changwat", "จังหวัดที่ตั้ง")),
        Field("address", Text("ที่อยู่", "Address"), ("ที่ตั้ง", "ที่อยู่สำนักงาน", "office address", "location")),
        Field("website", Text("เว็บไซต์", "Website"), ("เว็บ", "web", "url", "homepage", "domain", "โดเมน")),
        Field(
            "revenue_thb",
            Text("รายได้ต่อปี (บาท)", "Revenue a year (THB)"),
            ("รายได้", "รายได้ต่อปี", "รายได้รวม", "revenue", "annual revenue", "revenue thb", "turnover"),
        ),
        Field(
            "service_revenue_thb",
            Text("รายได้ของบริการใหญ่สุดต่อปี (บาท)", "Revenue of the largest service a year (THB)"),
            ("รายได้ต่อบริการ", "รายได้ของบริการ", "service revenue"),
        ),
        Field(
            "users_per_month",
            Text("ผู้ใช้ต่อเดือน", "Users a month"),
            ("จำนวนผู้ใช้", "ผู้ใช้", "จำนวนผู้ใช้ต่อเดือน", "users", "monthly users", "mau", "users per month"),
        ),
        Field(
            "is_juristic",
            Text("เป็นนิติบุคคล", "Juristic person"),
            ("สถานะบุคคล", "ประเภทบุคคล", "is juristic", "person type", "นิติบุคคลหรือบุคคลธรรมดา"),
        ),
        Field("legal_roles", Text("บทบาทตามกฎหมาย", "Legal roles"), ("บทบาท", "role", "roles", "legal role")),
        Field(
            "aliases", Text("ชื่ออื่น", "Other names"), ("ชื่อเรียกอื่น", "ชื่อแบรนด์", "alias", "brand", "also known as")
        ),
        Field(
            "registered_on",
            Text("วันที่ขึ้นทะเบียน", "Registered on"),
            ("วันขึ้นทะเบียน", "วันที่ลงทะเบียน", "registration date", "date registered"),
        ),
    ),
    needed=("name_th",),
)

CONTACTS = Layout(
    "contacts",
    Text("ผู้ประสานงาน", "Contacts"),
    (
        Field(
            "organisation",
            Text("หน่วยงาน", "Organisation"),
            ("ชื่อหน่วยงาน", "organization", "ชื่อองค์กร", "company"),
        ),
        Field("id", Text("รหัสหน่วยงานในระบบ", "System id of the organisation"), ("organisation id", "uuid")),
        Field(
            "external_id", Text("รหัสของแหล่งข้อมูล", "External id"), ("รหัสหน่วยงาน", "hcode", "org code", "รหัส")
        ),
        Field("juristic_id", Text("เลขนิติบุคคล", "Juristic id"), ("เลขทะเบียนนิติบุคคล", "tax id", "เลขผู้เสียภาษี")),
        Field(
            "kind",
            Text("ประเภทผู้ประสานงาน", "Kind of contact"),
            ("ประเภท", "หน้าที่", "type", "kind", "contact type"),
        ),
        Field(
            "person",
            Text("ชื่อ-สกุล", "Name"),
            (
                "ชื่อ",
                "ชื่อและสกุล",
                "ชื่อ-นามสกุล",
                "ผู้ประสานงาน",
                "contact",
                "contact name",
                "full name",
                "contact person",
            ),
        ),
        Field("person_en", Text("ชื่ออังกฤษ", "Name in English"), ("english name", "name (english)")),
        Field("position", Text("ตำแหน่ง", "Position"), ("job title", "title", "ตำแหน่งงาน", "role")),
        Field("unit", Text("ฝ่าย", "Unit"), ("แผนก", "กลุ่มงาน", "department", "division", "กอง")),
        Field("label", Text("ชื่อเรียก", "Label"), ("ชื่อเวร", "desk", "ป้ายชื่อ")),
        Field(
            "email",
            Text("อีเมล", "E-mail"),
            ("email", "e-mail address", "อีเมล์", "mail", "ที่อยู่อีเมล"),
            personal=True,
        ),
        Field(
            "phone",
            Text("โทรศัพท์", "Telephone"),
            ("เบอร์โทร", "โทร", "มือถือ", "เบอร์มือถือ", "phone", "mobile", "tel", "phone number", "เบอร์"),
            personal=True,
        ),
        Field(
            "other_email",
            Text("อีเมลสำรอง", "Other e-mail"),
            ("อีเมลนอกหน่วยงาน", "backup email", "alternative email"),
            personal=True,
        ),
        Field("languages", Text("ภาษา", "Languages"), ("language", "ภาษาที่ใช้")),
        Field("rank", Text("ลำดับ", "Rank"), ("ลำดับที่โทร", "order", "priority")),
    ),
    needed=("kind",),
)

LAYOUTS = {layout.name: layout for layout in (ORGANISATIONS, CONTACTS)}
