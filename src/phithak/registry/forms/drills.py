"""Forms of the pages of contact drills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.registry.queries.drills import How
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services.drills import Plan

REASON_MOST = 300
_HOWS = [(how.value, how.text) for how in (How.CALL_BACK, How.CODE)]


def _ticks(label: Text, choices: Sequence[tuple[str, Text]], help_text: Text) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


class PlanForm(Form):
    """Whom a drill asks."""

    tenant_id = forms.TypedChoiceField(label=Text("ศูนย์ที่ซ้อม", "Centre that asks"), coerce=UUID, choices=[])
    name = forms.CharField(
        label=Text("ชื่อการซ้อม", "Name of the drill"),
        max_length=200,
        strip=False,
        help_text=Text("ปรากฏในข้อความถึงผู้ประสานงาน", "Stands in the message to the contacts"),
    )
    kinds = _ticks(
        Text("ประเภทผู้ประสานงาน", "Kinds of contacts"),
        [(kind.value, kind.text) for kind in ContactKind],
        Text("ไม่เลือก = ทุกประเภท", "None chosen = all kinds"),
    )
    sectors = _ticks(Text("ภาคส่วน", "Sectors"), [], Text("ไม่เลือก = ทุกภาคส่วน", "None chosen = all sectors"))
    countries = forms.CharField(
        label=Text("ประเทศ", "Countries"),
        required=False,
        max_length=200,
        help_text=Text(
            "รหัสสองตัวอักษร คั่นด้วยจุลภาค เช่น TH, LA ว่าง = ทุกประเทศ",
            "Two letters each, with commas, such as TH, LA; empty = all",
        ),
    )
    due_minutes = ThaiIntegerField(
        label=Text("กำหนดตอบ (นาที)", "Minutes to answer"),
        initial=60,
        help_text=Text("5 ถึง 1,440 นาที ผู้ติดต่อสำรองได้เวลาเท่ากัน", "5 to 1,440; the backup has as long"),
    )

    def __init__(
        self,
        *args: Any,
        tenants: Sequence[tuple[UUID, Text]],
        sectors: Sequence[tuple[str, Text]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tenant_id"]
        field.choices = [(str(key), name) for key, name in tenants]  # type: ignore[attr-defined] # a choice field
        if len(tenants) == 1:
            field.initial = str(tenants[0][0])
        if sectors:
            self.fields["sectors"].choices = list(sectors)  # type: ignore[attr-defined] # a choice field
        else:
            del self.fields["sectors"]


def plan_of(data: dict[str, Any]) -> Plan:
    """Return the plan of a cleaned form."""
    countries = tuple(part.strip() for part in data["countries"].split(",") if part.strip())
    return Plan(
        data["name"], tuple(data["kinds"]), tuple(data.get("sectors", ())), countries, data["due_minutes"]
    )


class StopForm(Form):
    """Why a drill is stopped."""

    reason = forms.CharField(
        label=Text("เหตุผลที่หยุด", "Why it is stopped"),
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CodeForm(Form):
    """The code that a caller reads out."""

    code = forms.CharField(
        label=Text("รหัส 6 หลักที่ผู้โทรบอก", "The 6 digits that the caller says"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    how = forms.ChoiceField(label=Text("ติดต่อมาทาง", "Came by"), choices=_HOWS, initial=How.CALL_BACK.value)
    changed = forms.BooleanField(
        label=Text("ผู้โทรแจ้งว่าข้อมูลผู้ติดต่อเปลี่ยน", "The caller says that the contact data changed"), required=False
    )


class SpokenForm(Form):
    """The agent spoke to the contact without a code."""

    how = forms.ChoiceField(label=Text("ติดต่อมาทาง", "Came by"), choices=_HOWS, initial=How.CALL_BACK.value)
    changed = forms.BooleanField(
        label=Text("แจ้งว่าข้อมูลผู้ติดต่อเปลี่ยน", "Says that the contact data changed"), required=False
    )
