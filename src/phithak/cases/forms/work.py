"""Forms of work on a case: tasks, findings, questions, outages, lessons, restricted parts, experts."""

from __future__ import annotations

from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.cases.forms.core import Named, RoomForm, area, choose, uuid_choice
from phithak.cases.playbooks import playbooks
from phithak.cases.queries.workstates import TECHNIQUES, Basis, FindingState, LessonKind, TaskState
from phithak.core.i18n.fields import ThaiDateTimeField, ThaiIntegerField

_CENTRE = Text("ศูนย์", "The centre")
_NOBODY = Text("ไม่ระบุ", "None")
_ORGANISATION = Text("หน่วยงาน", "Organisation")
_REASON = Text("เหตุผล", "Reason")


class OfPartyForm(RoomForm):
    """A form with an organisation of the case, or none."""

    organisation_id = uuid_choice(_ORGANISATION, required=False)

    def __init__(self, *args: Any, parties: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", parties, nobody=self.nobody)

    nobody = _NOBODY


class PlaybookForm(RoomForm):
    """Which playbook."""

    code = forms.ChoiceField(label=Text("คู่มือ", "Playbook"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "code", [(one.code, one.text) for one in playbooks().values()])


class NewTaskForm(OfPartyForm):
    """A task by hand."""

    nobody = _CENTRE
    title = forms.CharField(label=Text("งาน", "Task"), max_length=300)
    due_at = ThaiDateTimeField(label=Text("กำหนด", "Due"), required=False)
    safe = forms.BooleanField(
        label=Text("ปลอดภัยต่อระบบคลินิก", "Safe for clinical systems"),
        required=False,
        initial=True,
        help_text=Text("ถ้าไม่ปลอดภัยต้องมีผู้อนุมัติของโรงพยาบาล", "An unsafe one needs an approver of the hospital"),
    )


class TaskForm(RoomForm):
    """How a task goes."""

    state = forms.ChoiceField(
        label=Text("สถานะ", "State"), choices=[(one.value, one.text) for one in TaskState]
    )
    note = forms.CharField(
        label=Text("หมายเหตุ", "Note"),
        max_length=1000,
        required=False,
        widget=area(2),
        help_text=Text("จำเป็นเมื่อทำไม่ได้หรือไม่ต้องทำ", "Needed when it could not be done or is not needed"),
    )


class ApproveForm(RoomForm):
    """Who of the hospital approves an unsafe step."""

    contact_id = uuid_choice(Text("ผู้อนุมัติของโรงพยาบาล", "Approver of the hospital"), required=False)
    note = forms.CharField(
        label=Text("ตกลงกันอย่างไร", "What was agreed"), max_length=1000, required=False, widget=area(2)
    )

    def __init__(self, *args: Any, contacts: Named, itself: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "contact_id", contacts, nobody=Text("เลือก", "Choose"))
        if itself:
            del self.fields["contact_id"]


class TermForm(RoomForm):
    """A policy term."""

    minutes = ThaiIntegerField(label=Text("นาที", "Minutes"), min_value=1, max_value=527_040)
    reason = forms.CharField(label=_REASON, max_length=300)


class FindingForm(OfPartyForm):
    """What is said of a system."""

    system = forms.CharField(label=Text("ระบบ", "System"), max_length=200)
    state = forms.ChoiceField(
        label=Text("ผล", "Finding"), choices=[(one.value, one.text) for one in FindingState]
    )
    basis = forms.ChoiceField(
        label=Text("ใครว่า", "Who says so"), choices=[(one.value, one.text) for one in Basis]
    )
    method = forms.CharField(label=Text("ตรวจอย่างไร", "Method"), max_length=300, required=False)
    evidence = forms.CharField(
        label=Text("หลักฐาน", "Evidence"),
        max_length=1000,
        required=False,
        widget=area(2),
        help_text=Text("จำเป็นเมื่อบอกว่าไม่ถูกบุกรุก", "Needed for not compromised"),
    )


class TechniqueForm(RoomForm):
    """A step of the attack path."""

    code = forms.ChoiceField(label=Text("เทคนิค (ATT&CK)", "Technique (ATT&CK)"), choices=[])
    note = forms.CharField(label=Text("หมายเหตุ", "Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, Text(f"{code} {text.th}", f"{code} {text.en}")) for code, text in TECHNIQUES.items()]
        choose(self, "code", named)


class QuestionForm(RoomForm):
    """A question, or its answer."""

    text = forms.CharField(label=Text("ข้อความ", "Text"), max_length=2000, widget=area(3))


class OutageForm(OfPartyForm):
    """A service that is down."""

    service = forms.CharField(label=Text("บริการที่หยุด", "Service that is down"), max_length=200)
    care = forms.BooleanField(label=Text("การดูแลผู้ป่วยขึ้นกับบริการนี้", "Care depends on it"), required=False)
    since = ThaiDateTimeField(label=Text("ตั้งแต่", "Since"))
    workaround = forms.CharField(
        label=Text("ทำอย่างไรระหว่างนี้", "Workaround"),
        max_length=500,
        required=False,
        help_text=Text("จำเป็นเมื่อกระทบการดูแล", "Needed where care depends on it"),
    )


class EndOutageForm(RoomForm):
    """When a service came back."""

    until = ThaiDateTimeField(label=Text("กลับมาเมื่อ", "Back since"))


class LessonForm(RoomForm):
    """What was learnt."""

    kind = forms.ChoiceField(
        label=Text("กลายเป็นอะไร", "What it becomes"), choices=[(one.value, one.text) for one in LessonKind]
    )
    text = forms.CharField(label=Text("บทเรียน", "Lesson"), max_length=1000, widget=area(3))


class PartForm(RoomForm):
    """A restricted part."""

    title = forms.CharField(label=Text("ชื่อส่วนจำกัด", "Title of the part"), max_length=200)


class GrantForm(RoomForm):
    """Who may open a part, or an expert who is let in."""

    user_id = uuid_choice(Text("ใคร", "Who"))
    until = ThaiDateTimeField(label=Text("ถึงเมื่อ", "Until"), required=False)
    reason = forms.CharField(label=_REASON, max_length=300)

    def __init__(self, *args: Any, people: Named, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "user_id", people)
        self.fields["until"].required = ends
