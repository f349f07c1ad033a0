"""Records that may be one organisation: list, one, merge, different."""

from __future__ import annotations

from uuid import UUID

from phithak.core.ui.api import Page, Paging, Query, Request, Router, paginate
from phithak.registry.api.calls import Calls
from phithak.registry.api.organisations.shapes import (
    DuplicateOut,
    MergeIn,
    OrganisationDetail,
    organisation_detail,
)
from phithak.registry.queries import duplicates as queries
from phithak.registry.queries.organisations import MERGE, organisation
from phithak.registry.services import organisations as services

router = Router()
calls = Calls(router, view=MERGE, manage=MERGE)


@calls.shown("/duplicates", Page[DuplicateOut], "หน่วยงานที่อาจซ้ำกัน", "Possible duplicates")
def pairs(request: Request, paging: Query[Paging]) -> Page[DuplicateOut]:
    """List the open pairs."""
    return paginate(queries.visible_pairs(request.actor), paging, DuplicateOut.of)


@calls.shown("/duplicates/{uuid:duplicate_id}", DuplicateOut, "คู่หนึ่ง", "One pair")
def pair(request: Request, duplicate_id: UUID) -> DuplicateOut:
    """Show one."""
    return DuplicateOut.of(queries.duplicate(request.actor, duplicate_id))


@calls.done("/duplicates/{uuid:duplicate_id}/different", DuplicateOut, "เป็นคนละหน่วยงาน", "They are different")
def different(request: Request, duplicate_id: UUID) -> DuplicateOut:
    """Decide that they are two; they are not proposed again."""
    services.different(request.actor, duplicate_id)
    return pair(request, duplicate_id)


@calls.done(
    "/duplicates/{uuid:duplicate_id}/merge", OrganisationDetail, "รวมเป็นหน่วยงานเดียว", "Merge them into one"
)
def merge(request: Request, duplicate_id: UUID, sent: MergeIn) -> OrganisationDetail:
    """Merge one pair; no tenant id changes."""
    kept = services.merge_pair(request.actor, duplicate_id, sent.kept_id, sent.reason)
    return organisation_detail(request.actor, organisation(request.actor, kept))
