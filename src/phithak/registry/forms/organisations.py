"""Forms of the pages of organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing

from phithak.base import clock
from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.i18n.fields import NationalIdField, ThaiDateField, ThaiDateTimeField, ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.registry.queries.facts import FIELDS, AliasKind, Cii, LegalRole, OrganisationFacts
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import RelationKind
from phithak.registry.services.organisations import BadFactError

Choices = Sequence[tuple[str, Text]]
_SALT = "registry.organisation.seen"
_TO_COME = Text("วันนี้ยังมาไม่ถึง ตรวจปี พ.ศ. หรือ ค.ศ.", "This day is still to come. Check the year (BE or CE).")
_NOTHING = ("", Text("ยังไม่ระบุ", "Not said yet"))

_REASON_TEXT = Text("เหตุผล", "Reason")
_REASON_HELP = Text("อย่างน้อย 10 ตัวอักษร บันทึกไว้ในประวัติ", "At least 10 characters; it is kept in the journal")


def _short(name: str, limit: int, help_text: Text | str = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=FIELDS[name],
        max_length=limit,
        required=name == "name_th",
        help_text=help_text,
        strip=False,  # the service says what is wrong with signs that cannot be seen
        widget=forms.TextInput(attrs=attrs),
    )


def _amount(name: str, help_text: Text | str = "") -> ThaiIntegerField:
    return ThaiIntegerField(label=FIELDS[name], required=False, min_value=0, help_text=help_text)


class FactForm(Form):
    """A form whose refused fields are named by their labels alone."""

    def take(self, error: PhithakError) -> None:
        """Put a service's error on its field; the label stands there already, so only the reason is said."""
        if isinstance(error, BadFactError) and error.field in self.fields:
            reason = Text(str(error.slots["reason_th"]), str(error.slots["reason_en"]))
            self.add_error(error.field, forms.ValidationError(str(reason), code=error.code))
        else:
            super().take(error)


class OrganisationForm(FactForm):
    """Everything about an organisation that people edit.

    ``version`` and ``seen`` say what the writer began from: ``seen`` is signed and holds each field as it stood.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    name_th = _short("name_th", 250, lang="th")
    name_en = _short("name_en", 250, lang="en")
    short_th = _short("short_th", 60, Text("เช่น รพ.ธารเมฆ", "Such as รพ.ธารเมฆ"), lang="th")
    short_en = _short("short_en", 60, lang="en")
    kind = forms.ChoiceField(label=FIELDS["kind"], choices=[(kind.value, kind.text) for kind in Kind])
    sector = forms.ChoiceField(label=FIELDS["sector"], required=False, choices=[])
    country = forms.ChoiceField(label=FIELDS["country"], choices=[])
    province = forms.ChoiceField(label=FIELDS["province"], required=False, choices=[])
    is_juristic = forms.BooleanField(label=FIELDS["is_juristic"], required=False, initial=True)
    juristic_id = _short(
        "juristic_id",
        30,
        Text("13 หลัก เลขไทยหรืออารบิก มีขีดหรือไม่มีก็ได้", "13 digits, Thai or Arabic, with or without dashes"),
        inputmode="numeric",
        autocomplete="off",
    )
    revenue_thb = _amount(
        "revenue_thb",
        Text("เช่น 1,500,000 หรือ 1.5 ล้าน ใช้จัดขนาด", "Such as 1,500,000; decides the size"),
    )
    service_revenue_thb = _amount("service_revenue_thb")
    users_per_month = _amount("users_per_month")
    legal_roles = forms.MultipleChoiceField(
        label=FIELDS["legal_roles"],
        required=False,
        choices=[(role.value, role.text) for role in LegalRole],
        widget=forms.CheckboxSelectMultiple,
    )
    address = forms.CharField(
        label=FIELDS["address"], max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    website = _short("website", 300, Text("เช่น www.example.or.th", "Such as www.example.or.th"))
    registered_on = ThaiDateField(
        label=FIELDS["registered_on"],
        required=False,
        help_text=Text("เว้นว่าง = วันนี้", "Empty = today"),
    )

    def __init__(
        self, *args: Any, sectors: Choices, countries: Choices, provinces: Choices, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._offer("sector", [_NOTHING, *sectors])
        self._offer("country", countries)
        self._offer("province", [_NOTHING, *provinces])

    def clean_registered_on(self) -> date | None:
        """Refuse a day that is to come: a year typed in the wrong era, most often."""
        day: date | None = self.cleaned_data["registered_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(str(_TO_COME), code="to_come")
        return day

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        known = self.initial.get(name)
        # a record may hold what the list does not offer; saving it must not lose that
        extra = [(known, Text(known, known))] if known and known not in dict(choices) else []
        field.choices = [*choices, *extra]  # type: ignore[attr-defined] # a choice field

    def hide(self, names: Sequence[str]) -> None:
        """Let fields travel unseen: they are decided on above the form."""
        for name in names:
            several = isinstance(self.fields[name], forms.MultipleChoiceField)
            self.fields[name].widget = forms.MultipleHiddenInput() if several else forms.HiddenInput()


_BEFORE_OWNER = (
    *(
        "version",
        "seen",
        "name_th",
        "name_en",
        "short_th",
        "short_en",
        "kind",
        "sector",
        "country",
        "province",
    ),
    *("is_juristic", "juristic_id"),
)
_NOT_NATURAL = Text(
    "ใช้กับบุคคลธรรมดา เลิกเลือก “เป็นนิติบุคคล” หรือลบเลขนี้",
    "For a natural person alone: untick “Juristic person”, or clear this number",
)
TYPED = tuple(name for name in OrganisationForm.base_fields if name not in {"version", "seen"})
"""The fields of :class:`OrganisationFacts` that the form holds."""
AMOUNTS = ("revenue_thb", "service_revenue_thb", "users_per_month")


class OwnedForm(OrganisationForm):
    """Also the citizen id of a natural person: typed once, sealed, then shown masked alone."""

    owner_number = NationalIdField(
        label=Text("เลขประจำตัวประชาชนของเจ้าของ", "Owner's national ID number"),
        required=False,
        help_text=Text(
            "เฉพาะบุคคลธรรมดา เข้ารหัสทันที ไม่แสดงเต็มบนหน้าใด",
            "Of a natural person alone. Encrypted at once, shown in full on no page",
        ),
    )
    remove_owner = forms.BooleanField(label=Text("ลบเลขที่บันทึกไว้", "Take the kept number away"), required=False)
    field_order = (*_BEFORE_OWNER, "owner_number", "remove_owner")

    def __init__(self, *args: Any, kept: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        if kept:
            words = Text(f"บันทึกไว้ {kept} เว้นว่าง = คงเดิม", f"Kept: {kept}. Empty = keep it")
            self.fields["owner_number"].help_text = words  # type: ignore[assignment] # a Text is shown as a string
        else:
            del self.fields["remove_owner"]

    def clean(self) -> dict[str, Any]:
        """Refuse an owner's number for a juristic person: it is the company's that counts there."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("owner_number") and data.get("is_juristic"):
            self.add_error("owner_number", str(_NOT_NATURAL))
        return data


def facts_from(data: Mapping[str, Any], before: OrganisationFacts | None) -> OrganisationFacts:
    """Return the facts that were typed; what the form does not hold stays as it was."""
    told = {name: data[name] for name in TYPED}
    roles = tuple(told["legal_roles"])
    # for a new record nothing ticked means: those that the kind proposes
    told["legal_roles"] = None if before is None and not roles else roles
    return replace(before, **told) if before else OrganisationFacts(**told)


def initial_of(facts: OrganisationFacts) -> dict[str, Any]:
    """Return what the form shows of facts."""
    told = {name: getattr(facts, name) for name in TYPED}
    amounts = {name: show.number(told[name]) for name in AMOUNTS}
    return {**told, **amounts, "legal_roles": list(facts.legal_roles or ())}


def as_typed(facts: OrganisationFacts) -> dict[str, list[str]]:
    """Return each field as a browser would send it, to compare and to put in place of what was typed."""
    return {name: _values(getattr(facts, name)) for name in TYPED}


def _values(value: Any) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, (tuple, list)):
        return [str(one) for one in value]
    return [str(value)]


def sign(facts: OrganisationFacts) -> str:
    """Return facts as a signed text for the hidden field ``seen``."""
    return signing.dumps(as_typed(facts), salt=_SALT, compress=True)


def read_seen(text: str) -> dict[str, list[str]] | None:
    """Return what the writer began from, None when it is not ours."""
    try:
        found: dict[str, list[str]] = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return found


class AliasForm(FactForm):
    """Another name; the field is called as the services call it in their refusals."""

    aliases = forms.CharField(
        label=Text("ชื่ออื่น", "Other name"),
        max_length=250,
        strip=False,
        help_text=Text("ไทยหรือละตินก็ได้ ค้นหาด้วยชื่อนี้ได้ทันที", "Thai or Latin; the search finds it at once"),
    )
    kind = forms.ChoiceField(
        label=Text("เป็นชื่อแบบใด", "What kind of name"), choices=[(kind.value, kind.text) for kind in AliasKind]
    )


OVER, UNDER = "over", "under"
WAYS: Choices = (
    ("parent.under", Text("อีกฝ่ายเป็นหน่วยงานแม่", "The other is its parent")),
    ("parent.over", Text("เป็นหน่วยงานแม่ของอีกฝ่าย", "It is the other's parent")),
    ("platform.under", Text("ขายบนแพลตฟอร์มของอีกฝ่าย", "It sells on the other's platform")),
    ("platform.over", Text("เป็นแพลตฟอร์มที่อีกฝ่ายขาย", "It is the platform that the other sells on")),
    ("operator.under", Text("อีกฝ่ายเป็นผู้ให้บริการหลัก", "The other is its main operator")),
    ("operator.over", Text("เป็นผู้ให้บริการหลักของอีกฝ่าย", "It is the other's main operator")),
    ("regulator.under", Text("อีกฝ่ายกำกับดูแล", "The other regulates it")),
    ("regulator.over", Text("กำกับดูแลอีกฝ่าย", "It regulates the other")),
    ("allied.over", Text("เป็นพันธมิตรกัน", "They are allies")),
)
"""Kind of a relation and the side on which the organisation stands."""


def way_of(value: str) -> tuple[RelationKind, str]:
    """Return the kind of a relation and the side (:data:`OVER`, :data:`UNDER`) of a choice of :data:`WAYS`."""
    kind, side = value.split(".")
    return RelationKind(kind), side


class RelationForm(Form):
    """How the organisation stands to another; the other is one that the search found."""

    other = forms.TypedChoiceField(
        label=Text("หน่วยงานอีกฝ่าย", "The other organisation"),
        coerce=UUID,
        choices=[],
        widget=forms.RadioSelect,
    )
    way = forms.ChoiceField(label=Text("ความสัมพันธ์", "Relation"), choices=WAYS)
    until = ThaiDateTimeField(
        label=Text("ถึง", "Until"),
        required=False,
        help_text=Text("เว้นว่าง = จนกว่าจะสิ้นสุด", "Empty = until it is ended"),
    )

    def __init__(self, *args: Any, found: Sequence[tuple[UUID, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["other"]
        field.choices = [(str(one), name) for one, name in found]  # type: ignore[attr-defined] # a choice field
        if len(found) == 1:
            field.initial = str(found[0][0])


class ScopeForm(Form):
    """A sector that an authority watches over."""

    sector = forms.ChoiceField(
        label=Text("ภาคส่วนที่กำกับ", "Sector in its scope"),
        choices=[],
        help_text=Text("รวมส่วนย่อยทั้งหมดของภาคส่วน", "With all of its parts"),
    )

    def __init__(self, *args: Any, sectors: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sector"].choices = list(sectors)  # type: ignore[attr-defined] # a choice field


class CiiForm(Form):
    """Standing as critical information infrastructure."""

    cii = forms.ChoiceField(
        label=Text("สถานะ CII", "Standing"), choices=[(one.value, one.text) for one in Cii]
    )


class ReasonForm(FactForm):
    """Why something is done that cannot be undone by itself."""

    reason = forms.CharField(
        label=_REASON_TEXT,
        help_text=_REASON_HELP,
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MergeForm(ReasonForm):
    """Which of two records stays."""

    keep = forms.TypedChoiceField(
        label=Text("ระเบียนที่คงไว้", "The record that stays"),
        coerce=UUID,
        choices=[],
        widget=forms.RadioSelect,
    )
    field_order = ("keep", "reason")

    def __init__(self, *args: Any, records: Sequence[tuple[UUID, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["keep"].choices = [(str(one), name) for one, name in records]  # type: ignore[attr-defined] # a choice field
