"""What pages and other rooms read of a case: its timeline, milestones, what triage lacks, who may be assigned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.cases.models import Case, Entry, Party
from phithak.cases.queries import doors
from phithak.cases.queries.states import MILESTONES, Moment, PartyRole, Personal, Phase, ReportState
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.roles import Role
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.core.search import queries as search
from phithak.core.search.queries import Ranked
from phithak.registry.queries import organisations

_SYSTEM = actors.system("cases")
_MOST_FOUND = 20


@dataclass(frozen=True)
class Line:
    """A line of a case's timeline; ``entry_id`` stands where it can be struck: not on steps, not on other rooms'."""

    at: datetime
    title: Text
    text: str
    by: str = ""
    organisation: Text | None = None
    evidence: str = ""
    shared: bool = False
    entry_id: UUID | None = None
    struck: bool = False
    why: str = ""


@dataclass(frozen=True)
class Awareness:
    """When a party became aware, and by what evidence."""

    party_id: UUID
    name: Text
    role: PartyRole
    sees: bool
    aware_at: datetime | None
    evidence: str


def timeline(actor: Actor, row: Case) -> list[Line]:
    """Return the timeline of a case in order of time, as the actor may see it; other rooms' moments included."""
    entries = doors.entries_visible_to(actor).filter(case=row).order_by("at", "pk")
    found = [_line(one) for one in entries]
    found += [Line(at, text, "") for source in contrib.timeline for at, text in source.moments(actor, row.pk)]
    return sorted(found, key=lambda one: one.at)


def _line(row: Entry) -> Line:
    name = organisations.name_of(row.organisation) if row.organisation else None
    return Line(
        row.at,
        Moment(row.kind).text,
        row.text,
        row.by,
        name,
        row.evidence,
        row.shared,
        row.pk if row.kind != Moment.STEP else None,
        row.struck_at is not None,
        row.struck_why,
    )


def milestones(actor: Actor, row: Case) -> dict[Moment, datetime]:
    """Return the first moment of each kind of milestone that the actor may see."""
    kinds = [one.value for one in MILESTONES]
    found: dict[Moment, datetime] = {}
    rows = doors.entries_visible_to(actor).filter(case=row, kind__in=kinds, struck_at__isnull=True)
    for kind, at in rows.order_by("at").values_list("kind", "at"):
        found.setdefault(Moment(kind), at)
    return found


def spans(moments: dict[Moment, datetime]) -> list[tuple[Text, int, int]]:
    """Return how long it took from finding to each later milestone: words, days, hours of the rest.

    Days are those of the calendar in Bangkok where both moments are told by day; hours count what is left over.
    """
    begins = moments.get(Moment.DETECTED) or moments.get(Moment.REPORTED)
    if begins is None:
        return []
    found = []
    for kind in (Moment.REPORTED, Moment.CONTAINED, Moment.RECOVERED, Moment.PUBLISHED):
        ends = moments.get(kind)
        if ends is not None and ends > begins:
            whole = int((ends - begins).total_seconds())
            words = Text(f"จากพบถึง{kind.text.th}", f"From finding to {kind.text.en.lower()}")
            found.append((words, whole // 86_400, whole % 86_400 // 3600))
    return found


def awareness(actor: Actor, row: Case) -> list[Awareness]:
    """Return the parties of a case that the actor may see, each with when it became aware."""
    parties = doors.parties_visible_to(actor).filter(case=row).order_by("created_at", "pk")
    if not doors.at_desk(actor, row):
        # an organisation learns nothing of the others in the case
        parties = parties.filter(organisation__in=actor.tenant_ids)
    told: dict[UUID, Entry] = {}
    rows = doors.entries_visible_to(actor).filter(case=row, kind=Moment.AWARE, struck_at__isnull=True)
    for one in rows.order_by("-at"):
        if one.organisation_id is not None:
            told[one.organisation_id] = one
    return [_aware(one, told.get(one.organisation_id)) for one in parties]


def _aware(party: Party, told: Entry | None) -> Awareness:
    return Awareness(
        party.pk,
        organisations.name_of(party.organisation),
        PartyRole(party.role),
        party.sees,
        told.at if told else None,
        told.evidence if told else "",
    )


def missing_of_triage(row: Case) -> list[Text]:
    """Return what must be told before a case may leave triage."""
    found = []
    if not row.rsit:
        found.append(Text("ชั้นเหตุการณ์ RSIT", "the class (RSIT)"))
    if not row.severity or not row.body.severity_reason:
        found.append(Text("ความรุนแรงพร้อมเหตุผล", "severity with its reason"))
    if not row.personal:
        found.append(Text("คำตอบเรื่องข้อมูลส่วนบุคคล", "the answer about personal data"))
    return found


def assignable(tenant_id: UUID) -> list[tuple[UUID, Text]]:
    """Return the people of a centre to whom a case may be given, by name."""
    return _people(tenant_id, Role.CERT_ADMIN, Role.ANALYST)


def experts(tenant_id: UUID) -> list[tuple[UUID, Text]]:
    """Return the external experts of a centre, by name."""
    return _people(tenant_id, Role.EXPERT)


def _people(tenant_id: UUID, *roles: Role) -> list[tuple[UUID, Text]]:
    rows = (
        accounts.memberships_visible_to(_SYSTEM)
        .filter(
            tenant=tenant_id,
            ended_at__isnull=True,
            role__in=roles,
            user__left_at__isnull=True,
        )
        .exclude(until__lte=clock.now())
        .order_by("user__name_th", "pk")
        .values_list("user_id", "user__name_th", "user__name_en")
    )
    return list({key: (key, Text(th or en, en or th)) for key, th, en in rows}.values())


def find_organisations(actor: Actor, words: str) -> list[tuple[UUID, Text]]:
    """Return the first organisations that words find, for a choice."""
    if not words.strip():
        return []
    rows = search.narrowed(organisations.listed(actor).select_related(None), organisations.KIND, words)
    return [
        (one.pk, organisations.name_of(one)) for one in first_rows(rows.order_by("name_key"), _MOST_FOUND)
    ]


def searched(rows: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Narrow cases to those whose number, title, text or parties hold the words."""
    return search.narrowed(rows, doors.KIND, words)


def ranked(rows: QuerySet[Case], words: str, backwards: bool) -> Ranked | None:  # noqa: FBT001 - as Table calls it
    """Return the same cases in the order of their opening."""
    return Ranked(rows, doors.KIND, words, backwards=backwards)


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield number, title and address of cases for the search box."""
    if not permissions.has(actor, doors.VIEW):
        return
    rows = searched(doors.visible_to(actor), words).order_by("-opened_at", "-pk")
    for row in first_rows(rows, limit):
        yield f"{row.number} {row.title}", reverse("cases:case", args=[row.pk])


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield what waits at the desk: new reports, triage, the personal-data question, cases of nobody."""
    desk = doors.led_by(actor, doors.WORK)
    if not desk:
        return
    reports = doors.reports_visible_to(actor).filter(state=ReportState.NEW, tenant__in=desk)
    oldest = reports.order_by("received_at").values_list("received_at", flat=True).first()
    if oldest is not None:
        number = reports.count()
        yield WaitingItem(
            Text(f"รายงานรอคัดกรอง {number} ฉบับ", f"Reports that wait for triage: {number}"),
            reverse("cases:reports") + "?state=new",
            since=oldest,
            count=number,
        )
    rows = doors.visible_to(actor, doors.WORK).filter(phase=Phase.TRIAGE)
    for row in first_rows(rows.order_by("-priority", "-pk"), 5):
        yield WaitingItem(
            Text(f"คัดกรองเคส {row.number} {row.title}", f"Triage {row.number} {row.title}"),
            reverse("cases:case", args=[row.pk]),
            since=row.opened_at,
        )
    late = doors.visible_to(actor, doors.WORK).filter(
        personal=Personal.UNKNOWN, personal_look_on__lte=clock.today()
    )
    for row in first_rows(late.exclude(phase=Phase.CLOSED).order_by("personal_look_on", "pk"), 5):
        yield WaitingItem(
            Text(f"ถึงวันดูเรื่องข้อมูลส่วนบุคคลอีกครั้ง {row.number}", f"Look again at personal data: {row.number}"),
            reverse("cases:case", args=[row.pk]),
        )
