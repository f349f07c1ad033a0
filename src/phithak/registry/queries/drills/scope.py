"""Whom a drill asks, and by what two contacts are known to be the same person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from phithak.core.accounts.actors import Actor, ActorKind, Grant
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.privacy import queries as privacy
from phithak.registry.models import ContactPoint, Drill, Organisation
from phithak.registry.queries.organisations import State

_GONE = (State.CLOSED, State.MERGED, State.PENDING)


def centre_actor(tenant_id: UUID) -> Actor:
    """Return the actor that sees what a centre's analysts see: for work that no person asks for."""
    return Actor(ActorKind.TOKEN, "system:registry", grants=(Grant(tenant_id, Role.ANALYST),))


def constituency(tenant_id: UUID) -> QuerySet[ContactPoint]:
    """Return the running contacts of a centre and of its constituents that are registered."""
    rows = rows_visible_to(
        ContactPoint.objects.filter(ended_at__isnull=True),
        centre_actor(tenant_id),
        permission="registry.contacts.view",
        through=frozenset({Reason.CONSTITUENCY}),
    )
    gone = Organisation.objects.filter(pk=OuterRef("tenant_id"), state__in=_GONE)
    return rows.filter(~Exists(gone))


def contacts_of(drill: Drill) -> QuerySet[ContactPoint]:
    """Return the contacts that a drill is about: its kinds, sectors and countries within the constituency."""
    rows = constituency(drill.tenant_id)
    if drill.kinds:
        rows = rows.filter(kind__in=drill.kinds)
    if drill.sectors or drill.countries:
        those = Organisation.objects.filter(pk=OuterRef("tenant_id"))
        if drill.countries:
            those = those.filter(country__in=drill.countries)
        if drill.sectors:
            within = Q()
            for code in drill.sectors:
                within |= Q(sector__code=code) | Q(sector__code__startswith=f"{code}.")
            those = those.filter(within)
        rows = rows.filter(Exists(those))
    return rows


def next_contacts(drill: Drill, after: UUID | None, rows: int) -> list[ContactPoint]:
    """Return the next contacts of a drill by key."""
    found = contacts_of(drill).select_related("position")
    if after is not None:
        found = found.filter(pk__gt=after)
    return list(found.order_by("pk")[:rows])


def address_of(contact: ContactPoint) -> tuple[str, UUID | None]:
    """Return by what a contact is asked: channel (``mail``, ``sms`` or ``none``) and the vault handle."""
    mail = contact.email_id or contact.other_email_id
    if mail is not None:
        return "mail", mail
    return ("sms", contact.phone_id) if contact.phone_id is not None else ("none", None)


@dataclass(frozen=True)
class Keys:
    """What names the person behind a contact.

    Attributes:
        used: the person's row, and the address by which they are asked.
        beside: tags of their other addresses; two people may share one, such as a switchboard.
    """

    used: frozenset[str]
    beside: frozenset[str]

    def meets(self, key: str, *, used: bool) -> bool:
        """Tell whether somebody who holds ``key`` is this person: not by an address that neither is asked by."""
        return key in self.used or (used and key in self.beside)


def keys_of(contacts: Iterable[ContactPoint]) -> dict[UUID, Keys]:
    """Return the keys of each contact; addresses are compared by their keyed tags alone."""
    rows = list(contacts)
    tags = privacy.compare_tags(handle for row in rows for handle in _handles(row))
    found: dict[UUID, Keys] = {}
    for row in rows:
        _, asked_by = address_of(row)
        used = {tags[asked_by]} if asked_by in tags else set()
        if row.position is not None:
            used.add(f"person:{row.position.person_id}")
        beside = {tags[handle] for handle in _handles(row) if handle in tags} - used
        found[row.pk] = Keys(frozenset(used), frozenset(beside))
    return found


def _handles(row: ContactPoint) -> list[UUID]:
    return [handle for handle in (row.email_id, row.other_email_id, row.phone_id) if handle is not None]
