"""All reads of the monitoring room."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from phithak.base.profile import Profile, ProfileError
from phithak.base.text import Text
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor, system
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.eventstore import control
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import LedgerReader
from phithak.monitoring.errors import SenderUnknownError, TenantUnknownError
from phithak.monitoring.models import Sender, Source, Token

_THROUGH = frozenset({Reason.CONSTITUENCY})


@dataclass(frozen=True)
class SenderView:
    """A sender as people see it.

    Attributes:
        id, tenant_id, tenant, name: whose it is and what it is called.
        revoked_at: when its tokens ended, or None.
        sources: labels of what it sends.
        events, batches: how much was stored of it.
        last_seen: when the last batch of it was stored, or None.
    """

    id: UUID
    tenant_id: UUID
    tenant: Text
    name: str
    revoked_at: datetime | None
    sources: tuple[str, ...]
    events: int = 0
    batches: int = 0
    last_seen: datetime | None = None


def layout() -> Layout:
    """Return where the event store of this instance lies."""
    return Layout(settings.CONFIG.events)


def visible_to(actor: Actor) -> QuerySet[Sender]:
    """Return the senders that the actor may see."""
    return rows_visible_to(Sender.objects.all(), actor, permission="monitoring.view", through=_THROUGH)


def sender_by_id(actor: Actor, text: str) -> Sender:
    """Return a sender by its id.

    Raises:
        SenderUnknownError: there is none that the actor may see.
    """
    try:
        found = visible_to(actor).filter(pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise SenderUnknownError(sender=text)
    return found


def tenant_of(actor: Actor, text: str) -> UUID:
    """Return the id of an open tenant by its id or its whole name.

    Raises:
        TenantUnknownError: none, or more than one of that name.
    """
    rows = accounts.tenants_visible_to(actor).filter(state="active")
    try:
        found = rows.filter(pk=UUID(text))
    except ValueError:
        found = rows.filter(name_th=text) | rows.filter(name_en=text)
    known = list(found[:2])
    if len(known) != 1:
        raise TenantUnknownError(tenant=text)
    return known[0].pk


def tenants_asked(actor: Actor, names: Sequence[str]) -> list[UUID]:
    """Return the tenants of these ids or names; without any, all that the actor may see.

    Raises:
        TenantUnknownError: as :func:`tenant_of`.
    """
    if names:
        return [tenant_of(actor, name) for name in names]
    return list(accounts.tenants_visible_to(actor).values_list("pk", flat=True))


def senders(actor: Actor) -> list[SenderView]:
    """Return the senders that the actor may see, newest first, with what was stored of each."""
    rows = list(visible_to(actor).order_by("-created_at"))
    labels: dict[UUID, list[str]] = {}
    for sender, label in (
        Source.objects.filter(sender__in=rows).order_by("label").values_list("sender_id", "label")
    ):
        labels.setdefault(sender, []).append(label)
    names = accounts.tenant_names({row.tenant_id for row in rows})
    stored = _stored()
    return [
        SenderView(
            row.pk, row.tenant_id, names[row.tenant_id], row.name, row.revoked_at,
            tuple(labels.get(row.pk, ())), *stored.get(row.pk, (0, 0, None)),
        )
        for row in rows
    ]  # fmt: skip


def _stored() -> dict[UUID, tuple[int, int, datetime | None]]:
    """Return events, batches and the last moment of each sender, as the ledger has them."""
    reader = LedgerReader(layout())
    found: dict[UUID, tuple[int, int, datetime | None]] = {}
    try:
        for one in reader.activity():
            events, batches, last = found.get(one.sender, (0, 0, None))
            moment = datetime.fromtimestamp(one.received / 1_000_000, UTC)
            found[one.sender] = (
                events + one.events, batches + one.batches, moment if last is None else max(last, moment)
            )  # fmt: skip
    except sqlite3.Error:
        # the counts are told where they can be; who may send is not a matter of the ledger
        return {}
    finally:
        reader.close()
    return found


def projection() -> control.Projection:
    """Return everything that the intake needs to know, as the tables say it now."""
    rows = list(Sender.objects.filter(revoked_at__isnull=True))
    tokens: dict[UUID, list[bytes]] = {}
    for sender, digest in Token.objects.filter(sender__in=rows, ended_at__isnull=True).values_list(
        "sender_id", "digest"
    ):
        tokens.setdefault(sender, []).append(bytes(digest))
    sources = list(Source.objects.filter(sender__in=rows))
    told: dict[UUID, list[dict[str, Any]]] = {}
    for source in sources:
        told.setdefault(source.sender_id, []).append(
            {"label": source.label, "kind": source.kind, "profile": source.profile, "active": source.active}
        )
    tenants = accounts.tenants_visible_to(system("monitoring")).filter(pk__in={row.tenant_id for row in rows})
    return control.Projection(
        tuple(control.Tenant(one.pk, one.state == "active") for one in tenants),
        tuple(_sender(row, tokens.get(row.pk, []), told.get(row.pk, [])) for row in rows),
        tuple(
            control.Source(
                one.pk,
                one.sender_id,
                one.label,
                one.kind,
                _profile(one.profile),
                active=one.active,
                zone=one.zone_minutes,
            )
            for one in sources
        ),
    )


def _sender(row: Sender, tokens: list[bytes], sources: list[dict[str, Any]]) -> control.Sender:
    text = json.dumps(
        {"sources": sorted(sources, key=lambda one: one["label"])}, ensure_ascii=False, sort_keys=True
    )
    version = sha256(text.encode()).hexdigest()[:16]
    return control.Sender(row.pk, row.tenant_id, tuple(sorted(tokens)), settings=text, version=version)


def _profile(told: Mapping[str, Any]) -> Profile | None:
    try:
        return Profile.from_json(told)
    except ProfileError:
        # refused at the intake, as if there were none: better nothing than too much
        return None
