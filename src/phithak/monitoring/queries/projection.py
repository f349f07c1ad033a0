"""What ``control.db`` has to say, from the rows of this room; and the settings that go down to a sensor."""

from __future__ import annotations

import json
from uuid import UUID

from phithak.base import profile
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import system
from phithak.eventstore.control import Projection, Tenant
from phithak.eventstore.control import Sender as Known
from phithak.eventstore.control import Source as Taken
from phithak.monitoring.models import Sender, Site, Source, Turn
from phithak.monitoring.queries.states import Side

KINDS = {
    "windows": "windows", "eve": "suricata", "zeek": "zeek", "dns": "dns", "web": "web", "syslog": "syslog",
    "application": "application",
}  # fmt: skip
"""Kind of event by privacy profile; the others are databases."""


def projection() -> Projection:
    """Return everything that the intake needs to know at this moment."""
    senders = list(Sender.objects.exclude(token_hash="").filter(revoked_at=None).prefetch_related("sources"))
    tenants = {one.tenant_id for one in senders}
    told = Site.objects.filter(tenant__in=tenants).values_list("tenant", "quota_events", "quota_bytes")
    quotas = {tenant: (events, size) for tenant, events, size in told}
    rows = accounts.tenants_visible_to(system("monitoring")).filter(pk__in=tenants)
    return Projection(
        tuple(
            Tenant(row.pk, row.state == "active", *quotas.get(row.pk, (0, 0))) for row in rows.order_by("pk")
        ),
        tuple(_known(one) for one in senders),
        tuple(_taken(source) for one in senders for source in one.sources.all()),
    )


def _known(row: Sender) -> Known:
    return Known(
        row.pk,
        row.tenant_id,
        (bytes.fromhex(row.token_hash),),
        settings=json.dumps(orders(row), ensure_ascii=False, sort_keys=True),
        version=str(row.settings_number),
    )


def _taken(row: Source) -> Taken:
    return Taken(
        row.pk,
        row.sender_id,
        row.label,
        KINDS.get(row.profile, "database"),
        profile.named(row.profile),
        # the sensor's side may be switched on again before the centre's is: what comes is refused meanwhile
        active=row.on,
    )


def orders(row: Sender) -> dict[str, object]:
    """Return the settings that a sensor may fetch: they make less, never more."""
    sources: dict[str, object] = {}
    for source in row.sources.all():
        last = Turn.objects.filter(source=source, side=Side.CENTRE).order_by("-at").first()
        sources[source.label] = {"on": source.on} | (
            {"by": last.person, "reason": last.reason} if last is not None else {}
        )
    return {"sources": sources, "caps": row.caps}


def proposal(sender_id: UUID) -> dict[str, dict[str, str]]:
    """Return the sources that an enrolment proposes to the hospital, by label."""
    rows = Source.objects.filter(sender=sender_id).order_by("label")
    return {
        row.label: {"kind": row.kind, "profile": row.profile}
        | ({("listen" if row.kind in LISTENING else "path"): row.place} if row.place else {})
        for row in rows
    }


LISTENING = ("syslog-udp", "syslog-tcp", "syslog-tls", "relp")
SENSOR_KINDS = ("file", "folder", *LISTENING)
"""Ways in which a sensor takes a source."""
DIRECT = "direct"
"""The way of an agent: it posts by itself."""
