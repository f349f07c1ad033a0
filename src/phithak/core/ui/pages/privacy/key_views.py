"""The pages of the data keys: list, one key with what holds it, destruction by two persons, a new root key."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.privacy import queries, rootkey, services
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages.privacy.forms import ProposeForm, RotateForm
from phithak.core.ui.pages.privacy.tables import KEY_KINDS, KEYS, key_state, tenant_name
from phithak.core.ui.pages_kit import Request, page

_KEYS = Text("กุญแจข้อมูล", "Data keys")
_KEY = Text("กุญแจหนึ่งดอก", "One data key")
_ROTATE = Text("เปลี่ยนกุญแจหลัก", "Change the root key")
_DESTROY = Text("ทำลายกุญแจ", "Destroy a key")


@page("privacy.key.view", title=_KEYS)
def keys(request: Request) -> HttpResponseBase:
    """List the data keys, and the proposals that wait for a second person."""
    offered = permissions.get("privacy.key.rotate").roles & request.actor.roles
    rows = queries.keys_visible_to(request.actor).select_related("tenant")
    waiting = queries.waiting_destructions(request.actor).select_related("key")
    return KEYS.respond(
        request,
        rows=rows,
        title=_KEYS,
        actions=[(_ROTATE, reverse("privacy:rotate"))] if offered else [],
        intro=Text(
            f"รอผู้ยืนยันคนที่สอง {len(waiting)} รายการ", f"{len(waiting)} proposals wait for a second person"
        )
        if waiting
        else None,
    )


@page("privacy.key.view", title=_KEY, methods=("GET", "POST"))
def key(request: Request, key_id: UUID) -> HttpResponseBase:
    """Show a key: what it is for, what holds it, and its destruction; POST proposes it."""
    row = queries.keys_visible_to(request.actor).filter(pk=key_id).select_related("tenant").first()
    if row is None:
        raise NotFoundError
    form = ProposeForm(request.POST or None)
    if form.submit(lambda data: services.propose_destruction(request.actor, key_id, data["reason"])):
        messages.success(
            request, str(Text("เสนอแล้ว รอผู้มีสิทธิ์อีกคนยืนยัน", "Proposed. Another person must confirm."))
        )
        return redirect("privacy:key", key_id)
    rows = queries.destructions_visible_to(request.actor).filter(key=key_id)
    history = rows.select_related("proposed_by", "confirmed_by").order_by("-pk")
    shown = {
        "key": row,
        "kind": next(text for kind, text in KEY_KINDS.items() if kind.value == row.kind),
        "tenant": tenant_name(row),
        "key_state": key_state(row),
        "holds": queries.holds_on(key_id),
        "history": history,
        "open": next((found for found in history if found.state == "proposed"), None),
        "may_destroy": permissions.get("privacy.key.destroy").roles & request.actor.roles,
        "form": form,
        "title": _KEY,
    }
    return render(request, "privacy/key.html", shown, status=form.status)


@page("privacy.key.destroy", title=_DESTROY, methods=("POST",))
def confirm(request: Request, proposal_id: UUID) -> HttpResponseBase:
    """Confirm a proposal as the second person: the key is destroyed."""
    services.confirm_destruction(request.actor, proposal_id)
    messages.success(request, str(Text("ทำลายกุญแจแล้ว", "The key is destroyed.")))
    return redirect("privacy:keys")


@page("privacy.key.destroy", title=_DESTROY, methods=("POST",))
def withdraw(request: Request, proposal_id: UUID) -> HttpResponseBase:
    """Withdraw a proposal."""
    services.withdraw_destruction(request.actor, proposal_id)
    messages.success(request, str(Text("ถอนข้อเสนอแล้ว", "The proposal is withdrawn.")))
    return redirect("privacy:keys")


@page("privacy.key.rotate", title=_ROTATE, methods=("GET", "POST"))
def rotate(request: Request) -> HttpResponseBase:
    """Change the root key, or go on with a change that was cut off."""
    form = RotateForm(request.POST if request.method == "POST" else None)
    done: list[services.Rotation] = []
    if form.submit(lambda data: done.append(services.rotate_root_key(request.actor, data["passphrase"]))):
        told = Text(
            "เปลี่ยนกุญแจหลักเป็น {root} แล้ว พิมพ์คำของกุญแจใหม่ด้วย phithak keys export-words",
            "The root key is now {root}. Put it on paper with phithak keys export-words.",
        )
        if not done[0].complete:
            told = Text(
                "ห่อกุญแจแล้ว นำ root.key.new ไปใส่ในไฟล์ลับแล้วกดอีกครั้ง ({root})",
                "Keys are wrapped. Put root.key.new into the secret, then press again ({root}).",
            )
        messages.success(request, str(told.format(root=done[0].root)))
        return redirect("privacy:keys")
    intro = Text(
        "ระบบสร้างกุญแจหลักใหม่แล้วห่อกุญแจข้อมูลทุกดอกใหม่ ข้อมูลเดิมยังเปิดได้ กุญแจเก่าใช้ไม่ได้อีก",
        "A new root key is made and every data key wrapped anew. Data stay readable; the old key opens nothing.",
    )
    shown = {
        "title": _ROTATE,
        "intro": intro,
        "submit": _ROTATE,
        "mode": rootkey.mode(),
    }
    return show_form(request, form, context=shown)
