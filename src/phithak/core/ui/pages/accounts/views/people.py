"""Users and roles: list, one user, invite, give and end roles, help, leave; who may do what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions, queries, services
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.roles import Role
from phithak.core.ui.names import person
from phithak.core.ui.pages.accounts.forms import GiveRoleForm, InviteForm, NamesForm
from phithak.core.ui.pages.accounts.tables import users_table
from phithak.core.ui.pages.accounts.views.tokens import end_of_day
from phithak.core.ui.pages_kit import Request, page

VIEW = "accounts.user.view"
MANAGE = "accounts.user.manage"
GIVEN = Text("ให้บทบาทแล้ว", "The role is given.")
ENDED = Text("สิ้นสุดบทบาทแล้ว", "The role has ended.")
GONE = Text("ผู้ใช้พ้นหน้าที่แล้ว เข้าใช้ไม่ได้อีกตั้งแต่นี้", "The user has left and has no access from now on.")
RESET = Text(
    "ล้างการยืนยันสองชั้นแล้ว ผู้ใช้ต้องตั้งใหม่เมื่อเข้าใช้",
    "Second factors are removed; the user sets up new ones at the next login.",
)
SAVED = Text("บันทึกแล้ว", "Saved")


@page(VIEW, title=Text("ผู้ใช้และบทบาท", "Users and roles"))
def users(request: Request) -> HttpResponseBase:
    """List the users whom the actor may see, with the roles that the actor may see."""
    return users_table(request.actor).respond(
        request,
        rows=queries.with_factor(queries.visible_to(request.actor)),
        title=Text("ผู้ใช้และบทบาท", "Users and roles"),
        actions=[(Text("เชิญผู้ใช้", "Invite a user"), reverse("accounts:invite"))],
    )


@page(VIEW, title=Text("ผู้ใช้", "User"))
def user(request: Request, user_id: UUID) -> HttpResponse:
    """Show one user, the roles, and what the actor can do about them."""
    view = queries.user_view(request.actor, user_id)
    managed = set(queries.tenants_managed_by(request.actor).values_list("pk", flat=True))
    may = permissions.get(MANAGE)
    context = {
        "view": view,
        "title": str(person(view)),
        "managed": managed,
        "may_manage": bool(request.actor.roles & may.roles) and request.actor.user_id != user_id,
        "elevated": request.actor.staff_session_id is not None,
        "form": _role_form(request, None) if managed else None,
    }
    return render(request, "accounts/user.html", context)


@page(MANAGE, title=Text("เชิญผู้ใช้", "Invite a user"), methods=("GET", "POST"))
def invite(request: Request) -> HttpResponse:
    """Invite a person; the one-time link is shown once, to be handed over."""
    form = InviteForm(request.POST or None, **_choices(request.actor))
    done: list[services.Invited] = []

    def send(data: dict[str, Any]) -> None:
        until = end_of_day(data["until"]) if data["until"] else None
        done.append(
            services.invite_user(
                request.actor,
                email=data["email"],
                name_th=data["name_th"],
                name_en=data["name_en"],
                tenant_id=UUID(data["tenant"]),
                role=Role(data["role"]),
                until=until,
            )
        )

    if form.submit(send):
        if done[0].link is None:
            messages.success(request, str(GIVEN))
            return redirect("accounts:users")
        return _link_once(request, done[0].link)
    return render(request, "accounts/invite.html", {"form": form}, status=form.status)


@page(MANAGE, title=Text("แก้ชื่อผู้ใช้", "Change a user's name"), methods=("GET", "POST"))
def names(request: Request, user_id: UUID) -> HttpResponse:
    """Change a user's names."""
    view = queries.user_view(request.actor, user_id)
    form = NamesForm(request.POST or None, initial={"name_th": view.name_th, "name_en": view.name_en})
    if form.submit(lambda data: services.set_names(request.actor, user_id, **data)):
        messages.success(request, str(SAVED))
        return redirect("accounts:user", user_id=user_id)
    return render(request, "ui/form_page.html", {"form": form}, status=form.status)


@page(MANAGE, title=Text("ให้บทบาท", "Give a role"), methods=("GET", "POST"))
def give_role(request: Request, user_id: UUID) -> HttpResponse:
    """Give a user another role."""
    queries.user_view(request.actor, user_id)
    form = _role_form(request, request.POST or None)

    def give(data: dict[str, Any]) -> None:
        services.give_role(
            request.actor,
            user_id=user_id,
            tenant_id=UUID(data["tenant"]),
            role=Role(data["role"]),
            until=end_of_day(data["until"]) if data["until"] else None,
        )

    if form.submit(give):
        messages.success(request, str(GIVEN))
        return redirect("accounts:user", user_id=user_id)
    return render(
        request,
        "ui/form_page.html",
        {"form": form, "submit": Text("ให้บทบาท", "Give the role")},
        status=form.status,
    )


@page(MANAGE, title=Text("สิ้นสุดบทบาท", "End a role"), methods=("POST",))
def end_role(request: Request, membership_id: UUID) -> HttpResponse:
    """End a role now."""
    user_id = services.end_role(request.actor, membership_id)
    messages.success(request, str(ENDED))
    return redirect("accounts:user", user_id=user_id)


@page(MANAGE, title=Text("ลิงก์เข้าใช้ใหม่", "New login link"), methods=("GET", "POST"))
def help_link(request: Request, user_id: UUID) -> HttpResponse:
    """Ask, then make a new one-time link and show it once."""
    view = queries.user_view(request.actor, user_id)
    if request.method == "POST":
        return _link_once(request, services.create_login_link(request.actor, user_id))
    return render(request, "accounts/confirm.html", {"view": view, "what": "link"})


@page(MANAGE, title=Text("ล้างการยืนยันสองชั้น", "Remove second factors"), methods=("GET", "POST"))
def reset(request: Request, user_id: UUID) -> HttpResponse:
    """Ask, then remove the second factors of a user who lost them."""
    view = queries.user_view(request.actor, user_id)
    if request.method == "POST":
        services.reset_second_factors(request.actor, user_id)
        messages.success(request, str(RESET))
        return redirect("accounts:user", user_id=user_id)
    return render(request, "accounts/confirm.html", {"view": view, "what": "reset"})


@page(MANAGE, title=Text("ให้ผู้ใช้พ้นหน้าที่", "Let a user leave"), methods=("GET", "POST"))
def leave(request: Request, user_id: UUID) -> HttpResponse:
    """Ask, then take all access away at once."""
    view = queries.user_view(request.actor, user_id)
    if request.method == "POST":
        services.leave(request.actor, user_id)
        messages.success(request, str(GONE))
        return redirect("accounts:user", user_id=user_id)
    return render(request, "accounts/confirm.html", {"view": view, "what": "leave"})


@page("accounts.self", title=Text("ตารางสิทธิ์", "Who may do what"))
def matrix(request: Request) -> HttpResponse:
    """Show every permission and the roles that hold it."""
    roles = [role for role in Role if role is not Role.SENDER]
    rows = [
        (permission, [(role, role in permission.roles) for role in roles])
        for permission in permissions.all_permissions()
    ]
    return render(request, "accounts/matrix.html", {"roles": roles, "rows": rows, "own": request.actor.roles})


def _choices(actor: Actor) -> dict[str, Any]:
    tenants = list(queries.tenants_managed_by(actor).order_by("name_th"))
    given = frozenset[Role]().union(*(queries.roles_given_by(actor, tenant) for tenant in tenants))
    return {"tenants": tenants, "roles": [role for role in Role if role in given]}


def _role_form(request: Request, data: Any) -> GiveRoleForm:
    return GiveRoleForm(data, **_choices(request.actor))


def _link_once(request: Request, link: str) -> HttpResponse:
    answer = render(request, "accounts/link_made.html", {"link": link})
    answer["Cache-Control"] = "no-store"
    return answer
