"""Organisations themselves: list, one, add, change, close."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from phithak.core.accounts.actors import Actor
from phithak.core.ui.api import Page, Query, Request, Router, paginate
from phithak.registry.api.calls import Calls
from phithak.registry.api.organisations.shapes import (
    ChangeIn,
    CiiIn,
    OrganisationDetail,
    OrganisationIn,
    OrganisationOut,
    OrganisationQuery,
    ReasonIn,
    organisation_detail,
    organisation_out,
)
from phithak.registry.models import Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import searching, sectors
from phithak.registry.services import organisations as services

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.MANAGE)


@calls.shown("/organisations", Page[OrganisationOut], "รายการหน่วยงาน", "Organisations")
def organisations(request: Request, asked: Query[OrganisationQuery]) -> Page[OrganisationOut]:
    """List them, newest first; ``q`` searches any name in either script and plain words."""
    rows = _narrowed(request.actor, asked)
    found: Page[Organisation] = paginate(rows, asked, lambda row: row)
    known = queries.cii_of(request.actor, [row.pk for row in found.items])
    items = [organisation_out(row, known.get(row.pk)) for row in found.items]
    return Page(items=items, total=found.total, next=found.next)


def _narrowed(actor: Actor, asked: OrganisationQuery) -> QuerySet[Organisation]:
    rows = queries.listed(actor)
    for name in ("kind", "size", "state", "province", "country"):
        value = getattr(asked, name)
        if value:
            rows = rows.filter(**{name: value})
    if asked.sector:
        rows = rows.filter(sector__in=sectors.ids_under(asked.sector))
    return searching.matching(rows, asked.q) if asked.q.strip() else rows


@calls.added("/organisations", OrganisationDetail, "เพิ่มหน่วยงาน", "Add an organisation")
def add(request: Request, sent: OrganisationIn) -> OrganisationDetail:
    """Add one; its tenant is made with it."""
    return _detail(request, services.create(request.actor, sent.facts()))


@calls.shown("/organisations/{uuid:organisation_id}", OrganisationDetail, "หน่วยงานหนึ่งแห่ง", "One organisation")
def organisation(request: Request, organisation_id: UUID) -> OrganisationDetail:
    """Show one."""
    return _detail(request, organisation_id)


@calls.changed(
    "/organisations/{uuid:organisation_id}", OrganisationDetail, "แก้หน่วยงาน", "Change an organisation"
)
def change(request: Request, organisation_id: UUID, sent: ChangeIn) -> OrganisationDetail:
    """Replace all facts; 409 when somebody changed it after the version that was sent."""
    row = queries.organisation(request.actor, organisation_id, queries.MANAGE)
    services.change(request.actor, organisation_id, sent.facts(row.owner_id), version=sent.version)
    return _detail(request, organisation_id)


@calls.done(
    "/organisations/{uuid:organisation_id}/approve",
    OrganisationDetail,
    "รับหน่วยงานเข้าทะเบียน",
    "Take a pending organisation into the registry",
)
def approve(request: Request, organisation_id: UUID) -> OrganisationDetail:
    """Approve one."""
    services.approve(request.actor, organisation_id)
    return _detail(request, organisation_id)


@calls.done(
    "/organisations/{uuid:organisation_id}/renew",
    OrganisationDetail,
    "ต่ออายุการแจ้งประจำปี",
    "Renew the yearly notification",
)
def renew(request: Request, organisation_id: UUID) -> OrganisationDetail:
    """Renew one."""
    services.renew(request.actor, organisation_id)
    return _detail(request, organisation_id)


@calls.done(
    "/organisations/{uuid:organisation_id}/close",
    OrganisationDetail,
    "ปิดหน่วยงาน (ต้องเปิดช่วงสิทธิ์พิเศษ)",
    "Close an organisation (needs a staff session)",
)
def close(request: Request, organisation_id: UUID, sent: ReasonIn) -> OrganisationDetail:
    """Close one; its people lose access at once."""
    services.close(request.actor, organisation_id, sent.reason)
    return _detail(request, organisation_id)


@calls.changed(
    "/organisations/{uuid:organisation_id}/cii",
    OrganisationDetail,
    "ตั้งสถานะโครงสร้างพื้นฐานสำคัญ",
    "Set the standing as critical infrastructure",
    permission=queries.CII_VIEW,
)
def set_cii(request: Request, organisation_id: UUID, sent: CiiIn) -> OrganisationDetail:
    """Set it."""
    services.set_cii(request.actor, organisation_id, sent.cii)
    return _detail(request, organisation_id)


def _detail(request: Request, organisation_id: UUID) -> OrganisationDetail:
    return organisation_detail(request.actor, queries.organisation(request.actor, organisation_id))
