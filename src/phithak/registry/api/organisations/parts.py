"""What belongs to an organisation: its other names, relations, and the scope of an authority."""

from __future__ import annotations

from uuid import UUID

from phithak.base.errors import NotFoundError
from phithak.core.ui.api import Page, Paging, Query, Request, Router, operation, paginate
from phithak.registry.api.calls import Calls, filled
from phithak.registry.api.organisations.shapes import (
    AliasIn,
    AliasOut,
    RelationIn,
    RelationOut,
    ScopeIn,
    ScopeOut,
)
from phithak.registry.models import AuthorityScope
from phithak.registry.queries import organisations as queries
from phithak.registry.services import organisations as services

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.MANAGE)


@calls.shown(
    "/organisations/{uuid:organisation_id}/aliases",
    list[AliasOut],
    "ชื่ออื่นของหน่วยงาน",
    "Other names of an organisation",
)
def aliases(request: Request, organisation_id: UUID) -> list[AliasOut]:
    """List them."""
    row = queries.organisation(request.actor, organisation_id)
    return [AliasOut.of(one) for one in queries.aliases_of(row)]


@calls.added(
    "/organisations/{uuid:organisation_id}/aliases", AliasOut, "เพิ่มชื่ออื่น", "Give an organisation another name"
)
def add_alias(request: Request, organisation_id: UUID, sent: AliasIn) -> AliasOut:
    """Add one."""
    made = services.add_alias(request.actor, organisation_id, sent.text, str(sent.kind))
    row = queries.organisation(request.actor, organisation_id)
    return next(AliasOut.of(one) for one in queries.aliases_of(row) if one.pk == made)


@operation(
    router.delete,
    "/organisations/{uuid:organisation_id}/aliases/{uuid:alias_id}",
    permission=queries.MANAGE,
    response=None,
    status=204,
    th="ถอนชื่ออื่น",
    en="Take another name away",
)
def remove_alias(request: Request, organisation_id: UUID, alias_id: UUID) -> None:
    """Remove one."""
    services.remove_alias(request.actor, organisation_id, alias_id)


@calls.shown(
    "/organisations/{uuid:organisation_id}/relations",
    list[RelationOut],
    "ความสัมพันธ์ของหน่วยงาน",
    "Relations of an organisation",
)
def relations(request: Request, organisation_id: UUID) -> list[RelationOut]:
    """List the running ones whose both ends the caller sees."""
    row = queries.organisation(request.actor, organisation_id)
    return [RelationOut.of(one) for one in queries.relations_of(request.actor, row)]


@calls.added("/relations", RelationOut, "บันทึกความสัมพันธ์", "Record a relation")
def add_relation(request: Request, sent: RelationIn) -> RelationOut:
    """Record one; a parent that would run in a circle is refused."""
    made = services.add_relation(
        request.actor, over=sent.over_id, under=sent.under_id, kind=str(sent.kind), until=sent.until
    )
    row = queries.relations_visible_to(request.actor).filter(pk=made).first()
    if row is None:
        raise NotFoundError
    return RelationOut.of(queries.relation_view(row))


@calls.noted("/relations/{uuid:relation_id}/end", "สิ้นสุดความสัมพันธ์", "End a relation, and what it opened")
def end_relation(request: Request, relation_id: UUID) -> None:
    """End one."""
    services.end_relation(request.actor, relation_id)


@calls.shown("/scopes", Page[ScopeOut], "ขอบเขตของหน่วยงานกำกับ", "Scopes of authorities")
def scopes(request: Request, paging: Query[Paging]) -> Page[ScopeOut]:
    """List the running ones."""
    return paginate(queries.scopes_visible_to(request.actor), paging, _scope)


@calls.added(
    "/organisations/{uuid:organisation_id}/scopes",
    ScopeOut,
    "ให้หน่วยงานกำกับดูแลภาคส่วน",
    "Let an authority see a sector",
    permission=queries.SCOPE,
)
def set_scope(request: Request, organisation_id: UUID, sent: ScopeIn) -> ScopeOut:
    """Set one."""
    made = services.set_scope(request.actor, organisation_id, sent.sector)
    row = queries.scopes_visible_to(request.actor).filter(pk=made).first()
    if row is None:
        raise NotFoundError
    return _scope(row)


@calls.noted("/scopes/{uuid:scope_id}/end", "สิ้นสุดขอบเขตกำกับ", "End a scope", permission=queries.SCOPE)
def end_scope(request: Request, scope_id: UUID) -> None:
    """End one."""
    services.end_scope(request.actor, scope_id)


def _scope(row: AuthorityScope) -> ScopeOut:
    return filled(ScopeOut, row, organisation_id=row.tenant_id, sector=row.sector.code, since=row.created_at)
