"""Records that may be one organisation: list, one, merge, different."""

from __future__ import annotations

from uuid import UUID

from phithak.core.ui.api import Page, Paging, Query, Request, Router, operation, paginate
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


@operation(
    router.get,
    "/duplicates",
    permission=MERGE,
    response=Page[DuplicateOut],
    th="หน่วยงานที่อาจซ้ำกัน",
    en="Possible duplicates",
)
def pairs(request: Request, paging: Query[Paging]) -> Page[DuplicateOut]:
    """List the open pairs."""
    return paginate(queries.visible_pairs(request.actor), paging, DuplicateOut.of)


@operation(
    router.get,
    "/duplicates/{uuid:duplicate_id}",
    permission=MERGE,
    response=DuplicateOut,
    th="คู่หนึ่ง",
    en="One pair",
)
def pair(request: Request, duplicate_id: UUID) -> DuplicateOut:
    """Show one."""
    return DuplicateOut.of(queries.duplicate(request.actor, duplicate_id))


@operation(
    router.post,
    "/duplicates/{uuid:duplicate_id}/different",
    permission=MERGE,
    response=DuplicateOut,
    th="เป็นคนละหน่วยงาน",
    en="They are different",
)
def different(request: Request, duplicate_id: UUID) -> DuplicateOut:
    """Decide that they are two; they are not proposed again."""
    services.different(request.actor, duplicate_id)
    return pair(request, duplicate_id)


@operation(
    router.post,
    "/duplicates/{uuid:duplicate_id}/merge",
    permission=MERGE,
    response=OrganisationDetail,
    th="รวมเป็นหน่วยงานเดียว",
    en="Merge them into one",
)
def merge(request: Request, duplicate_id: UUID, sent: MergeIn) -> OrganisationDetail:
    """Merge one pair; no tenant id changes."""
    kept = services.merge_pair(request.actor, duplicate_id, sent.kept_id, sent.reason)
    return organisation_detail(request.actor, organisation(request.actor, kept))
