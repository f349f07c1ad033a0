"""What django-allauth asks us: no sign-up, no mail of its own, secrets of second factors sealed."""

from __future__ import annotations

import base64
import secrets
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest

from phithak.base import keyfiles
from phithak.base.text import Text, active_language

_NONCE = 12
_PURPOSE = b"phithak/mfa"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Logins by address and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # the same words whether the account exists or not
        "email_password_mismatch": Text(
            "อีเมลหรือรหัสผ่านไม่ถูกต้อง โปรดลองอีกครั้ง หรือติดต่อผู้ดูแลของหน่วยงาน",
            "The e-mail address or the password is wrong. Try again, or ask your administrator.",
        ),
        "too_many_login_attempts": Text(
            "ลองผิดหลายครั้งเกินไป โปรดรอแล้วลองใหม่", "Too many wrong attempts. Wait, then try again."
        ),
        "incorrect_password": Text("รหัสผ่านไม่ถูกต้อง", "The password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs up; administrators invite."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting of failures to axes, which keeps it in the database for all processes."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: mail goes out through the outbox alone."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Logins by OIDC: only for a user who exists, by an address that the provider calls verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - same
        """Nobody signs up; administrators invite."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": Text(
            "รหัสไม่ถูกต้อง โปรดรอรหัสถัดไปในแอป และตรวจว่าเวลาของโทรศัพท์ตรง",
            "The code is wrong. Wait for the next one in the app, and check that the phone's clock is right.",
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database with a key derived from the instance's key."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(_key()).encrypt(nonce, text.encode(), _PURPOSE)
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what :meth:`encrypt` sealed."""
        raw = base64.b64decode(encrypted_text)
        return AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE).decode()

    def get_totp_issuer(self) -> str:
        """Return the name that the authenticator app shows."""
        config = settings.CONFIG
        return str(config.name_en if active_language() == "en" else config.name_th)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name that passkeys are bound to: that of the public address, never of the Host header."""
        host = urlsplit(settings.CONFIG.public_url).hostname or "localhost"
        # browsers take no passkey for a bare address; on the machine itself the name is localhost
        return {"id": "localhost" if host in {"127.0.0.1", "::1"} else host, "name": self.get_totp_issuer()}


@cache
def _key() -> bytes:
    return keyfiles.derive(keyfiles.read(settings.CONFIG.config_dir / "instance.key"), "mfa")
