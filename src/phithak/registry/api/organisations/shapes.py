"""Shapes of organisations in calls and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field

from phithak.core.accounts.actors import Actor
from phithak.core.ui.api import Paging, Schema
from phithak.registry.api.calls import filled, pair
from phithak.registry.models import Alias, DuplicateProposal, Organisation
from phithak.registry.packs import Size
from phithak.registry.queries import duplicates
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.facts import AliasKind, Cii, LegalRole
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import RelationKind, RelationView, State
from phithak.registry.services.organisations import AliasFacts, OrganisationFacts


class AliasIn(Schema):
    """Another name."""

    text: str = Field(max_length=250)
    kind: AliasKind = AliasKind.OTHER


class AliasOut(AliasIn):
    """Another name with its id."""

    id: UUID

    @classmethod
    def of(cls, row: Alias) -> AliasOut:
        """Return one row."""
        return cls(id=row.pk, text=row.text, kind=AliasKind(row.kind))


class OrganisationIn(Schema):
    """Everything about an organisation that people edit."""

    name_th: str = Field(max_length=250)
    kind: Kind
    name_en: str = Field("", max_length=250)
    short_th: str = Field("", max_length=60)
    short_en: str = Field("", max_length=60)
    sector: str = Field("", max_length=60, description="Code of a sector, such as health.hospital")
    country: str = Field("TH", max_length=2)
    province: str = Field("", max_length=60, description="TH-50, or any usual name")
    juristic_id: str = Field("", max_length=20)
    is_juristic: bool = True
    revenue_thb: int | None = Field(None, ge=0, description="Of a year, all services, in baht")
    service_revenue_thb: int | None = Field(None, ge=0, description="Of a year, its largest service, in baht")
    users_per_month: int | None = Field(None, ge=0)
    legal_roles: list[LegalRole] | None = Field(None, description="null: those that the kind proposes")
    address: str = Field("", max_length=500)
    website: str = Field("", max_length=253)
    registered_on: date | None = None
    aliases: list[AliasIn] = Field([], max_length=50)

    def facts(self, owner_id: UUID | None = None) -> OrganisationFacts:
        """Return them as the services take them."""
        told = self.model_dump(exclude={"aliases", "legal_roles", "version"})
        roles = None if self.legal_roles is None else tuple(str(role) for role in self.legal_roles)
        aliases = tuple(AliasFacts(one.text, str(one.kind)) for one in self.aliases)
        return OrganisationFacts(**told, owner_id=owner_id, legal_roles=roles, aliases=aliases)


class ChangeIn(OrganisationIn):
    """All facts, and the version that was looked at."""

    version: int = Field(ge=1)


class OrganisationOut(Schema):
    """An organisation as lists show it; ``cii`` is null for whom it is not to be known."""

    id: UUID
    name_th: str
    name_en: str
    short_th: str
    short_en: str
    kind: str
    sector: str
    size: Size
    state: State
    country: str
    province: str
    website: str
    legal_roles: list[str]
    registered_on: date | None
    renewal_due: date | None
    merged_into: UUID | None
    version: int
    updated_at: datetime
    cii: Cii | None


class OrganisationDetail(OrganisationOut):
    """One organisation with all that its page shows; figures are null for whom they are not meant."""

    juristic_id: str
    is_juristic: bool
    size_rule: str
    revenue_thb: int | None
    service_revenue_thb: int | None
    users_per_month: int | None
    address: str
    aliases: list[AliasOut]


class OrganisationQuery(Paging):
    """Query parameters of the list of organisations."""

    q: str = Field("", max_length=200, description="Any name, or words such as: large e-commerce")
    kind: Kind | None = None
    sector: str = Field("", max_length=60, description="Its parts count too")
    size: Size | None = None
    state: State | None = None
    province: str = Field("", max_length=6)
    country: str = Field("", max_length=2)


class RelationIn(Schema):
    """A relation: who stands over whom, and until when."""

    over_id: UUID
    under_id: UUID
    kind: RelationKind
    until: datetime | None = None


class RelationOut(RelationIn):
    """A running relation."""

    id: UUID
    over_th: str
    over_en: str
    under_th: str
    under_en: str
    since: datetime

    @classmethod
    def of(cls, view: RelationView) -> RelationOut:
        """Return one relation."""
        return filled(cls, view, **pair("over", view.over), **pair("under", view.under))


class ScopeIn(Schema):
    """A sector for the scope of an authority."""

    sector: str = Field(max_length=60)


class ScopeOut(ScopeIn):
    """A running scope."""

    id: UUID
    organisation_id: UUID
    since: datetime


class CiiIn(Schema):
    """The standing as critical infrastructure."""

    cii: Cii


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class MergeIn(ReasonIn):
    """Which of the two stays, and why they are one."""

    kept_id: UUID


class DuplicateOut(Schema):
    """Two records that may be one organisation."""

    id: UUID
    first_id: UUID
    first_th: str
    first_en: str
    second_id: UUID
    second_th: str
    second_en: str
    score: int
    reasons: list[str]
    state: Literal["open", "merged", "different"]
    found_at: datetime

    @classmethod
    def of(cls, row: DuplicateProposal) -> DuplicateOut:
        """Return one pair."""
        first, second = duplicates.pair_names(row)
        names = {**pair("first", first), **pair("second", second)}
        return filled(cls, row, **names, reasons=list(row.reasons), found_at=row.created_at)


def organisation_out(row: Organisation, cii: Cii | None) -> OrganisationOut:
    """Return an organisation for a list."""
    return filled(OrganisationOut, row, **_told(row), cii=cii)


def organisation_detail(actor: Actor, row: Organisation) -> OrganisationDetail:
    """Return one organisation; its figures for itself and for those who manage it."""
    figures = ("revenue_thb", "service_revenue_thb", "users_per_month")
    hidden = {} if queries.sees_figures(actor, row) else dict.fromkeys(figures)
    return filled(
        OrganisationDetail,
        row,
        **_told(row),
        **hidden,
        cii=queries.cii_of(actor, [row.pk]).get(row.pk),
        aliases=[AliasOut.of(one) for one in queries.aliases_of(row)],
    )


def _told(row: Organisation) -> dict[str, Any]:
    sector = row.sector.code if row.sector else ""
    return {"id": row.pk, "sector": sector, "merged_into": row.merged_into_id}
