"""Addresses of logging in and of second factors; the views are django-allauth's, the pages ours.

Sign-up, mail addresses and password resets by mail have no address here: administrators invite and help.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.http.response import HttpResponseBase
from django.urls import path

from phithak.base.text import Text
from phithak.core.ui.pages_kit import PageView, page

_BOTH = ("GET", "POST")


def _open(view: Callable[..., HttpResponseBase], th: str, en: str) -> PageView:
    return page.public(title=Text(th, en), methods=_BOTH)(view)


def _own(view: Callable[..., HttpResponseBase], th: str, en: str) -> PageView:
    return page("accounts.self", title=Text(th, en), methods=_BOTH)(view)


_KEYS = ("กุญแจผ่าน", "Passkeys")
_CODES = ("รหัสสำรอง", "Recovery codes")
_CONFIRM = ("ยืนยันว่าเป็นคุณ", "Confirm that it is you")
_ELSEWHERE = ("เข้าสู่ระบบผ่านผู้ให้บริการ", "Log in through a provider")

urlpatterns = [
    path("login/", _open(account.login, "เข้าสู่ระบบ", "Log in"), name="account_login"),
    path("logout/", _open(account.logout, "ออกจากระบบ", "Log out"), name="account_logout"),
    path("inactive/", _open(account.account_inactive, "บัญชีปิดแล้ว", "Account closed"), name="account_inactive"),
    path("signup/", _open(account.signup, "การขอบัญชี", "Getting an account"), name="account_signup"),
    path("reauthenticate/", _own(account.reauthenticate, *_CONFIRM), name="account_reauthenticate"),
    path("mfa/", _own(mfa.index, "การยืนยันตัวตนสองชั้น", "Second factor"), name="mfa_index"),
    path(
        "mfa/authenticate/",
        _open(mfa.authenticate, "ยืนยันตัวตนชั้นที่สอง", "Second step"),
        name="mfa_authenticate",
    ),
    path("mfa/reauthenticate/", _own(mfa.reauthenticate, *_CONFIRM), name="mfa_reauthenticate"),
    path(
        "mfa/totp/activate/",
        _own(totp.activate_totp, "ตั้งแอปยืนยันตัวตน", "Set up an authenticator app"),
        name="mfa_activate_totp",
    ),
    path(
        "mfa/totp/deactivate/",
        _own(totp.deactivate_totp, "เลิกใช้แอปยืนยันตัวตน", "Remove the authenticator app"),
        name="mfa_deactivate_totp",
    ),
    path("mfa/codes/", _own(codes.view_recovery_codes, *_CODES), name="mfa_view_recovery_codes"),
    path(
        "mfa/codes/generate/",
        _own(codes.generate_recovery_codes, *_CODES),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "mfa/codes/download/",
        _own(codes.download_recovery_codes, *_CODES),
        name="mfa_download_recovery_codes",
    ),
    path("mfa/keys/", _own(webauthn.list_webauthn, *_KEYS), name="mfa_list_webauthn"),
    path(
        "mfa/keys/add/", _own(webauthn.add_webauthn, "เพิ่มกุญแจผ่าน", "Add a passkey"), name="mfa_add_webauthn"
    ),
    path("mfa/keys/login/", _open(webauthn.login_webauthn, *_KEYS), name="mfa_login_webauthn"),
    path(
        "mfa/keys/reauthenticate/",
        _own(webauthn.reauthenticate_webauthn, *_CONFIRM),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "mfa/keys/<int:pk>/remove/",
        _own(webauthn.remove_webauthn, "ลบกุญแจผ่าน", "Remove a passkey"),
        name="mfa_remove_webauthn",
    ),
    path(
        "mfa/keys/<int:pk>/edit/",
        _own(webauthn.edit_webauthn, "ตั้งชื่อกุญแจผ่าน", "Name a passkey"),
        name="mfa_edit_webauthn",
    ),
    path("oidc/<slug:provider_id>/login/", _open(oidc.login, *_ELSEWHERE), name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/callback/", _open(oidc.callback, *_ELSEWHERE), name="openid_connect_callback"
    ),
    path("oidc/cancelled/", _open(social.login_cancelled, *_ELSEWHERE), name="socialaccount_login_cancelled"),
    path("oidc/error/", _open(social.login_error, *_ELSEWHERE), name="socialaccount_login_error"),
    path(
        "oidc/signup/", _open(account.signup, "การขอบัญชี", "Getting an account"), name="socialaccount_signup"
    ),
]
