"""Who sees which case, and what of it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.cases.models import Case, Entry, Guest, Party, Report
from phithak.cases.queries.states import NAMED_ONLY
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import rows_visible_to, tenants_with

KIND, REPORT = "cases.case", "cases.report"
VIEW, WORK, TAKE_PART = "cases.view", "cases.work", "cases.take_part"
REPORTS, TELL = "cases.reports.view", "cases.report"
DESK_ROLES = frozenset({Role.CERT_ADMIN, Role.ANALYST, Role.AUDITOR})
"""Of the leading centre; everybody else sees what is shared with an organisation or with themselves."""


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Case]:
    """Return the cases that the actor may see: those that its centre leads, and those it was let into.

    A case of TLP:RED is not shown to organisations, whatever their role in it.
    """
    rows = Case.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return rows_visible_to(rows, actor, permission=permission)
    held = tenants_with(actor, permission)
    desk = led_by(actor, permission)
    let_in = _let_in(actor, held)
    if not desk:
        return rows.filter(let_in) if let_in is not None else rows.none()
    seen = Q(tenant__in=desk)
    return rows.filter(seen if let_in is None else seen | let_in)


def led_by(actor: Actor, permission: str = VIEW) -> frozenset[UUID]:
    """Return the centres in whose name the actor works on cases, with the right asked for."""
    at_desk = {grant.tenant_id for grant in actor.grants if grant.role in DESK_ROLES}
    return tenants_with(actor, permission) & at_desk


def at_desk(actor: Actor, row: Case) -> bool:
    """Tell whether the actor is of the centre that leads the case, and so sees all but its restricted parts."""
    return actor.kind is ActorKind.SYSTEM or row.tenant_id in led_by(actor)


def _let_in(actor: Actor, tenants: frozenset[UUID]) -> Q | None:
    """Return the condition of cases into which the actor's organisations, or as an expert the actor, were let."""
    experts = {grant.tenant_id for grant in actor.grants if grant.role == Role.EXPERT} & tenants
    at_desks = {grant.tenant_id for grant in actor.grants if grant.role in DESK_ROLES}
    found = None
    others = tenants - experts - at_desks
    if others:
        taking_part = Party.objects.filter(organisation__in=others, sees=True).order_by().values("case")
        found = Q(pk__in=taking_part) & ~Q(tlp=NAMED_ONLY)
    if experts:
        invited = Guest.objects.filter(user=actor.user_id, until__gt=clock.now()).order_by().values("case")
        named = Q(pk__in=invited, tenant__in=experts)
        found = named if found is None else found | named
    return found


def case(actor: Actor, case_id: UUID, permission: str = VIEW) -> Case:
    """Return one case.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = (
        visible_to(actor, permission).select_related("tenant", "assignee", "body").filter(pk=case_id).first()
    )
    if found is None:
        raise NotFoundError
    return found


def parties_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Party]:
    """Return the organisations in cases that the actor may see."""
    seen = visible_to(actor, permission).order_by().values("pk")
    return Party.objects.filter(case__in=seen).select_related("organisation")


def entries_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Entry]:
    """Return the entries of timelines that the actor may see: all at the desk, shared and own ones elsewhere."""
    rows = Entry.objects.select_related("organisation")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    seen = visible_to(actor, permission).order_by().values("pk")
    theirs = Q(shared=True) | Q(organisation__in=tenants_with(actor, permission))
    desk = Q(case__tenant__in=led_by(actor, permission))
    return rows.filter(Q(case__in=seen) & (desk | theirs))


def reports_visible_to(actor: Actor, permission: str = REPORTS) -> QuerySet[Report]:
    """Return the reports that the actor may see: those of its centre, and those its own organisation made."""
    own = tenants_with(actor, permission) - led_by(actor, permission)
    shared = Q(organisation__in=own) if own else None
    rows = Report.objects.select_related("organisation", "case")
    return rows_visible_to(rows, actor, permission=permission, shared=shared)


def report(actor: Actor, report_id: UUID, permission: str = REPORTS) -> Report:
    """Return one report.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = reports_visible_to(actor, permission).filter(pk=report_id).first()
    if found is None:
        raise NotFoundError
    return found


def entry(actor: Actor, entry_id: UUID, permission: str = VIEW) -> Entry:
    """Return one entry of a timeline.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = entries_visible_to(actor, permission).select_related("case").filter(pk=entry_id).first()
    if found is None:
        raise NotFoundError
    return found


def party(actor: Actor, party_id: UUID, permission: str = VIEW) -> Party:
    """Return one organisation's part in a case.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = (
        parties_visible_to(actor, permission)
        .select_related("case", "organisation")
        .filter(pk=party_id)
        .first()
    )
    if found is None:
        raise NotFoundError
    return found
