"""Forms of the clocks' pages."""

from __future__ import annotations

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiDateTimeField
from phithak.core.ui.forms import Form


class CorrectForm(Form):
    """When the clock really began, and by what that is known."""

    trigger_at = ThaiDateTimeField(label=Text("เวลาเริ่มที่ถูกต้อง", "Correct start"))
    evidence = forms.CharField(
        label=Text("หลักฐานหรือเหตุผล", "Evidence or reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MeetForm(Form):
    """When the duty was done, and by what that is known."""

    at = ThaiDateTimeField(label=Text("ทำเสร็จเมื่อ", "Done at"))
    evidence = forms.CharField(
        label=Text("หลักฐาน เช่น เลขรับหนังสือ", "Evidence, such as a receipt number"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VoidForm(Form):
    """Why a clock never applied."""

    reason = forms.CharField(
        label=Text("เหตุผลที่ไม่เข้าข่าย", "Why it does not apply"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
