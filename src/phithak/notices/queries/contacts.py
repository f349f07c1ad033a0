"""The source "contacts of the registry": whom the organisation may reach, narrowed by sector, kind and size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.notices.sources import Source, Target
from phithak.registry.queries import drills, people
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.queries.organisations import State
from phithak.registry.queries.people import of_organisations, organisations_within

SIZES = ("large", "medium", "small", "unknown")
SIZE_TEXTS = {
    "large": Text("ใหญ่", "Large"),
    "medium": Text("กลาง", "Medium"),
    "small": Text("เล็ก", "Small"),
    "unknown": Text("ไม่ทราบขนาด", "Unknown size"),
}
_GONE = (State.CLOSED, State.MERGED, State.PENDING)


def sector_choices() -> list[tuple[str, Text]]:
    """Return the sectors that can be chosen."""
    return drills.sector_choices()


def _check(actor: Actor, tenant_id: UUID, args: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the rows themselves are narrowed
    known = {
        "kinds": {kind.value for kind in ContactKind},
        "organisation_kinds": {kind.value for kind in Kind},
        "sizes": set(SIZES),
    }
    found: dict[str, Any] = {}
    for name, allowed in known.items():
        values = sorted({str(value) for value in args.get(name, [])})
        for value in values:
            if value not in allowed:
                raise InvalidInputError(
                    field=name, reason_th=f"ไม่รู้จัก “{value}”", reason_en=f"“{value}” is not known"
                )
        found[name] = values
    sector = str(args.get("sector", "") or "")
    if sector and sector not in {code for code, _ in sector_choices()}:
        raise InvalidInputError(
            field="sector", reason_th="ไม่รู้จักภาคส่วนนี้", reason_en="that sector is not known"
        )
    return {**found, "sector": sector, "every": bool(args.get("every", False))}


def _targets(actor: Actor, tenant_id: UUID, args: Mapping[str, Any]) -> Iterable[Target]:  # noqa: ARG001 - the actor is that organisation
    rows = people.contacts_visible_to(actor).select_related(None).filter(ended_at__isnull=True)
    if args["kinds"]:
        rows = rows.filter(kind__in=args["kinds"])
    within = organisations_within(sector=args["sector"]).exclude(state__in=_GONE)
    if args["sizes"]:
        within = within.filter(size__in=args["sizes"])
    if args["organisation_kinds"]:
        within = within.filter(kind__in=args["organisation_kinds"])
    last: UUID | None = None
    for row in of_organisations(rows, within).order_by("tenant", "rank", "pk").iterator(500):
        if not args["every"] and row.tenant_id == last:
            continue
        last = row.tenant_id
        speaks = row.languages
        yield Target(
            key=str(row.pk),
            party=row.tenant_id,
            mail_id=row.email_id or row.other_email_id,
            sms_id=row.phone_id,
            language="en" if speaks and "th" not in speaks else "th",
            tlp_most=row.tlp_most,
        )


def _names(actor: Actor, keys: Sequence[str]) -> Mapping[str, Text]:
    rows = people.contacts_visible_to(actor).filter(pk__in=list(keys))
    return {str(row.pk): people.label_of(row) for row in rows}


BY_CONTACTS = Source(
    "registry.contacts", Text("ผู้ประสานงานในทะเบียน", "Contacts of the registry"), _check, _targets, _names
)
