"""List pages of templates, hotlines and registered web addresses."""

from __future__ import annotations

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.engines.thai import show_phone
from phithak.notices import queries
from phithak.notices.models import Hotline, RegisteredUrl, Template, TemplateVersion
from phithak.notices.texts import Channel, TextClass

_TONES = {
    queries.State.DRAFT: "neutral",
    queries.State.SUBMITTED: "info",
    queries.State.APPROVED: "good",
    queries.State.RETIRED: "unknown",
}
_BROKEN = State("changed", Text("ข้อความถูกแก้ ไม่มีผลอนุมัติ", "Changed: the approval is void"), "bad")
_ACTIVE = State("active", Text("ใช้อยู่", "In use"), "good")
_ENDED = State("retired", Text("เลิกใช้", "Retired"), "neutral")
_CLASS, _CHANNEL = Text("ใช้กับ", "For"), Text("ช่องทาง", "Channel")
_TENANT = Text("หน่วยงาน", "Organisation")


def version_state(row: TemplateVersion) -> State:
    """Return the state of a version as a badge; an approval whose text was changed is void."""
    state = queries.State(row.state)
    if state is queries.State.APPROVED and not queries.is_intact(row):
        return _BROKEN
    return State(state.value, state.text, _TONES[state])


def tenant_name(row: Template | Hotline | RegisteredUrl) -> Text:
    """Return the name of the organisation that a row belongs to."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def _newest(row: Template) -> State:
    found = sorted(row.versions.all(), key=lambda version: version.number)
    return version_state(found[-1])


def _in_force(row: Template) -> str:
    found = [version for version in row.versions.all() if queries.is_intact(version)]
    return str(found[0].number) if found else ""


def _name(row: Hotline | RegisteredUrl) -> Text:
    return Text(row.name_th, row.name_en)


def _life(row: Hotline | RegisteredUrl) -> State:
    return _ACTIVE if row.active else _ENDED


TEMPLATES = Table(
    name="templates",
    columns=[
        Column(
            "code",
            Text("รหัส", "Code"),
            value="code",
            sort="code",
            link=lambda row: reverse("notices:template", args=[row.pk]),
            kind="code",
        ),
        Column("title", Text("ชื่อ", "Title"), value=lambda row: Text(row.title_th, row.title_en)),
        Column("class", _CLASS, value=lambda row: TextClass(row.text_class).text, sort="text_class"),
        Column("channel", _CHANNEL, value=lambda row: Channel(row.channel).text, sort="channel"),
        Column("state", Text("ฉบับล่าสุด", "Newest version"), value=_newest, kind="state"),
        Column("approved", Text("ฉบับที่ใช้อยู่", "Version in force"), value=_in_force),
        Column("tenant", _TENANT, value=tenant_name),
    ],
    filters=[
        Filter(
            "class",
            _CLASS,
            options=[(kind.value, kind.text) for kind in TextClass],
            apply=lambda rows, value: rows.filter(text_class=value),
        ),
        Filter(
            "channel",
            _CHANNEL,
            options=[(kind.value, kind.text) for kind in Channel],
            apply=lambda rows, value: rows.filter(channel=value),
        ),
        Filter(
            "state",
            Text("มีฉบับ", "Has a version"),
            options=[(state.value, state.text) for state in queries.State],
            apply=lambda rows, value: rows.filter(versions__state=value).distinct(),
        ),
    ],
    search=queries.matching,
    default_sort="code",
    empty=Text(
        "ยังไม่มีแม่แบบ เพิ่มเอง หรือให้ผู้ดูแลรัน phithak notices load",
        "No templates yet. Add one, or let an operator run phithak notices load.",
    ),
)

HOTLINES = Table(
    name="hotlines",
    columns=[
        Column(
            "number",
            Text("หมายเลข", "Number"),
            value=lambda row: show_phone(row.number),
            sort="number",
            link=lambda row: reverse("notices:hotline", args=[row.pk]),
        ),
        Column("name", Text("ชื่อ", "Name"), value=_name),
        Column("slot", Text("ช่อง", "Slot"), value=lambda row: f"{{{row.slot}}}", sort="slot", kind="code"),
        Column("owner", Text("เจ้าของ", "Owner"), value="owner"),
        Column("hours", Text("เวลาทำการ", "Hours"), value=lambda row: Text(row.hours_th, row.hours_en)),
        Column(
            "toll_free",
            Text("โทรฟรี", "Toll free"),
            value=lambda row: Text("ฟรี", "Free") if row.toll_free else Text("ไม่ระบุ", "Not said"),
        ),
        Column("state", Text("สถานะ", "State"), value=_life, kind="state"),
        Column("tenant", _TENANT, value=tenant_name),
    ],
    search=lambda rows, words: (
        rows.filter(number__icontains=words)
        | rows.filter(name_th__icontains=words)
        | rows.filter(name_en__icontains=words)
    ),
    default_sort="slot",
    empty=Text("ยังไม่มีสายด่วน เพิ่มหมายเลขของศูนย์ก่อน", "No hotlines yet. Add the centre's number first."),
)

URLS = Table(
    name="addresses",
    columns=[
        Column("host", Text("ชื่อเว็บ", "Host"), value="host", sort="host", kind="code"),
        Column("name", Text("ชื่อ", "Name"), value=_name),
        Column("state", Text("สถานะ", "State"), value=_life, kind="state"),
        Column("tenant", _TENANT, value=tenant_name),
        Column(
            "act",
            Text("ทำ", "Act"),
            value=lambda row: Text("ถอนทะเบียน", "Take off") if row.active else "",
            link=lambda row: reverse("notices:retire_url", args=[row.pk]) if row.active else None,
        ),
    ],
    search=lambda rows, words: rows.filter(host__icontains=words),
    default_sort="host",
    empty=Text("ยังไม่มีเว็บที่ขึ้นทะเบียน ข้อความจึงมีลิงก์ไม่ได้", "No registered address, so no text may hold a link."),
)
