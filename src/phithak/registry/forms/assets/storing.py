"""Forms of data stores, their checks, and data links."""

from __future__ import annotations

from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiDateTimeField, ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.registry.forms.assets.base import AssetForm, choice, offer, short
from phithak.registry.forms.assets.running import Choices
from phithak.registry.queries.assets.kinds import DataKind, Direction, Exposure, Place, Technique
from phithak.registry.services.assets import StoreFacts

_FLOWS = (
    (Direction.OUT.value, Text("ระบบนี้ส่งข้อมูลไปให้อีกระบบ", "This system sends data to the other")),
    (Direction.IN.value, Text("ระบบนี้รับข้อมูลจากอีกระบบ", "This system receives data from the other")),
)


def _kinds() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=Text("มีข้อมูลอะไรบ้าง", "What data"),
        coerce=DataKind,
        choices=[(kind.value, kind.text) for kind in DataKind],
        widget=forms.CheckboxSelectMultiple,
    )


class StoreForm(AssetForm):
    """A data store."""

    name = short(
        Text("เรียกว่าอะไร", "What it is called"), help_text=Text("เช่น ถังภาพลูกค้า", "Such as Customer images")
    )
    place = forms.TypedChoiceField(
        label=Text("ข้อมูลอยู่ที่ไหน", "Where the data lies"),
        coerce=Place,
        choices=[(one.value, one.text) for one in Place],
    )
    technique = forms.TypedChoiceField(
        label=Text("เก็บแบบไหน", "How it is kept"),
        coerce=Technique,
        choices=[(one.value, one.text) for one in Technique],
    )
    kinds = _kinds()
    people = ThaiIntegerField(
        label=Text("ข้อมูลของกี่คน (ประมาณ)", "Of how many people (about)"), required=False, min_value=0
    )
    provider = short(Text("ผู้ให้บริการ", "Provider"), 120, required=False)
    locator = short(
        Text("ที่อยู่", "Address"),
        500,
        required=False,
        help_text=Text(
            "ลิงก์ของถัง ชื่อเครื่อง หรือเลขตู้", "Link of the bucket, name of the server, number of the cabinet"
        ),
    )
    system_id = choice(Text("เป็นของระบบ", "Belongs to the system"), required=False)

    def __init__(self, *args: Any, systems: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "system_id", systems)

    def facts(self) -> StoreFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return StoreFacts(
            data["name"],
            data["place"],
            data["technique"],
            tuple(data["kinds"]),
            data["provider"],
            data["locator"],
            data.get("system_id"),
            data["people"],
        )


class ExposureForm(Form):
    """What a check of a store found."""

    state = forms.TypedChoiceField(
        label=Text("ผลตรวจ", "What was found"),
        coerce=Exposure,
        choices=[
            (Exposure.PUBLIC.value, Text("ใครก็เปิดอ่านได้", "Anybody can read it")),
            (Exposure.PRIVATE.value, Text("เปิดไม่ได้ถ้าไม่มีสิทธิ์", "It cannot be read without a right")),
            (Exposure.UNKNOWN.value, Text("ตรวจแล้วยังบอกไม่ได้", "The check could not tell")),
        ],
        widget=forms.RadioSelect,
    )
    how = short(
        Text("ตรวจอย่างไร", "How it was checked"),
        help_text=Text("เช่น เปิดลิงก์โดยไม่เข้าสู่ระบบ", "Such as: opened the link without login"),
    )
    at = ThaiDateTimeField(label=Text("ตรวจเมื่อ", "When"))


class LinkForm(AssetForm):
    """A data link from or to a system."""

    fixed = ("direction", "other")
    direction = forms.ChoiceField(
        label=Text("ข้อมูลไหลทางไหน", "Which way data flows"), choices=_FLOWS, widget=forms.RadioSelect
    )
    other = choice(Text("อีกระบบคือ", "The other system"))
    kinds = _kinds()
    method = short(
        Text("ส่งด้วยวิธี", "By what means"),
        60,
        required=False,
        help_text=Text("เช่น HL7 FHIR หรือ SFTP", "Such as HL7 FHIR or SFTP"),
    )

    def __init__(self, *args: Any, systems: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "other" in self.fields:
            offer(self, "other", systems)
