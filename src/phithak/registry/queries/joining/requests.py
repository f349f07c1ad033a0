"""Requests: who sees which, what they ask to change, and their state for somebody with a reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from phithak.base import clock, ids
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.privacy import masks
from phithak.core.privacy import queries as privacy
from phithak.engines.thai import PROVINCES, thai_date
from phithak.registry.models import ChangeRequest, Organisation, Sector
from phithak.registry.queries import organisations as door
from phithak.registry.queries.facts import FIELDS, AliasFacts, LegalRole, OrganisationFacts, facts_of
from phithak.registry.queries.kinds import Kind

KIND = "registry.request"
VIEW, MAKE, DECIDE = "registry.requests.view", "registry.requests.make", "registry.requests.decide"
RENEW_DAYS = 60
"""Days before the end from which a renewal is asked for."""
CENTRE = frozenset({Reason.CONSTITUENCY})
_SEEN = CENTRE | {Reason.AUTHORITY}
_SYSTEM = actors.system("registry.joining")


class RequestKind(StrEnum):
    """What a request asks for."""

    REGISTER = "register"
    CHANGE = "change"
    RENEW = "renew"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _KINDS[self]


_KINDS = {
    RequestKind.REGISTER: Text("ขึ้นทะเบียน", "Registration"),
    RequestKind.CHANGE: Text("แก้ข้อมูล", "Change"),
    RequestKind.RENEW: Text("ต่ออายุ", "Renewal"),
}


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _STATES[self]


_STATES = {
    RequestState.OPEN: Text("รอพิจารณา", "Waits for a decision"),
    RequestState.APPROVED: Text("อนุมัติแล้ว", "Approved"),
    RequestState.REFUSED: Text("ไม่อนุมัติ", "Refused"),
    RequestState.WITHDRAWN: Text("ถอนแล้ว", "Withdrawn"),
}


@dataclass(frozen=True)
class FieldDifference:
    """One field of a request.

    Attributes:
        field: its name in ``OrganisationFacts``.
        label: what people call it.
        now: what the record says now.
        asked: what is asked for.
        moved: whether the record changed in this field after the request was made.
    """

    field: str
    label: Text
    now: Text
    asked: Text
    moved: bool = False


@dataclass(frozen=True)
class PublicState:
    """What a stranger with reference and second fact may know."""

    reference: str
    state: RequestState
    made_at: datetime
    decided_at: datetime | None
    reason: str


def requests_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[ChangeRequest]:
    """Return the requests that the actor may see (or decide): own ones, and those of its constituency."""
    rows = ChangeRequest.objects.select_related("tenant", "organisation", "by", "decided_by")
    through = _SEEN if permission == VIEW else CENTRE
    return rows_visible_to(rows, actor, permission=permission, through=through)


def request(actor: Actor, request_id: UUID, permission: str = VIEW) -> ChangeRequest:
    """Return one request.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = requests_visible_to(actor, permission).filter(pk=request_id).first()
    if found is None:
        raise NotFoundError
    return found


def open_ones(rows: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Return those that wait, oldest first."""
    return rows.filter(state=RequestState.OPEN).order_by("created_at", "pk")


def name_of(row: ChangeRequest) -> Text:
    """Return whom a request is about; a registration has no record yet."""
    if row.organisation is not None:
        return door.name_of(row.organisation)
    th = str(row.facts.get("set", {}).get("name_th", ""))
    return Text(th, str(row.facts.get("set", {}).get("name_en", "")) or th)


def facts_asked(row: ChangeRequest, base: OrganisationFacts | None) -> OrganisationFacts:
    """Return the facts as they would be: what is asked, over ``base`` (the record as it is now)."""
    asked = unpacked(row.facts.get("set", {}))
    known = {item.name: getattr(base, item.name) for item in fields(OrganisationFacts)} if base else {}
    owner = row.sealed.get("owner_id")
    if owner:
        asked["owner_id"] = UUID(owner)
    return OrganisationFacts(**{**known, **asked})


def differences(row: ChangeRequest) -> list[FieldDifference]:
    """Return what a request asks, field by field, beside the record as it is now."""
    now = facts_of(row.organisation) if row.organisation is not None else None
    base = unpacked(row.facts.get("base", {}))
    found = []
    asked = unpacked(row.facts.get("set", {}))
    for name in FIELDS:  # a database may keep the keys of an object in an order of its own
        if name not in asked:
            continue
        value = asked[name]
        current = getattr(now, name) if now is not None else None
        if now is not None and current == value:
            continue
        moved = now is not None and name in base and base[name] != current
        found.append(FieldDifference(name, FIELDS[name], shown(name, current), shown(name, value), moved))
    return found


def packed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as JSON keeps them."""
    return {name: _pack(value) for name, value in values.items()}


def unpacked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what :func:`packed` was given; fields that this release does not know are left out."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name not in FIELDS:
            continue
        if name == "aliases":
            found[name] = tuple(AliasFacts(text, kind) for text, kind in value)
        elif name == "legal_roles" and value is not None:
            found[name] = tuple(value)
        elif name == "registered_on" and value:
            found[name] = date.fromisoformat(value)
        elif name == "owner_id" and value:
            found[name] = UUID(value)
        else:
            found[name] = value
    return found


def shown(name: str, value: Any) -> Text:
    """Return a fact as people read it."""
    if value is None or value in {"", ()}:
        return Text("(ว่าง)", "(empty)")
    show = _SHOWN.get(name)
    if show is not None:
        return show(value)
    if isinstance(value, date):
        return Text(thai_date(value), value.isoformat())
    told = f"{value:,}" if isinstance(value, int) else str(value)
    return Text(told, told)


def _sector(code: str) -> Text:
    row = Sector.objects.filter(code=code).first()
    return Text(row.name_th, row.name_en) if row else Text(code, code)


def _province(code: str) -> Text:
    found = next((one for one in PROVINCES if one.code == code), None)
    return Text(found.th, found.en) if found else Text(code, code)


def _roles(codes: Iterable[str]) -> Text:
    texts = [LegalRole(one).text for one in codes]
    return Text(", ".join(one.th for one in texts), ", ".join(one.en for one in texts))


def _aliases(aliases: Iterable[AliasFacts]) -> Text:
    told = ", ".join(one.text for one in aliases)
    return Text(told, told)


def _owner(handle: UUID) -> Text:
    hidden = privacy.masked([handle]).get(handle, masks.NOTHING)
    return Text(hidden, hidden)


_SHOWN: dict[str, Callable[[Any], Text]] = {
    "kind": lambda value: Kind(value).text,
    "is_juristic": lambda value: Text("ใช่", "yes") if value else Text("ไม่", "no"),
    "sector": _sector,
    "province": _province,
    "legal_roles": _roles,
    "aliases": _aliases,
    "owner_id": _owner,
}


def contact_shown(row: ChangeRequest) -> dict[str, str]:
    """Return the contact of a registration, masked, by ``person``, ``phone`` and ``email``."""
    handles = {name: UUID(handle) for name, handle in row.sealed.items() if name != "owner_id"}
    hidden = privacy.masked(handles.values())
    return {name: hidden.get(handle, masks.NOTHING) for name, handle in handles.items()}


def twin_of(row: ChangeRequest) -> Organisation | None:
    """Return the record that has the juristic number of a registration already; for those who decide."""
    number = row.facts.get("set", {}).get("juristic_id")
    if row.kind != RequestKind.REGISTER or not number:
        return None
    rows = Organisation.objects.filter(merged_into__isnull=True).exclude(juristic_id="")
    return rows.filter(juristic_id=number).first()


def state_for_stranger(reference: str, second: str) -> PublicState:
    """Return the state of a registration for whoever knows its reference and the telephone or e-mail given with it.

    Raises:
        NotFoundError: the two do not belong together; an unknown reference is answered alike and in like time.
    """
    plain = reference.replace("-", "").replace(" ", "").upper()[:12]
    kind = masks.Kind.EMAIL if "@" in second else masks.Kind.PHONE
    known = {str(item.id) for item in privacy.find_by_tag(_SYSTEM, kind, second[:254])} if second else set()
    row = ChangeRequest.objects.filter(reference=plain).first() if ids.is_public_reference(plain) else None
    if row is None or not known & {str(row.sealed.get("phone")), str(row.sealed.get("email"))}:
        raise NotFoundError
    return PublicState(row.reference, RequestState(row.state), row.created_at, row.decided_at, row.reason)


def sent_lately(origin: str, seconds: int) -> int:
    """Return how many registrations came from an address in the last seconds."""
    since = clock.now() - timedelta(seconds=seconds)
    return ChangeRequest.objects.filter(origin=origin, created_at__gt=since).count()


def by_nonce(nonce: str) -> ChangeRequest | None:
    """Return the request that a form made when it was sent before; only for the public form."""
    return ChangeRequest.objects.filter(nonce=nonce).first() if nonce else None


def renewable(row: Organisation) -> bool:
    """Tell whether a renewal may be asked for now: from 60 days before its end."""
    return row.renewal_due is not None and (row.renewal_due - clock.today()).days <= RENEW_DAYS


def open_request_of(actor: Actor, organisation_id: UUID) -> ChangeRequest | None:
    """Return the oldest request about an organisation that waits, as far as the actor sees it."""
    return open_ones(requests_visible_to(actor).filter(organisation=organisation_id)).first()


def _pack(value: Any) -> Any:
    if isinstance(value, tuple):
        return [[one.text, one.kind] if isinstance(one, AliasFacts) else one for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
