"""One's own account: names, language, password, sessions."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from phithak.base.errors import ForbiddenError
from phithak.base.text import Text
from phithak.core.accounts import queries, services
from phithak.core.accounts.models import User
from phithak.core.ui.pages.accounts.forms import PasswordForm, ProfileForm
from phithak.core.ui.pages_kit import Request, page

BY_LINK = "accounts.by_link"
"""Session key: the user who came by a one-time link and may set a password without the old one."""

SET = Text("ตั้งรหัสผ่านใหม่แล้ว เครื่องอื่นถูกออกจากระบบ", "The new password is set; other devices are logged out.")
SAVED = Text("บันทึกแล้ว", "Saved")
ENDED = Text("ออกจากระบบบนเครื่องอื่นทั้งหมดแล้ว", "Logged out on all other devices.")


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        # a bearer token reaches no page; only the API
        raise ForbiddenError(permission="accounts.self")
    return request.user


@page("accounts.self", title=Text("บัญชีและความปลอดภัย", "Account and security"), methods=("GET", "POST"))
def profile(request: Request) -> HttpResponseBase:
    """Show and change one's own names, language and colours; lead to password, second factor and tokens."""
    user = _user(request)
    form = ProfileForm(
        request.POST or None,
        initial={
            "name_th": user.name_th,
            "name_en": user.name_en,
            "language": user.language,
            "theme": user.theme,
        },
    )

    def save(data: dict[str, str]) -> None:
        services.set_names(request.actor, user.pk, name_th=data["name_th"], name_en=data["name_en"])
        services.set_preferences(request.actor, language=data["language"], theme=data["theme"])

    if form.submit(save):
        messages.success(request, str(SAVED))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "view": queries.user_view(request.actor, user.pk),
        "needs_factor": queries.needs_second_factor(request.actor),
        "has_factor": queries.has_second_factor(user.pk),
    }
    return render(request, "accounts/profile.html", context, status=form.status)


@sensitive_post_parameters()
@page("accounts.self", title=Text("ตั้งรหัสผ่าน", "Set a password"), methods=("GET", "POST"))
def password(request: Request) -> HttpResponseBase:
    """Set a new password; the old one is asked unless the user came by a one-time link."""
    user = _user(request)
    by_link = request.session.get(BY_LINK) == str(user.pk)
    form = PasswordForm(request.POST or None, http=request, user=user, ask_old=not by_link)
    stored: list[User] = []
    if form.submit(
        lambda data: stored.append(services.set_password(request.actor, user.pk, data["password"]))
    ):
        request.session.pop(BY_LINK, None)
        # the other sessions ended with the old password; this one goes on under a new key
        update_session_auth_hash(request, stored[0])
        record_authentication(request, stored[0], "password", reauthenticated=True)
        messages.success(request, str(SET))
        factor = queries.needs_second_factor(request.actor) and not queries.has_second_factor(user.pk)
        return redirect("mfa_index" if factor else "ui:home")
    context = {
        "form": form,
        "forced": queries.password_is_due(user),
        "rules": password_validators_help_texts(),
        "days": settings.CONFIG.password_max_age_days,
    }
    return render(request, "accounts/password.html", context, status=form.status)


@page("accounts.self", title=Text("ออกจากระบบทุกเครื่อง", "Log out everywhere"), methods=("POST",))
def end_sessions(request: Request) -> HttpResponse:
    """End every other session of the user; this one goes on."""
    user = services.end_all_sessions(request.actor, _user(request).pk)
    update_session_auth_hash(request, user)
    messages.success(request, str(ENDED))
    return redirect("accounts:profile")
