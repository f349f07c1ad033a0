"""List pages of drills, of their checks, and of liveness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.models import ContactPoint, Drill, DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import MEMBERS, CheckState, Colour, DrillState
from phithak.registry.queries.kinds import ContactKind

_DRILL_TONES = {
    DrillState.PLANNED: "neutral",
    DrillState.RUNNING: "info",
    DrillState.CLOSED: "good",
    DrillState.STOPPED: "warn",
}
_OF_COLOUR = {colour: [state for state in CheckState if state.colour is colour] for colour in Colour}
_STATE, _COLOUR = Text("สถานะ", "State"), Text("ผล", "Result")
_ORGANISATION, _CONTACT = Text("หน่วยงาน", "Organisation"), Text("ผู้ประสานงาน", "Contact")
_PERSON, _KIND = Text("ชื่อ", "Person"), Text("ประเภท", "Kind")
_CHANNELS = {
    "mail": Text("อีเมล", "E-mail"),
    "sms": Text("SMS", "SMS"),
    "none": Text("ไม่มี", "None"),
}
_KINDS = [(kind.value, kind.text) for kind in ContactKind]


def drill_state(row: Drill) -> State:
    """Return a drill's state as a badge."""
    state = DrillState(row.state)
    return State(state.value, state.text, _DRILL_TONES[state])


def check_state(row: DrillCheck) -> State:
    """Return a check's state as a badge: words, and the tone of its colour."""
    state = CheckState(row.state)
    tone = "info" if state is CheckState.ASKED else state.colour.tone
    return State(state.value, queries.words_of(row), tone)


def colour_state(value: str) -> State:
    """Return liveness as a badge."""
    colour = Colour(value) if value in set(Colour) else Colour.UNKNOWN
    return State(colour.value, colour.text, colour.tone)


def kind_text(value: str) -> Text:
    """Return the name of a kind of contact."""
    return ContactKind(value).text if value in set(ContactKind) else Text(value, value)


def person_name(row: ContactPoint) -> Text | str:
    """Return the name of the person behind a contact; "" for a desk."""
    if row.position is None:
        return ""
    person = row.position.person
    return Text(person.name_th, person.name_en or person.name_th)


def tenant_name(row: ContactPoint) -> Text:
    """Return the name of a contact's organisation."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def label_of(row: ContactPoint) -> Text:
    """Return what a contact is called."""
    return Text(row.label_th, row.label_en or row.label_th)


def _tally(rows: Sequence[Any]) -> None:
    found = queries.tallies(rows)
    for row in rows:
        row.colours = found[row.pk]


def _result(row: Any) -> Text:
    colours = row.colours
    green, amber, red = (colours[colour] for colour in (Colour.GREEN, Colour.AMBER, Colour.RED))
    return Text(f"เขียว {green} · เหลือง {amber} · แดง {red}", f"Green {green} · amber {amber} · red {red}")


DRILLS = Table(
    name="drills",
    columns=[
        Column(
            "name",
            Text("การซ้อม", "Drill"),
            value="name",
            sort="name",
            link=lambda row: reverse("registry:drill", args=[row.pk]),
        ),
        Column("state", _STATE, value=drill_state, sort="state", kind="state"),
        Column("result", _COLOUR, value=_result),
        Column("started", Text("เริ่ม", "Started"), value="started_at", sort="started_at", kind="datetime"),
        Column("closed", Text("จบ", "Ended"), value="closed_at", sort="closed_at", kind="datetime"),
        Column("minutes", Text("กำหนดตอบ (นาที)", "Minutes to answer"), value="due_minutes", kind="number"),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[(state.value, state.text) for state in DrillState],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    search=lambda rows, words: rows.filter(name__icontains=words),
    default_sort="-created_at",
    beside=_tally,
    template="registry/drills/list.html",
    empty=Text(
        "ยังไม่เคยซ้อมติดต่อ กด “วางแผนซ้อม” หรือรอการซ้อมประจำเดือน",
        "No drill yet. Plan one, or wait for the monthly drill.",
    ),
)

CHECKS = Table(
    name="checks",
    columns=[
        Column(
            "contact",
            _CONTACT,
            value=lambda row: label_of(row.contact),
            sort="contact__name_key",
            link=lambda row: reverse("registry:drill_check", args=[row.pk]),
        ),
        Column("organisation", _ORGANISATION, value=lambda row: tenant_name(row.contact)),
        Column("person", _PERSON, value=lambda row: person_name(row.contact)),
        Column("kind", _KIND, value=lambda row: kind_text(row.contact.kind)),
        Column("state", _COLOUR, value=check_state, sort="state", kind="state"),
        Column("channel", Text("ถามทาง", "Asked by"), value=lambda row: _CHANNELS.get(row.channel, "")),
        Column("asked", Text("ถามเมื่อ", "Asked"), value="asked_at", sort="asked_at", kind="datetime"),
        Column("due", Text("ครบกำหนด", "Due"), value="due_at", sort="due_at", kind="datetime"),
        Column(
            "answered", Text("ตอบเมื่อ", "Answered"), value="answered_at", sort="answered_at", kind="datetime"
        ),
        Column("how", Text("ตอบทาง", "Answered by"), value=queries.how_text),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[(state.value, state.text) for state in CheckState],
            apply=lambda rows, value: rows.filter(state=value),
        ),
        Filter(
            "colour",
            _COLOUR,
            options=[(colour.value, colour.text) for colour in Colour],
            apply=lambda rows, value: rows.filter(state__in=_OF_COLOUR[Colour(value)]),
        ),
        Filter("kind", _KIND, options=_KINDS, apply=lambda rows, value: rows.filter(contact__kind=value)),
    ],
    search=queries.search_checks,
    default_sort="pk",
    template="registry/drills/drill.html",
    empty=Text("ยังไม่มีผู้ประสานงานในการซ้อมนี้ กดเริ่มเพื่อถาม", "No contact in this drill yet. Start it to ask them."),
)


def _stale(rows: QuerySet[ContactPoint], value: str) -> QuerySet[ContactPoint]:
    return rows.filter(stale_since__isnull=value != "yes")


def _stale_state(row: ContactPoint) -> State:
    if row.stale_since is None:
        return State("fresh", Text("ยังไม่เกินกำหนด", "Within the period"), "neutral")
    return State("stale", Text("ขาดการยืนยัน", "Stale"), "warn")


BOARD = Table(
    name="liveness",
    columns=[
        Column("contact", _CONTACT, value=label_of, sort="name_key"),
        Column("organisation", _ORGANISATION, value=tenant_name),
        Column("person", _PERSON, value=person_name),
        Column("kind", _KIND, value=lambda row: kind_text(row.kind)),
        Column(
            "liveness", _COLOUR, value=lambda row: colour_state(row.liveness), sort="liveness", kind="state"
        ),
        Column("stale", Text("การยืนยัน", "Confirmation"), value=_stale_state, kind="state"),
        Column("asked", Text("ถามล่าสุด", "Last asked"), value="asked_at", kind="datetime"),
        Column("answered", Text("ตอบล่าสุด", "Last answered"), value="answered_at", kind="datetime"),
    ],
    filters=[
        Filter(
            "colour",
            _COLOUR,
            options=[(colour.value, colour.text) for colour in Colour],
            apply=lambda rows, value: rows.filter(liveness=value),
        ),
        Filter(
            "stale",
            Text("การยืนยัน", "Confirmation"),
            options=[
                ("yes", Text("ขาดการยืนยัน", "Stale")),
                ("no", Text("ยังไม่เกินกำหนด", "Within the period")),
            ],
            apply=_stale,
        ),
        Filter("kind", _KIND, options=_KINDS, apply=lambda rows, value: rows.filter(kind=value)),
        Filter(
            "country",
            Text("ประเทศ", "Country"),
            options=[(member.code, member.name) for member in MEMBERS],
            apply=queries.of_country,
        ),
    ],
    search=queries.search_board,
    default_sort="name_key",
    template="registry/drills/board.html",
    empty=Text(
        "ยังไม่มีผู้ประสานงาน เพิ่มที่หน้าผู้ประสานงานก่อน", "No contacts yet. Add them on the page of contacts first."
    ),
)

CHANGES = Table(
    name="changes",
    columns=[
        Column(
            "contact",
            _CONTACT,
            value=lambda row: label_of(row.contact),
            link=lambda row: reverse("registry:drill_check", args=[row.pk]),
        ),
        Column("organisation", _ORGANISATION, value=lambda row: tenant_name(row.contact)),
        Column("drill", Text("การซ้อม", "Drill"), value=lambda row: row.drill.name),
        Column("answered", Text("แจ้งเมื่อ", "Told"), value="answered_at", sort="answered_at", kind="datetime"),
    ],
    search=queries.search_checks,
    default_sort="answered_at",
    empty=Text("ไม่มีผู้ประสานงานที่แจ้งว่าข้อมูลเปลี่ยน", "No contact says that its data changed."),
)
