"""Forms of meetings, verifications and the report after the incident."""

from __future__ import annotations

from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.cases.forms.core import Named, RoomForm, area, choose, uuid_choice
from phithak.cases.forms.work import OfPartyForm
from phithak.core.i18n.fields import ThaiDateField, ThaiDateTimeField, ThaiIntegerField

_TEXT = Text("ข้อความ", "Text")


class MeetingForm(RoomForm):
    """When, where, about what; and who is invited."""

    title = forms.CharField(label=Text("เรื่อง", "Title"), max_length=200)
    begins_at = ThaiDateTimeField(label=Text("เริ่ม (เวลาประเทศไทย)", "Begins (Bangkok time)"))
    ends_at = ThaiDateTimeField(label=Text("จบ", "Ends"))
    place = forms.CharField(label=Text("สถานที่", "Place"), max_length=300)
    agenda = forms.CharField(label=Text("วาระ", "Agenda"), max_length=10_000, required=False, widget=area())
    sector = forms.ChoiceField(
        label=Text("เชิญเพิ่มทั้งภาคส่วน", "Also invite a whole sector"),
        choices=[],
        required=False,
        help_text=Text("ว่าง = เฉพาะหน่วยงานในเคส", "Empty = the organisations of the case alone"),
    )

    def __init__(self, *args: Any, sectors: list[tuple[str, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "sector", sectors, nobody=Text("เฉพาะหน่วยงานในเคส", "The case's own alone"))


class TextForm(RoomForm):
    """Words: minutes, or a commitment."""

    text = forms.CharField(label=_TEXT, max_length=50_000, widget=area(5))


class DecisionForm(OfPartyForm):
    """A decision with an owner and a day."""

    nobody = Text("ศูนย์", "The centre")
    text = forms.CharField(label=Text("มติ", "Decision"), max_length=300)
    within_days = ThaiIntegerField(
        label=Text("ภายในกี่วันหลังประชุม", "Within how many days of the meeting"),
        required=False,
        min_value=1,
        max_value=366,
    )
    due_on = ThaiDateField(label=Text("หรือวันครบกำหนด", "Or the day itself"), required=False)


class OfInviteeForm(RoomForm):
    """Which of the invited it is about."""

    organisation_id = uuid_choice(Text("หน่วยงาน", "Organisation"))

    def __init__(self, *args: Any, parties: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", parties)


class VerificationForm(RoomForm):
    """Who is asked to check what."""

    organisation_id = uuid_choice(Text("หน่วยงานที่ขอให้ตรวจ", "Organisation that is asked"))
    topic = forms.CharField(
        label=Text("ตรวจอะไร", "What to check"),
        max_length=200,
        help_text=Text(
            "ใช้ชื่อเดียวกันเพื่อเทียบผลของหลายหน่วยงาน", "Use one name to lay several results side by side"
        ),
    )
    due_on = ThaiDateField(label=Text("กำหนด", "Due"), required=False)
    field_order = ("organisation_id",)

    def __init__(self, *args: Any, found: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", found)


class ResultForm(RoomForm):
    """A result, a row a line."""

    result = forms.CharField(
        label=Text("ผล หนึ่งแถวต่อบรรทัด: ชื่อแถว = ค่า", "Result, a row a line: name of the row = value"),
        max_length=100_000,
        widget=area(8),
    )

    def rows(self) -> list[tuple[str, str]]:
        """Return the rows that were typed."""
        lines = [line for line in self.cleaned_data["result"].splitlines() if line.strip()]
        parts = [line.partition("=") for line in lines]
        return [(name.strip(), value.strip()) for name, _, value in parts]


class ReportForm(RoomForm):
    """What the case itself does not hold."""

    impact = forms.CharField(label=Text("ผลกระทบ", "Impact"), max_length=5000, widget=area())
    cost = ThaiIntegerField(label=Text("ค่าใช้จ่าย (บาท)", "Cost (baht)"), required=False, min_value=0)
