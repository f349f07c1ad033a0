"""Forms of the pages of teams, shifts and call sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

from django import forms

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiDateField, ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.engines.thai import to_arabic
from phithak.registry.models import EscalationStep
from phithak.registry.queries.people_hours import DAYS
from phithak.registry.queries.teams import Duty, Pattern, Turn
from phithak.registry.services.teams import Step

CHAIN_ROWS = 8
REASON_MOST = 300
Named = Sequence[tuple[str, Text]]
_DAYS = [(str(number), day) for number, day in enumerate(DAYS)]


def _choose(form: forms.Form, name: str, choices: Named) -> None:
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined] # a choice field


class TimeOfDayField(forms.CharField):
    """A time of day as people write it: 08:30, 8.30 or ๐๘:๓๐."""

    def clean(self, value: Any) -> time:
        """Return the time of day."""
        text = to_arabic(super().clean(value)).strip().removesuffix("น.").strip().replace(".", ":")
        hour, colon, minute = text.partition(":")
        if not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):  # noqa: PLR2004 - hours and minutes
            raise forms.ValidationError(str(Text("ใส่เวลา เช่น 08:30", "Give a time such as 08:30")))
        return time(int(hour), int(minute))


class TeamForm(Form):
    """The names of a team."""

    name_th = forms.CharField(label=Text("ชื่อทีม (ไทย)", "Name (Thai)"), max_length=200, strip=False)
    name_en = forms.CharField(
        label=Text("ชื่อทีม (อังกฤษ)", "Name (English)"), max_length=200, required=False, strip=False
    )


class NewTeamForm(TeamForm):
    """A new team: also whose."""

    tenant_id = forms.TypedChoiceField(label=Text("หน่วยงาน", "Organisation"), coerce=UUID, choices=[])

    def __init__(self, *args: Any, tenants: Sequence[tuple[UUID, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "tenant_id", [(str(key), name) for key, name in tenants])
        if len(tenants) == 1:
            self.fields["tenant_id"].initial = str(tenants[0][0])


class MemberForm(Form):
    """A person who joins a team."""

    person_id = forms.TypedChoiceField(label=Text("บุคคล", "Person"), coerce=UUID, choices=[])
    lead = forms.BooleanField(label=Text("หัวหน้าทีม", "Leads the team"), required=False)

    def __init__(self, *args: Any, people: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "person_id", people)


class PatternForm(Form):
    """A rota."""

    weekdays = forms.TypedMultipleChoiceField(
        label=Text("วันที่เวรเริ่ม", "Days on which a shift begins"),
        choices=_DAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[value for value, _ in _DAYS],
    )
    starts = TimeOfDayField(label=Text("เริ่มเวลา", "From"), max_length=10, initial="20:00")
    ends = TimeOfDayField(
        label=Text("ถึงเวลา", "Until"),
        max_length=10,
        initial="08:00",
        help_text=Text("ไม่เกินเวลาเริ่ม = ข้ามไปวันถัดไป", "At or before the start = on the next day"),
    )
    members = forms.TypedMultipleChoiceField(
        label=Text("ผลัดกันตามลำดับ", "Take turns in this order"),
        choices=[],
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
    )
    first = forms.TypedChoiceField(
        label=Text("เริ่มจาก", "Beginning with"), choices=[], coerce=UUID, required=False, empty_value=None
    )
    turn = forms.ChoiceField(
        label=Text("เปลี่ยนคน", "The next one's turn"), choices=[(turn.value, turn.text) for turn in Turn]
    )
    duty = forms.ChoiceField(label=Text("หน้าที่", "Duty"), choices=[(duty.value, duty.text) for duty in Duty])
    first_day = ThaiDateField(label=Text("วันแรก", "First day"))
    weeks = ThaiIntegerField(label=Text("จำนวนสัปดาห์", "Weeks"), initial=4)

    def __init__(self, *args: Any, members: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "members", members)
        _choose(self, "first", [("", Text("คนแรกที่เลือก", "The first one chosen")), *members])


def pattern_of(data: dict[str, Any]) -> Pattern:
    """Return the pattern of a cleaned form; the order of turns begins with the one that was named."""
    members = list(data["members"])
    if data["first"] in members:
        place = members.index(data["first"])
        members = members[place:] + members[:place]
    return Pattern(
        frozenset(data["weekdays"]),
        data["starts"],
        data["ends"],
        tuple(members),
        data["first_day"],
        data["weeks"],
        Duty(data["duty"]),
        Turn(data["turn"]),
    )


class ChainForm(Form):
    """The chain of calls: some rows of minutes and whom."""

    def __init__(self, *args: Any, contacts: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = [
            ("", Text("ไม่ใช้ขั้นนี้", "Not used")),
            *(
                (duty.value, Text(f"ผู้อยู่{duty.text.th}", f"Whoever is on duty: {duty.text.en}"))
                for duty in Duty
            ),
            *contacts,
        ]
        for number in range(1, CHAIN_ROWS + 1):
            self.fields[f"minutes_{number}"] = ThaiIntegerField(
                label=Text(f"ขั้นที่ {number}: หลังเริ่มกี่นาที", f"Step {number}: after how many minutes"),
                required=False,
            )
            self.fields[f"who_{number}"] = forms.ChoiceField(
                label=Text(f"ขั้นที่ {number}: โทรหา", f"Step {number}: call"), choices=who, required=False
            )

    def steps(self) -> list[Step]:
        """Return the steps that were filled in, in their order."""
        found = []
        for number in range(1, CHAIN_ROWS + 1):
            who, minutes = self.cleaned_data[f"who_{number}"], self.cleaned_data[f"minutes_{number}"]
            if not who:
                continue
            if who in set(Duty):
                found.append(Step(int(minutes or 0), on_duty=who))
            else:
                found.append(Step(int(minutes or 0), UUID(who)))
        return found


def chain_initial(steps: Sequence[EscalationStep]) -> dict[str, object]:
    """Return what a chain form shows of the present chain."""
    found: dict[str, object] = {}
    for number, step in enumerate(steps[:CHAIN_ROWS], 1):
        found[f"minutes_{number}"] = step.after_minutes
        found[f"who_{number}"] = step.on_duty or str(step.contact_id)
    return found


class GiveForm(Form):
    """Who takes a shift over."""

    member_id = forms.TypedChoiceField(label=Text("ให้ใครแทน", "Who takes it"), coerce=UUID, choices=[])

    def __init__(self, *args: Any, members: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "member_id", members)


class SwapForm(Form):
    """With which shift a shift is swapped."""

    other_id = forms.TypedChoiceField(label=Text("สลับกับเวร", "Swap with the shift"), coerce=UUID, choices=[])

    def __init__(self, *args: Any, shifts: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "other_id", shifts)


class CancelForm(Form):
    """Why a shift is cancelled."""

    reason = forms.CharField(label=Text("เหตุผลที่ยกเลิก", "Why it is cancelled"), max_length=REASON_MOST)


class ReasonForm(Form):
    """Why a password is opened."""

    reason = forms.CharField(
        label=Text("เหตุผลที่เปิดรหัสผ่าน", "Why the password is opened"),
        max_length=REASON_MOST,
        help_text=Text(
            "อย่างน้อย 10 ตัวอักษร บันทึกไว้ในบันทึกเหตุการณ์", "At least 10 characters; kept in the journal"
        ),
    )


def first_day_initial() -> dict[str, object]:
    """Return the first day that a new rota offers: today."""
    return {"first_day": clock.today()}
