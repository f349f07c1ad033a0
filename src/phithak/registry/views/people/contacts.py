"""Pages of contacts: list, one contact, add, change, end, confirm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.clocks import queries as clocks
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.people import ConfirmForm, ContactForm
from phithak.registry.models import ContactPoint
from phithak.registry.queries import people as queries
from phithak.registry.queries import people_hours as hours
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services import people as services
from phithak.registry.views.clash import Clash
from phithak.registry.views.people import conflict, show
from phithak.registry.views.people.tables import contacts_table

_LIST = Text("ผู้ประสานงาน", "Contacts")
_ONE = Text("ผู้ประสานงาน", "Contact")
_NEW = Text("เพิ่มผู้ประสานงาน", "Add a contact")
_EDIT = Text("แก้ผู้ประสานงาน", "Change a contact")
_END = Text("เลิกใช้ผู้ประสานงาน", "End a contact")
_CONFIRM = Text("ยืนยันผู้ประสานงาน", "Confirm a contact")
_ADDRESSES = (("phone", "phone_id"), ("email", "email_id"), ("other_email", "other_email_id"))


@page(queries.VIEW, title=_LIST)
def contacts(request: Request) -> HttpResponseBase:
    """List the contacts; an export holds names masked."""
    # what is shown beside is read for the rows of the page alone, not for those that it skips
    rows = queries.contacts_visible_to(request.actor).select_related(None)
    rows = rows.prefetch_related("tenant", "position__person")
    if request.GET.get("check") != "successor":
        rows = rows.filter(ended_at__isnull=True)
    table = contacts_table(in_clear="format" not in request.GET)
    actions = [(Text("โทรหาใครขณะนี้", "Whom to call now"), reverse("registry:contacts_now"))]
    return table.respond(request, rows=rows, title=_LIST, actions=actions)


@page(queries.VIEW, title=_LIST)
def organisation_contacts(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show an organisation's running contacts: a fragment on its page, or a page of its own."""
    organisation = queries.organisation(request.actor, organisation_id)
    rows = list(
        queries.contacts_visible_to(request.actor)
        .filter(tenant=organisation.pk, ended_at__isnull=True)
        .order_by("kind", "rank", "pk")[:100]
    )
    masked = show.masks(rows)
    shown = {
        "title": Text(
            f"ผู้ประสานงาน {queries.tenant_name(organisation).th}",
            f"Contacts of {queries.tenant_name(organisation).en}",
        ),
        "organisation": organisation,
        "contacts": [
            {
                "row": row,
                "kind": ContactKind(row.kind).text,
                "label": queries.label_of(row),
                "who": show.held_by(row),
                "phone": masked.get(row.phone_id, ""),
                "duty": show.duty(row),
                "liveness": show.liveness(row),
            }
            for row in rows
        ],
        "may_manage": _may_manage(request, organisation.pk),
        "partial": request.headers.get("HX-Request") == "true",
    }
    template = "_panel.html" if shown["partial"] else "organisation.html"
    return render(request, f"registry/people/{template}", shown)


@page(queries.VIEW, title=_ONE)
def contact(request: Request, contact_id: UUID) -> HttpResponseBase:
    """Show one contact, its addresses masked."""
    row = queries.contact(request.actor, contact_id)
    return render(request, "registry/people/contact.html", _shown(request, row))


@page(queries.MANAGE, title=_NEW, methods=("GET", "POST"))
def new_contact(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Add a contact to an organisation."""
    organisation = queries.organisation(request.actor, organisation_id, queries.MANAGE)
    made: list[UUID] = []
    form = ContactForm(
        request.POST or None,
        initial={"languages": ["th"], "time_zone": hours.BANGKOK, "kind": request.GET.get("kind", "")},
        **_choices(request, organisation.pk, None),
    )
    if form.submit(
        lambda data: made.append(services.add_contact(request.actor, organisation.pk, form.facts(data)))
    ):
        row = queries.contact(request.actor, made[0])
        for warning in queries.address_warnings(row):
            messages.warning(request, str(warning))
        messages.success(request, str(Text("เพิ่มแล้ว", "Added.")))
        return redirect("registry:contact", made[0])
    title = Text(
        f"{_NEW.th} {queries.tenant_name(organisation).th}",
        f"{_NEW.en}: {queries.tenant_name(organisation).en}",
    )
    return show_form(request, form, context={"title": title})


@page(queries.MANAGE, title=_EDIT, methods=("GET", "POST"))
def edit_contact(request: Request, contact_id: UUID) -> HttpResponseBase:
    """Change a contact; a conflict shows what differs and keeps what was typed."""
    row = queries.contact(request.actor, contact_id, queries.MANAGE)
    if row.ended_at is not None:
        raise NotFoundError
    masked = show.masks([row])
    kept = {name: masked.get(getattr(row, column), "") for name, column in _ADDRESSES if getattr(row, column)}
    form = ContactForm(
        conflict.decided(request.POST, row) if request.method == "POST" else None,
        initial=conflict.initial_of(row),
        kept=kept,
        **_choices(request, row.tenant_id, row),
    )
    clashes: list[Clash] = []

    def save(data: dict[str, Any]) -> None:
        facts = form.facts(data)
        try:
            services.change_contact(request.actor, row.pk, facts, version=data["version"] or row.version)
        except services.ContactChangedError:
            now = queries.contact(request.actor, row.pk)
            clashes.extend(conflict.clashes(form, now, facts))
            conflict.begin_anew(form, now)
            raise

    if form.submit(save):
        for warning in queries.address_warnings(queries.contact(request.actor, row.pk)):
            messages.warning(request, str(warning))
        messages.success(request, str(Text("บันทึกแล้ว อย่าลืมยืนยันกับเจ้าของ", "Saved. Remember to confirm it.")))
        return redirect("registry:contact", row.pk)
    status = form.status
    if clashes:
        # the questions themselves say what is wrong
        form.errors.pop(NON_FIELD_ERRORS, None)
        form.hide([clash.name for clash in clashes])
    shown = {"title": _EDIT, "contact": row, "clashes": clashes, "form": form}
    return render(request, "registry/people/edit_contact.html", shown, status=status)


@page(queries.MANAGE, title=_END, methods=("GET", "POST"))
def end_contact(request: Request, contact_id: UUID) -> HttpResponseBase:
    """Ask, then end a contact."""
    row = queries.contact(request.actor, contact_id, queries.MANAGE)
    if request.method == "POST":
        services.end_contact(request.actor, row.pk)
        messages.success(request, str(Text("เลิกใช้แล้ว", "Ended.")))
        return redirect("registry:contact", row.pk)
    shown = {"title": _END, "contact": row, "label": queries.label_of(row), "backup": row.backup}
    return render(request, "registry/people/end_contact.html", shown)


@page(queries.MANAGE, title=_CONFIRM, methods=("GET", "POST"))
def confirm_contact(request: Request, contact_id: UUID) -> HttpResponseBase:
    """Say by what a contact's last change was told or confirmed."""
    row = queries.contact(request.actor, contact_id, queries.MANAGE)
    form = ConfirmForm(request.POST or None)
    if form.submit(lambda data: services.confirm_contact(request.actor, row.pk, data["how"])):
        messages.success(request, str(Text("ยืนยันแล้ว", "Confirmed.")))
        return redirect("registry:contact", row.pk)
    label = queries.label_of(row)
    return show_form(request, form, context={"title": Text(f"ยืนยัน {label.th}", f"Confirm {label.en}")})


def _shown(request: Request, row: ContactPoint) -> dict[str, Any]:
    masked = show.masks([row])
    pattern = queries.pattern_of(row)
    manages = _may_manage(request, row.tenant_id)
    running = row.ended_at is None
    backup = row.backup if row.backup and row.backup.ended_at is None else None
    may_call = running and row.phone_id is not None and _may(request, row, queries.CALL)
    return {
        "title": queries.label_of(row),
        "contact": row,
        "kind": ContactKind(row.kind).text,
        "organisation": queries.tenant_name(row),
        "person": queries.shown_name(row.position.person) if row.position else None,
        "position": queries.position_title(row.position) if row.position else None,
        "sees_person": row.position is not None
        and queries.people_visible_to(request.actor).filter(pk=row.position.person_id).exists(),
        "phone": masked.get(row.phone_id, ""),
        "email": masked.get(row.email_id, ""),
        "other_email": masked.get(row.other_email_id, ""),
        "hours": hours.shown(pattern.hours),
        "tlp": f"TLP:{row.tlp_most}",
        "languages": show.languages(row.languages),
        "duty": show.duty(row),
        "liveness": show.liveness(row),
        "confirmed": show.confirmed(row),
        "unconfirmed": queries.is_unconfirmed(row),
        "backup": backup,
        "backup_label": queries.label_of(backup) if backup else None,
        "warnings": queries.address_warnings(row) if running else [],
        "clocks": clocks.of_object(request.actor, queries.CONTACT_KIND, row.pk),
        "may_manage": manages and running,
        "may_confirm": manages,
        "may_call": may_call,
    }


def _may(request: Request, row: ContactPoint, permission: str) -> bool:
    return queries.contacts_visible_to(request.actor, permission).filter(pk=row.pk).exists()


def _may_manage(request: Request, organisation_id: UUID) -> bool:
    if not tenants_with(request.actor, queries.MANAGE):
        return False
    return queries.organisations_for(request.actor, queries.MANAGE).filter(pk=organisation_id).exists()


def _choices(request: Request, organisation_id: UUID, row: ContactPoint | None) -> dict[str, Any]:
    held = (
        queries.positions_visible_to(request.actor, queries.MANAGE)
        .filter(tenant=organisation_id, ended_at__isnull=True)
        .order_by("person__name_key", "pk")[:500]
    )
    backups = queries.contacts_visible_to(request.actor, queries.MANAGE).filter(
        tenant=organisation_id, ended_at__isnull=True
    )
    if row is not None:
        backups = backups.exclude(pk=row.pk)
    positions = []
    for one in held:
        name, title = queries.short_name(one.person), queries.position_title(one)
        positions.append((one.pk, Text(f"{name.th} · {title.th}", f"{name.en} · {title.en}")))
    return {
        "positions": positions,
        "backups": show.choices_of(backups),
        "systems": queries.systems_of(request.actor, organisation_id),
    }
