"""Questions over the API: what is linked, whose is it, may it be scanned."""

from __future__ import annotations

from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Query, Request, Router, Schema
from phithak.registry.api.calls import Calls, filled, pair
from phithak.registry.queries import assets
from phithak.registry.queries.assets.kinds import DataKind, Direction
from phithak.registry.queries.assets.linked import Linked
from phithak.registry.queries.assets.names import host_of

router = Router()
calls = Calls(router, view=assets.VIEW, manage=assets.MANAGE)


class LinkedOut(Schema):
    """A linked system; what is not the caller's to see has neither id nor name of its own."""

    system_id: UUID | None
    name_th: str
    name_en: str
    organisation_id: UUID | None
    organisation_th: str
    organisation_en: str
    steps: int
    direction: Direction
    kinds: list[DataKind]
    care_critical: bool
    on: bool
    path: list[UUID | None] = Field(description="The systems from the start to this one")


class LinkedQuery(Schema):
    """How far to look."""

    steps: int = Field(2, ge=1, le=4)


class OwnerQuery(Schema):
    """What to look up."""

    target: str = Field(max_length=300, description="A host name, web address, e-mail address or IP address")


class OwnerOut(Schema):
    """Who holds it, as far as the caller sees them; nulls when nobody that the caller sees does."""

    organisation_id: UUID | None
    matched: str | None


class VerdictOut(Schema):
    """Whether a target may be scanned now."""

    allowed: bool
    reason_th: str
    reason_en: str


def _out(one: Linked) -> LinkedOut:
    node = one.node
    return filled(
        LinkedOut,
        one,
        system_id=node.system_id,
        **pair("name", node.name),
        organisation_id=node.organisation_id,
        **pair("organisation", node.organisation),
        kinds=list(one.kinds),
        care_critical=node.care_critical,
        path=[step.system_id for step in one.path],
    )


@calls.shown(
    "/organisations/{uuid:organisation_id}/linked",
    list[LinkedOut],
    "ระบบที่เชื่อมถึงหน่วยงาน",
    "Systems linked to an organisation",
)
def linked_to_organisation(
    request: Request, organisation_id: UUID, asked: Query[LinkedQuery]
) -> list[LinkedOut]:
    """List what is linked to its systems, near ones first."""
    found = assets.linked(request.actor, organisation_id=organisation_id, steps=asked.steps)
    return [_out(one) for one in found]


@calls.shown(
    "/systems/{uuid:system_id}/linked", list[LinkedOut], "ระบบที่เชื่อมถึงระบบนี้", "Systems linked to a system"
)
def linked_to_system(request: Request, system_id: UUID, asked: Query[LinkedQuery]) -> list[LinkedOut]:
    """List what is linked to it, near ones first."""
    return [_out(one) for one in assets.linked(request.actor, system_id=system_id, steps=asked.steps)]


@calls.shown("/assets/owner", OwnerOut, "ใครเป็นเจ้าของโดเมนหรือไอพีนี้", "Whose a name or address is")
def owner(request: Request, asked: Query[OwnerQuery]) -> OwnerOut:
    """Tell who holds it."""
    found = assets.owner_of_ip(host_of(asked.target)) or assets.owner_of_domain(asked.target)
    seen = assets.owners_visible_to(request.actor, assets.VIEW)
    if found is None or not seen.filter(pk=found.organisation_id).exists():
        return OwnerOut(organisation_id=None, matched=None)
    return OwnerOut(organisation_id=found.organisation_id, matched=found.matched)


@calls.shown(
    "/assets/scan-verdict",
    VerdictOut,
    "สแกนเป้าหมายนี้ได้หรือไม่",
    "Whether a target may be scanned",
    permission=assets.MANAGE,
)
def scan_verdict(request: Request, asked: Query[OwnerQuery]) -> VerdictOut:
    """Tell whether it may be scanned; about what the caller does not see, the answer is that it is not known."""
    found = assets.may_be_scanned(asked.target)
    seen = set(
        assets.owners_visible_to(request.actor, assets.VIEW)
        .filter(pk__in=found.organisation_ids)
        .values_list("pk", flat=True)
    )
    if set(found.organisation_ids) - seen:
        found = assets.not_known()
    return VerdictOut(allowed=found.allowed, **pair("reason", found.reason))
