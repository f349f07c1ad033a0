"""Organisations: who sees which, their states and relations."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.registry.models import Organisation

KIND = "registry.organisation"
VIEW, MANAGE = "registry.view", "registry.manage"
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


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """Return the organisations that the actor may see: own, and those under it."""
    rows = Organisation.objects.select_related("tenant", "sector")
    return rows_visible_to(rows, actor, permission=permission, through=THROUGH)


def organisation(actor: Actor, organisation_id: UUID, permission: str = VIEW) -> Organisation:
    """Return one organisation.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = visible_to(actor, permission).filter(pk=organisation_id).first()
    if found is None:
        raise NotFoundError
    return found
