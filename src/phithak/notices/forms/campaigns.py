"""Forms of campaigns, address lists and do-not-send entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.notices.forms.wording import FACT, PreviewForm, TenantForm
from phithak.notices.models import Campaign
from phithak.notices.queries.contacts import SIZE_TEXTS
from phithak.notices.services.campaigns import Plan
from phithak.notices.sources import sources
from phithak.notices.states import Answers, Step
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.queries.people import TLP

LIST, CONTACTS = "notices.list", "registry.contacts"
_REASON_MOST = 300
_STEPS = {Step.REMIND: "remind_after", Step.SWITCH: "switch_after", Step.CALL: "call_after"}


def _ticks(label: Text, choices: Sequence[tuple[str, Text]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=Text("ไม่เลือก = ทั้งหมด", "None chosen = all"),
    )


def _hours(label: Text, initial: int | None) -> ThaiIntegerField:
    return ThaiIntegerField(
        label=label,
        initial=initial,
        required=False,
        help_text=Text("ชั่วโมงหลังแจ้ง ว่าง = ไม่ทำ", "Hours after the notice; empty = not done"),
    )


class CampaignForm(TenantForm):
    """What is said to whom, by what, and how answers are chased."""

    title = forms.CharField(
        label=Text("ชื่อการแจ้ง", "Title"),
        max_length=200,
        strip=False,
        help_text=Text(
            "ผู้รับเห็นชื่อนี้ตอนตอบ อย่าใส่ข้อมูลบุคคล", "Recipients see it when they answer; no personal data"
        ),
    )
    template = forms.ChoiceField(label=Text("แม่แบบที่อนุมัติแล้ว", "Approved template"), choices=[])
    source = forms.ChoiceField(label=Text("ผู้รับมาจาก", "Recipients come from"), choices=[])
    list_id = forms.ChoiceField(label=Text("รายชื่อที่อยู่", "Address list"), choices=[], required=False)
    sector = forms.ChoiceField(label=Text("ภาคส่วน", "Sector"), choices=[], required=False)
    organisation_kinds = _ticks(
        Text("ชนิดหน่วยงาน", "Kinds of organisations"), [(kind.value, kind.text) for kind in Kind]
    )
    sizes = _ticks(Text("ขนาด", "Sizes"), list(SIZE_TEXTS.items()))
    kinds = _ticks(
        Text("ประเภทผู้ประสานงาน", "Kinds of contacts"), [(kind.value, kind.text) for kind in ContactKind]
    )
    every = forms.BooleanField(
        label=Text(
            "ทุกผู้ประสานงาน (ไม่เลือก = คนแรกของแต่ละหน่วยงาน)",
            "Every contact (else the first of each organisation)",
        ),
        required=False,
    )
    answers = forms.ChoiceField(
        label=Text("ขอคำตอบ", "Answer that is asked"),
        choices=[(kind.value, kind.text) for kind in Answers],
        initial=Answers.DONE.value,
    )
    due_hours = ThaiIntegerField(label=Text("ตอบภายใน (ชั่วโมง)", "Hours to answer"), initial=24)
    remind_after = _hours(Text("เตือนทางเดิมเมื่อครบ", "Remind after"), 24)
    switch_after = _hours(Text("แจ้งอีกทางเมื่อครบ", "Tell by the other way after"), None)
    call_after = _hours(Text("ให้คนโทรเมื่อครบ", "A person calls after"), 48)
    tlp = forms.ChoiceField(label=Text("TLP", "TLP"), choices=[(name, name) for name in TLP], initial="AMBER")
    calls_per_hour = ThaiIntegerField(
        label=Text("สายด่วนรับได้ (สายต่อชั่วโมง)", "Calls that the hotline takes in an hour"),
        initial=0,
        help_text=Text("ใช้แบ่งส่งเป็นระลอก 0 = ระลอกเดียว", "Makes the waves; 0 = all in one wave"),
    )
    call_percent = ThaiIntegerField(label=Text("คาดว่าจะโทรมา (ร้อยละ)", "Percent who will call"), initial=10)
    day_only = forms.BooleanField(
        label=Text("ส่งเฉพาะ 08:00–20:00 น.", "Only between 08:00 and 20:00"), required=False
    )
    urgent = forms.BooleanField(
        label=Text("เร่งด่วน ส่งก่อนข้อความอื่น", "Urgent: before other messages"), required=False
    )
    exercise = forms.BooleanField(
        label=Text("ฝึกซ้อม: ทำทุกขั้น แต่ไม่ส่งถึงใคร", "A rehearsal: every step, but nobody is reached"),
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        templates: Sequence[tuple[str, Text]],
        lists: Sequence[tuple[str, Text]],
        sectors: Sequence[tuple[str, Text]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("template", templates)
        self._choose("source", [(one.name, one.text) for one in sources if one.name in {LIST, CONTACTS}])
        self._choose("list_id", [("", Text("ไม่ใช้", "None")), *lists])
        self._choose("sector", [("", Text("ทุกภาคส่วน", "All sectors")), *sectors])

    def _choose(self, name: str, choices: Sequence[tuple[str, Text]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined] # a choice field


def plan_of(data: Mapping[str, Any], *, facts: Mapping[str, Any], passed: Sequence[str]) -> Plan:
    """Return the plan of a cleaned form; what fills the text is kept."""
    if data["source"] == LIST:
        args: dict[str, Any] = {"list": data["list_id"]}
    else:
        args = {name: data[name] for name in ("sector", "organisation_kinds", "sizes", "kinds", "every")}
    chase = tuple((data[name], step) for step, name in _STEPS.items() if data[name])
    return Plan(
        title=data["title"],
        template=data["template"],
        source=data["source"],
        source_args=args,
        answers=Answers(data["answers"]),
        facts=facts,
        passed=tuple(passed),
        tlp=data["tlp"],
        exercise=data["exercise"],
        urgent=data["urgent"],
        day_only=data["day_only"],
        calls_per_hour=data["calls_per_hour"],
        call_percent=data["call_percent"],
        due_hours=data["due_hours"],
        chase=chase,
    )


def initial_of(row: Campaign) -> dict[str, Any]:
    """Return what the form shows of a campaign."""
    args = row.source_args
    same = (
        "title",
        "source",
        "answers",
        "due_hours",
        "tlp",
        "calls_per_hour",
        "call_percent",
        "day_only",
        "urgent",
        "exercise",
    )
    after: dict[str, int | None] = dict.fromkeys(_STEPS.values())
    after |= {_STEPS[Step(step)]: hours for hours, step in row.chase}
    return {
        **{name: getattr(row, name) for name in same},
        **after,
        "template": row.text.template.code,
        "tenant_id": str(row.tenant_id),
        "list_id": args.get("list", ""),
        **{name: args.get(name) for name in ("sector", "organisation_kinds", "sizes", "kinds", "every")},
        "seen": row.version,
    }


class FactsForm(PreviewForm):
    """Values of the slots of a campaign's text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)

    def _add_addressee(self) -> None:
        """Nobody is named here: each recipient is greeted by what the source calls them."""


def facts_initial(row: Campaign) -> dict[str, Any]:
    """Return what the form of facts shows of a campaign."""
    found: dict[str, Any] = {"seen": row.version}
    for name, value in row.facts.items():
        found[FACT + name] = date.fromisoformat(value["date"]) if isinstance(value, dict) else value
    found |= {f"promise_{name}": True for name in row.passed}
    return found


class ReasonForm(Form):
    """Why something is done."""

    reason = forms.CharField(
        label=Text("เหตุผล", "Reason"), max_length=_REASON_MOST, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(Form):
    """What a recipient said on the telephone."""

    answer = forms.ChoiceField(label=Text("คำตอบ", "Answer"), choices=[])

    def __init__(self, *args: Any, answers: Answers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = list(answers.choices)  # type: ignore[attr-defined] # a choice field


class ListForm(TenantForm):
    """A new list of addresses."""

    name = forms.CharField(label=Text("ชื่อรายชื่อ", "Name of the list"), max_length=200)


class AddressesForm(Form):
    """Addresses to add."""

    addresses = forms.CharField(
        label=Text("ที่อยู่ บรรทัดละหนึ่งราย", "Addresses, one addressee a line"),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=Text(
            "อีเมล หรือเบอร์มือถือ หรือทั้งสองคั่นด้วยจุลภาค เก็บเข้ารหัสทันที",
            "An e-mail address, a mobile number, or both with a comma between; encrypted at once",
        ),
    )


class BarForm(TenantForm):
    """An address that wants no notices."""

    address = forms.CharField(
        label=Text("อีเมลหรือเบอร์มือถือ", "E-mail address or mobile number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(label=Text("เหตุผล", "Reason"), max_length=_REASON_MOST)


class CodeForm(Form):
    """The code that stands in a message."""

    code = forms.CharField(
        label=Text("รหัส 8 ตัวในข้อความ", "The 8 characters of the message"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
