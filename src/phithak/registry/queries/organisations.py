"""Organisations: who sees which, their states and relations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors, permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.registry.models import Alias, AuthorityScope, Organisation, Relation
from phithak.registry.queries import rights, sectors, sizes
from phithak.registry.queries.facts import Cii

KIND = "registry.organisation"
VIEW, MANAGE, MERGE = "registry.view", "registry.manage", "registry.merge"
CII_VIEW, SCOPE, FIGURES = "registry.cii.view", "registry.scope.manage", "registry.figures.view"
CENTRE = frozenset({Reason.CONSTITUENCY})
THROUGH = frozenset({Reason.CONSTITUENCY, Reason.PARENT, Reason.PLATFORM, Reason.PARTNER, Reason.AUTHORITY})
"""Every kind of oversight shows the registration itself; contacts, assets and links each open to fewer."""


class State(StrEnum):
    """Where an organisation stands in the registry."""

    PENDING = "pending"
    REGISTERED = "registered"
    LAPSED = "lapsed"
    CLOSED = "closed"
    MERGED = "merged"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _STATES[self]


_STATES = {
    State.PENDING: Text("รออนุมัติ", "Waits for approval"),
    State.REGISTERED: Text("ขึ้นทะเบียนแล้ว", "Registered"),
    State.LAPSED: Text("เลยกำหนดต่ออายุ", "Renewal overdue"),
    State.CLOSED: Text("ปิดแล้ว", "Closed"),
    State.MERGED: Text("รวมกับหน่วยงานอื่นแล้ว", "Merged into another"),
}


class RelationKind(StrEnum):
    """How one organisation stands over another; the first three open rows to it."""

    PARENT = "parent"
    PLATFORM = "platform"
    OPERATOR = "operator"
    REGULATOR = "regulator"
    ALLIED = "allied"

    @property
    def text(self) -> Text:
        """The relation's name, seen from above."""
        return _RELATIONS[self]


_RELATIONS = {
    RelationKind.PARENT: Text("หน่วยงานแม่ของ", "Parent of"),
    RelationKind.PLATFORM: Text("แพลตฟอร์มของ", "Platform of"),
    RelationKind.OPERATOR: Text("ผู้ให้บริการหลักของ", "Operator over"),
    RelationKind.REGULATOR: Text("กำกับดูแล", "Regulates"),
    RelationKind.ALLIED: Text("พันธมิตรกับ", "Allied with"),
}

OVERSIGHT = {
    RelationKind.PARENT: Reason.PARENT,
    RelationKind.PLATFORM: Reason.PLATFORM,
    RelationKind.OPERATOR: Reason.PARTNER,
    RelationKind.REGULATOR: Reason.AUTHORITY,
}
"""The oversight that a relation writes."""


@dataclass(frozen=True)
class RelationView:
    """A running relation, seen from one of its two organisations.

    Attributes:
        id: of the relation.
        kind: how the upper stands over the lower.
        over_id, over, under_id, under: both, with their names.
        until: its end (UTC), or None.
        since: when it was recorded (UTC).
    """

    id: UUID
    kind: RelationKind
    over_id: UUID
    over: Text
    under_id: UUID
    under: Text
    until: datetime | None
    since: datetime


@dataclass(frozen=True)
class OrganisationRef:
    """Just enough to name an organisation and link to it."""

    id: UUID
    name: Text
    kind: str
    state: str
    country: str
    province: str


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """Return the organisations that the actor may see: own, those under it, and what its own were merged into.

    Only the centre's oversight opens acts (any permission but ``registry.view``); people of academia and of
    international bodies see nothing but their own.
    """
    rows = Organisation.objects.select_related("tenant", "sector")
    own = tenants_with(actor, permission)
    if actor.kind is ActorKind.SYSTEM or not own:
        return rows_visible_to(rows, actor, permission=permission)
    through = THROUGH if permission == VIEW else CENTRE
    narrow, kept = _narrowing(own)
    known = Q(pk__in=[*narrow, *(kept if permission == VIEW else ())])
    if own <= narrow:
        return rows.filter(known)
    wide = rights.without_tenants(actor, narrow)
    shared = known if narrow or kept else None
    return rows_visible_to(rows, wide, permission=permission, through=through, shared=shared)


def _narrowing(own: frozenset[UUID]) -> tuple[frozenset[UUID], list[UUID]]:
    """Return those tenants that get figures alone, and what the merged ones among them were merged into."""
    told = Organisation.objects.filter(pk__in=own).values_list("pk", "kind", "merged_into")
    found = list(told)
    narrow = frozenset(pk for pk, kind, _ in found if kind in rights.ANONYMISED)
    return narrow, [kept for _, _, kept in found if kept is not None]


def listed(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """Return those of them that stand in lists: without the merged ones, which live on in another."""
    return visible_to(actor, permission).filter(merged_into__isnull=True)


def organisation(actor: Actor, organisation_id: UUID, permission: str = VIEW) -> Organisation:
    """Return one organisation.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = visible_to(actor, permission).filter(pk=organisation_id).first()
    if found is None:
        raise NotFoundError
    return found


def name_of(row: Organisation) -> Text:
    """Return its name in both languages; the Thai one stands in for a missing English one."""
    return Text(row.name_th, row.name_en or row.name_th)


def names(organisation_ids: Iterable[UUID]) -> dict[UUID, Text]:
    """Return names by id, for rooms that show rows that the actor may see already."""
    rows = Organisation.objects.filter(pk__in=list(organisation_ids))
    return {pk: Text(th, en or th) for pk, th, en in rows.values_list("pk", "name_th", "name_en")}


def ref_of(row: Organisation) -> OrganisationRef:
    """Return the short form of a row."""
    return OrganisationRef(row.pk, name_of(row), row.kind, row.state, row.country, row.province)


def aliases_of(row: Organisation) -> list[Alias]:
    """Return the other names of an organisation that was read through its door, oldest first."""
    return list(Alias.objects.filter(tenant_id=row.pk).order_by("pk"))


def family(organisation_id: UUID) -> list[UUID]:
    """Return the ids under which an organisation's rows lie: its own, and of those that were merged into it."""
    merged = Organisation.objects.filter(merged_into=organisation_id).values_list("pk", flat=True)
    return [organisation_id, *merged]


def running_relations() -> QuerySet[Relation]:
    """Return the relations that hold now; a lazy query for joins, not for display (see :func:`relations_of`)."""
    return Relation.objects.filter(ended_at__isnull=True).exclude(until__lte=clock.now())


def relations_of(actor: Actor, row: Organisation) -> list[RelationView]:
    """Return the running relations of an organisation as far as the actor sees both of its ends."""
    found = running_relations().filter(Q(over=row.pk) | Q(under=row.pk)).select_related("over", "under")
    rows = list(found.order_by("kind", "pk"))
    others = {one.over_id for one in rows} | {one.under_id for one in rows}
    seen = set(visible_to(actor).filter(pk__in=others).values_list("pk", flat=True))
    return [_relation(one) for one in rows if {one.over_id, one.under_id} <= seen]


def relations_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Relation]:
    """Return the running relations whose both ends the actor may see."""
    seen = visible_to(actor, permission).order_by().values("pk")
    rows = running_relations().filter(over__in=seen, under__in=seen)
    return rows.select_related("over", "under")


def relation_view(row: Relation) -> RelationView:
    """Return a relation that was read through its door, for showing."""
    return _relation(row)


def _relation(row: Relation) -> RelationView:
    return RelationView(
        id=row.pk,
        kind=RelationKind(row.kind),
        over_id=row.over_id,
        over=name_of(row.over),
        under_id=row.under_id,
        under=name_of(row.under),
        until=row.until,
        since=row.created_at,
    )


def scopes_of(row: Organisation) -> list[AuthorityScope]:
    """Return the running scopes of an authority that was read through its door."""
    rows = AuthorityScope.objects.filter(tenant_id=row.pk, ended_at__isnull=True)
    return list(rows.select_related("sector").order_by("sector__code"))


def scopes_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[AuthorityScope]:
    """Return the running scopes of authorities that the actor sees."""
    rows = AuthorityScope.objects.filter(
        ended_at__isnull=True, tenant__in=visible_to(actor, permission).order_by().values("pk")
    )
    return rows.select_related("sector", "tenant")


def ids_in_sector(code: str) -> QuerySet[Organisation, UUID]:
    """Return the ids of all organisations of a sector and its parts, in order; for services and jobs alone."""
    rows = Organisation.objects.filter(sector__in=sectors.ids_under(code)).order_by("pk")
    return rows.values_list("pk", flat=True)


def in_sector(code: str) -> QuerySet[Organisation]:
    """Return all organisations of a sector and its parts; for services and jobs alone."""
    return Organisation.objects.filter(sector__in=sectors.ids_under(code)).select_related("sector")


def living() -> QuerySet[Organisation]:
    """Return all organisations that are neither merged nor closed; for services and jobs alone."""
    gone = (State.MERGED, State.CLOSED)
    return Organisation.objects.exclude(state__in=gone).select_related("sector")


def not_sized_by(rule: str) -> QuerySet[Organisation]:
    """Return the organisations of a rule's kinds that another rule sized; for services and jobs alone."""
    kinds = next((one.kinds for one in sizes.rules() if one.name == rule), ())
    return Organisation.objects.filter(kind__in=kinds).exclude(size_rule=rule).select_related("sector")


def cii_of(actor: Actor, organisation_ids: Iterable[UUID]) -> dict[UUID, Cii]:
    """Return who is critical infrastructure, for those organisations alone of which the actor may know it."""
    rows = rows_visible_to(
        Organisation.objects.filter(pk__in=list(organisation_ids)), actor, permission=CII_VIEW, through=CENTRE
    )
    return {pk: Cii(cii) for pk, cii in rows.values_list("pk", "cii")}


def sees_figures(actor: Actor, row: Organisation) -> bool:
    """Tell whether the actor may see revenue and users: of its own, of one that it manages, of its scope."""
    if actor.kind is ActorKind.SYSTEM or row.pk in tenants_with(actor, VIEW):
        return True
    if permissions.has(actor, MANAGE) and visible_to(actor, MANAGE).filter(pk=row.pk).exists():
        return True
    in_scope = rows_visible_to(
        Organisation.objects.filter(pk=row.pk), actor, permission=VIEW, through=frozenset({Reason.AUTHORITY})
    )
    return Role.AUTHORITY in actor.roles and in_scope.exists()


def with_cii(actor: Actor, rows: QuerySet[Organisation], cii: str) -> QuerySet[Organisation]:
    """Narrow to those of that standing; to nothing for whom it is not to be known."""
    known = rows_visible_to(Organisation.objects.all(), actor, permission=CII_VIEW, through=CENTRE)
    return rows.filter(pk__in=known.filter(cii=cii).order_by().values("pk"))


def due_for_renewal(actor: Actor, until: date) -> QuerySet[Organisation]:
    """Return registered organisations whose renewal is due by that day, most urgent first."""
    rows = listed(actor, MANAGE).filter(renewal_due__lte=until, state__in=(State.REGISTERED, State.LAPSED))
    return rows.order_by("renewal_due", "pk")


def tenants_without_record() -> int:
    """Return how many tenants have no organisation; only the moment before a preparation should see any."""
    own = Organisation.objects.filter(pk=OuterRef("pk"))
    everyone = accounts.tenants_visible_to(actors.system("registry"))
    return everyone.filter(~Exists(own)).count()


def is_over(over: UUID, under: UUID, kind: str) -> bool:
    """Tell whether a relation of that kind runs between two organisations."""
    return running_relations().filter(over=over, under=under, kind=kind).exists()


def centre_id() -> UUID | None:
    """Return the first open centre, or None before it exists."""
    rows = Organisation.objects.filter(tenant__kind="cert", tenant__state="active")
    return rows.order_by("pk").values_list("pk", flat=True).first()


def by_english_name(name: str) -> UUID | None:
    """Return the id of the live organisation of that English name; for demos and commands alone."""
    rows = Organisation.objects.filter(name_en=name, merged_into__isnull=True)
    return rows.order_by("pk").values_list("pk", flat=True).first()
