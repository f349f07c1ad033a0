"""Forms of registration, requests and imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import NationalIdField, PhoneField, ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.engines.thai import PROVINCES
from phithak.registry.queries.facts import FIELDS, LegalRole, OrganisationFacts
from phithak.registry.queries.kinds import Kind
from phithak.registry.sheets.columns import LAYOUTS, Layout
from phithak.registry.sheets.encodings import CHOICES as ENCODINGS
from phithak.registry.sheets.reading import Options
from phithak.registry.sheets.texts import DELIMITERS

Choices = Sequence[tuple[str, Text]]
MOST_REVENUE, MOST_USERS = 10**15, 2_000_000_000
PUBLIC_KINDS = (
    Kind.PLATFORM,
    Kind.MERCHANT,
    Kind.CHANNEL,
    Kind.VENDOR,
    Kind.HOSPITAL,
    Kind.CLINIC,
    Kind.PRIVATE,
)
"""The kinds that register by themselves; the centre adds the others."""
_PROVINCES: Choices = sorted(
    ((one.code, Text(one.th, one.en)) for one in PROVINCES), key=lambda item: item[1].th
)
_FIND = ("", Text("ให้ระบบหาเอง", "Found by the system"))
_NONE = ("", Text("ไม่ระบุ", "Not told"))
_HONEYPOT = Text("เว้นช่องนี้ว่าง", "Leave this empty")
_TRAP = Text("ช่องนี้ต้องว่าง ลบแล้วส่งอีกครั้ง", "This has to be empty; clear it and send again")
PERSON, JURISTIC = "person", "juristic"


def _line(label: Text, most: int, help_text: Text | str = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, strip=False, widget=forms.TextInput(attrs=attrs)
    )


class SizeForm(Form):
    """The first page: who is it, and how large; decides which form follows."""

    kind = forms.ChoiceField(
        label=Text("ท่านเป็น", "You are"), choices=[(kind.value, kind.text) for kind in PUBLIC_KINDS]
    )
    person = forms.ChoiceField(
        label=Text("ขึ้นทะเบียนในนาม", "You register as"),
        choices=[
            (PERSON, Text("บุคคลธรรมดา", "A natural person")),
            (JURISTIC, Text("นิติบุคคล (บริษัท ห้างหุ้นส่วน หน่วยงาน)", "A juristic person (company, body)")),
        ],
        widget=forms.RadioSelect,
    )
    revenue_thb = ThaiIntegerField(
        label=Text("รายได้รวมต่อปี (บาท)", "Revenue a year (THB)"),
        min_value=0,
        max_value=MOST_REVENUE,
        help_text=Text("เช่น 500,000 หรือ 1.5 ล้าน ยังไม่มีใส่ 0", "Such as 500,000; 0 when there is none yet"),
    )
    users_per_month = ThaiIntegerField(
        label=Text("ผู้ใช้ในไทยต่อเดือน (คน)", "Users in Thailand a month"),
        min_value=0,
        max_value=MOST_USERS,
        help_text=Text("โดยประมาณ", "Roughly"),
    )


class ShortForm(Form):
    """The short form of small ones asks eight things and proposes a sector; what the first page asked travels along."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.text) for kind in PUBLIC_KINDS], widget=forms.HiddenInput
    )
    person = forms.ChoiceField(choices=[(PERSON, ""), (JURISTIC, "")], widget=forms.HiddenInput)
    revenue_thb = forms.IntegerField(min_value=0, max_value=MOST_REVENUE, widget=forms.HiddenInput)
    users_per_month = forms.IntegerField(min_value=0, max_value=MOST_USERS, widget=forms.HiddenInput)
    nonce = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    name_th = _line(Text("ชื่อร้านหรือบริการ", "Name of the shop or service"), 250, autocomplete="organization")
    national_id = NationalIdField(
        label=Text("เลขประจำตัวประชาชน", "National ID number"),
        help_text=Text("เข้ารหัสทันที ไม่แสดงบนหน้าใด", "Encrypted at once, shown on no page"),
    )
    juristic_id = _line(
        Text("เลขทะเบียนนิติบุคคล", "Juristic number"), 30, Text("13 หลัก", "13 digits"), inputmode="numeric"
    )
    address = forms.CharField(
        label=Text("ที่อยู่", "Address"),
        max_length=500,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    province = forms.ChoiceField(label=Text("จังหวัด", "Province"), choices=[_NONE, *_PROVINCES])
    website = _line(
        Text("เว็บหรือช่องทางขาย", "Website or channel"),
        300,
        Text("เช่น www.example.th หรือ facebook.com/ชื่อร้าน", "Such as www.example.th"),
        inputmode="url",
        autocapitalize="none",
    )
    sector = forms.ChoiceField(
        label=FIELDS["sector"],
        choices=[],
        required=False,
        help_text=Text("เลือกไว้ให้ตามประเภท แก้ได้", "Chosen by what you are; change it if it does not fit"),
    )
    contact = _line(Text("ชื่อผู้ติดต่อ", "Contact person"), 200, autocomplete="name")
    phone = PhoneField(label=Text("โทรศัพท์", "Telephone"))
    email = forms.EmailField(
        label=Text("อีเมล", "E-mail"),
        max_length=254,
        help_text=Text("แจ้งผลและลิงก์เข้าใช้ทางนี้", "The decision and the way in go there"),
    )
    fax = forms.CharField(
        label=_HONEYPOT,
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, juristic: bool, sectors: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("national_id" if juristic else "juristic_id")
        self.fields["sector"].choices = [_NONE, *sectors]  # type: ignore[attr-defined] # a choice field

    def clean_fax(self) -> str:
        """Refuse what only a machine fills in; a person is told."""
        if self.cleaned_data.get("fax"):
            raise forms.ValidationError(str(_TRAP))
        return ""

    def visible_fields(self) -> list[forms.BoundField]:
        """Return the fields for people; the one that stays empty is drawn apart."""
        return [bound for bound in super().visible_fields() if bound.name != "fax"]

    @property
    def trap(self) -> forms.BoundField:
        """The field that stays empty, drawn apart."""
        return self["fax"]


class FullForm(ShortForm):
    """The full form of medium and large ones."""

    name_en = _line(FIELDS["name_en"], 250)
    sector = forms.ChoiceField(label=FIELDS["sector"], choices=[])
    service_revenue_thb = ThaiIntegerField(
        label=FIELDS["service_revenue_thb"], min_value=0, max_value=MOST_REVENUE, required=False
    )
    legal_roles = forms.MultipleChoiceField(
        label=FIELDS["legal_roles"],
        choices=[(role.value, role.text) for role in LegalRole],
        widget=forms.CheckboxSelectMultiple,
    )


def registered_facts(data: Mapping[str, Any]) -> OrganisationFacts:
    """Return the facts that a registration tells."""
    more: dict[str, Any] = {}
    if "name_en" in data:
        more = {
            "name_en": data["name_en"],
            "service_revenue_thb": data["service_revenue_thb"],
            "legal_roles": tuple(data["legal_roles"]),
        }
    return OrganisationFacts(
        name_th=data["name_th"],
        kind=data["kind"],
        sector=data.get("sector", ""),
        province=data["province"],
        juristic_id=data.get("juristic_id", ""),
        is_juristic=data["person"] == JURISTIC,
        revenue_thb=data["revenue_thb"],
        users_per_month=data["users_per_month"],
        address=data["address"],
        website=data["website"],
        **more,
    )


class StatusForm(Form):
    """Reference and second fact."""

    reference = forms.CharField(
        label=Text("เลขอ้างอิง", "Reference"),
        max_length=20,
        help_text=Text("8 ตัวอักษรที่ได้ตอนส่ง", "The 8 characters that you got when you sent the form"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )
    second = forms.CharField(
        label=Text("โทรศัพท์หรืออีเมลที่ให้ไว้", "The telephone or e-mail that you gave"), max_length=254
    )


class DecideForm(Form):
    """The version of the record that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RefuseForm(Form):
    """Why a request is refused."""

    reason = forms.CharField(
        label=Text("เหตุผล (ผู้ยื่นจะได้รับ)", "Reason (the other side gets it)"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UploadForm(Form):
    """A file and what is in it."""

    kind = forms.ChoiceField(
        label=Text("ในไฟล์คือ", "The file holds"), choices=[(one.name, one.title) for one in LAYOUTS.values()]
    )
    file = forms.FileField(
        label=Text("ไฟล์", "File"),
        help_text=Text("CSV TSV XLSX หรือ ODS ไม่เกิน 25 MB", "CSV, TSV, XLSX or ODS of at most 25 MB"),
        allow_empty_file=True,
        max_length=500,
    )
    default_kind = forms.ChoiceField(
        label=Text("ประเภทของแถวที่ไม่บอก", "Kind of rows that tell none"),
        choices=[_NONE, *((kind.value, kind.text) for kind in Kind if kind is not Kind.CERT)],
        required=False,
    )
    default_sector = forms.ChoiceField(
        label=Text("ภาคส่วนของแถวที่ไม่บอก", "Sector of rows that tell none"), choices=[], required=False
    )

    def __init__(self, *args: Any, sectors: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["default_sector"].choices = [_NONE, *sectors]  # type: ignore[attr-defined] # a choice field


class ColumnsForm(Form):
    """How the file is read, and which column is what."""

    encoding = forms.ChoiceField(
        label=Text("รหัสอักขระ", "Encoding"), choices=[_FIND, *ENCODINGS.items()], required=False
    )
    delimiter = forms.ChoiceField(
        label=Text("ตัวคั่น", "Delimiter"), choices=[_FIND, *DELIMITERS.items()], required=False
    )
    sheet = forms.ChoiceField(label=Text("แผ่นงาน", "Sheet"), choices=[], required=False)
    header = forms.IntegerField(
        label=Text("แถวหัวตาราง", "Line of the headings"),
        min_value=1,
        max_value=20,
        required=False,
        help_text=Text("เว้นว่างให้ระบบหา", "Empty = found by the system"),
    )

    def __init__(
        self, *args: Any, layout: Layout, header: Sequence[str], sheets: Sequence[str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        workbook = bool(sheets)
        for name in ("encoding", "delimiter") if workbook else ("sheet",):
            self.fields.pop(name)
        if workbook:
            self.fields["sheet"].choices = [_FIND, *((name, Text(name, name)) for name in sheets)]  # type: ignore[attr-defined] # a choice field
        fields = [("", Text("ไม่ใช้", "Not used")), *((item.name, item.title) for item in layout.fields)]
        self._columns = []
        for place, name in enumerate(header):
            told = name or f"#{place + 1}"
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=Text(f"คอลัมน์ “{told}”", f"Column “{told}”"), choices=fields, required=False
            )
            self._columns.append(place)

    def options(self) -> Options:
        """Return how the file shall be read."""
        data = self.cleaned_data
        return Options(
            encoding=data.get("encoding", ""),
            delimiter=data.get("delimiter", ""),
            sheet=data.get("sheet", ""),
            header=data.get("header") or 0,
        )

    def columns(self) -> dict[str, str]:
        """Return number of column to field."""
        data = self.cleaned_data
        return {str(place): data[f"column_{place}"] for place in self._columns if data[f"column_{place}"]}
