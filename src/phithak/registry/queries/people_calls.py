"""Whom to call now, and who comes next: for an organisation, a country or a sector, at any hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.i18n import show
from phithak.core.privacy import queries as privacy
from phithak.registry.models import ContactPoint, DutyPattern
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries import people_hours as hours
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.queries.people_people import position_title, short_name
from phithak.registry.queries.people_scope import of_organisations, organisations_within

LEADS = (Kind.CERT, Kind.PEER_CERT, Kind.AUTHORITY)
"""Kinds of organisations that speak for a country or a sector; their contacts come before those of a member."""

MOST_STEPS = 6
_CHAIN = 5
_CALLED: dict[ContactKind, tuple[ContactKind, ...]] = {
    # who may be called when nobody of the kind is there; never a diplomat for an alarm
    ContactKind.TECHNICAL: (ContactKind.TECHNICAL, ContactKind.DIRECTOR, ContactKind.POLICY),
    ContactKind.PRIVACY: (ContactKind.PRIVACY, ContactKind.LEGAL, ContactKind.DIRECTOR),
    ContactKind.LEGAL: (ContactKind.LEGAL, ContactKind.DIRECTOR),
    ContactKind.PRESS: (ContactKind.PRESS, ContactKind.DIRECTOR),
    ContactKind.LAW_ENFORCEMENT: (ContactKind.LAW_ENFORCEMENT, ContactKind.LEGAL),
    ContactKind.DIPLOMATIC: (ContactKind.DIPLOMATIC, ContactKind.POLICY),
    ContactKind.DEFENCE: (ContactKind.DEFENCE, ContactKind.POLICY),
}


@dataclass(frozen=True)
class CallStep:
    """One contact in the order of calling; telephone and mail are masked, the number opens by ``services.people.call``.

    Attributes:
        why: why this one stands here, for the night shift to read.
        free_from: when an off-duty contact is on duty again (UTC); None when on duty or not known.
    """

    contact_id: UUID
    organisation_id: UUID
    organisation: Text
    kind: ContactKind
    label: Text
    person_id: UUID | None
    person: Text | None
    position: Text | None
    phone: str
    email: str
    other_email: str
    languages: tuple[str, ...]
    on_duty: bool
    hours: Text
    time_zone: str
    local_time: datetime
    free_from: datetime | None
    why: Text
    liveness: str
    tlp_most: str
    key_fingerprint: str


@dataclass(frozen=True)
class CallPlan:
    """Whom to call at a moment: the first step now, the others when it does not answer."""

    at: datetime
    kind: ContactKind
    steps: tuple[CallStep, ...]

    @property
    def first(self) -> CallStep | None:
        """Whom to call now; None when there is no running contact."""
        return self.steps[0] if self.steps else None

    @property
    def fallbacks(self) -> tuple[CallStep, ...]:
        """Whom to call when the first does not answer."""
        return self.steps[1:]


def called_kinds(kind: ContactKind) -> tuple[ContactKind, ...]:
    """Return the kinds that are called for one kind, in order."""
    return _CALLED.get(kind, (kind,))


def on_duty_keys(at: datetime) -> list[str]:
    """Return the keys of all patterns of hours that are on duty at a moment, to filter contacts in the database."""
    patterns = DutyPattern.objects.values_list("key", "time_zone", "hours", "on_holidays")
    found = [hours.ALWAYS]
    for key, zone, spans, on_holidays in patterns:
        pattern = hours.Pattern(zone, tuple((day, first, last) for day, first, last in spans), on_holidays)
        if hours.on_duty(pattern, at):
            found.append(key)
    return found


def pattern_of(row: ContactPoint) -> hours.Pattern:
    """Return the hours of a contact."""
    spans = tuple((day, first, last) for day, first, last in row.hours)
    return hours.Pattern(row.time_zone, spans, row.on_holidays)


def call_now(
    actor: Actor,
    *,
    at: datetime,
    organisation_id: UUID | None = None,
    country: str | None = None,
    sector: str | None = None,
    kind: ContactKind = ContactKind.TECHNICAL,
) -> CallPlan:
    """Return whom to call at a moment and who comes next.

    On duty comes before off duty; within that the centres and authorities of the country or sector, then the kind
    asked for, then contacts that answered the last drill, then by rank; the first one's backups follow it.

    Args:
        actor: who asks; only contacts that the actor may see are named.
        at: the moment, aware.
        organisation_id: one organisation; or
        country: ISO 3166-1 code of two letters; or
        sector: code of a sector, its parts included.
        kind: what the call is about. Vendors are called for ``VENDOR`` alone, diplomats never for an alarm.

    Raises:
        InvalidInputError: neither organisation, country nor sector is given, or the moment has no zone.
    """
    if at.tzinfo is None:
        raise InvalidInputError(field="at", reason_th="เวลาต้องมีเขตเวลา", reason_en="the time needs a zone")
    if organisation_id is None and not country and not sector:
        raise InvalidInputError(
            field="country",
            reason_th="เลือกหน่วยงาน ประเทศ หรือสาขา อย่างใดอย่างหนึ่ง",
            reason_en="choose an organisation, a country or a sector",
        )
    kinds = called_kinds(kind)
    running = doors.contacts_visible_to(actor).filter(ended_at__isnull=True)
    on_keys = on_duty_keys(at)
    if organisation_id is not None:
        groups = [running.filter(tenant=organisation_id)]
    else:
        within = organisations_within(country=country or "", sector=sector or "")
        lead = of_organisations(running, within.filter(kind__in=LEADS))
        members = of_organisations(running, within.exclude(kind__in=LEADS))
        groups = [lead, members]
    rows = _best(groups, kinds, on_keys)
    if rows:
        rows = _with_backups(actor, rows, on_keys)
    return CallPlan(at, kind, tuple(_steps(rows, at, set(on_keys))))


def _best(
    groups: Sequence[QuerySet[ContactPoint]], kinds: Sequence[ContactKind], on_keys: Sequence[str]
) -> list[ContactPoint]:
    # each question is answered from the index of kind and rank, however many contacts a sector has
    found: list[ContactPoint] = []
    silent = Q(liveness="red")
    for duty in (Q(duty_key__in=on_keys), ~Q(duty_key__in=on_keys)):
        for rows, kind, answers in product(groups, kinds, (~silent, silent)):
            wanted = MOST_STEPS - len(found)
            if not wanted:
                return found
            found += rows.filter(duty, answers, kind=kind).order_by("rank", "pk")[:wanted]
    return found


def _with_backups(actor: Actor, rows: list[ContactPoint], on_keys: Sequence[str]) -> list[ContactPoint]:
    """Let the first one's backups follow it, those on duty before those who are not; its own person comes last."""
    first = rows[0]
    chain: list[ContactPoint] = []
    following, seen = first.backup_id, {first.pk}
    while following is not None and following not in seen and len(chain) < _CHAIN:
        seen.add(following)
        row = doors.contacts_visible_to(actor).filter(pk=following).first()
        if row is None:
            break
        if row.ended_at is None:
            chain.append(row)
        following = row.backup_id
    in_chain = {row.pk for row in chain}
    others = chain + [row for row in rows[1:] if row.pk not in in_chain]
    person = first.position.person_id if first.position else None

    def place(row: ContactPoint) -> tuple[bool, bool]:
        same = person is not None and row.position is not None and row.position.person_id == person
        return row.duty_key not in on_keys, same

    return [first, *sorted(others, key=place)][:MOST_STEPS]


def _steps(rows: Sequence[ContactPoint], at: datetime, on_keys: set[str]) -> Iterable[CallStep]:
    handles = {
        handle for row in rows for handle in (row.phone_id, row.email_id, row.other_email_id) if handle
    }
    masked = privacy.masked(handles) if handles else {}
    names = {row.pk: label_of(row) for row in rows}
    previous: ContactPoint | None = None
    for row in rows:
        on_duty = row.duty_key in on_keys
        pattern = pattern_of(row)
        free_from = None if on_duty else hours.next_duty(pattern, at)
        stands_for = previous if previous is not None and previous.backup_id == row.pk else None
        person = row.position.person if row.position else None
        yield CallStep(
            contact_id=row.pk,
            organisation_id=row.tenant_id,
            organisation=Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th),
            kind=ContactKind(row.kind),
            label=names[row.pk],
            person_id=person.pk if person else None,
            person=short_name(person) if person else None,
            position=position_title(row.position) if row.position else None,
            phone=masked.get(row.phone_id, "") if row.phone_id else "",
            email=masked.get(row.email_id, "") if row.email_id else "",
            other_email=masked.get(row.other_email_id, "") if row.other_email_id else "",
            languages=tuple(row.languages),
            on_duty=on_duty,
            hours=hours.shown(pattern.hours),
            time_zone=row.time_zone,
            local_time=at.astimezone(hours.zone(row.time_zone)),
            free_from=free_from,
            why=_why(row, free_from, names.get(stands_for.pk) if stands_for else None, on_duty=on_duty),
            liveness=row.liveness,
            tlp_most=row.tlp_most,
            key_fingerprint=row.key_fingerprint,
        )
        previous = row


def label_of(row: ContactPoint) -> Text:
    """Return what the call sheet names a contact."""
    return Text(row.label_th, row.label_en or row.label_th)


def _why(row: ContactPoint, free_from: datetime | None, stands_for: Text | None, *, on_duty: bool) -> Text:
    if on_duty and row.duty_key == hours.ALWAYS:
        duty = Text("ติดต่อได้ตลอด 24 ชั่วโมง", "Reached round the clock")
    elif on_duty:
        duty = Text("อยู่ในเวลาเวรขณะนี้", "On duty at this hour")
    elif free_from is None:
        duty = Text("นอกเวลาเวร", "Off duty")
    else:
        duty = Text(
            f"นอกเวลาเวร เข้าเวร {show.long(free_from, 'th')}",
            f"Off duty, on duty again {show.long(free_from, 'en')}",
        )
    rank = Text(f"ลำดับ {row.rank}", f"rank {row.rank}")
    parts = [duty, rank]
    if stands_for is not None:
        parts.insert(0, Text(f"ผู้รับช่วงของ {stands_for.th}", f"Stands in for {stands_for.en}"))
    if row.liveness == "red":
        parts.append(Text("ไม่ตอบการซ้อมครั้งล่าสุด", "did not answer the last drill"))
    return Text(" · ".join(part.th for part in parts), " · ".join(part.en for part in parts))


def contact_ids_for_drill(
    actor: Actor,
    *,
    kinds: Sequence[ContactKind] = (),
    country: str = "",
    sector: str = "",
    organisation_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 500,
) -> list[UUID]:
    """Return running contacts to drill, by key: give the last one as ``after`` to get the next ones.

    Args:
        actor: who runs the drill; only contacts that the actor may see.
        kinds: only these kinds; all when empty.
        country: only of this country.
        sector: only of this sector and its parts.
        organisation_id: only of this organisation.
        after: the last contact of the batch before.
        limit: the most that are returned.
    """
    rows = doors.contacts_visible_to(actor).select_related(None).filter(ended_at__isnull=True)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if organisation_id is not None:
        rows = rows.filter(tenant=organisation_id)
    if country or sector:
        rows = of_organisations(rows, organisations_within(country=country, sector=sector))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
