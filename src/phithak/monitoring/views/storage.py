"""Pages of storage and retention per source, and of a site's quota."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, Table
from phithak.monitoring import queries
from phithak.monitoring.forms import QuotaForm
from phithak.monitoring.queries import board
from phithak.monitoring.queries import storage as reading
from phithak.monitoring.queries.projection import KINDS
from phithak.monitoring.queries.storage import Kept
from phithak.monitoring.services import sites as services

_STORAGE = Text("พื้นที่ อายุ และโควตา", "Storage, retention, quotas")
_QUOTA = Text("โควตาของหน่วยงาน", "Quota of a site")
_BOARD = Text("แผนติดตั้งและสุขภาพ", "Roll-out and health")
_KILO, _MEGA = 1000, 1_000_000
_CLASSES = sorted({*KINDS.values(), "database"})


def _quota(row: Kept) -> Text:
    parts = []
    if row.site.quota_events:
        parts.append(Text(f"{row.site.quota_events:,} เหตุการณ์/วินาที", f"{row.site.quota_events:,} events/s"))
    if row.site.quota_bytes:
        told = f"{row.site.quota_bytes // _KILO:,}"
        parts.append(Text(f"{told} กิโลไบต์/วินาที", f"{told} kB/s"))
    return (
        Text(", ".join(one.th for one in parts), ", ".join(one.en for one in parts))
        if parts
        else Text("ไม่จำกัด", "no limit")
    )


TABLE = Table(
    name="storage",
    columns=[
        Column("site", Text("หน่วยงาน", "Site"), value="name", sort="name.th",
               link=lambda row: reverse("monitoring:site", args=[row.site.pk])),
        Column("source", Text("แหล่งข้อมูล", "Source"), value=lambda row: f"{row.label} · {row.sender}", sort="label"),
        Column("class", Text("ประเภท", "Class"), value="retention", sort="retention", kind="code"),
        Column("received", Text("รับแล้ว", "Received"), value="received", sort="received", kind="number"),
        Column("stored", Text("เก็บอยู่", "Kept"), value="stored", sort="stored", kind="number"),
        Column("disk", Text("ดิสก์ MB", "Disk, MB"), value=lambda row: round(row.disk / _MEGA, 2), sort="disk",
               kind="number"),
        Column("taken", Text("ตัดออก", "Taken out"), value="taken", sort="taken", kind="number"),
        Column("dropped", Text("ผู้ส่งทิ้ง", "Dropped"), value="dropped", sort="dropped", kind="number"),
        Column("days", Text("เก็บ (วัน)", "Days"), value="days", sort="days", kind="number"),
        Column("goes", Text("เก่าสุดถูกลบ", "Oldest goes"), value="goes", kind="date"),
        Column("quota", Text("โควตา", "Quota"), value=_quota,
               link=lambda row: reverse("monitoring:quota", args=[row.site.pk])),
    ],
    filters=[
        Filter("class", Text("ประเภท", "Class"), options=[(one, Text(one, one)) for one in _CLASSES],
               apply=lambda rows, value: [row for row in rows if row.retention == value]),
    ],
    search=reading.narrowed,
    default_sort="name.th",
    empty=Text(
        "ยังไม่มีแหล่งข้อมูล เพิ่มหน่วยงาน ผู้ส่ง และแหล่งข้อมูลในแผนติดตั้งก่อน",
        "There is no source yet. Add a site, a sender and its sources in the roll-out.",
    ),
)  # fmt: skip


@page(queries.VIEW, title=_STORAGE)
def kept(request: Request) -> HttpResponseBase:
    """List what each source sent, what is kept of it, for how long, and the quota of its site."""
    rows = reading.kept(request.actor)
    received, stored, disk = reading.figures(rows)
    return TABLE.respond(
        request,
        rows=rows,
        title=_STORAGE,
        intro=Text(
            f"รับมาแล้ว {received:,} เหตุการณ์ เก็บอยู่ {stored:,} ใช้ดิสก์ {disk / _MEGA:,.1f} MB "
            "เหตุการณ์ถูกลบหลังครบจำนวนวันเต็มของประเภทนั้น เว้นแต่มีการสั่งเก็บไว้",
            f"{received:,} events received, {stored:,} kept now, {disk / _MEGA:,.1f} MB on the disk. Events go after "
            "the full days of their class, unless an order holds them.",
        ),
        actions=[(_BOARD, reverse("monitoring:board"))],
    )


@page(queries.MANAGE, title=_QUOTA, methods=("GET", "POST"))
def quota(request: Request, site_id: UUID) -> HttpResponseBase:
    """Say how much a site may send in a second."""
    row = queries.site(request.actor, site_id, queries.MANAGE)
    form = QuotaForm(
        request.POST or None,
        initial={"events": row.quota_events, "kilobytes": row.quota_bytes // _KILO},
    )
    if form.submit(
        lambda data: services.set_quota(
            request.actor, site_id, events=data["events"], size=data["kilobytes"] * _KILO
        )
    ):
        messages.success(
            request, str(Text("ตั้งโควตาแล้ว มีผลใน 2 วินาที", "The quota is set; it holds within 2 seconds"))
        )
        return redirect("monitoring:storage")
    name = board.name_of(row)
    shown = {
        "title": Text(f"{_QUOTA.th} · {name.th}", f"{_QUOTA.en} · {name.en}"),
        "intro": Text(
            "เกินโควตา ศูนย์ตอบให้รอ (429) ผู้ส่งเก็บไว้แล้วส่งใหม่เอง ไม่มีอะไรหาย หน่วยงานอื่นไม่ช้าลง",
            "Over the quota the centre says wait (429); senders keep and send again. Nothing is lost, and no other "
            "site becomes slower.",
        ),
        "actions": [(_STORAGE, reverse("monitoring:storage"))],
        "leads_back": True,
    }
    return show_form(request, form, context=shown)
