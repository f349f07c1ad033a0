"""Forms that allauth asks for in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm

from phithak.base.text import Text


class LoginForm(AllauthLoginForm):  # type: ignore[misc] # allauth ships no types
    """Address and password."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = Text("อีเมล", "E-mail address")
        password.label = Text("รหัสผ่าน", "Password")
        password.help_text = ""
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "form-control"
        login.widget.attrs["autocomplete"] = "username"
