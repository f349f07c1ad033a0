"""Schemas of data-sharing links, suspensions and appeals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Schema
from phithak.registry.api.calls import filled, pair
from phithak.registry.models import Appeal, DataShare
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.shares import doors, terms
from phithak.registry.queries.shares.doors import AppealState, Standing
from phithak.registry.queries.shares.downstream import Holding
from phithak.registry.queries.shares.stores import OpenStore
from phithak.registry.services.shares import ShareFacts

_MOST_PEOPLE = 2_000_000_000


class ShareIn(Schema):
    """What a link says. Without ``purpose`` and ``until`` it is refused (422)."""

    holder_id: UUID
    fields: list[DataKind] = Field(max_length=40)
    purpose: str = Field("", max_length=500)
    until: date | None = None
    people: int | None = Field(None, ge=0, le=_MOST_PEOPLE)
    agreement_id: UUID | None = None
    store_id: UUID | None = None


class NewShareIn(ShareIn):
    """A new link: also who gives."""

    tenant_id: UUID


class ChangeShareIn(ShareIn):
    """A change, by version."""

    version: int = Field(ge=1)


class WhyIn(Schema):
    """Why; told to the holder."""

    reason: str = Field(min_length=1, max_length=1000)


class SuspendIn(WhyIn):
    """Why, and from when (aware; at once when missing)."""

    effective_at: datetime | None = None


class WordsIn(Schema):
    """The holder's words."""

    words: str = Field(min_length=1, max_length=5000)


class DecideIn(WhyIn):
    """The decision on an appeal."""

    uphold: bool


class SuspensionOut(Schema):
    """A suspension that is not lifted."""

    id: UUID
    reason: str
    cause: str
    effective_at: datetime


class GivenOut(Schema):
    """Who gives which fields of people to whom, for what, until when."""

    giver_th: str
    giver_en: str
    holder_id: UUID
    holder_th: str
    holder_en: str
    fields: list[str]
    purpose: str
    until: date


class ShareOut(GivenOut):
    """A link; ``standing`` as of now, ``holds`` whether data may flow."""

    id: UUID
    tenant_id: UUID
    people: int | None
    agreement_id: UUID | None
    store_id: UUID | None
    standing: Standing
    holds: bool
    warning_th: str
    warning_en: str
    suspension: SuspensionOut | None
    version: int


class HoldingOut(GivenOut):
    """A holder below an organisation; ``steps`` over 1 means indirectly, through others."""

    share_id: UUID
    giver_id: UUID
    standing: Standing
    steps: int
    indirect: bool


class StoreOut(Schema):
    """A store below the caller that anybody can read, with the links that gave the data."""

    store_id: UUID
    holder_id: UUID
    holder_th: str
    holder_en: str
    name: str
    technique: str
    people: int | None
    kinds: list[str]
    checked_at: datetime | None
    share_ids: list[UUID]


class AppealOut(Schema):
    """An appeal."""

    id: UUID
    suspension_id: UUID
    share_id: UUID
    words: str
    state: AppealState
    decision: str
    decided_at: datetime | None


def share_facts(sent: ShareIn) -> ShareFacts:
    """Return what a link says as the services take it."""
    told = sent.dict(exclude={"tenant_id", "version"})
    return ShareFacts(**{**told, "fields": tuple(sent.fields)})


def share_out(row: DataShare) -> ShareOut:
    """Return a link that came through its door, as it stands now."""
    stands, held = doors.standing(row), doors.running_of(row)
    return filled(
        ShareOut,
        row,
        **pair("giver", doors.giver(row)),
        **pair("holder", doors.holder(row)),
        **pair("warning", terms.warning(row.fields, row.created_at.date(), row.until)),
        standing=stands,
        holds=stands.holds,
        suspension=filled(SuspensionOut, held) if held else None,
    )


def appeal_out(row: Appeal) -> AppealOut:
    """Return an appeal."""
    return filled(AppealOut, row, share_id=row.suspension.share_id)


def holding_out(item: Holding) -> HoldingOut:
    """Return a holder below an organisation."""
    names = {**pair("giver", item.giver), **pair("holder", item.holder)}
    return filled(HoldingOut, item, **names, fields=list(item.fields))


def store_out(store: OpenStore) -> StoreOut:
    """Return a store that anybody can read."""
    links = [link.share_id for link in store.links]
    return filled(StoreOut, store, **pair("holder", store.holder), kinds=list(store.kinds), share_ids=links)
