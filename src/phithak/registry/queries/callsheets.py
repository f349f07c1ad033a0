"""Call sheets: who sees them, and what stands on one. Numbers are handles here; services open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from phithak.base.clock import BANGKOK
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.i18n import show
from phithak.engines.thai import find_province
from phithak.engines.thai.errors import ThaiFormatError
from phithak.registry.models import CallSheet, ContactPoint, Organisation, Team
from phithak.registry.queries import teams
from phithak.registry.queries.drills import constituency
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people_hours import cleaned, shown

SHEET = "registry.call_sheet"
MAKE = "registry.sheet.make"
KINDS = (
    ContactKind.TECHNICAL,
    ContactKind.DIRECTOR,
    ContactKind.PRIVACY,
    ContactKind.VENDOR,
    ContactKind.LAW_ENFORCEMENT,
)
"""Whom one calls in an emergency, in the order of the sheet; a diplomat or the press is not on it."""

MOST_CONTACTS = 3000
"""So many a person can leaf through, and so many the layout makes within its limits."""

_WEEK = timedelta(days=7)


def visible_to(actor: Actor, permission: str = MAKE, *, own: bool = False) -> QuerySet[CallSheet]:
    """Return the call sheets that the actor may see: that one was made, not what stands on it.

    Args:
        actor: who asks.
        permission: the right that is needed.
        own: only those of the actor's own centre, which alone it may open.
    """
    through = frozenset() if own else frozenset({Reason.CONSTITUENCY})
    return rows_visible_to(CallSheet.objects.all(), actor, permission=permission, through=through)


def sheet(actor: Actor, sheet_id: UUID, *, own: bool = False) -> CallSheet:
    """Return one call sheet; with ``own`` only one that the actor may open.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: the actor may see that it was made, but not open it.
    """
    found = visible_to(actor).filter(pk=sheet_id).first()
    if found is None:
        raise NotFoundError
    if own and not visible_to(actor, own=True).filter(pk=sheet_id).exists():
        raise ForbiddenError(permission=MAKE)
    return found


def newest(tenant_id: UUID) -> CallSheet | None:
    """Return the sheet that holds now; every older one is superseded."""
    return CallSheet.objects.filter(tenant=tenant_id).order_by("-pk").first()


def newest_of(rows: Iterable[CallSheet]) -> set[UUID]:
    """Return the ids of those sheets that hold now, for the tenants of ``rows``."""
    found = set()
    for tenant_id in {row.tenant_id for row in rows}:
        row = newest(tenant_id)
        if row is not None:
            found.add(row.pk)
    return found


@dataclass(frozen=True)
class Line:
    """One contact; numbers and addresses as handles."""

    kind: Text
    label: str
    name: str
    phone: UUID | None
    mails: tuple[UUID, ...]
    hours: str
    backup: str


@dataclass(frozen=True)
class Block:
    """One organisation with its contacts."""

    name: str
    place: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class DutyLine:
    """One shift of the week."""

    team: str
    when: str
    name: str
    role: Text
    phone: UUID | None


@dataclass(frozen=True)
class Content:
    """What stands on a sheet; ``total`` counts the contacts that would stand on one without limit."""

    blocks: tuple[Block, ...]
    duty: tuple[DutyLine, ...]
    contacts: int
    total: int

    @property
    def handles(self) -> list[UUID]:
        """Every handle that has to be opened."""
        lines = [line for block in self.blocks for line in block.lines]
        found = [line.phone for line in lines] + [line.phone for line in self.duty]
        mails = [mail for line in lines for mail in line.mails]
        return [handle for handle in [*found, *mails] if handle is not None]


def content(tenant_id: UUID, now: datetime, *, most: int = MOST_CONTACTS) -> Content:
    """Return what a sheet made now says: of the centre all of its constituency, of a member its own contacts."""
    rows = constituency(tenant_id).filter(kind__in=KINDS)
    total = rows.count()
    found = list(
        rows.select_related("tenant", "position__person", "backup").order_by("tenant", "rank", "pk")[:most]
    )
    organisations = Organisation.objects.in_bulk({row.tenant_id for row in found})
    order = {kind: number for number, kind in enumerate(KINDS)}
    by_tenant: dict[UUID, list[ContactPoint]] = {}
    for row in found:
        by_tenant.setdefault(row.tenant_id, []).append(row)
    blocks = []
    for key in sorted(by_tenant, key=lambda one: (_sort_key(organisations.get(one)), one)):
        lines = sorted(by_tenant[key], key=lambda row: (order[ContactKind(row.kind)], row.rank, row.pk))
        organisation = organisations.get(key)
        name = organisation.name_th if organisation else lines[0].tenant.name_th
        place = _place(organisation) if organisation else ""
        blocks.append(Block(name, place, tuple(_line(row) for row in lines)))
    return Content(tuple(blocks), _duty(tenant_id, now), len(found), total)


def _sort_key(organisation: Organisation | None) -> bytes:
    return bytes(organisation.name_key) if organisation is not None else b""


def _place(organisation: Organisation) -> str:
    if organisation.province:
        try:
            return f"จ.{find_province(organisation.province).th}"
        except ThaiFormatError:
            return organisation.province
    return "" if organisation.country == "TH" else organisation.country


def _line(row: ContactPoint) -> Line:
    person = row.position.person if row.position is not None else None
    return Line(
        ContactKind(row.kind).text,
        row.label_th,
        f"{person.title} {person.name_th}".strip() if person else "",
        row.phone_id,
        tuple(handle for handle in (row.email_id, row.other_email_id) if handle is not None),
        shown(cleaned(row.hours)).th,
        row.backup.label_th if row.backup is not None else "",
    )


def _duty(tenant_id: UUID, now: datetime) -> tuple[DutyLine, ...]:
    found = []
    for team in Team.objects.filter(tenant=tenant_id, ended_at__isnull=True).order_by("name_th", "pk"):
        for row in teams.shifts_between(team.pk, now, now + _WEEK):
            contact = teams.contact_of(row.member.person_id)
            found.append(
                DutyLine(
                    team.name_th,
                    f"{show.moment(row.starts_at, 'th')} - {row.ends_at.astimezone(BANGKOK):%H:%M} น.",
                    row.member.person.name_th,
                    teams.Duty(row.duty).text,
                    contact.phone_id if contact is not None else None,
                )
            )
    return tuple(found)


def centre_name(tenant_id: UUID) -> str:
    """Return the name that heads a sheet."""
    return accounts.tenant_names([tenant_id])[tenant_id].th
