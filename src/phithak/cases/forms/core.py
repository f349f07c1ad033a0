"""Forms of the case itself: facts, decisions, timeline, parties."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from phithak.base.text import Text
from phithak.cases.errors import CaseFieldError
from phithak.cases.models import Case
from phithak.cases.queries.rsit import CLASSES
from phithak.cases.queries.states import (
    PAP,
    TLP,
    WRITTEN,
    CaseKind,
    Level,
    Outcome,
    PartyRole,
    Personal,
    Phase,
    Severity,
)
from phithak.cases.services.opening import CaseFacts
from phithak.core.i18n.fields import ThaiDateField, ThaiDateTimeField
from phithak.core.ui.forms import Form

Named = Sequence[tuple[UUID, Text]]
TYPED = (
    "title", "kind", "summary", "rsit", "rsit_also", "severity", "severity_reason", "patient_safety", "tlp", "pap",
)  # fmt: skip
"""What two people may change at once."""

_NONE = [("", Text("ตามชนิดของเหตุ", "As the kind proposes"))]
_AREA = {"rows": 4}


class RoomForm(Form):
    """A form whose refused fields show the reason alone."""

    reason_alone = Form.reason_alone | {CaseFieldError.code}


def area(rows: int = 4) -> forms.Textarea:
    """Return a box of several lines."""
    return forms.Textarea(attrs={"rows": rows})


def choose(form: Form, name: str, named: Sequence[tuple[Any, Text]], *, nobody: Text | None = None) -> None:
    """Offer things by their ids in a choice field, before them perhaps none."""
    first = [("", nobody)] if nobody else []
    form.fields[name].choices = [*first, *((str(key), text) for key, text in named)]  # type: ignore[attr-defined] # a choice field


def uuid_choice(label: Text, *, required: bool = True, help_text: Text | None = None) -> Any:
    """Return a field that chooses something by its id."""
    return forms.TypedChoiceField(
        label=label, coerce=UUID, choices=[], required=required, empty_value=None, help_text=help_text or ""
    )


class FactsForm(RoomForm):
    """What people tell of a case together."""

    title = forms.CharField(
        label=Text("เรื่อง", "Title"),
        max_length=200,
        help_text=Text("หนึ่งบรรทัด เช่น ระบบเวชระเบียนถูกเข้ารหัส", "One line, such as: patient records encrypted"),
    )
    kind = forms.ChoiceField(
        label=Text("ชนิดของเหตุ", "Kind of incident"), choices=[(one.value, one.text) for one in CaseKind]
    )
    patient_safety = forms.BooleanField(
        label=Text("กระทบความปลอดภัยผู้ป่วย", "Patients are in danger"), required=False
    )
    severity = forms.TypedChoiceField(
        label=Text("ความรุนแรง", "Severity"),
        coerce=int,
        choices=[(one.value, one.text) for one in Severity],
        initial=0,
    )
    severity_reason = forms.CharField(
        label=Text("เหตุผลของความรุนแรง", "Why this severe"), max_length=500, required=False
    )
    summary = forms.CharField(
        label=Text("สรุป", "Summary"),
        max_length=20_000,
        required=False,
        widget=area(),
        help_text=Text("ไม่ใส่ชื่อผู้ป่วยหรือเลขประจำตัว", "No names of patients, no identity numbers"),
    )
    rsit = forms.ChoiceField(
        label=Text("ชั้นเหตุการณ์ (RSIT)", "Class (RSIT)"),
        choices=[*_NONE, *CLASSES.items()],
        required=False,
    )
    rsit_also = forms.ChoiceField(
        label=Text("ชั้นที่สอง", "Second class"), choices=[*_NONE, *CLASSES.items()], required=False
    )
    tlp = forms.ChoiceField(
        label=Text("แบ่งปันได้ถึง (TLP)", "May be shared up to (TLP)"),
        choices=[(one, f"TLP:{one}") for one in TLP],
        initial="AMBER",
    )
    pap = forms.ChoiceField(
        label=Text("ลงมือได้ถึง (PAP)", "May be acted on up to (PAP)"),
        choices=[(one, f"PAP:{one}") for one in PAP],
        initial="AMBER",
    )


def facts_of(data: Mapping[str, Any]) -> CaseFacts:
    """Return what was typed as the service takes it."""
    return CaseFacts(**{name: data[name] for name in TYPED})


def facts_now(row: Case) -> CaseFacts:
    """Return what a case says now."""
    told = {name: getattr(row, name) for name in TYPED if name not in {"summary", "severity_reason"}}
    return CaseFacts(**told, summary=row.body.summary, severity_reason=row.body.severity_reason)


def as_typed(facts: CaseFacts) -> dict[str, str]:
    """Return facts as the boxes of the form send them."""
    told = {name: getattr(facts, name) for name in TYPED}
    return {
        name: ("on" if value else "") if isinstance(value, bool) else str(value)
        for name, value in told.items()
    }


class ChangeForm(FactsForm):
    """A change: also the version and the values that the writer began from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def began_from(self) -> dict[str, str] | None:
        """Return the values that the writer saw; None when they cannot be read."""
        try:
            told = json.loads(self.data.get("seen", ""))
        except (ValueError, RecursionError):
            return None
        known = isinstance(told, dict) and set(told) == set(TYPED)
        return told if known and all(isinstance(one, str) for one in told.values()) else None

    def begin_anew(self, now: CaseFacts, version: int) -> None:
        """Let the next try begin from the case as it is now; what was typed stays."""
        data = cast("QueryDict", self.data).copy()
        data["version"], data["seen"] = str(version), json.dumps(as_typed(now))
        self.data = data

    def hide(self, names: Sequence[str]) -> None:
        """Carry fields along unseen: they are decided on above the form."""
        for name in names:
            self.fields[name].widget = forms.HiddenInput()


class NewCaseForm(FactsForm):
    """A new case: also the organisation, of those that were found."""

    organisation_id = uuid_choice(Text("หน่วยงานที่ได้รับผลกระทบ", "Organisation affected"), required=False)
    field_order = ("organisation_id",)

    def __init__(self, *args: Any, found: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", found, nobody=Text("ยังไม่ทราบ", "Not known yet"))


class ReasonForm(RoomForm):
    """Why."""

    reason = forms.CharField(label=Text("เหตุผล", "Reason"), max_length=500, widget=area(2))


class MoveForm(RoomForm):
    """Where to move a case, and why."""

    phase = forms.ChoiceField(
        label=Text("ไปขั้น", "Move to"),
        choices=[(one.value, one.text) for one in Phase if one is not Phase.CLOSED],
    )
    reason = forms.CharField(
        label=Text("เหตุผล (จำเป็นเมื่อย้อนกลับ)", "Reason (needed when it goes back)"),
        max_length=500,
        required=False,
        widget=area(2),
    )


class CloseForm(RoomForm):
    """What a case turned out to be."""

    outcome = forms.ChoiceField(
        label=Text("ผลของเคส", "Outcome"), choices=[(one.value, one.text) for one in Outcome]
    )
    reason = forms.CharField(label=Text("สรุปการปิด", "How it ended"), max_length=1000, widget=area(3))
    despite = forms.CharField(
        label=Text("เหตุผลที่ปิดทั้งที่ยังขาด", "Why it is closed with gaps"),
        max_length=500,
        required=False,
        widget=area(2),
        help_text=Text(
            "เฉพาะเมื่อยังมีคำถามค้าง หรือไม่มีมาตรการใหม่",
            "Only with an open question, or without a new control or rule",
        ),
    )


class LevelForm(RoomForm):
    """The level of section 60."""

    level = forms.ChoiceField(
        label=Text("ระดับภัยคุกคาม มาตรา 60", "Level of the threat, section 60"),
        choices=[(one.value, one.text) for one in Level],
    )
    reason = forms.CharField(label=Text("เหตุผล", "Reason"), max_length=500, widget=area(2))


class PersonalForm(RoomForm):
    """Whether personal data is touched."""

    answer = forms.ChoiceField(
        label=Text("กระทบข้อมูลส่วนบุคคลหรือไม่", "Is personal data touched?"),
        choices=[(one.value, one.text) for one in Personal],
        widget=forms.RadioSelect,
    )
    look_on = ThaiDateField(
        label=Text("ถ้ายังไม่ทราบ จะดูอีกครั้งวันที่", "If not yet known, look again on"), required=False
    )


class AssignForm(RoomForm):
    """Who has a case."""

    user_id = uuid_choice(Text("ผู้รับผิดชอบ", "Assigned to"), required=False)

    def __init__(self, *args: Any, people: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "user_id", people, nobody=Text("ไม่มีผู้รับผิดชอบ", "Nobody"))


class EntryForm(RoomForm):
    """A moment or note of the timeline."""

    kind = forms.ChoiceField(
        label=Text("อะไร", "What"), choices=[(one.value, one.text) for one in WRITTEN], initial="note"
    )
    text = forms.CharField(label=Text("ข้อความ", "Text"), max_length=10_000, widget=area())
    at = ThaiDateTimeField(
        label=Text("เมื่อใด", "When"),
        required=False,
        help_text=Text("ว่าง = ขณะนี้ เช่น 24 พ.ย. 2563 14:30", "Empty = now; such as 24 Nov 2020 14:30"),
    )
    organisation_id = uuid_choice(Text("หน่วยงานที่เกี่ยวข้อง", "Organisation concerned"), required=False)
    evidence = forms.CharField(
        label=Text("ทราบจากหลักฐานใด", "By what evidence"),
        max_length=500,
        required=False,
        help_text=Text("จำเป็นเมื่อหน่วยงานทราบเหตุ", "Needed when an organisation became aware"),
    )
    shared = forms.BooleanField(
        label=Text("ให้หน่วยงานในเคสเห็น", "The organisations in the case see it"), required=False
    )

    def __init__(self, *args: Any, parties: Named, desk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", parties, nobody=Text("ไม่ระบุ", "None"))
        if not desk:
            for name in ("organisation_id", "shared"):
                del self.fields[name]


class PartyForm(RoomForm):
    """What an organisation is in a case."""

    role = forms.ChoiceField(
        label=Text("บทบาท", "Role"), choices=[(one.value, one.text) for one in PartyRole]
    )
    sees = forms.BooleanField(
        label=Text("ให้คนของหน่วยงานเห็นส่วนที่แบ่งปัน", "Its people see what is shared"),
        required=False,
        initial=True,
    )


class NewPartyForm(PartyForm):
    """An organisation that is let in, of those that were found."""

    organisation_id = uuid_choice(Text("หน่วยงาน", "Organisation"))
    field_order = ("organisation_id",)

    def __init__(self, *args: Any, found: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", found)
