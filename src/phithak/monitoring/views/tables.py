"""List pages of sites and silences."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.monitoring.models import Silence, Site
from phithak.monitoring.queries import board
from phithak.monitoring.queries.states import Cause, Evidence, Health, Side, Stage

_STAGE_TONES = {Stage.INSTALLED: "info", Stage.INSTALLING: "info"}
_OPEN = State("open", Text("ยังเงียบ", "Still silent"), "bad")
_TURNED_ON = State("on", Text("เปิด", "On"), "info")
_TURNED_OFF = State("off", Text("ปิด", "Off"), "warn")
_OVER = State("over", Text("กลับมาแล้ว", "Heard again"), "neutral")


def stage(row: Site) -> State:
    """Return where a site stands; never green: that says nothing of how it is."""
    found = Stage(row.state)
    return State(found.value, found.text, _STAGE_TONES.get(found, "neutral"))


def _why(row: Site) -> str:
    return " · ".join(str(text) for text in board.condition_of(row).why[:3])


def _cause(row: Silence) -> State:
    return State(row.proven or row.cause, board.cause_text(row), "warn")


def _told_in(row: Silence) -> float:
    """Return after how many minutes of silence it was told."""
    return round((row.told_at - row.since).total_seconds() / 60, 1)


def _evidence(row: Silence) -> Text:
    return (Evidence.CAME_BACK if row.proven else Evidence(row.evidence)).text


SITES = Table(
    name="sites",
    columns=[
        Column("site", Text("หน่วยงาน", "Site"), value=board.name_of, sort="tenant__name_th",
               link=lambda row: reverse("monitoring:site", args=[row.pk])),
        Column("health", Text("สุขภาพ", "Health"), value=lambda row: board.condition_of(row).health.state, kind="state"),
        Column("why", Text("ควรดูอะไร", "What to look at"), value=_why),
        Column("state", Text("ติดตั้ง", "Roll-out"), value=stage, sort="state", kind="state"),
        Column("heard", Text("ได้ยินล่าสุด", "Last heard"), value=board.last_heard, sort="last_heard", kind="datetime"),
        Column("version", Text("รุ่น", "Version"), value=board.versions, kind="code"),
        Column("wave", Text("รอบ", "Wave"), value="wave", sort="wave", kind="number"),
    ],
    filters=[
        Filter("health", Text("สุขภาพ", "Health"),
               options=[(one.value, one.state.text) for one in Health if one is not Health.REVOKED],
               apply=lambda rows, value: board.in_health(rows, Health(value))),
        Filter("state", Text("ติดตั้ง", "Roll-out"), options=[(one.value, one.text) for one in Stage],
               apply=lambda rows, value: rows.filter(state=value)),
    ],
    search=lambda rows, words: rows.filter(tenant__name_th__icontains=words)
    | rows.filter(tenant__name_en__icontains=words),
    default_sort="tenant__name_th",
    template="monitoring/board.html",
    empty=Text(
        "ยังไม่มีหน่วยงานในแผนติดตั้ง เพิ่มต้นแบบหนึ่งแห่งก่อน", "No site is in the roll-out yet. Add a pilot first."
    ),
)  # fmt: skip

TURNS = Table(
    name="switches",
    columns=[
        Column("at", Text("เมื่อ", "When"), value="at", sort="at", kind="datetime"),
        Column("site", Text("หน่วยงาน", "Site"), value=lambda row: board.name_of(row.source.sender),
               sort="source__sender__tenant__name_th",
               link=lambda row: reverse("monitoring:site", args=[row.source.sender.site_id])),
        Column("source", Text("แหล่งข้อมูล", "Source"), value="source.label", sort="source__label"),
        Column("turned", Text("สวิตช์", "Switch"), value=lambda row: _TURNED_ON if row.on else _TURNED_OFF, kind="state"),
        Column("side", Text("ฝั่ง", "Side"), value=lambda row: Side(row.side).text),
        Column("person", Text("ใคร", "Who"), value="person", sort="person"),
        Column("reason", Text("เพราะอะไร", "Why"), value="reason"),
    ],
    filters=[
        Filter("side", Text("ฝั่ง", "Side"), options=[(one.value, one.text) for one in Side],
               apply=lambda rows, value: rows.filter(side=value)),
        Filter("turned", Text("สวิตช์", "Switch"), options=[("on", _TURNED_ON.text), ("off", _TURNED_OFF.text)],
               apply=lambda rows, value: rows.filter(on=value == "on")),
    ],
    search=lambda rows, words: rows.filter(
        Q(source__sender__tenant__name_th__icontains=words) | Q(source__sender__tenant__name_en__icontains=words)
        | Q(source__label__icontains=words) | Q(person__icontains=words) | Q(reason__icontains=words)
    ),
    default_sort="-at",
    empty=Text(
        "ยังไม่มีใครปิดหรือเปิดแหล่งข้อมูล ปิดได้จากหน้าของหน่วยงาน", "Nobody has switched a source. It is done on a site's page."
    ),
)  # fmt: skip

SILENCES = Table(
    name="silences",
    columns=[
        Column("site", Text("หน่วยงาน", "Site"), value=lambda row: board.name_of(row.sender),
               sort="sender__tenant__name_th", link=lambda row: reverse("monitoring:site", args=[row.sender.site_id])),
        Column("sender", Text("ผู้ส่ง", "Sender"), value="sender.name", sort="sender__name"),
        Column("state", Text("สถานะ", "State"), value=lambda row: _OVER if row.ended_at else _OPEN, kind="state"),
        Column("cause", Text("เหตุ", "Cause"), value=_cause, kind="state"),
        Column("evidence", Text("รู้จาก", "Told from"), value=_evidence),
        Column("since", Text("เงียบตั้งแต่", "Silent since"), value="since", sort="since", kind="datetime"),
        Column("told", Text("แจ้งใน (นาที)", "Told in, min"), value=_told_in, kind="number"),
        Column("ended", Text("กลับมาเมื่อ", "Heard again"), value="ended_at", sort="ended_at", kind="datetime"),
    ],
    filters=[
        Filter("open", Text("สถานะ", "State"),
               options=[("yes", Text("ยังเงียบ", "Still silent")), ("no", Text("กลับมาแล้ว", "Heard again"))],
               apply=lambda rows, value: rows.filter(ended_at__isnull=value == "yes")),
        Filter("cause", Text("เหตุ", "Cause"), options=[(one.value, one.text) for one in Cause],
               apply=lambda rows, value: rows.filter(Q(proven=value) | Q(proven="", cause=value))),
    ],
    search=lambda rows, words: rows.filter(
        Q(sender__tenant__name_th__icontains=words) | Q(sender__tenant__name_en__icontains=words)
        | Q(sender__name__icontains=words)
    ),
    default_sort="-since",
    empty=Text("ไม่มีผู้ส่งที่เงียบ ไม่ต้องทำอะไร", "No sender has been silent; there is nothing to do"),
)  # fmt: skip
