"""Which contacts a message goes to: the table (``people_routing.toml``) and its reading of an organisation.

A technical alert never reaches a diplomat by itself: kinds in ``never`` receive a message only by a person's
explicit choice (``services.people.choose``). A vendor receives what concerns its own system only. A contact
receives nothing above its TLP.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from uuid import UUID

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.registry.models import ContactPoint
from phithak.registry.queries.kinds import ContactKind

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""Traffic light protocol 2.0, from the widest to the narrowest."""

DEFAULT_TLP = "AMBER"


class MessageKind(StrEnum):
    """What a message is about; decides whom it goes to."""

    TECHNICAL_ALERT = "technical_alert"
    EARLY_WARNING = "early_warning"
    LEGAL_NOTICE = "legal_notice"
    ORDER = "order"
    BREACH_NOTICE = "breach_notice"
    PRESS = "press"
    POLICY = "policy"
    DIPLOMATIC_NOTE = "diplomatic_note"
    DEFENCE = "defence"
    LAW_ENFORCEMENT_REQUEST = "law_enforcement_request"
    VENDOR_CALL = "vendor_call"
    DRILL = "drill"

    @property
    def text(self) -> Text:
        """The kind's name in both languages."""
        return routing()[self].text


@dataclass(frozen=True)
class Routing:
    """One line of the table."""

    text: Text
    order: tuple[ContactKind, ...]
    never: frozenset[ContactKind]


class Left(StrEnum):
    """Why a contact does not receive a message by default."""

    NEVER = "never"
    OTHER_KIND = "other_kind"
    TLP = "tlp"
    OTHER_SYSTEM = "other_system"

    @property
    def text(self) -> Text:
        """The reason in both languages."""
        return _LEFT[self]


_LEFT = {
    Left.NEVER: Text(
        "ประเภทนี้ไม่รับข้อความชนิดนี้ เว้นแต่เลือกเองพร้อมเหตุผล", "Never by default: only by an explicit choice"
    ),
    Left.OTHER_KIND: Text("ไม่ใช่ผู้รับตามประเภท", "Not of a kind that receives this"),
    Left.TLP: Text("เกินระดับ TLP ที่รับได้", "Above the TLP that the contact may receive"),
    Left.OTHER_SYSTEM: Text("ผู้รับจ้างของระบบอื่น", "A vendor of another system"),
}


@dataclass(frozen=True)
class SendingRoute:
    """One receiver for rooms that send: handles of the vault, never the values."""

    contact_id: UUID
    organisation_id: UUID
    kind: ContactKind
    position_id: UUID | None
    label: Text
    email_id: UUID | None
    phone_id: UUID | None
    other_email_id: UUID | None
    languages: tuple[str, ...]
    key_fingerprint: str


@dataclass(frozen=True)
class Route:
    """Who receives a message: the first is meant, those behind it stand in; and who does not, with the reason."""

    message_kind: MessageKind
    organisation_id: UUID
    contacts: tuple[ContactPoint, ...]
    left_out: tuple[tuple[ContactPoint, Left], ...]

    @property
    def first(self) -> ContactPoint | None:
        """The contact that the message is meant for; None when nobody receives it by default."""
        return self.contacts[0] if self.contacts else None


@cache
def routing() -> dict[MessageKind, Routing]:
    """Return the table.

    Raises:
        ValueError: a kind of message is missing, or a kind of contact is both ordered and never.
    """
    source = resources.files("phithak.registry.queries") / "people_routing.toml"
    table = {}
    for line in tomllib.loads(source.read_text(encoding="utf-8"))["message"]:
        order = tuple(ContactKind(kind) for kind in line["order"])
        never = frozenset(ContactKind(kind) for kind in line["never"])
        if never.intersection(order):
            raise ValueError(f"{line['code']}: {never.intersection(order)} both ordered and never")
        table[MessageKind(line["code"])] = Routing(Text(**line["text"]), order, never)
    if missing := set(MessageKind) - set(table):
        raise ValueError(f"no routing for {sorted(missing)}")
    return table


def tlp_rank(tlp: str) -> int:
    """Return how narrow a TLP is, 0 for CLEAR.

    Raises:
        InvalidInputError: there is no such TLP.
    """
    if tlp not in TLP:
        raise InvalidInputError(
            field="tlp", reason_th=f"TLP มี {' '.join(TLP)}", reason_en=f"a TLP is one of {' '.join(TLP)}"
        )
    return TLP.index(tlp)


def why_left(
    row: ContactPoint, message_kind: MessageKind, *, tlp: str = DEFAULT_TLP, system_id: UUID | None = None
) -> Left | None:
    """Tell why a contact does not receive a message by default; None when it does."""
    table = routing()[message_kind]
    kind = ContactKind(row.kind)
    if kind in table.never:
        return Left.NEVER
    if kind not in table.order:
        return Left.OTHER_KIND
    is_drill = message_kind is MessageKind.DRILL
    if kind is ContactKind.VENDOR and not is_drill and (system_id is None or row.system_id != system_id):
        return Left.OTHER_SYSTEM
    return Left.TLP if tlp_rank(tlp) > tlp_rank(row.tlp_most) else None


def route(
    message_kind: MessageKind,
    organisation_id: UUID,
    *,
    tlp: str = DEFAULT_TLP,
    system_id: UUID | None = None,
) -> Route:
    """Return who in an organisation receives a message. For rooms and pages that have asked for the right to see.

    Args:
        message_kind: what it is about.
        organisation_id: whose contacts.
        tlp: of the message; contacts below it are left out.
        system_id: the system that it is about; vendors receive it for their own system only.

    Returns:
        Running contacts by kind as the table orders them, then by rank; the others with the reason.
    """
    rows = (
        ContactPoint.objects.filter(tenant=organisation_id, ended_at__isnull=True)
        .select_related("tenant", "position__person")
        .order_by("rank", "pk")
    )
    order = routing()[message_kind].order
    taken, left_out = [], []
    for row in rows:
        why = why_left(row, message_kind, tlp=tlp, system_id=system_id)
        if why is None:
            taken.append(row)
        else:
            left_out.append((row, why))
    taken.sort(key=lambda row: (order.index(ContactKind(row.kind)), row.rank, row.pk))
    return Route(message_kind, organisation_id, tuple(taken), tuple(left_out))


def routes_for_sending(
    organisation_id: UUID,
    message_kind: MessageKind,
    *,
    tlp: str = DEFAULT_TLP,
    system_id: UUID | None = None,
) -> list[SendingRoute]:
    """Return the receivers of :func:`route` as handles, for processes that send; the first is meant."""
    found = route(message_kind, organisation_id, tlp=tlp, system_id=system_id)
    return [sending_route(row) for row in found.contacts]


def sending_route(row: ContactPoint) -> SendingRoute:
    """Return one contact as rooms that send take it."""
    return SendingRoute(
        contact_id=row.pk,
        organisation_id=row.tenant_id,
        kind=ContactKind(row.kind),
        position_id=row.position_id,
        label=Text(row.label_th, row.label_en or row.label_th),
        email_id=row.email_id,
        phone_id=row.phone_id,
        other_email_id=row.other_email_id,
        languages=tuple(row.languages),
        key_fingerprint=row.key_fingerprint,
    )
