"""Forms of the privacy pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from phithak.base.text import Text
from phithak.core.privacy.masks import Kind
from phithak.core.ui.forms import Form

_KIND = Text("ประเภทข้อมูล", "Kind of data")
_VALUE = Text("ข้อมูล", "Value")
_REASON = Text("เหตุผล", "Reason")
KINDS = [(kind.value, kind.text) for kind in Kind]


def _reason(help_text: Text) -> forms.CharField:
    return forms.CharField(
        label=_REASON, help_text=help_text, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


def _value() -> forms.CharField:
    return forms.CharField(
        label=_VALUE, max_length=4000, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class TenantForm(Form):
    """A form that asks for which organisation, when there is a choice."""

    tenant_id = forms.TypedChoiceField(label=Text("หน่วยงาน", "Organisation"), coerce=UUID, choices=[])

    def __init__(self, *args: Any, tenants: Sequence[tuple[UUID, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tenant_id"]
        field.choices = [(str(tenant_id), name) for tenant_id, name in tenants]  # type: ignore[attr-defined] # a choice field
        if len(tenants) == 1:
            field.initial = str(tenants[0][0])


class AddForm(TenantForm):
    """Seal one value."""

    kind = forms.ChoiceField(label=_KIND, choices=KINDS)
    value = _value()


class FindForm(Form):
    """Find equal values; sent by POST, so that no value stands in an address or an access log."""

    kind = forms.ChoiceField(label=_KIND, choices=KINDS)
    value = _value()


class UnmaskForm(Form):
    """Why a value must be seen in full."""

    reason = _reason(
        Text(
            "อย่างน้อย 10 ตัวอักษร บันทึกไว้ให้ผู้ตรวจสอบเห็น", "At least 10 characters; recorded, and seen by auditors"
        )
    )


class ProposeForm(Form):
    """Why a key is to be destroyed."""

    reason = _reason(
        Text(
            "อย่างน้อย 10 ตัวอักษร ข้อมูลที่กุญแจนี้ปิดผนึกจะอ่านไม่ได้อีกตลอดไป",
            "At least 10 characters. What this key sealed can never be read again.",
        )
    )


class RotateForm(Form):
    """Change the root key."""

    passphrase = forms.CharField(
        label=Text("วลีผ่าน (เฉพาะเมื่อใช้โหมดวลีผ่าน)", "Passphrase (in passphrase mode only)"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
