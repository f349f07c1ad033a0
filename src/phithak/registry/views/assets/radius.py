"""The blast radius: when an organisation or system is compromised, what is linked to it, how and with what data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, Table
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.kinds import Direction
from phithak.registry.queries.assets.linked import Linked, linked
from phithak.registry.views.assets import picture, states

_TITLE = Text("ระบบที่เชื่อมถึง", "Linked systems")
_STEPS = {"1": Text("ห่างหนึ่งขั้น", "One step away"), "2": Text("ห่างสองขั้น", "Two steps away")}
_YES, _NO = Text("ใช่", "Yes"), Text("ไม่ใช่", "No")


def _path(row: Linked) -> Text:
    return Text(" › ".join(node.name.th for node in row.path), " › ".join(node.name.en for node in row.path))


def _kinds(row: Linked) -> Text:
    return Text(", ".join(kind.text.th for kind in row.kinds), ", ".join(kind.text.en for kind in row.kinds))


def _url(row: Linked) -> str | None:
    return reverse("registry:system", args=[row.node.system_id]) if row.node.system_id is not None else None


LINKED = Table(
    name="linked",
    columns=[
        Column("system", Text("ระบบ", "System"), value="node.name", link=_url),
        Column("organisation", Text("หน่วยงาน", "Organisation"), value="node.organisation"),
        Column("steps", Text("ห่างกี่ขั้น", "Steps"), value="steps", sort="steps", kind="number"),
        Column("direction", Text("ทิศทาง", "Direction"), value=lambda row: row.direction.text),
        Column("kinds", Text("ข้อมูล", "Data"), value=_kinds),
        Column("path", Text("เส้นทาง", "Path"), value=_path),
        Column(
            "state",
            Text("สถานะ", "State"),
            value=lambda row: states.ON if row.on else states.OFF,
            kind="state",
        ),
        Column(
            "care",
            Text("สำคัญต่อการรักษา", "Care critical"),
            value=lambda row: _YES if row.node.care_critical else _NO,
        ),
    ],
    filters=[
        Filter(
            "steps",
            Text("ห่างกี่ขั้น", "Steps"),
            options=list(_STEPS.items()),
            apply=lambda rows, value: [row for row in rows if row.steps == int(value)],
        ),
        Filter(
            "direction",
            Text("ทิศทาง", "Direction"),
            options=[(one.value, one.text) for one in Direction],
            apply=lambda rows, value: [row for row in rows if row.direction == value],
        ),
    ],
    empty=Text(
        "ไม่มีระบบที่เชื่อมถึงในทะเบียน เพิ่มการเชื่อมโยงที่หน้าของระบบ",
        "No linked system is on record. Add data links on the page of a system.",
    ),
    template="registry/assets/linked.html",
)


@page(assets.VIEW, title=_TITLE)
def of_organisation(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """List what is linked to an organisation's systems, one and two steps away."""
    found = linked(request.actor, organisation_id=organisation_id)
    name = organisations.names([organisation_id])[organisation_id]
    back = (Text("ทรัพย์สินของหน่วยงาน", "Assets"), reverse("registry:assets", args=[organisation_id]))
    return _respond(request, found, name, back)


@page(assets.VIEW, title=_TITLE)
def of_system(request: Request, system_id: UUID) -> HttpResponseBase:
    """List what is linked to one system, one and two steps away."""
    found = linked(request.actor, system_id=system_id)
    row = assets.one(assets.systems_visible_to(request.actor), system_id)
    back = (Text("กลับไปหน้าระบบ", "Back to the system"), reverse("registry:system", args=[system_id]))
    return _respond(request, found, showing.system_name(row), back)


def _respond(request: Request, found: list[Linked], name: Text, back: tuple[Text, str]) -> HttpResponseBase:
    near, far = (len([one for one in found if one.steps == steps]) for steps in (1, 2))
    context: dict[str, Any] = {"picture": picture.draw(found)}
    return LINKED.respond(
        request,
        rows=found,
        title=Text(f"ระบบที่เชื่อมถึง {name.th}", f"Systems linked to {name.en}"),
        actions=[back],
        intro=Text(
            f"ถ้าที่นี่ถูกเจาะ: ห่างหนึ่งขั้น {near} ระบบ ห่างสองขั้น {far} ระบบ",
            f"If this is compromised: one step away {near}, two steps away {far}",
        ),
        context=context,
    )
