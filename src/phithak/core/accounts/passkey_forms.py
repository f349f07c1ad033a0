"""The forms of passkeys in our words: allauth leaves their labels to Django, which makes them English."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

from phithak.base.text import Text

NAME = Text("ชื่อกุญแจ", "Name of the passkey")


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """Name of a new passkey, and whether it logs in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = NAME
        alone = self.fields["passwordless"]
        alone.label = Text("ใช้แทนรหัสผ่าน", "Use instead of the password")
        alone.help_text = Text(
            "เข้าใช้ด้วยกุญแจนี้อย่างเดียวได้ กุญแจจะขอลายนิ้วมือ ใบหน้า หรือ PIN",
            "Log in with this passkey alone; it asks for a fingerprint, a face or a PIN.",
        )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc] # the same
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = NAME
