"""Forms of the tools."""

from __future__ import annotations

from django import forms

from phithak.base.text import Text
from phithak.core.i18n import fields
from phithak.core.ui.forms import Form


class DateForm(Form):
    """One date or moment, in any form that people write."""

    text = fields.ReadDateField(
        label=Text("วันที่หรือวันเวลา", "Date, or date and time"),
        help_text=Text(
            "เช่น 30 กรกฎาคม 2564, 18:15น. · ๒๙ มิถุนายน ๒๕๖๐ · วันพุธที่ 19 กรกฎาคม 2566 · 2021-07-30T18:15",
            "Such as 30 กรกฎาคม 2564, 18:15น. · ๒๙ มิถุนายน ๒๕๖๐ · 30 July 2021 18:15 · 2021-07-30T18:15",
        ),
    )


class EverythingForm(Form):
    """Every kind of field, for the style guide; nothing is stored."""

    name = forms.CharField(label=Text("ชื่อ", "Name"), max_length=120)
    day = fields.ThaiDateField(label=Text("วันที่", "Date"), required=False)
    phone = fields.PhoneField(label=Text("โทรศัพท์", "Telephone"), required=False)
    national_id = fields.NationalIdField(label=Text("เลขประจำตัวประชาชน", "National id"), required=False)
    count = fields.ThaiIntegerField(label=Text("จำนวนราย", "Number of people"), required=False)
    kind = forms.ChoiceField(
        label=Text("ชนิด", "Kind"),
        choices=[("a", Text("ก", "A")), ("b", Text("ข", "B"))],
        required=False,
    )
    note = forms.CharField(
        label=Text("หมายเหตุ", "Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    agreed = forms.BooleanField(label=Text("ยืนยัน", "I confirm"), required=False)
