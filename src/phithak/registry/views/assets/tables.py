"""List pages of assets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.ui.tables import Column, Filter, Table
from phithak.registry.models import DataLink, DataStore
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.asking import holds, stores_matching
from phithak.registry.queries.assets.kinds import Claim, DataKind, Exposure, Place, Technique
from phithak.registry.queries.assets.linked import Node, nodes_of
from phithak.registry.views.assets import states

_YES, _NO = Text("ใช่", "Yes"), Text("ไม่ใช่", "No")
_OWNER = Column("owner", Text("หน่วยงาน", "Organisation"), value=showing.owner_name)
_NEVER = Text("ห้ามตรวจ", "Never probe")
LIFE = "life"


def _yes_no(name: str) -> Any:
    return lambda row: _YES if getattr(row, name) else _NO


def _name(title: Text, value: Any, sort: str, page: str, *, code: bool = False) -> Column:
    return Column(
        "name",
        title,
        value=value,
        sort=sort,
        link=lambda row: reverse(f"registry:{page}", args=[row.pk]),
        kind="code" if code else "text",
    )


def _ended() -> Filter:
    # running rows are what one wants; views leave the ended ones out unless this asks for them
    return Filter(
        LIFE,
        Text("เลิกใช้แล้ว", "Ended"),
        options=[("ended", Text("เฉพาะที่เลิกใช้แล้ว", "Ended ones only"))],
        apply=lambda rows, _: rows.filter(ended_at__isnull=False),
    )


def _flag(name: str, title: Text) -> Filter:
    return Filter(
        name,
        title,
        options=[("yes", _YES), ("no", _NO)],
        apply=lambda rows, value: rows.filter(**{name: value == "yes"}),
    )


_CLAIM = Filter(
    "claim",
    Text("สถานะ", "State"),
    options=[(one.value, one.text) for one in Claim],
    apply=lambda rows, value: rows.filter(claim=value),
)

DOMAINS = Table(
    name="domains",
    columns=[
        _name(Text("โดเมน", "Domain"), "shown", "reversed", "domain"),
        _OWNER,
        Column("claim", Text("สถานะ", "State"), value=states.claim_state, kind="state"),
        Column("purpose", Text("ใช้ทำอะไร", "What for"), value="purpose"),
        Column("never", _NEVER, value=_yes_no("never_probe")),
        Column("ascii", Text("ชื่อในเครือข่าย", "Name in the network"), value="name", kind="code"),
    ],
    filters=[_CLAIM, _flag("never_probe", _NEVER), _ended()],
    search=showing.domains_matching,
    default_sort="reversed",
    empty=Text(
        "ยังไม่มีโดเมน เพิ่มชื่อเว็บและอีเมลของหน่วยงาน เพื่อให้ได้รับคำเตือนที่ตรงตัว",
        "No domains yet. Add the names of your web and mail, so that warnings reach you.",
    ),
)

RANGES = Table(
    name="ranges",
    columns=[
        _name(Text("ช่วงไอพี", "IP range"), "cidr", "first", "range", code=True),
        _OWNER,
        Column("claim", Text("สถานะ", "State"), value=states.claim_state, kind="state"),
        Column("purpose", Text("ใช้ทำอะไร", "What for"), value="purpose"),
        Column("private", Text("เครือข่ายภายใน", "Private"), value=_yes_no("private")),
        Column("never", _NEVER, value=_yes_no("never_probe")),
    ],
    filters=[
        _CLAIM,
        _flag("private", Text("เครือข่ายภายใน", "Private")),
        _flag("never_probe", _NEVER),
        _ended(),
    ],
    search=showing.ranges_matching,
    default_sort="first",
    empty=Text(
        "ยังไม่มีช่วงไอพี เพิ่มไอพีที่ผู้ให้บริการอินเทอร์เน็ตให้มา",
        "No IP ranges yet. Add the addresses that your internet provider gave you.",
    ),
)


def _party(role: str) -> Any:
    return lambda row: showing.party_name(row, role)


SYSTEMS = Table(
    name="systems",
    columns=[
        _name(Text("ระบบ", "System"), showing.system_name, "name_key", "system"),
        Column("owner", Text("เจ้าของ", "Owner"), value=showing.owner_name),
        Column("builder", Text("ผู้พัฒนา", "Builder"), value=_party("builder")),
        Column("operator", Text("ผู้ดูแล", "Operator"), value=_party("operator")),
        Column("controller", Text("ผู้ควบคุมข้อมูล", "Data controller"), value=_party("controller")),
        Column("internet", Text("ออกอินเทอร์เน็ต", "Internet facing"), value=_yes_no("internet_facing")),
        Column("care", Text("สำคัญต่อการรักษา", "Care critical"), value=_yes_no("care_critical")),
    ],
    filters=[
        _flag("internet_facing", Text("ออกอินเทอร์เน็ต", "Internet facing")),
        _flag("care_critical", Text("สำคัญต่อการรักษา", "Care critical")),
        _ended(),
    ],
    search=showing.systems_matching,
    default_sort="name_key",
    empty=Text(
        "ยังไม่มีระบบ เริ่มจากระบบที่ขาดไม่ได้ที่สุดของหน่วยงาน",
        "No systems yet. Begin with the one that you can least do without.",
    ),
)

SOFTWARE = Table(
    name="software",
    columns=[
        _name(Text("ซอฟต์แวร์", "Software"), "product", "product", "software"),
        Column("release", Text("รุ่น", "Version"), value="release", kind="code"),
        Column("vendor", Text("ผู้ผลิต", "Vendor"), value="vendor", sort="vendor"),
        Column(
            "system",
            Text("ระบบ", "System"),
            value=lambda row: showing.system_name(row.system) if row.system else "",
        ),
        _OWNER,
    ],
    filters=[_ended()],
    search=showing.software_matching,
    default_sort="product",
    empty=Text(
        "ยังไม่มีซอฟต์แวร์ วางรายการจากตารางได้ทีเดียวหลายบรรทัด", "No software yet. You can paste many lines at once."
    ),
)

DEVICES = Table(
    name="devices",
    columns=[
        _name(Text("เครื่อง", "Device"), "kind", "kind", "device"),
        Column("maker", Text("ยี่ห้อ", "Maker"), value="maker", sort="maker"),
        Column("model", Text("รุ่น", "Model"), value="model"),
        Column("count", Text("จำนวน", "How many"), value="count", sort="count", kind="number"),
        Column("place", Text("ตั้งอยู่ที่", "Place"), value="place"),
        Column("never", _NEVER, value=_yes_no("never_probe")),
        _OWNER,
    ],
    filters=[_flag("never_probe", _NEVER), _ended()],
    search=showing.devices_matching,
    default_sort="kind",
    empty=Text(
        "ยังไม่มีเครื่องมือ เพิ่มเครื่องมือแพทย์ที่ต่อเครือข่าย เพื่อไม่ให้ถูกสแกน",
        "No devices yet. Add the medical devices on your network, so that nobody probes them.",
    ),
)


def kinds_text(row: DataStore) -> Text:
    """Return what a store holds."""
    kinds = showing.kinds_of(row)
    return Text(", ".join(kind.text.th for kind in kinds), ", ".join(kind.text.en for kind in kinds))


def store_type(row: DataStore) -> Text:
    """Return how and where the data is kept: "Bucket · Public cloud"."""
    technique, place = Technique(row.technique).text, Place(row.place).text
    return Text(f"{technique.th} · {place.th}", f"{technique.en} · {place.en}")


STORES = Table(
    name="stores",
    columns=[
        _name(Text("คลังข้อมูล", "Data store"), "name", "name_key", "store"),
        Column("owner", Text("เจ้าของ", "Owner"), value=showing.owner_name),
        Column(
            "exposure", Text("เปิดเผย", "Exposure"), value=states.exposure_state, sort="exposure", kind="state"
        ),
        Column(
            "checked", Text("ตรวจล่าสุด", "Last check"), value="checked_at", sort="checked_at", kind="datetime"
        ),
        Column("type", Text("ชนิดคลัง", "Store type"), value=store_type, sort="place"),
        Column("kinds", Text("ข้อมูล", "Data"), value=kinds_text),
        Column("people", Text("ของกี่คน", "People"), value="people", sort="people", kind="number"),
    ],
    filters=[
        Filter(
            "place",
            Text("อยู่ที่ไหน", "Place"),
            options=[(one.value, one.text) for one in Place],
            apply=lambda rows, value: rows.filter(place=value),
        ),
        Filter(
            "kind",
            Text("มีข้อมูล", "Holds"),
            options=[(one.value, one.text) for one in DataKind],
            apply=lambda rows, value: rows.filter(holds(value)),
        ),
        Filter(
            "technique",
            Text("เก็บแบบ", "Kept as"),
            options=[(one.value, one.text) for one in Technique],
            apply=lambda rows, value: rows.filter(technique=value),
        ),
        Filter(
            "exposure",
            Text("เปิดเผย", "Exposure"),
            options=[(one.value, one.text) for one in Exposure],
            apply=lambda rows, value: rows.filter(exposure=value),
        ),
        _ended(),
    ],
    search=stores_matching,
    default_sort="name_key",
    empty=Text(
        "ยังไม่มีคลังข้อมูล เพิ่มทุกที่ที่มีข้อมูลของคน ทั้งคลาวด์ ตารางออนไลน์ และกระดาษ",
        "No data stores yet. Add every place with data of people: cloud, online sheets, paper.",
    ),
)


def link_kinds(row: DataLink) -> Text:
    """Return what a link carries."""
    kinds = [DataKind(kind) for kind in row.kinds]
    return Text(", ".join(kind.text.th for kind in kinds), ", ".join(kind.text.en for kind in kinds))


def node_label(node: Node) -> Text:
    """Return a system with its owner, as the actor may see them."""
    return Text(f"{node.name.th} · {node.organisation.th}", f"{node.name.en} · {node.organisation.en}")


def links_for(actor: Actor) -> Table:
    """Return the list of data links as this actor may see their ends."""
    known: dict[UUID, Node] = {}

    def look(rows: Sequence[DataLink]) -> None:
        known.update(nodes_of(actor, {row.source_id for row in rows} | {row.target_id for row in rows}))

    def end(side: str) -> Any:
        return lambda row: node_label(known[getattr(row, f"{side}_id")])

    columns = [
        Column(
            "source",
            Text("ข้อมูลจาก", "Data from"),
            value=end("source"),
            link=lambda row: reverse("registry:data_link", args=[row.pk]),
        ),
        Column("target", Text("ไปที่", "To"), value=end("target")),
        Column("state", Text("สถานะ", "State"), value=states.link_state, kind="state"),
        Column("kinds", Text("ข้อมูล", "Data"), value=link_kinds),
        Column("method", Text("วิธี", "Means"), value="method"),
    ]
    return replace(LINKS, columns=columns, beside=look, search=showing.links_matching_for(actor))


LINKS = Table(
    name="data_links",
    columns=[],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[("on", Text("เปิดไว้", "Switched on")), ("off", Text("ปิดไว้", "Switched off"))],
            apply=lambda rows, value: rows.filter(active=value == "on"),
        ),
        _ended(),
    ],
    default_sort="-created_at",
    empty=Text(
        "ยังไม่มีการเชื่อมโยง เปิดหน้าของระบบ แล้วเพิ่มว่าส่งข้อมูลให้ใคร",
        "No data links yet. Open the page of a system and add where its data goes.",
    ),
)
"""The list of data links; :func:`links_for` gives it the columns that an actor may see."""
