"""Forms of templates and of the directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiDateField, ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.engines.thai import Acting, Reader
from phithak.notices.lint.shape import LIMIT
from phithak.notices.preview import Addressee, Signatory
from phithak.notices.services import HotlineFacts, number_slots
from phithak.notices.services.rows import SUBJECT_LIMIT
from phithak.notices.texts import Channel, Slot, SlotKind, TextClass, ValueType, Wording, slots

FACT, PROMISE = "fact_", "promise_"
_READERS = [
    (Reader.OFFICIAL.value, Text("เจ้าหน้าที่หรือผู้ดำรงตำแหน่ง", "An official")),
    (Reader.CITIZEN.value, Text("ประชาชน", "A citizen")),
]
_ACTING = [
    (acting.value, Text(acting.th or "ลงนามเอง", acting.en or "Signs for oneself")) for acting in Acting
]


class TenantForm(Form):
    """A form that asks for which organisation, when there is a choice."""

    tenant_id = forms.TypedChoiceField(label=Text("หน่วยงาน", "Organisation"), coerce=UUID, choices=[])

    def __init__(self, *args: Any, tenants: Sequence[tuple[UUID, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tenant_id"]
        field.choices = [(str(tenant_id), name) for tenant_id, name in tenants]  # type: ignore[attr-defined] # a choice field
        if len(tenants) == 1:
            field.initial = str(tenants[0][0])


def _short(label: Text, limit: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, **options)


def _long(label: Text, language: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LIMIT, widget=forms.Textarea(attrs={"rows": 8, "lang": language})
    )


class WordingForm(Form):
    """The text in both languages; ``seen`` is the hash of the version that the writer began from."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    subject_th = _short(Text("หัวเรื่อง (ไทย)", "Subject (Thai)"), SUBJECT_LIMIT, required=False)
    body_th = _long(Text("ข้อความไทย", "Thai text"), "th")
    subject_en = _short(Text("หัวเรื่อง (อังกฤษ)", "Subject (English)"), SUBJECT_LIMIT, required=False)
    body_en = _long(Text("ข้อความอังกฤษ", "English text"), "en")


class TemplateForm(TenantForm):
    """A new template."""

    code = _short(Text("รหัส", "Code"), 20, help_text=Text("เช่น H1 หรือ CLINIC-2", "Such as H1 or CLINIC-2"))
    text_class = forms.ChoiceField(
        label=Text("ใช้กับใคร", "For whom"), choices=[(kind.value, kind.text) for kind in TextClass]
    )
    channel = forms.ChoiceField(
        label=Text("ช่องทาง", "Channel"), choices=[(kind.value, kind.text) for kind in Channel]
    )
    two_way = forms.BooleanField(
        label=Text("ใช้เฉพาะช่องทางที่รับคำตอบได้", "Only for a channel that takes answers"), required=False
    )
    title_th = _short(Text("ชื่อไทย", "Title in Thai"))
    title_en = _short(Text("ชื่ออังกฤษ", "Title in English"))
    subject_th = _short(Text("หัวเรื่อง (ไทย)", "Subject (Thai)"), SUBJECT_LIMIT, required=False)
    body_th = _long(Text("ข้อความไทย", "Thai text"), "th")
    subject_en = _short(Text("หัวเรื่อง (อังกฤษ)", "Subject (English)"), SUBJECT_LIMIT, required=False)
    body_en = _long(Text("ข้อความอังกฤษ", "English text"), "en")


class SendBackForm(Form):
    """Why a version goes back to its author."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=Text("เหตุผลที่ส่งคืน", "Why it goes back"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class HotlineForm(Form):
    """A hotline of the directory."""

    number = _short(
        Text("หมายเลข", "Number"),
        30,
        help_text=Text("เช่น 1242 หรือ 02-123-4567", "Such as 1242 or 02-123-4567"),
    )
    name_th = _short(Text("ชื่อไทย", "Name in Thai"))
    name_en = _short(Text("ชื่ออังกฤษ", "Name in English"))
    owner = _short(Text("เจ้าของหมายเลข", "Owner"))
    hours_th = _short(Text("เวลาทำการ (ไทย)", "Hours (Thai)"), 100)
    hours_en = _short(Text("เวลาทำการ (อังกฤษ)", "Hours (English)"), 100)
    toll_free = forms.BooleanField(label=Text("โทรฟรี", "Toll free"), required=False)

    def facts(self) -> HotlineFacts:
        """Return what was typed."""
        return hotline_facts(self.cleaned_data)


class NewHotlineForm(HotlineForm, TenantForm):
    """A new hotline: also whose, and what slot it fills."""

    slot = forms.ChoiceField(label=Text("ช่องในข้อความ", "Slot in texts"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["slot"]
        field.choices = [  # type: ignore[attr-defined] # a choice field
            (name, Text(f"{{{name}}} {slots()[name].meaning.th}", f"{{{name}}} {slots()[name].meaning.en}"))
            for name in number_slots()
        ]


class UrlForm(TenantForm):
    """A web address that long texts may name."""

    host = _short(
        Text("ชื่อเว็บ", "Host"), 253, help_text=Text("เช่น care.example.or.th", "Such as care.example.or.th")
    )
    name_th = _short(Text("ชื่อไทย", "Name in Thai"))
    name_en = _short(Text("ชื่ออังกฤษ", "Name in English"))


class PreviewForm(Form):
    """Values for the slots of one text; what is left empty shows its sample."""

    def __init__(self, *args: Any, used: Sequence[str], channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [slots()[name] for name in used if name in slots()]
        for slot in known:
            if slot.kind is SlotKind.FACT:
                self.fields[FACT + slot.name] = _fact_field(slot)
            elif slot.kind is SlotKind.PROMISE:
                self.fields[PROMISE + slot.name] = forms.BooleanField(
                    label=Text(f"ตรวจผ่าน: {slot.meaning.th}", f"Checked: {slot.meaning.en}"), required=False
                )
        if channel in {Channel.LETTER, Channel.EMAIL}:
            self._add_addressee()
        if channel is Channel.LETTER:
            self._add_signatory()

    def _add_addressee(self) -> None:
        self.fields["addressee_name"] = _short(
            Text("ผู้รับ (คำนำหน้า ชื่อ สกุล)", "Addressee (title and name)"), required=False
        )
        self.fields["addressee_position"] = _short(Text("ตำแหน่งผู้รับ", "Addressee's position"), required=False)
        self.fields["addressee_organisation"] = _short(
            Text("หน่วยงานผู้รับ", "Addressee's organisation"), required=False
        )
        self.fields["addressee_reader"] = forms.ChoiceField(
            label=Text("ผู้รับเป็น", "The addressee is"), choices=_READERS, required=False
        )

    def _add_signatory(self) -> None:
        self.fields["signatory_name"] = _short(Text("ผู้ลงนาม", "Signatory"), required=False)
        self.fields["signatory_position"] = _short(
            Text("ตำแหน่งผู้ลงนาม", "Signatory's position"), required=False
        )
        self.fields["signatory_acting"] = forms.ChoiceField(
            label=Text("ลงนามในฐานะ", "Signs"), choices=_ACTING, required=False
        )
        self.fields["signs_for"] = _short(Text("ลงนามแทนตำแหน่ง", "Position signed for"), required=False)

    def facts(self) -> dict[str, str | date]:
        """Return the facts that were typed, by slot name."""
        return {
            name.removeprefix(FACT): value if isinstance(value, date) else _plain(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(FACT) and value not in {None, ""}
        }

    def passed(self) -> frozenset[str]:
        """Return the promises whose check was ticked."""
        return frozenset(
            name.removeprefix(PROMISE)
            for name, value in self.cleaned_data.items()
            if name.startswith(PROMISE) and value
        )

    def addressee(self) -> Addressee:
        """Return whom it goes to."""
        data = self.cleaned_data
        return Addressee(
            data.get("addressee_name", ""),
            data.get("addressee_position", ""),
            data.get("addressee_organisation", ""),
            Reader(data.get("addressee_reader") or Reader.OFFICIAL),
        )

    def signatory(self) -> Signatory:
        """Return who signs."""
        data = self.cleaned_data
        return Signatory(
            data.get("signatory_name", ""),
            data.get("signatory_position", ""),
            Acting(data.get("signatory_acting") or Acting.SELF),
            data.get("signs_for", ""),
        )


def wording_from(data: dict[str, Any]) -> Wording:
    """Return the wording of a cleaned form."""
    return Wording(data["subject_th"], data["subject_en"], data["body_th"], data["body_en"])


def hotline_facts(data: dict[str, Any]) -> HotlineFacts:
    """Return the facts of a cleaned hotline form."""
    return HotlineFacts(
        number=data["number"],
        name=Text(data["name_th"], data["name_en"]),
        owner=data["owner"],
        hours=Text(data["hours_th"], data["hours_en"]),
        toll_free=data["toll_free"],
    )


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _fact_field(slot: Slot) -> forms.Field:
    label = Text(f"{slot.meaning.th} {{{slot.name}}}", f"{slot.meaning.en} {{{slot.name}}}")
    help_text = Text(f"เช่น {slot.sample.th}", f"Such as {slot.sample.en}")
    if slot.type is ValueType.DATE:
        return ThaiDateField(label=label, help_text=help_text, required=False)
    if slot.type is ValueType.NUMBER:
        return ThaiIntegerField(label=label, help_text=help_text, required=False)
    return forms.CharField(label=label, help_text=help_text, max_length=500, required=False)
