"""Opening cases: by a person, from a report, from a telephone call, or by a service for an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.events.core import Tag
from phithak.cases.models import Case, CaseBody, Entry, Origin, Party
from phithak.cases.queries import doors, rsit
from phithak.cases.queries.states import PAP, TLP, CaseKind, Moment, PartyRole, Severity
from phithak.cases.services import rows
from phithak.core import signals
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.db.transactions import write
from phithak.registry.queries import organisations


@dataclass(frozen=True)
class CaseFacts:
    """What people tell of a case together.

    Attributes:
        title: one line.
        kind: what kind of incident.
        summary: what is known.
        rsit: class; that of the kind when empty.
        rsit_also: a second class.
        severity: 0 while it is not judged.
        severity_reason: why; needed with a severity.
        patient_safety: whether patients are in danger.
        tlp, pap: limits of sharing and of acting.
    """

    title: str
    kind: CaseKind | str = CaseKind.OTHER
    summary: str = ""
    rsit: str = ""
    rsit_also: str = ""
    severity: int = 0
    severity_reason: str = ""
    patient_safety: bool = False
    tlp: str = "AMBER"
    pap: str = "AMBER"


@dataclass(frozen=True)
class Told:
    """How the centre came to know: from where, when, and when it was found there (UTC)."""

    source: str
    at: datetime
    detected_at: datetime | None = None
    text: str = ""


def open_case(
    actor: Actor,
    facts: CaseFacts,
    *,
    parties: Sequence[tuple[UUID, PartyRole]] = (),
    told: Told | None = None,
    tenant_id: UUID | None = None,
) -> UUID:
    """Open a case in triage.

    Args:
        actor: needs ``cases.work`` at a centre; a service opens for the instance's centre.
        facts: what is known.
        parties: organisations that the actor sees, each in its role; they see the case from the start.
        told: how it became known; by the actor itself when None.
        tenant_id: the leading centre; the actor's own when None.

    Returns:
        The case's id.

    Raises:
        CaseFieldError: a fact cannot be used.
        NotFoundError: an organisation is not the actor's to see, or there is no centre.
    """
    lead = _lead(actor, tenant_id)
    columns, body = cleaned(facts)
    wanted = dict(parties)
    known = organisations.visible_to(actor).filter(pk__in=wanted)
    names = {one.pk: organisations.name_of(one) for one in known}
    if len(names) != len(wanted):
        raise NotFoundError
    now = clock.now()
    seen = told or Told(actor.name, now)
    with write("cases.open"):
        row = Case(
            tenant_id=lead,
            originator_id=lead,
            number=rows.next_number("INC"),
            opened_at=now,
            updated_at=now,
            **columns,
        )
        row.save(force_insert=True)
        CaseBody(case=row, **body).save(force_insert=True)
        Party.objects.bulk_create(
            Party(case=row, organisation_id=one, role=PartyRole(role).value) for one, role in wanted.items()
        )
        _first_moments(actor, row, seen)
        rows.index(row, body["summary"], *(word for one in names.values() for word in (one.th, one.en)))
        rows.record(actor, Tag.OPENED, row, source=seen.source, kind=row.kind)
        signals.send(signals.Signal.CASE_OPENED, row.pk)
    return row.pk


def open_from_alert(
    actor: Actor,
    facts: CaseFacts,
    *,
    source: str,
    ref: str,
    organisation_id: UUID | None,
    detected_at: datetime,
    role: PartyRole = PartyRole.AFFECTED,
) -> UUID:
    """Open a case for something that a room above found; told again, it is the same case.

    Args:
        actor: the system, or whoever escalates.
        facts: what is known.
        source: what kind of thing, such as ``detection.alert``.
        ref: its id there.
        organisation_id: whom it concerns.
        detected_at: when it was found.
        role: of that organisation.

    Returns:
        The id of the case, the one that was opened first.
    """
    key = f"{source}|{ref}|{organisation_id or ''}"[:200]
    found = Origin.objects.filter(key=key).values_list("case_id", flat=True).first()
    if found is not None:
        return found
    parties = [(organisation_id, role)] if organisation_id else []
    try:
        with write("cases.open_from_alert"):
            case_id = open_case(
                actor, facts, parties=parties, told=Told(source, clock.now(), detected_at=detected_at)
            )
            Origin(case_id=case_id, source=source, ref=ref, organisation_id=organisation_id, key=key).save(
                force_insert=True
            )
    except IntegrityError:
        # another process was quicker: its case is the one
        return Origin.objects.values_list("case_id", flat=True).get(key=key)
    return case_id


def cleaned(facts: CaseFacts) -> tuple[dict[str, object], dict[str, str]]:
    """Return the columns of the row and of its texts.

    Raises:
        CaseFieldError: a fact cannot be used.
    """
    kind = CaseKind(rows.one_of(str(facts.kind), CaseKind, "kind"))
    severity = int(facts.severity)
    rows.one_of(str(severity), tuple(str(one.value) for one in Severity), "severity")
    reason = rows.words(facts.severity_reason, "severity_reason", 500, needed=bool(severity))
    rows.care_severity(severity, patient_safety=facts.patient_safety)
    proposed = kind.rsit
    classes = [facts.rsit or proposed[0], facts.rsit_also or ("" if facts.rsit else proposed[1])]
    for field, code in zip(("rsit", "rsit_also"), classes, strict=True):
        if code and code not in rsit.CLASSES:
            raise rows.refuse(field, Text("ไม่มีชั้นนี้ใน RSIT", "there is no such class"))
    columns: dict[str, object] = {
        "title": " ".join(rows.words(facts.title, "title", 200).split()),
        "kind": kind.value,
        "rsit": classes[0],
        "rsit_also": classes[1] if classes[1] != classes[0] else "",
        "severity": severity,
        "priority": rows.priority(severity, patient_safety=facts.patient_safety),
        "patient_safety": facts.patient_safety,
        "tlp": rows.one_of(facts.tlp, TLP, "tlp"),
        "pap": rows.one_of(facts.pap, PAP, "pap"),
    }
    return columns, {
        "summary": rows.words(facts.summary, "summary", 20_000, needed=False),
        "severity_reason": reason,
    }


def _lead(actor: Actor, tenant_id: UUID | None) -> UUID:
    if actor.kind is ActorKind.SYSTEM:
        lead = tenant_id or organisations.centre_id()
        if lead is None:
            raise NotFoundError
        return lead
    permissions.require(actor, doors.WORK)
    own = sorted(doors.led_by(actor, doors.WORK))
    if not own or (tenant_id is not None and tenant_id not in own):
        raise NotFoundError
    return tenant_id or own[0]


def _first_moments(actor: Actor, row: Case, told: Told) -> None:
    moments = [
        Entry(case=row, kind=Moment.REPORTED, at=told.at, text=told.text or told.source, by=actor.name)
    ]
    if told.detected_at is not None:
        moments.append(
            Entry(case=row, kind=Moment.DETECTED, at=told.detected_at, text=told.source, by=actor.name)
        )
    Entry.objects.bulk_create(moments)
