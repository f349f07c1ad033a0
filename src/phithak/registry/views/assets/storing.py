"""Pages of data stores and their checks, and of data links."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.i18n import show
from phithak.core.ui.forms import Form, show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.assets import ExposureForm, LinkForm, StoreForm
from phithak.registry.models import DataLink, DataStore
from phithak.registry.queries import assets
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.kinds import DataKind, Direction, Exposure
from phithak.registry.queries.assets.linked import Node, nodes_of
from phithak.registry.services import assets as services
from phithak.registry.services.assets import LinkFacts
from phithak.registry.views.assets import states, tables
from phithak.registry.views.assets.desk import Act, Desk, Fact

_CHECK = Text("บันทึกผลตรวจการเปิดเผย", "Write down a check")
_NEW_LINK = Text("เพิ่มการเชื่อมโยงข้อมูล", "Add a data link")
_NOT_CHECKED = Text("ยังไม่เคยตรวจ", "Never checked")
_SWITCH_ON, _SWITCH_OFF = (
    Text("เปิดการเชื่อมโยง", "Switch the link on"),
    Text("ปิดการเชื่อมโยง", "Switch the link off"),
)
_OPEN = Text(
    "ใครก็เปิดอ่านข้อมูลนี้ได้ ปิดการเข้าถึงก่อน แล้วตรวจจากภายนอกอีกครั้งและบันทึกผล",
    "Anybody can read this data. Close it first, then check again from outside and write the result down.",
)


def _store_facts(_actor: Actor, row: DataStore) -> list[Fact]:
    system = row.system
    return [
        Fact(Text("ชนิดคลัง", "Store type"), tables.store_type(row)),
        Fact(Text("การเปิดเผย", "Public exposure"), states.exposure_state(row), "state"),
        Fact(
            Text("ตรวจล่าสุด", "Last check"),
            row.checked_at or _NOT_CHECKED,
            "datetime" if row.checked_at else "text",
        ),
        Fact(Text("ตรวจอย่างไร", "How it was checked"), row.checked_how),
        Fact(Text("มีข้อมูล", "Holds"), tables.kinds_text(row)),
        Fact(Text("ของกี่คน (ประมาณ)", "Of how many people (about)"), row.people, "number"),
        Fact(Text("ผู้ให้บริการ", "Provider"), row.provider),
        Fact(Text("ที่อยู่", "Address"), row.locator, "code"),
        Fact(Text("เป็นของระบบ", "Belongs to the system"), showing.system_name(system) if system else ""),
    ]


def _check_act(actor: Actor, row: DataStore) -> list[Act]:
    may = assets.stores_checked_by(actor).filter(pk=row.pk).exists()
    return [(_CHECK, reverse("registry:check_store", args=[row.pk]))] if may else []


def _store_form(data: Any, initial: Any, *, new: bool, actor: Actor, organisation_id: UUID) -> StoreForm:
    return StoreForm(
        data, initial=initial, new=new, systems=showing.systems_to_choose(actor, organisation_id)
    )


def _store_initial(row: DataStore) -> dict[str, Any]:
    fields = ("name", "place", "technique", "people", "provider", "locator", "system_id")
    return {
        **{name: getattr(row, name) for name in fields},
        "kinds": [kind.value for kind in showing.kinds_of(row)],
    }


STORES = Desk(
    name="store",
    path="stores",
    argument="store_id",
    title=Text("คลังข้อมูล", "Data store"),
    titles=Text("คลังข้อมูล", "Data stores"),
    add_title=Text("เพิ่มคลังข้อมูล", "Add a data store"),
    intro=Text(
        "ถามเป็นคำพูดได้ เช่น คลังข้อมูลบนคลาวด์สาธารณะที่มีภาพบัตรประชาชน",
        "Ask in words, such as: public cloud stores with ID card images",
    ),
    table=lambda _actor: tables.STORES,
    rows=lambda actor: assets.stores_visible_to(actor).prefetch_related("kinds"),
    managed=lambda actor: assets.stores_visible_to(actor, assets.MANAGE),
    heading=lambda row: Text(row.name, row.name),
    badge=states.exposure_state,
    facts=_store_facts,
    notes=lambda _actor, row: [("bad", _OPEN)] if row.exposure == Exposure.PUBLIC else [],
    seen_acts=_check_act,
    form=_store_form,
    initial=_store_initial,
    add=lambda actor, organisation_id, form: services.add_store(actor, organisation_id, form.facts()),
    change=lambda actor, row, form, version: services.change_store(
        actor, row.pk, form.facts(), version=version
    ),
    end=services.end_store,
)


@page(assets.MANAGE, title=_CHECK, methods=("GET", "POST"))
def check_store(request: Request, store_id: UUID) -> HttpResponseBase:
    """Write down what a check of a store's exposure found."""
    row = assets.one(assets.stores_checked_by(request.actor).filter(ended_at__isnull=True), store_id)
    form = ExposureForm(
        request.POST if request.method == "POST" else None, initial={"at": show.moment(clock.now())}
    )
    if form.submit(
        lambda data: services.set_exposure(request.actor, store_id, data["state"], data["how"], data["at"])
    ):
        messages.success(request, str(Text("บันทึกผลตรวจแล้ว", "The check is written down.")))
        return redirect("registry:store", store_id)
    shown = {
        "title": Text(f"ผลตรวจ {row.name}", f"Check of {row.name}"),
        "owner": showing.owner_name(row),
        "back_url": STORES.url(row),
    }
    return show_form(request, form, "registry/assets/form.html", shown)


def _ends(actor: Actor, row: DataLink) -> tuple[Node, Node]:
    nodes = nodes_of(actor, {row.source_id, row.target_id})
    return nodes[row.source_id], nodes[row.target_id]


def _end_fact(label: Text, node: Node) -> Fact:
    if node.system_id is None:
        return Fact(label, tables.node_label(node))
    return Fact(label, tables.node_label(node), "link", reverse("registry:system", args=[node.system_id]))


def _link_facts(actor: Actor, row: DataLink) -> list[Fact]:
    source, target = _ends(actor, row)
    return [
        _end_fact(Text("ข้อมูลจาก", "Data from"), source),
        _end_fact(Text("ไปที่", "To"), target),
        Fact(Text("ข้อมูล", "Data"), tables.link_kinds(row)),
        Fact(Text("วิธี", "Means"), row.method),
        Fact(Text("ตามข้อตกลง", "Under agreement"), row.agreement.number if row.agreement else ""),
    ]


def _link_acts(_actor: Actor, row: DataLink) -> list[Act]:
    title = _SWITCH_OFF if row.active else _SWITCH_ON
    return [(title, reverse("registry:switch_data_link", args=[row.pk]))]


LINKS = Desk(
    name="data_link",
    path="data-links",
    argument="data_link_id",
    title=Text("การเชื่อมโยงข้อมูล", "Data link"),
    titles=Text("การเชื่อมโยงข้อมูล", "Data links"),
    add_title=_NEW_LINK,
    intro=Text(
        "ข้อมูลไหลจากระบบใดไปที่ใด เปิดได้เมื่อมีข้อตกลงรองรับ",
        "From which system data flows to which. A link is switched on only under an agreement.",
    ),
    table=tables.links_for,
    rows=assets.links_visible_to,
    managed=lambda actor: assets.links_visible_to(actor, assets.MANAGE),
    heading=lambda _row: Text("การเชื่อมโยงข้อมูล", "Data link"),
    badge=states.link_state,
    facts=_link_facts,
    acts=_link_acts,
    form=lambda data, initial, *, new, **_: LinkForm(data, initial=initial, new=new),
    initial=lambda row: {"kinds": row.kinds, "method": row.method},
    change=lambda actor, row, form, version: services.change_link(
        actor,
        row.pk,
        kinds=tuple(form.cleaned_data["kinds"]),
        method=form.cleaned_data["method"],
        version=version,
    ),
    end=services.end_link,
)


@page(assets.MANAGE, title=_NEW_LINK, methods=("GET", "POST"))
def new_link(request: Request, system_id: UUID) -> HttpResponseBase:
    """Add a data link from or to a system; the other system is searched for by words."""
    running = assets.systems_visible_to(request.actor, assets.MANAGE).filter(ended_at__isnull=True)
    row = assets.one(running, system_id)
    words = request.GET.get("q", "").strip()[:200]
    found = showing.systems_to_link(request.actor, row, words)
    choices = [(one.pk, _choice(one)) for one in found]
    form = LinkForm(request.POST if request.method == "POST" else None, systems=choices)
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        other: UUID = data["other"]
        source, target = (system_id, other) if data["direction"] == Direction.OUT else (other, system_id)
        facts = LinkFacts(source, target, tuple(map(DataKind, data["kinds"])), data["method"])
        made.append(services.add_link(request.actor, facts))

    if found and form.submit(store):
        messages.success(
            request, str(Text("บันทึกแล้ว ยังปิดอยู่จนกว่าจะเปิด", "Saved. It is off until switched on."))
        )
        return redirect("registry:data_link", made[0])
    name = showing.system_name(row)
    shown = {
        "title": Text(f"เชื่อมโยงข้อมูลกับ {name.th}", f"Data link with {name.en}"),
        "owner": showing.owner_name(row),
        "back_url": reverse("registry:system", args=[system_id]),
        "words": words,
        "found": len(found),
    }
    return show_form(request, form, "registry/assets/new_link.html", shown)


@page(assets.MANAGE, title=Text("เปิดหรือปิดการเชื่อมโยง", "Switch a data link"), methods=("GET", "POST"))
def switch_link(request: Request, data_link_id: UUID) -> HttpResponseBase:
    """Ask, then switch a link on or off; on only under an agreement that covers its data."""
    rows = assets.links_visible_to(request.actor, assets.MANAGE).filter(ended_at__isnull=True)
    row = assets.one(rows, data_link_id)
    form = Form(request.POST if request.method == "POST" else None)
    act = services.switch_link_off if row.active else services.switch_link_on
    if form.submit(lambda _: act(request.actor, data_link_id)):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("registry:data_link", data_link_id)
    source, target = (tables.node_label(node) for node in _ends(request.actor, row))
    shown = {
        "title": Text("ปิดการเชื่อมโยง", "Switch the link off")
        if row.active
        else Text("เปิดการเชื่อมโยง", "Switch the link on"),
        "intro": Text(f"{source.th} → {target.th}", f"{source.en} → {target.en}"),
        "submit": Text("ปิด", "Switch off") if row.active else Text("เปิด", "Switch on"),
        "back_url": LINKS.url(row),
    }
    return show_form(request, form, "registry/assets/form.html", shown)


def _choice(row: Any) -> Text:
    name, owner = showing.system_name(row), showing.owner_name(row)
    return Text(f"{name.th} · {owner.th}", f"{name.en} · {owner.en}")
