"""What every service of the room does to a case: clean what was typed, number, index, record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F

from phithak.base import clock, ids
from phithak.base.text import Text
from phithak.cases.errors import CaseFieldError, CasePhaseError
from phithak.cases.models import Case, Counter, Entry
from phithak.cases.queries import doors
from phithak.cases.queries.states import Moment, Phase, Severity
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import EventTag
from phithak.core.search import services as search
from phithak.engines.thai import normalize

CARE_POINTS = 5
_POINTS = 10
_BUDDHIST = 543
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def refuse(field: str, reason: Text) -> CaseFieldError:
    """Return the error of a field."""
    return CaseFieldError(field=field, reason_th=reason.th, reason_en=reason.en)


def words(text: str, field: str, most: int, *, needed: bool = True) -> str:
    """Return a text as it is kept: normalised, within its length.

    Raises:
        CaseFieldError: empty though needed, or too long.
    """
    kept = normalize(text.replace("\r\n", "\n").replace("\x00", "")).strip()
    if needed and not kept:
        raise refuse(field, Text("ต้องกรอก", "it is needed"))
    if len(kept) > most:
        raise refuse(field, Text(f"ยาวเกิน {most} ตัวอักษร", f"longer than {most} characters"))
    return kept


def one_of(value: str, known: Iterable[str], field: str) -> str:
    """Return a value that is on its list.

    Raises:
        CaseFieldError: it is not.
    """
    if value not in set(known):
        raise refuse(field, Text("ไม่มีตัวเลือกนี้", "there is no such option"))
    return str(value)


def sensible(at: datetime, field: str) -> datetime:
    """Return a moment that calendars of both eras can show.

    Raises:
        CaseFieldError: it lies outside of 1900 to 2200.
    """
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise refuse(field, Text("ปีไม่ถูกต้อง", "that year cannot be meant"))
    return at


def not_to_come(at: datetime, field: str) -> datetime:
    """Return a moment that is not in the future.

    Raises:
        CaseFieldError: it is, or cannot be meant.
    """
    if sensible(at, field) > clock.now():
        raise refuse(field, Text("เวลาอยู่ในอนาคต", "the time is to come"))
    return at


def next_number(kind: str) -> str:
    """Return the next number of this year, in the open transaction."""
    year = clock.today().year + _BUDDHIST
    name = f"{kind}-{year}"
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(last=F("last") + 1)
    last = Counter.objects.values_list("last", flat=True).get(name=name)
    return ids.human_number(settings.CONFIG.instance, kind, year, last)


def priority(severity: int, *, patient_safety: bool) -> int:
    """Return what the queue is sorted by: severity first, and care that suffers before equals."""
    return severity * _POINTS + (CARE_POINTS if patient_safety else 0)


def care_severity(severity: int, *, patient_safety: bool) -> int:
    """Return the severity, refused where patients are in danger and it is told as less than high.

    Raises:
        CaseFieldError: patient safety asks for more.
    """
    if patient_safety and Severity.UNTOLD < severity < Severity.HIGH:
        raise refuse(
            "severity",
            Text("กระทบความปลอดภัยผู้ป่วย ต้องสูงหรือวิกฤต", "patients are in danger: it is high or critical"),
        )
    return severity


def index(row: Case, *more: str) -> None:
    """Let a case be found, in the open transaction; sorted as the list is by itself."""
    search.put(doors.KIND, row.pk, row.number, row.title, *more, sort_key=sort_key(row.opened_at))


def sort_key(opened_at: datetime) -> bytes:
    """Return the moment of opening as bytes that sort as it does."""
    return int(opened_at.timestamp() * 1_000_000).to_bytes(8, "big")


def record(actor: Actor, tag: EventTag, row: Case, **facts: object) -> None:
    """Write to the journal what was done to a case."""
    contrib.record(
        actor, tag, (doors.KIND, row.pk), tenant_id=row.tenant_id, facts={"number": row.number, **facts}
    )


def step(actor: Actor, row: Case, text: Text, *, shared: bool = False) -> None:
    """Write a step of the case into its timeline; its two languages stand beside each other."""
    Entry(
        case_id=row.pk,
        kind=Moment.STEP,
        at=clock.now(),
        text=f"{text.th} · {text.en}",
        by=actor.name,
        shared=shared,
    ).save(force_insert=True)


def touch(row: Case, **values: object) -> None:
    """Note that a case changed, in the open transaction."""
    Case.objects.filter(pk=row.pk).update(updated_at=clock.now(), **values)


def not_closed(row: Case) -> None:
    """Refuse what cannot be done to a closed case.

    Raises:
        CasePhaseError: it is closed.
    """
    if row.phase == Phase.CLOSED:
        raise wrong_phase(row.phase)


def wrong_phase(phase: str) -> CasePhaseError:
    """Return the error of a case that stands elsewhere."""
    told = Phase(phase).text
    return CasePhaseError(phase_th=told.th, phase_en=told.en)


def reread(case_id: UUID) -> Case:
    """Return the row as it is in the database now, within a write."""
    return Case.objects.select_related("body").get(pk=case_id)
