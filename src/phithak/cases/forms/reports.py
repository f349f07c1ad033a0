"""Forms of reports and of the telephone call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.cases.forms.core import Named, RoomForm, area, choose, uuid_choice
from phithak.cases.queries.states import CaseKind, Channel, Reporter, Severity
from phithak.cases.services.opening import CaseFacts
from phithak.cases.services.reports import ReportFacts
from phithak.core.i18n.fields import PhoneField

_TITLE = Text("เรื่อง", "Title")
_TEXT = Text("เกิดอะไรขึ้น", "What happened")
_CARE = Text("กระทบการดูแลผู้ป่วย", "The care of patients suffers")
_NOT_YET = Text("ยังไม่ได้โทรกลับ", "Not called back yet")


class ReportForm(RoomForm):
    """A report."""

    organisation_id = uuid_choice(Text("หน่วยงาน", "Organisation"), required=False)
    title = forms.CharField(label=_TITLE, max_length=200)
    text = forms.CharField(
        label=_TEXT,
        max_length=20_000,
        widget=area(),
        help_text=Text(
            "เห็นอะไร เมื่อไร ระบบใด ทำอะไรไปแล้ว", "What was seen, when, on which system, what was done"
        ),
    )
    patient_safety = forms.BooleanField(label=_CARE, required=False)
    channel = forms.ChoiceField(
        label=Text("มาทาง", "How it came"), choices=[(one.value, one.text) for one in Channel], initial="form"
    )
    reporter = forms.ChoiceField(
        label=Text("ผู้แจ้ง", "Reporter"), choices=[(one.value, one.text) for one in Reporter]
    )

    def __init__(self, *args: Any, found: Named, desk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "organisation_id", found, nobody=Text("ยังไม่ทราบ", "Not known yet") if desk else None)
        if not desk:
            for name in ("channel", "reporter"):
                del self.fields[name]


def report_of(data: Mapping[str, Any]) -> ReportFacts:
    """Return what was typed as the service takes it."""
    return ReportFacts(
        title=data["title"],
        text=data["text"],
        channel=Channel(data.get("channel") or Channel.FORM),
        reporter=Reporter(data.get("reporter") or Reporter.MEMBER),
        patient_safety=data["patient_safety"],
        caller=data.get("caller") or "",
        phone=data.get("phone") or "",
    )


class CallForm(RoomForm):
    """A telephone call at any hour: all on one screen."""

    caller = forms.CharField(label=Text("ชื่อผู้โทร", "Caller's name"), max_length=120, required=False)
    phone = PhoneField(
        label=Text("เบอร์ที่ผู้โทรบอก (ไม่ใช่เบอร์ที่โทรกลับ)", "Number as the caller tells it (never called back)"),
        required=False,
    )
    title = forms.CharField(label=_TITLE, max_length=200)
    text = forms.CharField(label=_TEXT, max_length=20_000, widget=area(3))
    kind = forms.ChoiceField(
        label=Text("ชนิดของเหตุ", "Kind of incident"), choices=[(one.value, one.text) for one in CaseKind]
    )
    patient_safety = forms.BooleanField(label=_CARE, required=False)
    severity = forms.TypedChoiceField(
        label=Text("ความรุนแรง", "Severity"),
        coerce=int,
        choices=[(one.value, one.text) for one in Severity],
        initial=0,
    )
    severity_reason = forms.CharField(
        label=Text("เหตุผลของความรุนแรง", "Why this severe"), max_length=500, required=False
    )
    called_back = uuid_choice(
        Text("โทรกลับผู้ประสานงานในทะเบียน", "Called back a contact of the registry"), required=False
    )
    confirmed = forms.BooleanField(
        label=Text("ปลายสายยืนยันว่าหน่วยงานโทรมาจริง", "The contact confirms that the organisation did call"),
        required=False,
    )

    def __init__(self, *args: Any, contacts: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "called_back", contacts, nobody=_NOT_YET)


def call_facts(data: Mapping[str, Any]) -> tuple[ReportFacts, CaseFacts]:
    """Return what was typed of a call: the report, and the case that it opens."""
    report = ReportFacts(
        title=data["title"],
        text=data["text"],
        channel=Channel.PHONE,
        reporter=Reporter.MEMBER,
        patient_safety=data["patient_safety"],
        caller=data["caller"],
        phone=data["phone"],
    )
    return report, CaseFacts(
        title=data["title"],
        kind=data["kind"],
        summary=data["text"],
        severity=data["severity"],
        severity_reason=data["severity_reason"],
        patient_safety=data["patient_safety"],
    )


class VerifyForm(RoomForm):
    """Who was called back, and what they said."""

    contact_id = uuid_choice(Text("โทรกลับใคร", "Who was called back"))
    confirmed = forms.BooleanField(
        label=Text("ยืนยันว่าหน่วยงานแจ้งจริง", "Confirms that the organisation did report"), required=False
    )

    def __init__(self, *args: Any, contacts: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "contact_id", contacts)


class SettleForm(RoomForm):
    """Why a report opens no case."""

    state = forms.ChoiceField(
        label=Text("ผล", "Outcome"),
        choices=[("rejected", Text("ไม่รับ", "Reject it")), ("duplicate", Text("ซ้ำ", "It is a duplicate"))],
    )
    reason = forms.CharField(label=Text("เหตุผล", "Reason"), max_length=500, widget=area(2))


class PutForm(RoomForm):
    """The case that a report belongs to, by its number."""

    number = forms.CharField(
        label=Text("เลขที่เคส", "Number of the case"),
        max_length=40,
        help_text=Text("เช่น PHT-INC-2569-000042", "Such as PHT-INC-2569-000042"),
    )
