"""Forms of the monitoring pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from phithak.base import profile
from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.monitoring.errors import BadTemplateError
from phithak.monitoring.queries.projection import DIRECT, LISTENING
from phithak.monitoring.queries.states import SenderKind, Stage
from phithak.monitoring.services.senders import SourceFacts

_KINDS = (
    ("file", Text("แฟ้มบันทึก", "Log file")),
    ("folder", Text("โฟลเดอร์ส่งออกของวินโดวส์", "Folder of Windows exports")),
    *((kind, Text(kind, kind)) for kind in LISTENING),
)
_MOST_BYTES = 256 << 10
_WAVE = Text("รอบติดตั้ง", "Wave")


class SiteForm(Form):
    """Where a site stands."""

    state = forms.ChoiceField(label=Text("สถานะ", "State"), choices=[(one.value, one.text) for one in Stage])
    wave = ThaiIntegerField(label=_WAVE, min_value=1, max_value=99)
    pilot = forms.BooleanField(label=Text("เป็นต้นแบบ", "Is a pilot"), required=False)
    note = forms.CharField(label=Text("หมายเหตุ", "Note"), max_length=300, required=False)


class QuotaForm(Form):
    """How much a site may send."""

    events = ThaiIntegerField(
        label=Text("เหตุการณ์ต่อวินาที", "Events a second"), min_value=0, max_value=1_000_000,
        help_text=Text("รวมทุกผู้ส่งของหน่วยงาน 0 คือไม่จำกัด", "Over all senders of the site; 0 is no limit"),
    )  # fmt: skip
    kilobytes = ThaiIntegerField(
        label=Text("กิโลไบต์ต่อวินาที", "Kilobytes a second"), min_value=0, max_value=10_000_000,
        help_text=Text("ก่อนบีบอัด 0 คือไม่จำกัด", "Unpacked; 0 is no limit"),
    )  # fmt: skip


class NewSiteForm(Form):
    """A new site."""

    tenant_id = forms.TypedChoiceField(label=Text("หน่วยงาน", "Organisation"), coerce=UUID, choices=[])
    wave = ThaiIntegerField(label=_WAVE, min_value=1, max_value=99, initial=1)
    pilot = forms.BooleanField(label=Text("เป็นต้นแบบ", "Is a pilot"), required=False)
    note = forms.CharField(label=Text("หมายเหตุ", "Note"), max_length=300, required=False)

    def __init__(self, *args: Any, found: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenant_id"].choices = [(str(key), name) for key, name in found]  # type: ignore[attr-defined] # a choice field


class SenderForm(Form):
    """A new sender."""

    name = forms.CharField(
        label=Text("ชื่อเครื่อง", "Name"),
        max_length=120,
        help_text=Text("เช่น เครื่องเซนเซอร์ห้องแม่ข่าย", "Such as sensor, server room"),
    )
    kind = forms.ChoiceField(label=Text("ชนิด", "Kind"), choices=[(one.value, one.text) for one in SenderKind])


class SourceForm(Form):
    """A new source of a sender."""

    label = forms.CharField(
        label=Text("ชื่อย่อ", "Label"),
        max_length=64,
        help_text=Text("a-z 0-9 . _ - เช่น his-db", "a-z 0-9 . _ -, such as his-db"),
    )
    kind = forms.ChoiceField(label=Text("รับทางใด", "How it is taken"), choices=_KINDS)
    profile = forms.ChoiceField(
        label=Text("โปรไฟล์คุ้มครองข้อมูล", "Privacy profile"),
        choices=[(one.name, Text(one.th, one.en)) for one in profile.PROFILES.values()],
        help_text=Text("ตัดข้อมูลคนไข้ก่อนออกจากหน่วยงาน", "Takes patients out before anything leaves the site"),
    )
    place = forms.CharField(label=Text("แฟ้มหรือที่อยู่", "Path or address"), max_length=300, required=False)
    local = forms.BooleanField(label=Text("แต่ละหน่วยงานต่างกัน", "Differs from site to site"), required=False)

    def __init__(self, *args: Any, sender_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sender_kind == SenderKind.AGENT:
            self.fields["kind"].choices = [(DIRECT, Text("ส่งเข้าศูนย์เอง", "Posts by itself"))]  # type: ignore[attr-defined] # a choice field

    def facts(self) -> SourceFacts:
        """Return what was typed."""
        return SourceFacts(**self.cleaned_data)


class PlaceForm(Form):
    """Where a source lies at its site."""

    place = forms.CharField(label=Text("แฟ้มหรือที่อยู่", "Path or address"), max_length=300)


class SwitchForm(Form):
    """How a source is switched, and why."""

    on = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=Text("เหตุผล (หน่วยงานเห็น)", "Reason (the site sees it)"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApplyForm(Form):
    """A template and the organisations that get it."""

    template = forms.FileField(label=Text("แฟ้มแม่แบบ (JSON)", "Template file (JSON)"))
    tenant_ids = forms.TypedMultipleChoiceField(
        label=Text("หน่วยงาน", "Organisations"), coerce=UUID, choices=[], widget=forms.CheckboxSelectMultiple
    )
    wave = ThaiIntegerField(label=_WAVE, min_value=1, max_value=99, initial=2)

    def __init__(self, *args: Any, found: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenant_ids"].choices = [(str(key), name) for key, name in found]  # type: ignore[attr-defined] # a choice field

    def content(self) -> Any:
        """Return what the file holds.

        Raises:
            BadTemplateError: it is too big or no JSON.
        """
        told = self.cleaned_data["template"].read(_MOST_BYTES)
        try:
            return json.loads(told.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadTemplateError(
                field="template", reason_th="อ่านแฟ้มไม่ได้", reason_en="the file cannot be read"
            ) from error


class SearchNameForm(Form):
    """A name for a search."""

    name = forms.CharField(label=Text("ชื่อการค้น", "Name of the search"), max_length=100)
