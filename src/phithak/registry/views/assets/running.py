"""Pages of systems, software and devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import State
from phithak.registry.forms.assets import DeviceForm, PasteForm, SoftwareForm, SystemForm
from phithak.registry.models import Device, Software, System
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing
from phithak.registry.services import assets as services
from phithak.registry.services.assets import Party, Pasted, SystemFacts
from phithak.registry.services.assets.devices import title as device_title
from phithak.registry.services.assets.software import title as software_title
from phithak.registry.services.assets.systems import ROLES
from phithak.registry.views.assets import tables
from phithak.registry.views.assets.desk import Act, Desk, Fact, owner

_YES, _NO = Text("ใช่", "Yes"), Text("ไม่ใช่", "No")
_RUNS = State("running", Text("ใช้อยู่", "In use"), "good")
PASTE = Text("วางรายการซอฟต์แวร์", "Paste a list of software")
_CARE = Text("สำคัญต่อการรักษา", "Care critical")
_ROLE_NAMES = {
    "builder": Text("ผู้พัฒนา", "Builder"),
    "operator": Text("ผู้ดูแลให้ทำงาน", "Operator"),
    "controller": Text("ผู้ควบคุมข้อมูลส่วนบุคคล", "Data controller"),
}


def _system_fact(row: Software | Device) -> Fact:
    label = Text("อยู่ในระบบ", "Part of the system")
    if row.system is None:
        return Fact(label, "")
    return Fact(
        label, showing.system_name(row.system), "link", reverse("registry:system", args=[row.system.pk])
    )


def _system_facts(_actor: Actor, row: System) -> list[Fact]:
    return [
        Fact(Text("เจ้าของ", "Owner"), showing.owner_name(row)),
        *(Fact(_ROLE_NAMES[role], showing.party_name(row, role)) for role in ROLES),
        Fact(Text("ใช้ทำอะไร", "What it is for"), row.purpose),
        Fact(
            Text("เข้าถึงได้จากอินเทอร์เน็ต", "Reachable from the internet"), _YES if row.internet_facing else _NO
        ),
        Fact(_CARE, _YES if row.care_critical else _NO),
        Fact(Text("ที่อยู่เว็บ", "Web address"), row.url, "code"),
    ]


def _system_acts(_actor: Actor, row: System) -> list[Act]:
    return [
        (Text("เพิ่มการเชื่อมโยงข้อมูล", "Add a data link"), reverse("registry:new_data_link", args=[row.pk])),
    ]


def _linked_act(_actor: Actor, row: System) -> list[Act]:
    return [(Text("ระบบที่เชื่อมถึง", "Linked systems"), reverse("registry:system_linked", args=[row.pk]))]


def _system_initial(row: System) -> dict[str, Any]:
    parties = {role: str(showing.party_name(row, role) or "") for role in ROLES}
    fields = ("name_th", "name_en", "purpose", "internet_facing", "care_critical", "url")
    return {**{name: getattr(row, name) for name in fields}, **parties}


def system_facts(actor: Actor, data: dict[str, Any], row: System | None = None) -> SystemFacts:
    """Return what a form says; a party's name is looked up in the registry, and stays words when unsure."""
    return SystemFacts(
        Text(data["name_th"], data["name_en"]),
        data["purpose"],
        _party(actor, data["builder"], "builder", row),
        _party(actor, data["operator"], "operator", row),
        _party(actor, data["controller"], "controller", row),
        internet_facing=data["internet_facing"],
        care_critical=data["care_critical"],
        url=data["url"],
    )


def _party(actor: Actor, words: str, role: str, row: System | None) -> Party:
    known = getattr(row, role) if row is not None else None
    # left as it was shown, in either language: the same organisation
    if known is not None and words.strip() in {known.name_th, known.name_en}:
        return Party(known.pk)
    found = showing.organisation_named(actor, words)
    return Party(found) if found is not None else Party(name=words)


def _software_form(
    data: Any, initial: Any, *, new: bool, actor: Actor, organisation_id: UUID
) -> SoftwareForm:
    systems = showing.systems_to_choose(actor, organisation_id)
    return SoftwareForm(data, initial=initial, new=new, systems=systems)


def _device_form(data: Any, initial: Any, *, new: bool, actor: Actor, organisation_id: UUID) -> DeviceForm:
    return DeviceForm(
        data,
        initial=initial or None,
        new=new,
        systems=showing.systems_to_choose(actor, organisation_id),
        ranges=showing.ranges_to_choose(actor, organisation_id),
    )


def _fields(*names: str) -> Any:
    return lambda row: {name: getattr(row, name) for name in names}


SYSTEMS = Desk(
    name="system",
    path="systems",
    argument="system_id",
    title=Text("ระบบ", "System"),
    titles=Text("ระบบสารสนเทศ", "Systems"),
    add_title=Text("เพิ่มระบบ", "Add a system"),
    intro=Text(
        "เจ้าของ ผู้พัฒนา ผู้ดูแล และผู้ควบคุมข้อมูล อาจเป็นคนละหน่วยงาน",
        "Owner, builder, operator and data controller may be four different parties.",
    ),
    table=lambda _actor: tables.SYSTEMS,
    rows=assets.systems_visible_to,
    managed=lambda actor: assets.systems_visible_to(actor, assets.MANAGE),
    heading=showing.system_name,
    badge=lambda _row: _RUNS,
    facts=_system_facts,
    seen_acts=_linked_act,
    acts=_system_acts,
    form=lambda data, initial, *, new, **_: SystemForm(data, initial=initial, new=new),
    initial=_system_initial,
    add=lambda actor, organisation_id, form: services.add_system(
        actor, organisation_id, system_facts(actor, form.cleaned_data)
    ),
    change=lambda actor, row, form, version: services.change_system(
        actor, row.pk, system_facts(actor, form.cleaned_data, row), version=version
    ),
    end=services.end_system,
)

SOFTWARE = Desk(
    name="software",
    path="software",
    argument="software_id",
    title=Text("ซอฟต์แวร์", "Software"),
    titles=Text("ซอฟต์แวร์และรุ่น", "Software and versions"),
    add_title=Text("เพิ่มซอฟต์แวร์", "Add software"),
    intro=Text(
        "เมื่อมีช่องโหว่ใหม่ หน่วยงานที่ใช้รุ่นนั้นจะได้รับคำเตือนที่ระบุชื่อเครื่อง",
        "When a weakness is found, whoever runs that version is told by name.",
    ),
    table=lambda _actor: tables.SOFTWARE,
    rows=assets.software_visible_to,
    managed=lambda actor: assets.software_visible_to(actor, assets.MANAGE),
    heading=lambda row: Text(software_title(row), software_title(row)),
    badge=lambda _row: _RUNS,
    facts=lambda _actor, row: [
        Fact(Text("รุ่น", "Version"), row.release, "code"),
        Fact(Text("ผู้ผลิต", "Vendor"), row.vendor),
        _system_fact(row),
        Fact(Text("รหัส CPE", "CPE name"), row.cpe, "code"),
        Fact(Text("รหัส purl", "Package URL"), row.purl, "code"),
        Fact(Text("เห็นล่าสุด", "Last seen"), row.seen_at, "datetime"),
    ],
    form=_software_form,
    initial=_fields("product", "release", "vendor", "system_id", "cpe", "purl"),
    add=lambda actor, organisation_id, form: services.add_software(actor, organisation_id, form.facts()),
    change=lambda actor, row, form, version: services.change_software(
        actor, row.pk, form.facts(), version=version
    ),
    end=services.end_software,
)

DEVICES = Desk(
    name="device",
    path="devices",
    argument="device_id",
    title=Text("เครื่องมือแพทย์และอุปกรณ์พิเศษ", "Medical or special device"),
    titles=Text("เครื่องมือแพทย์และอุปกรณ์พิเศษ", "Medical and special devices"),
    add_title=Text("เพิ่มเครื่อง", "Add a device"),
    intro=Text(
        "ทุกเครื่องในรายการนี้ไม่ถูกตรวจหรือสแกน เว้นแต่มีคนเลือกเป็นอย่างอื่น",
        "Nothing on this list is probed or scanned, unless a person says otherwise.",
    ),
    table=lambda _actor: tables.DEVICES,
    rows=assets.devices_visible_to,
    managed=lambda actor: assets.devices_visible_to(actor, assets.MANAGE),
    heading=lambda row: Text(device_title(row), device_title(row)),
    badge=lambda _row: _RUNS,
    facts=lambda _actor, row: [
        Fact(Text("จำนวน", "How many"), row.count, "number"),
        Fact(Text("รุ่นเฟิร์มแวร์", "Firmware"), row.firmware, "code"),
        Fact(Text("ตั้งอยู่ที่", "Where it stands"), row.place),
        Fact(Text("อยู่ในเครือข่าย", "In the network"), row.range.cidr if row.range else "", "code"),
        _system_fact(row),
        Fact(Text("ห้ามตรวจหรือสแกนเด็ดขาด", "Never probe or scan it"), _YES if row.never_probe else _NO),
    ],
    form=_device_form,
    initial=_fields(
        "kind", "maker", "model", "firmware", "count", "place", "system_id", "range_id", "never_probe"
    ),
    add=lambda actor, organisation_id, form: services.add_device(actor, organisation_id, form.facts()),
    change=lambda actor, row, form, version: services.change_device(
        actor, row.pk, form.facts(), version=version
    ),
    end=services.end_device,
)


@page(assets.MANAGE, title=PASTE, methods=("GET", "POST"))
def paste_software(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Add many products at once from a pasted list."""
    row = owner(request.actor, organisation_id)
    systems = showing.systems_to_choose(request.actor, organisation_id)
    form = PasteForm(request.POST if request.method == "POST" else None, systems=systems)
    done: list[Pasted] = []
    if form.submit(
        lambda data: done.append(
            services.paste_software(
                request.actor, organisation_id, data["lines"], system_id=data.get("system_id")
            )
        )
    ):
        _tell(request, done[0])
        return redirect("registry:assets", organisation_id)
    shown = {
        "title": PASTE,
        "owner": organisations.name_of(row),
        "back_url": reverse("registry:assets", args=[organisation_id]),
    }
    return show_form(request, form, "registry/assets/form.html", shown)


def _tell(request: Request, done: Pasted) -> None:
    messages.success(
        request,
        str(
            Text(
                f"เพิ่มแล้ว {done.added} รายการ มีอยู่แล้ว {done.known} รายการ",
                f"Added: {done.added}. There already: {done.known}.",
            )
        ),
    )
    if done.faults:
        lines = "; ".join(f"{fault.number}: {fault.words}" for fault in done.faults[:20])
        messages.warning(
            request,
            str(
                Text(
                    f"บรรทัดที่อ่านไม่ได้และไม่ถูกเพิ่ม: {lines}",
                    f"Lines that could not be read and were left out: {lines}",
                )
            ),
        )
