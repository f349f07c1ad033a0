"""Forms of the pages of data-sharing links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiDateField, ThaiDateTimeField, ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.registry.forms.agreements import DATA_KINDS, Named, TermsForm, checkboxes, choose
from phithak.registry.models import DataShare
from phithak.registry.services.shares import ShareFacts

OWN_WORDS = "own"
REASONS = {
    "open_store": Text("พบแหล่งเก็บข้อมูลที่เปิดสาธารณะ", "A store that anybody can read was found"),
    "leak": Text("พบหรือสงสัยว่าข้อมูลรั่ว", "A leak was found or is suspected"),
    "purpose": Text("ใช้ข้อมูลนอกวัตถุประสงค์", "Data was used for another purpose"),
    "no_answer": Text("ไม่ตอบการตรวจหรือการเตือน", "Checks or warnings were not answered"),
}
"""Reasons that a person can choose with one click; the words of both languages are told and kept."""


class ShareForm(TermsForm):
    """What a link says. Purpose and last day are asked for by the service, whatever brings the link in."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    holder_id = forms.TypedChoiceField(
        label=Text("ให้ข้อมูลแก่", "Data goes to"), coerce=UUID, choices=[], widget=forms.RadioSelect
    )
    fields_given = checkboxes(Text("ข้อมูลที่ให้ (ต้องเลือก)", "Data that is given (required)"), DATA_KINDS)
    purpose = forms.CharField(
        label=Text("วัตถุประสงค์ (ต้องกรอก)", "Purpose (required)"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=Text("ใช้ทำอะไร เช่น จัดส่งสินค้าให้ผู้ซื้อ", "What it is used for, such as delivering parcels"),
    )
    until = ThaiDateField(
        label=Text("ถือข้อมูลได้ถึงวันที่ (ต้องกรอก)", "May be held until (required)"),
        required=False,
        help_text=Text("พ้นวันนี้แล้วสิ้นสุดเอง", "It ends by itself after that day"),
    )
    people = ThaiIntegerField(
        label=Text("ข้อมูลของกี่คน (โดยประมาณ)", "Of how many people (estimated)"), required=False
    )
    agreement_id = forms.TypedChoiceField(
        label=Text("ตามข้อตกลง", "Under the agreement"),
        coerce=UUID,
        empty_value=None,
        required=False,
        choices=[],
        help_text=Text("ถ้าข้อตกลงสิ้นสุด การให้ข้อมูลนี้ถูกระงับด้วย", "When it ends, this link is suspended too"),
    )

    def __init__(self, *args: Any, found: Named, agreements: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["holder_id"], found)
        none = [("", Text("ไม่มี", "None"))]
        field = self.fields["agreement_id"]
        field.choices = [*none, *((str(key), name) for key, name in agreements)]  # type: ignore[attr-defined] # a choice field

    def take(self, error: Any) -> None:
        """Put a refusal of the service's ``fields`` on the ticks of that name."""
        if error.field == "fields":
            error.field = "fields_given"
        super().take(error)


def facts_of(data: Mapping[str, Any], store_id: UUID | None = None) -> ShareFacts:
    """Return what was typed as the service takes it."""
    return ShareFacts(
        holder_id=data["holder_id"],
        fields=tuple(data["fields_given"]),
        purpose=data["purpose"],
        until=data["until"],
        people=data["people"],
        agreement_id=data["agreement_id"],
        store_id=store_id,
    )


def initial_of(row: DataShare) -> dict[str, Any]:
    """Return what the form shows of a link."""
    return {
        "version": row.version,
        "holder_id": row.holder_id,
        "fields_given": row.fields,
        "purpose": row.purpose,
        "until": row.until,
        "people": row.people,
        "agreement_id": row.agreement_id,
    }


class SuspendForm(TermsForm):
    """Why, and from when; both have an answer already, so that one more click suspends."""

    why = forms.ChoiceField(
        label=Text("เหตุผล", "Reason"),
        choices=[*REASONS.items(), (OWN_WORDS, Text("อื่น ๆ (พิมพ์ด้านล่าง)", "Another (type below)"))],
        widget=forms.RadioSelect,
        initial="open_store",
    )
    words = forms.CharField(
        label=Text("รายละเอียด", "Details"),
        required=False,
        max_length=800,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=Text("ผู้ถือข้อมูลจะเห็นข้อความนี้", "The holder reads this"),
    )
    effective_at = ThaiDateTimeField(
        label=Text("มีผลเมื่อ", "From"),
        required=False,
        help_text=Text("เว้นว่าง = ทันที", "Empty = at once"),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words when no ready reason was chosen."""
        data = super().clean() or {}
        if data.get("why") == OWN_WORDS and not str(data.get("words", "")).strip():
            self.add_error("words", str(Text("โปรดพิมพ์เหตุผล", "Please type the reason.")))
        return data


def reason_of(data: Mapping[str, Any]) -> str:
    """Return the reason that is told and kept."""
    ready = REASONS.get(data["why"])
    words = str(data["words"]).strip()
    if ready is None:
        return words
    return " — ".join(part for part in (f"{ready.th} / {ready.en}", words) if part)


class AppealForm(TermsForm):
    """The holder's own words."""

    words = forms.CharField(
        label=Text("เหตุที่ควรยกเลิกการระงับ", "Why the suspension should be lifted"),
        max_length=5000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=Text("เช่น แก้อะไรแล้ว เมื่อใด", "Such as what was mended, and when"),
    )


class DecideForm(TermsForm):
    """The decision on an appeal."""

    outcome = forms.ChoiceField(
        label=Text("ผล", "Decision"),
        choices=[
            ("upheld", Text("รับอุทธรณ์ ยกเลิกการระงับทันที", "Upheld: the suspension is lifted at once")),
            ("refused", Text("ไม่รับ ยังระงับต่อ", "Refused: the suspension stays")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=Text("เหตุผล", "Reason"),
        max_length=1000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=Text("ผู้อุทธรณ์จะเห็นข้อความนี้", "Who appealed reads this"),
    )


class BringForm(Form):
    """Links out of a file."""

    giver = forms.TypedChoiceField(label=Text("ผู้ให้ข้อมูล", "Giver"), coerce=UUID, choices=[])
    file = forms.FileField(
        label=Text("ไฟล์ CSV หรือ XLSX", "CSV or XLSX file"),
        max_length=1000,
        help_text=Text(
            "คอลัมน์ holder, fields, purpose, until เช่น ร้านใบตองทอง, name phone, จัดส่งสินค้า, 30/6/2570",
            "Columns holder, fields, purpose, until, such as: Baitong Thong Shop, name phone, Deliveries, 30/6/2027",
        ),
    )

    def __init__(self, *args: Any, givers: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["giver"], givers)
