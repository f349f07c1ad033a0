"""The pages that every kind of asset has: list, page, add, change, end; told once, made for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import State, Table
from phithak.registry.forms.assets.base import AssetForm
from phithak.registry.models import Organisation
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.errors import AssetChangedError
from phithak.registry.views.assets import states
from phithak.registry.views.assets.tables import LIFE

Rows = Callable[[Actor], "QuerySet[Any]"]
Act = tuple[Text, str]


@dataclass(frozen=True)
class Fact:
    """A line on an asset's page; ``kind`` is ``text``, ``code``, ``state``, ``datetime``, ``number`` or ``link``."""

    label: Text
    value: Any
    kind: str = "text"
    url: str = ""


@dataclass(frozen=True)
class Desk:
    """What the pages of one kind need.

    Attributes:
        name: of the addresses: ``domain`` gives ``registry:domain``, ``registry:new_domain`` …
        path: in the address, such as ``domains``.
        argument: of the address, such as ``domain_id``.
        title: of one; ``titles`` of the list; ``add_title`` of the button that adds one.
        intro: a sentence over the list.
        table: the list; a function where it differs for actors.
        rows: door for seeing; ``managed`` for changing.
        heading: name of a row.
        badge: state of a row.
        facts: lines of its page; ``notes`` (tone, text) above them; ``acts`` more buttons for who may change it.
        form: makes the form: ``(data, initial, new, actor, organisation id) -> form``.
        initial: values of the form for a row.
        add, change, end: the services, given the sent form.
    """

    name: str
    path: str
    argument: str
    title: Text
    titles: Text
    add_title: Text
    intro: Text
    table: Callable[[Actor], Table]
    rows: Rows
    managed: Rows
    heading: Callable[[Any], Text]
    badge: Callable[[Any], State]
    facts: Callable[[Actor, Any], list[Fact]]
    form: Callable[..., AssetForm]
    initial: Callable[[Any], Mapping[str, Any]]
    change: Callable[[Actor, Any, Any, int], object]
    end: Callable[[Actor, UUID], object]
    add: Callable[[Actor, UUID, Any], UUID] | None = None
    notes: Callable[[Actor, Any], list[tuple[str, Text]]] = lambda _actor, _row: []
    acts: Callable[[Actor, Any], list[Act]] = lambda _actor, _row: []
    seen_acts: Callable[[Actor, Any], list[Act]] = lambda _actor, _row: []

    @property
    def list_name(self) -> str:
        """Name of the list's address; software has no plural."""
        plural = self.path.replace("-", "_")
        return f"{plural}_list" if plural == self.name else plural

    def url(self, row: Any) -> str:
        """Return the address of a row's page."""
        return reverse(f"registry:{self.name}", args=[row.pk])


def patterns(desk: Desk) -> list[URLPattern]:
    """Return the addresses of a kind's pages."""
    one = f"{desk.path}/<uuid:{desk.argument}>/"
    found = [
        path(f"{desk.path}/", _list(desk), name=desk.list_name),
        path(one, _detail(desk), name=desk.name),
        path(f"{one}edit/", _edit(desk), name=f"edit_{desk.name}"),
        path(f"{one}end/", _end(desk), name=f"end_{desk.name}"),
    ]
    if desk.add is not None:
        found.append(path(f"<uuid:organisation_id>/{desk.path}/new/", _new(desk), name=f"new_{desk.name}"))
    return found


def owner(actor: Actor, organisation_id: UUID) -> Organisation:
    """Return the organisation to which the actor may add assets.

    Raises:
        NotFoundError: there is none, or it is not the actor's to change.
    """
    return assets.one(assets.owners_visible_to(actor), organisation_id)


def add_action(actor: Actor, desk: Desk) -> list[Act]:
    """Return the button that adds one: to the own organisation, or first to the list of organisations."""
    if desk.add is None:
        return []
    owners = list(assets.owners_visible_to(actor).values_list("pk", flat=True)[:2])
    if len(owners) == 1:
        return [(desk.add_title, reverse(f"registry:new_{desk.name}", args=owners))]
    choose = Text("เลือกหน่วยงานเพื่อเพิ่ม", "Choose an organisation to add one")
    return [(choose, reverse("registry:organisations"))] if owners else []


def _list(desk: Desk) -> Any:
    @page(assets.VIEW, title=desk.titles)
    def view(request: Request) -> HttpResponseBase:
        rows = desk.rows(request.actor)
        if request.GET.get(LIFE) != "ended":
            rows = rows.filter(ended_at__isnull=True)
        return desk.table(request.actor).respond(
            request, rows=rows, title=desk.titles, actions=add_action(request.actor, desk), intro=desk.intro
        )

    return view


def _detail(desk: Desk) -> Any:
    @page(assets.VIEW, title=desk.title)
    def view(request: Request, /, **keys: UUID) -> HttpResponseBase:
        row = assets.one(desk.rows(request.actor), keys[desk.argument])
        runs = row.ended_at is None
        may_manage = runs and desk.managed(request.actor).filter(pk=row.pk).exists()
        acts = desk.seen_acts(request.actor, row) if runs else []
        shown = {
            "row": row,
            "badge": desk.badge(row) if runs else states.ENDED,
            "facts": desk.facts(request.actor, row),
            "notes": desk.notes(request.actor, row) if runs else [],
            "acts": [*acts, *desk.acts(request.actor, row)] if may_manage else acts,
            "edit_url": reverse(f"registry:edit_{desk.name}", args=[row.pk]) if may_manage else "",
            "end_url": reverse(f"registry:end_{desk.name}", args=[row.pk]) if may_manage else "",
            "list_url": reverse(f"registry:{desk.list_name}"),
            "list_title": desk.titles,
            "owner": showing.owner_name(row),
            "owner_url": owner_url(request.actor, row.tenant_id),
            "title": desk.heading(row),
        }
        return render(request, "registry/assets/asset.html", shown)

    return view


def owner_url(actor: Actor, organisation_id: UUID) -> str:
    """Return the address of an organisation's assets, or "" when the actor does not see it."""
    seen = assets.owners_visible_to(actor, assets.VIEW).filter(pk=organisation_id).exists()
    return reverse("registry:assets", args=[organisation_id]) if seen else ""


def _new(desk: Desk) -> Any:
    @page(assets.MANAGE, title=desk.add_title, methods=("GET", "POST"))
    def view(request: Request, organisation_id: UUID) -> HttpResponseBase:
        row = owner(request.actor, organisation_id)
        form = desk.form(_sent(request), {}, new=True, actor=request.actor, organisation_id=organisation_id)
        made: list[UUID] = []

        def store(_data: dict[str, Any]) -> None:
            if desk.add is not None:
                made.append(desk.add(request.actor, organisation_id, form))

        if form.submit(store):
            messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
            return redirect(f"registry:{desk.name}", made[0])
        shown = {
            "title": desk.add_title,
            "owner": organisations.name_of(row),
            "back_url": reverse("registry:assets", args=[organisation_id]),
        }
        return show_form(request, form, "registry/assets/form.html", shown)

    return view


def _edit(desk: Desk) -> Any:
    @page(assets.MANAGE, title=Text("แก้ไข", "Change"), methods=("GET", "POST"))
    def view(request: Request, /, **keys: UUID) -> HttpResponseBase:
        key = keys[desk.argument]
        row = assets.one(desk.managed(request.actor).filter(ended_at__isnull=True), key)
        initial = {**desk.initial(row), "version": row.version}
        form = desk.form(
            _sent(request), initial, new=False, actor=request.actor, organisation_id=row.tenant_id
        )
        if form.submit(lambda data: desk.change(request.actor, row, form, data.get("version") or 0)):
            messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
            return redirect(f"registry:{desk.name}", key)
        shown = {
            "title": Text(f"แก้ {desk.heading(row).th}", f"Change {desk.heading(row).en}"),
            "owner": showing.owner_name(row),
            "back_url": desk.url(row),
            "theirs": theirs(form, initial),
        }
        return show_form(request, form, "registry/assets/form.html", shown)

    return view


def _end(desk: Desk) -> Any:
    @page(assets.MANAGE, title=Text("เลิกใช้", "End"), methods=("GET", "POST"))
    def view(request: Request, /, **keys: UUID) -> HttpResponseBase:
        row = assets.one(desk.managed(request.actor).filter(ended_at__isnull=True), keys[desk.argument])
        if request.method == "POST":
            desk.end(request.actor, row.pk)
            messages.success(request, str(Text("เลิกใช้แล้ว ยังอยู่ในประวัติ", "Ended. It stays in the records.")))
            return redirect(f"registry:{desk.list_name}")
        shown = {
            "title": Text(f"เลิกใช้ {desk.heading(row).th}", f"End {desk.heading(row).en}"),
            "url": desk.url(row),
        }
        return render(request, "registry/assets/end.html", shown)

    return view


def theirs(form: AssetForm, now: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the values on record that differ from what was typed, after somebody else was faster.

    The form takes the newest version along, so that saving again means: use mine.
    """
    if not form.has_error("__all__", AssetChangedError.code):
        return []
    found = []
    for field in form.visible_fields():
        value = now.get(field.name)
        if form.cleaned_data.get(field.name, value) != value:
            found.append((str(field.label), _said(field.field, value)))
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    sent["version"] = str(now["version"])
    form.data = sent
    return found


def _said(field: Any, value: Any) -> str:
    values = value if isinstance(value, list | tuple) else [value]
    names = {str(key): str(text) for key, text in getattr(field, "choices", [])}
    if isinstance(value, bool):
        return str(Text("ใช่", "Yes") if value else Text("ไม่ใช่", "No"))
    return ", ".join(names.get(str(one), str(one)) for one in values if one not in {None, ""}) or "–"


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
