"""How pages of this part show states, masked addresses and languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.privacy import queries as privacy
from phithak.core.ui.states import State
from phithak.registry.forms.people import LANGUAGES
from phithak.registry.models import ContactPoint, Person
from phithak.registry.queries import people as queries
from phithak.registry.queries import people_hours as hours

_LANGUAGES = dict(LANGUAGES)
LIVENESS = {
    "green": State("green", Text("ตอบแล้ว", "Answered"), "good"),
    "amber": State("amber", Text("ตอบช้า", "Answered late"), "warn"),
    "red": State("red", Text("ไม่ตอบ", "No answer"), "bad"),
    "unknown": State("unknown", Text("ยังไม่เคยซ้อม", "Never drilled"), "unknown"),
}
ON_DUTY = State("on", Text("อยู่ในเวร", "On duty"), "good")
OFF_DUTY = State("off", Text("นอกเวร", "Off duty"), "neutral")
ENDED = State("ended", Text("เลิกใช้", "Ended"), "neutral")
UNCONFIRMED = State("unconfirmed", Text("ยังไม่ยืนยัน", "Not confirmed"), "warn")
CONFIRMED = State("confirmed", Text("ยืนยันแล้ว", "Confirmed"), "good")
NEEDS_SUCCESSOR = State("needs_successor", Text("ต้องหาผู้รับช่วง", "Needs a successor"), "bad")
_WORKS = State("works", Text("ปฏิบัติหน้าที่", "In office"), "good")
_LEAVES = State("leaves", Text("จะพ้นหน้าที่", "Leaves soon"), "warn")
_LEFT = State("left", Text("พ้นหน้าที่แล้ว", "Has left"), "neutral")


def liveness(row: ContactPoint) -> State:
    """Return what the last drill found."""
    return LIVENESS.get(row.liveness, LIVENESS["unknown"])


def duty(row: ContactPoint) -> State:
    """Return whether a contact is on duty now, or has ended."""
    if row.ended_at is not None:
        return NEEDS_SUCCESSOR if row.needs_successor else ENDED
    return ON_DUTY if hours.on_duty(queries.pattern_of(row), clock.now()) else OFF_DUTY


def confirmed(row: ContactPoint) -> State:
    """Return whether the last change was confirmed."""
    return UNCONFIRMED if queries.is_unconfirmed(row) else CONFIRMED


def person_state(row: Person) -> State:
    """Return whether a person works, leaves soon, or has left."""
    if row.left_at is not None:
        return _LEFT
    return _LEAVES if row.leaves_on is not None else _WORKS


def languages(codes: Iterable[str]) -> Text:
    """Return names of languages."""
    found = [_LANGUAGES.get(code, Text(code, code)) for code in codes]
    return Text(" ".join(one.th for one in found), ", ".join(one.en for one in found))


def masks(rows: Sequence[ContactPoint]) -> dict[Any, str]:
    """Return the masked addresses of contacts by handle, read at once."""
    handles = [
        handle for row in rows for handle in (row.phone_id, row.email_id, row.other_email_id) if handle
    ]
    return privacy.masked(handles) if handles else {}


def held_by(row: ContactPoint) -> Text | str:
    """Return who answers a contact, short; "" for a desk."""
    return queries.short_name(row.position.person) if row.position else ""


def choices_of(rows: QuerySet[ContactPoint]) -> list[tuple[Any, Text]]:
    """Return contacts for a choice: rank, label and who answers."""
    found = []
    for row in rows.order_by("kind", "rank", "pk")[:200]:
        label, who = queries.label_of(row), held_by(row)
        words = [f"{row.rank}. {label.in_language(one)} {who}".strip() for one in ("th", "en")]
        found.append((row.pk, Text(*words)))
    return found
