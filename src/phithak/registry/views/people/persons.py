"""Pages of people and their positions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.people import LeaveForm, PersonForm, PositionForm
from phithak.registry.models import Person, Position
from phithak.registry.queries import people as queries
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import MessageKind
from phithak.registry.services import people as services
from phithak.registry.views.people import show
from phithak.registry.views.people.tables import people_table

_LIST = Text("บุคคล", "People")
_ONE = Text("บุคคล", "Person")
_NEW = Text("เพิ่มบุคคล", "Add a person")
_EDIT = Text("แก้ข้อมูลบุคคล", "Change a person")
_LEAVE = Text("พ้นหน้าที่", "Leaves")
_POSITION = Text("เพิ่มตำแหน่ง", "Add a position")
_EDIT_POSITION = Text("แก้ตำแหน่ง", "Change a position")
_END_POSITION = Text("พ้นตำแหน่ง", "End a position")


@page(queries.VIEW, title=_LIST)
def people(request: Request) -> HttpResponseBase:
    """List the people; an export holds names masked."""
    table = people_table(in_clear="format" not in request.GET)
    rows = queries.people_visible_to(request.actor).select_related(None).prefetch_related("tenant")
    if request.GET.get("state") != "left":
        rows = rows.filter(left_at__isnull=True)
    return table.respond(request, rows=rows, title=_LIST)


@page(queries.VIEW, title=_ONE)
def person(request: Request, person_id: UUID) -> HttpResponseBase:
    """Show a person with positions, contacts, and how each kind of message addresses them."""
    row = queries.person(request.actor, person_id)
    visible = queries.positions_visible_to(request.actor).filter(person=row.pk)
    manages = _may_manage(request, row)
    managed = set(
        queries.positions_visible_to(request.actor, queries.MANAGE)
        .filter(person=row.pk)
        .values_list("pk", flat=True)
    )
    contacts = queries.contacts_visible_to(request.actor).filter(
        position__person=row.pk, ended_at__isnull=True
    )
    shown = {
        "title": queries.shown_name(row),
        "person": row,
        "organisation": queries.tenant_name(row),
        "state": show.person_state(row),
        "languages": show.languages(row.languages),
        "positions": [_position(one, managed) for one in visible.order_by("ended_at", "pk")],
        "contacts": [
            {
                "row": one,
                "label": queries.label_of(one),
                "kind": ContactKind(one.kind).text,
                "duty": show.duty(one),
            }
            for one in contacts.order_by("rank", "pk")
        ],
        "forms": _openings(row) if manages else [],
        "may_manage": manages and row.left_at is None,
    }
    return render(request, "registry/people/person.html", shown)


@page(queries.MANAGE, title=_NEW, methods=("GET", "POST"))
def new_person(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Add a person to an organisation."""
    organisation = queries.organisation(request.actor, organisation_id, queries.MANAGE)
    made: list[UUID] = []
    form = PersonForm(
        request.POST or None,
        initial={"languages": ["th"]},
        accounts=queries.accounts_of(organisation.pk),
    )
    if form.submit(
        lambda data: made.append(services.add_person(request.actor, organisation.pk, form.facts(data)))
    ):
        messages.success(request, str(Text("เพิ่มแล้ว ต่อไปเพิ่มตำแหน่ง", "Added. Now add a position.")))
        return redirect("registry:person", made[0])
    return show_form(request, form, context={"title": _NEW})


@page(queries.MANAGE, title=_EDIT, methods=("GET", "POST"))
def edit_person(request: Request, person_id: UUID) -> HttpResponseBase:
    """Change a person; a conflict shows what differs and keeps what was typed."""
    row = _running(request, person_id)
    names = ("version", "title", "name_th", "name_en", "languages", "user_id")
    form = PersonForm(
        request.POST or None,
        initial={name: getattr(row, name) for name in names},
        accounts=queries.accounts_of(row.tenant_id),
    )

    def save(data: dict[str, Any]) -> None:
        try:
            services.change_person(
                request.actor, row.pk, form.facts(data), version=data["version"] or row.version
            )
        except services.ContactChangedError:
            form.begin_anew(queries.person(request.actor, row.pk))
            raise

    if form.submit(save):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("registry:person", row.pk)
    return show_form(request, form, context={"title": _EDIT})


@page(queries.MANAGE, title=_LEAVE, methods=("GET", "POST"))
def leave(request: Request, person_id: UUID) -> HttpResponseBase:
    """Ask for the day, then let the person leave; says who takes over what."""
    row = _running(request, person_id)
    form = LeaveForm(request.POST or None)
    done: list[services.Left] = []
    if form.submit(lambda data: done.append(services.leave(request.actor, row.pk, data["on"]))):
        _tell(request, done[0])
        return redirect("registry:person", row.pk)
    contacts = queries.contacts_visible_to(request.actor).filter(
        position__person=row.pk, ended_at__isnull=True
    )
    shown = {
        "title": Text(f"{queries.short_name(row).th} พ้นหน้าที่", f"{queries.short_name(row).en} leaves"),
        "person": row,
        "contacts": [
            {
                "label": queries.label_of(one),
                "heir": queries.label_of(one.backup) if one.backup and one.backup.ended_at is None else None,
            }
            for one in contacts.select_related("backup").order_by("rank", "pk")
        ],
    }
    return show_form(request, form, "registry/people/leave.html", shown)


@page(queries.MANAGE, title=_LEAVE, methods=("POST",))
def stay(request: Request, person_id: UUID) -> HttpResponseBase:
    """Take a planned leaving back."""
    services.stay(request.actor, person_id)
    messages.success(request, str(Text("ยกเลิกกำหนดแล้ว", "The plan is taken back.")))
    return redirect("registry:person", person_id)


@page(queries.MANAGE, title=_POSITION, methods=("GET", "POST"))
def new_position(request: Request, person_id: UUID) -> HttpResponseBase:
    """Give a person another position, here or in another organisation that the actor manages."""
    row = queries.person(request.actor, person_id)
    if row.left_at is not None:
        raise NotFoundError
    organisations = queries.organisations_for(request.actor, queries.MANAGE).order_by("name_key", "pk")
    own = list(organisations.filter(pk=row.tenant_id))
    choices = [
        (one.pk, queries.tenant_name(one)) for one in [*own, *organisations.exclude(pk=row.tenant_id)[:200]]
    ]
    if not choices:
        raise NotFoundError
    form = PositionForm(request.POST or None, organisations=choices)
    if form.submit(
        lambda data: services.add_position(request.actor, row.pk, data["organisation_id"], form.facts(data))
    ):
        messages.success(request, str(Text("เพิ่มตำแหน่งแล้ว", "The position is added.")))
        return redirect("registry:person", row.pk)
    return show_form(request, form, context={"title": _POSITION})


@page(queries.MANAGE, title=_EDIT_POSITION, methods=("GET", "POST"))
def edit_position(request: Request, position_id: UUID) -> HttpResponseBase:
    """Change a position; a conflict shows what differs and keeps what was typed."""
    row = queries.position(request.actor, position_id, queries.MANAGE)
    if row.ended_at is not None:
        raise NotFoundError
    names = ("version", "title_th", "title_en", "unit", "kinds", "since", "until")
    form = PositionForm(request.POST or None, initial={name: getattr(row, name) for name in names})

    def save(data: dict[str, Any]) -> None:
        try:
            services.change_position(
                request.actor, row.pk, form.facts(data), version=data["version"] or row.version
            )
        except services.ContactChangedError:
            form.begin_anew(queries.position(request.actor, row.pk))
            raise

    if form.submit(save):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("registry:person", row.person_id)
    return show_form(request, form, context={"title": _EDIT_POSITION})


@page(queries.MANAGE, title=_END_POSITION, methods=("GET", "POST"))
def end_position(request: Request, position_id: UUID) -> HttpResponseBase:
    """Ask, then end a position."""
    row = queries.position(request.actor, position_id, queries.MANAGE)
    if request.method == "POST":
        services.end_position(request.actor, row.pk)
        messages.success(request, str(Text("พ้นตำแหน่งแล้ว", "The position has ended.")))
        return redirect("registry:person", row.person_id)
    shown = {
        "title": _END_POSITION,
        "position": row,
        "words": queries.position_title(row),
        "name": queries.short_name(row.person),
    }
    return render(request, "registry/people/end_position.html", shown)


def _running(request: Request, person_id: UUID) -> Person:
    row = queries.person(request.actor, person_id, queries.MANAGE)
    if row.left_at is not None:
        raise NotFoundError
    return row


def _may_manage(request: Request, row: Person) -> bool:
    return queries.people_visible_to(request.actor, queries.MANAGE).filter(pk=row.pk).exists()


def _position(row: Position, managed: set[UUID]) -> dict[str, Any]:
    kinds = [ContactKind(kind).text for kind in row.kinds]
    return {
        "row": row,
        "title": queries.position_title(row),
        "organisation": queries.tenant_name(row),
        "kinds": Text(" ".join(kind.th for kind in kinds), ", ".join(kind.en for kind in kinds)),
        "may_manage": row.pk in managed and row.ended_at is None,
    }


def _openings(row: Person) -> list[tuple[str, str, str]]:
    """Return the openings of letters, each with the e-mail greeting and the kinds of messages that it fits."""
    found: dict[tuple[str, str], list[str]] = {}
    for kind in MessageKind:
        if kind is not MessageKind.DRILL:
            words = queries.addressed(row, kind)
            found.setdefault((words.opening, words.greeting), []).append(str(kind.text))
    return [(opening, greeting, " · ".join(kinds)) for (opening, greeting), kinds in found.items()]


def _tell(request: Request, left: services.Left) -> None:
    if left.done:
        messages.success(request, str(Text("พ้นหน้าที่แล้ว สิทธิ์ทั้งหมดสิ้นสุด", "Has left; all access has ended.")))
    else:
        day = left.when.isoformat()
        messages.success(
            request, str(Text(f"จะพ้นหน้าที่เมื่อเริ่มวัน {day} เวลาไทย", f"Leaves when {day} begins in Bangkok."))
        )
    for one in left.hand_overs:
        if one.heir is None:
            messages.warning(
                request, str(Text(f"{one.label.th}: ต้องหาผู้รับช่วง", f"{one.label.en}: somebody must be found"))
            )
        else:
            messages.info(
                request,
                str(
                    Text(f"{one.label.th}: {one.heir.th} รับช่วง", f"{one.label.en}: {one.heir.en} takes over")
                ),
            )
