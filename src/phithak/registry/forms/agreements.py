"""Forms of the pages of agreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiDateField
from phithak.core.ui.forms import Form
from phithak.registry.models import Agreement
from phithak.registry.queries.agreements import AgreementKind, Flow
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.people import TLP
from phithak.registry.services.agreements import AgreementFacts
from phithak.registry.services.shares.errors import FieldRefusedError

Named = Sequence[tuple[UUID, Text]]
DATA_KINDS = [(kind.value, kind.text) for kind in DataKind]
_FLOWS = [(flow.value, flow.text) for flow in Flow if flow is not Flow.SCAN]
_SHORT = 250


def checkboxes(label: Text, choices: Sequence[tuple[str, Text]], help_text: Text | None = None) -> Any:
    """Return a field of ticks."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text or "",
    )


def see_version(form: Form, version: int) -> None:
    """Let a form that is shown again carry the version that the page now shows; what was typed stays."""
    data = cast("QueryDict", form.data).copy()
    data["version"] = str(version)
    form.data = data


def label(form: Form, name: str) -> Text:
    """Return the label of a field, which our forms give in both languages."""
    return cast("Text", form.fields[name].label)


def choose(field: forms.Field, named: Named) -> None:
    """Offer organisations in a choice field; a single one is chosen already."""
    field.choices = [(str(key), name) for key, name in named]  # type: ignore[attr-defined] # a choice field
    if len(named) == 1:
        field.initial = str(named[0][0])


class TermsForm(Form):
    """A form whose refused fields show the reason alone."""

    reason_alone = Form.reason_alone | {FieldRefusedError.code}


class FactsForm(TermsForm):
    """What an agreement says."""

    number = forms.CharField(
        label=Text("เลขที่", "Number"),
        max_length=60,
        strip=False,
        help_text=Text("ไม่ซ้ำกับฉบับอื่น เช่น บข. 12/2569", "Unlike all others, such as MoU 12/2026"),
    )
    title_th = forms.CharField(label=Text("ชื่อ (ไทย)", "Title (Thai)"), max_length=_SHORT, strip=False)
    title_en = forms.CharField(
        label=Text("ชื่อ (อังกฤษ)", "Title (English)"), max_length=_SHORT, required=False, strip=False
    )
    kind = forms.ChoiceField(
        label=Text("ประเภท", "Kind"), choices=[(kind.value, kind.text) for kind in AgreementKind]
    )
    scope = forms.CharField(
        label=Text("ขอบเขต", "Scope"),
        max_length=10_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=Text("ใครทำอะไรให้ใคร เพื่ออะไร", "Who does what for whom, and why"),
    )
    starts_on = ThaiDateField(label=Text("วันเริ่ม", "First day"))
    ends_on = ThaiDateField(
        label=Text("วันสิ้นสุด", "Last day"),
        help_text=Text("ยังมีผลทั้งวันสุดท้าย (เวลาประเทศไทย)", "The whole last day still counts (Bangkok)"),
    )
    flows = checkboxes(
        Text("สิ่งที่เปิดได้ตามข้อตกลง", "What may be switched on"),
        _FLOWS,
        Text("เปิดจริงทีละหน่วยงานหลังลงนาม", "Each is switched on for each party, once signed"),
    )
    scan_consent = forms.BooleanField(
        label=Text("ยินยอมให้ศูนย์สแกนระบบ", "The parties consent to scans of their systems"), required=False
    )
    data_kinds = checkboxes(Text("ข้อมูลที่ส่งได้", "Data that may flow"), DATA_KINDS)


class NewAgreementForm(FactsForm):
    """A new agreement: also who keeps it."""

    tenant_id = forms.TypedChoiceField(label=Text("หน่วยงานที่เก็บรักษา", "Kept by"), coerce=UUID, choices=[])
    field_order = ("tenant_id",)

    def __init__(self, *args: Any, tenants: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["tenant_id"], tenants)


class ChangeAgreementForm(FactsForm):
    """A change: also the version that the writer began from, and a tick when signatures fall."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    again = forms.BooleanField(
        label=Text(
            "ทราบว่าแก้สาระแล้วลายมือชื่อเดิมใช้ไม่ได้ ทุกฝ่ายต้องลงนามใหม่ และทุกอย่างที่เปิดไว้จะปิดทันที",
            "I know that changed terms must be signed again by all, and that all that is on goes off at once",
        ),
        required=False,
    )

    def __init__(self, *args: Any, signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not signed:
            del self.fields["again"]


def facts_of(data: Mapping[str, Any]) -> AgreementFacts:
    """Return what was typed as the service takes it."""
    return AgreementFacts(
        number=data["number"],
        title=Text(data["title_th"], data["title_en"]),
        kind=data["kind"],
        scope=data["scope"],
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        data_kinds=tuple(data["data_kinds"]),
        flows=tuple(data["flows"]),
        scan_consent=data["scan_consent"],
    )


def initial_of(row: Agreement) -> dict[str, Any]:
    """Return what the form shows of an agreement."""
    names = ("number", "title_th", "title_en", "kind", "scope", "starts_on", "ends_on", "version")
    told = {name: getattr(row, name) for name in names}
    return {**told, "flows": row.flows, "data_kinds": row.data_kinds, "scan_consent": row.scan_consent}


class OrganisationChoice(TermsForm):
    """One organisation of those that were found."""

    organisation_id = forms.TypedChoiceField(
        label=Text("หน่วยงาน", "Organisation"), coerce=UUID, choices=[], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, found: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["organisation_id"], found)


class SignForm(OrganisationChoice):
    """Who signed for a party, and when."""

    signer = forms.CharField(label=Text("ผู้ลงนาม", "Signed by"), max_length=_SHORT, strip=False)
    signed_on = ThaiDateField(label=Text("วันที่ลงนาม", "Day of signing"))


class ReasonForm(TermsForm):
    """Why something is done; kept, and told to those whom it touches."""

    reason = forms.CharField(
        label=Text("เหตุผล", "Reason"),
        max_length=500,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CopyForm(Form):
    """The signed copy."""

    file = forms.FileField(
        label=Text("ไฟล์ฉบับลงนาม", "Signed copy"),
        max_length=1000,
        help_text=Text("เช่น PDF ที่สแกนแล้ว ระบบปิดผนึกให้", "Such as a scanned PDF; it is sealed as it arrives"),
    )


class RuleForm(TermsForm):
    """What a rule lets through: never more than its agreement."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    tlp_most = forms.ChoiceField(
        label=Text("ส่งข้อมูลได้ถึง", "Data may flow up to"),
        choices=[(tlp, f"TLP:{tlp}") for tlp in TLP],
        help_text=Text("CLEAR เปิดเผยได้ RED เฉพาะผู้รับ", "CLEAR is public; RED is for the receiver alone"),
    )
    data_kinds = checkboxes(Text("ข้อมูลที่ส่งได้", "Data that may flow"), [])

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["data_kinds"].choices = list(kinds)  # type: ignore[attr-defined] # a choice field
        if not kinds:
            del self.fields["data_kinds"]
