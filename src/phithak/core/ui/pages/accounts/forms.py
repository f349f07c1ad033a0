"""Forms of the accounts pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.models import Tenant, User
from phithak.core.accounts.roles import Role
from phithak.core.i18n.fields import ThaiDateField
from phithak.core.ui.forms import Form

_NAME_TH = Text("ชื่อ-นามสกุล (ไทย)", "Name in Thai")
_NAME_EN = Text("ชื่อ-นามสกุล (อังกฤษ)", "Name in English")
_NEW = Text("รหัสผ่านใหม่", "New password")
_AGAIN = Text("รหัสผ่านใหม่อีกครั้ง", "New password again")
_OLD = Text("รหัสผ่านเดิม", "Present password")
_DIFFER = Text("สองช่องไม่ตรงกัน โปรดพิมพ์ใหม่", "The two do not match. Type them again.")
_WRONG = Text("รหัสผ่านเดิมไม่ถูกต้อง", "The present password is wrong.")
_UNTIL = Text("ถึงวันที่ (ว่าง = ไม่มีกำหนด)", "Until (empty = without end)")


class FirstAdminForm(Form):
    """Who the first administrator is."""

    email = forms.EmailField(label=Text("อีเมลของคุณ", "Your e-mail address"), max_length=254)
    name_th = forms.CharField(label=Text("ชื่อของคุณ", "Your name"), max_length=250)


class ProfileForm(Form):
    """One's own names and preferences."""

    name_th = forms.CharField(label=_NAME_TH, max_length=250)
    name_en = forms.CharField(label=_NAME_EN, max_length=250, required=False)
    language = forms.ChoiceField(label=Text("ภาษา", "Language"), choices=[("th", "ไทย"), ("en", "English")])
    theme = forms.ChoiceField(
        label=Text("สีของหน้าจอ", "Colours"),
        choices=[
            ("auto", Text("ตามเครื่อง", "As the device")),
            ("light", Text("สว่าง", "Light")),
            ("dark", Text("มืด", "Dark")),
        ],
    )


class NamesForm(Form):
    """A user's names."""

    name_th = forms.CharField(label=_NAME_TH, max_length=250)
    name_en = forms.CharField(label=_NAME_EN, max_length=250, required=False)


def _secret(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": "256"})


class PasswordForm(Form):
    """A new password, and the old one unless a one-time link stands for it."""

    old = forms.CharField(label=_OLD, widget=_secret("current-password"), strip=False)
    password = forms.CharField(label=_NEW, widget=_secret("new-password"), strip=False)
    again = forms.CharField(label=_AGAIN, widget=_secret("new-password"), strip=False)

    def __init__(self, *args: Any, http: HttpRequest, user: User, ask_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._http, self._user = http, user
        if not ask_old or not user.has_usable_password():
            del self.fields["old"]

    def clean_old(self) -> str:
        """Check the present password; wrong ones count towards the rest of the login."""
        old = str(self.cleaned_data["old"])
        if authenticate(self._http, email=self._user.email, password=old) != self._user:
            raise ValidationError(str(_WRONG))
        return old

    def clean(self) -> dict[str, Any]:
        """Check that both new ones match."""
        data = super().clean() or self.cleaned_data
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", str(_DIFFER))
        return data


class _UntilForm(Form):
    until = ThaiDateField(label=_UNTIL, required=False)


class GiveRoleForm(_UntilForm):
    """A role within a tenant."""

    tenant = forms.ChoiceField(label=Text("หน่วยงาน", "Organisation"))
    role = forms.ChoiceField(label=Text("บทบาท", "Role"))
    field_order: tuple[str, ...] = ("tenant", "role", "until")

    def __init__(self, *args: Any, tenants: Iterable[Tenant], roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenant"].choices = [  # type: ignore[attr-defined] # ChoiceField has it
            (str(tenant.pk), Text(tenant.name_th, tenant.name_en or tenant.name_th)) for tenant in tenants
        ]
        self.fields["role"].choices = [(role.value, role.text) for role in roles]  # type: ignore[attr-defined] # same


class InviteForm(GiveRoleForm):
    """A person, and the first role."""

    email = forms.EmailField(label=Text("อีเมล", "E-mail address"), max_length=254)
    name_th = forms.CharField(label=_NAME_TH, max_length=250)
    name_en = forms.CharField(label=_NAME_EN, max_length=250, required=False)
    field_order = ("email", "name_th", "name_en", "tenant", "role", "until")


class StaffSessionForm(Form):
    """Why extra rights are needed now."""

    reason = forms.CharField(
        label=Text("เหตุผล", "Reason"),
        help_text=Text(
            "อย่างน้อย 10 ตัวอักษร จะอยู่ในบันทึกเหตุการณ์", "At least 10 characters; it goes into the journal"
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TokenForm(Form):
    """A token: what for, what it may do, until when."""

    name = forms.CharField(label=Text("ใช้ทำอะไร", "What it is for"), max_length=100)
    until = ThaiDateField(label=Text("ใช้ได้ถึงวันที่", "Valid until"))
    scopes = forms.MultipleChoiceField(label=Text("สิทธิ์", "Rights"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, scopes: Iterable[permissions.Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(item.code, item.text) for item in scopes]  # type: ignore[attr-defined] # ChoiceField has it
