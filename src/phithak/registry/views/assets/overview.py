"""All assets of one organisation on a page; the same as a fragment on the page of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from phithak.base.text import Text
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.core.ui.tables import State
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.linked import nodes_of
from phithak.registry.views.assets import networks, running, storing
from phithak.registry.views.assets.desk import Act, Desk

_ASSETS = Text("ทรัพย์สินสารสนเทศ", "Assets")
_FEW = 5
"""Rows of a kind on the organisation's own page."""

_EMPTY = {
    "domains": Text("ยังไม่มีโดเมน เพิ่มชื่อเว็บและอีเมล", "No domains yet. Add the names of web and mail."),
    "ranges": Text("ยังไม่มีช่วงไอพี", "No IP ranges yet."),
    "systems": Text("ยังไม่มีระบบ เริ่มจากระบบที่ขาดไม่ได้", "No systems yet. Begin with the most needed one."),
    "software": Text("ยังไม่มีซอฟต์แวร์ วางรายการได้ทีเดียวหลายบรรทัด", "No software yet. Many lines can be pasted."),
    "devices": Text("ยังไม่มีเครื่องมือแพทย์", "No medical devices yet."),
    "stores": Text("ยังไม่มีคลังข้อมูล เพิ่มทุกที่ที่มีข้อมูลของคน", "No stores yet. Add each place with data of people."),
    "links": Text("ยังไม่มีการเชื่อมโยงข้อมูล", "No data links yet."),
}


@dataclass(frozen=True)
class Item:
    """A line: its name, address and badge."""

    name: Text
    url: str
    badge: State | None = None


@dataclass(frozen=True)
class Group:
    """The assets of one kind."""

    name: str
    title: Text
    count: str
    items: Sequence[Item]
    empty: Text
    acts: Sequence[Act]


@page(assets.VIEW, title=_ASSETS)
def of_organisation(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show what an organisation owns and runs, as far as the actor sees it."""
    found = showing.overview(request.actor, organisation_id)
    fragment = is_partial(request)
    may_add = assets.owners_visible_to(request.actor).filter(pk=organisation_id).exists()
    ends = {row.source_id for row in found.links} | {row.target_id for row in found.links}
    nodes = nodes_of(request.actor, ends)

    def between(row: Any) -> Text:
        source, target = nodes[row.source_id].name, nodes[row.target_id].name
        return Text(f"{source.th} → {target.th}", f"{source.en} → {target.en}")

    groups = [
        _group("stores", storing.STORES, found.stores),
        _group("systems", running.SYSTEMS, found.systems),
        _group("links", storing.LINKS, found.links, heading=between),
        _group("domains", networks.DOMAINS, found.domains),
        _group("ranges", networks.RANGES, found.ranges),
        _group("devices", running.DEVICES, found.devices),
        _group("software", running.SOFTWARE, found.software),
    ]
    names = organisations.names([organisation_id])[organisation_id]
    shown = {
        "organisation_id": organisation_id,
        "groups": [
            _with_acts(group, organisation_id, may_add=may_add, fragment=fragment) for group in groups
        ],
        "notes": _notes(found),
        "fragment": fragment,
        "title": Text(f"ทรัพย์สินของ {names.th}", f"Assets of {names.en}"),
    }
    answer = render(
        request, "registry/assets/_overview.html" if fragment else "registry/assets/overview.html", shown
    )
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _notes(found: showing.Overview) -> list[tuple[str, Text, str]]:
    notes = [
        (
            "bad",
            Text(f"คลังข้อมูลเปิดสู่สาธารณะ: {row.name}", f"Data store open to the public: {row.name}"),
            storing.STORES.url(row),
        )
        for row in found.open_stores
    ]
    if found.contested:
        notes.append(
            (
                "warn",
                Text(
                    f"รอศูนย์ตรวจสอบการอ้างเป็นเจ้าของ {len(found.contested)} รายการ",
                    f"Claims that wait for the centre: {len(found.contested)}",
                ),
                "",
            )
        )
    if found.unchecked:
        notes.append(
            (
                "unknown",
                Text(
                    f"คลังข้อมูลที่ยังไม่ได้ตรวจว่าเปิดเผยหรือไม่ {len(found.unchecked)} แห่ง",
                    f"Data stores whose exposure nobody has checked: {len(found.unchecked)}",
                ),
                "",
            )
        )
    return notes


def _group(name: str, desk: Desk, rows: Sequence[Any], *, heading: Any = None) -> Group:
    count = f"{len(rows)}+" if len(rows) == showing.MOST else str(len(rows))
    say = heading or desk.heading
    # what merely runs needs no badge on every line
    badge = desk.badge if name in {"stores", "links", "domains", "ranges"} else None
    items = [Item(say(row), desk.url(row), badge(row) if badge else None) for row in rows]
    return Group(name, desk.titles, count, items, _EMPTY[name], ())


def _with_acts(group: Group, organisation_id: UUID, *, may_add: bool, fragment: bool) -> Group:
    desk = _DESKS[group.name]
    acts: list[Act] = []
    if may_add and desk.add is not None and not fragment:
        acts.append((desk.add_title, reverse(f"registry:new_{desk.name}", args=[organisation_id])))
    if may_add and group.name == "software" and not fragment:
        acts.append((running.PASTE, reverse("registry:paste_software", args=[organisation_id])))
    items = group.items
    if fragment and len(items) > _FEW:
        items = items[:_FEW]
        more = Text(f"ดูทั้งหมดของ{group.title.th}", f"See all: {group.title.en}")
        acts.append((more, reverse("registry:assets", args=[organisation_id])))
    return replace(group, items=items, acts=acts)


_DESKS = {
    "domains": networks.DOMAINS,
    "ranges": networks.RANGES,
    "systems": running.SYSTEMS,
    "software": running.SOFTWARE,
    "devices": running.DEVICES,
    "stores": storing.STORES,
    "links": storing.LINKS,
}
