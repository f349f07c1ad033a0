"""Writes of data links between systems of any two organisations (S4-37)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.events.assets import Tag
from phithak.registry.models import DataLink, System
from phithak.registry.queries import agreements
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.errors import AssetTakenError, NoAgreementError
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.services.assets import rows


@dataclass(frozen=True)
class LinkFacts:
    """What is told of a link: from which system data flows to which, what data, by what means."""

    source_id: UUID
    target_id: UUID
    kinds: tuple[DataKind, ...]
    method: str = ""


def add_link(actor: Actor, facts: LinkFacts) -> UUID:
    """Write a link down; it is off until it is switched on under an agreement.

    Args:
        actor: may change the assets of one of the two owners, and sees both systems.
        facts: the two systems, and at least one kind of data.

    Raises:
        NotFoundError: a system is not the actor's to see.
        AssetValueError: both are one system, no kind of data, or neither system is the actor's to change.
        AssetTakenError: the link is there already.
    """
    permissions.require(actor, doors.MANAGE)
    running = doors.systems_visible_to(actor).filter(ended_at__isnull=True)
    source, target = doors.one(running, facts.source_id), doors.one(running, facts.target_id)
    if source.pk == target.pk:
        raise rows.wrong("target_id", "ต้องเป็นคนละระบบ", "The two must be different systems.")
    own = doors.owners_visible_to(actor).filter(pk__in={source.tenant_id, target.tenant_id})
    owners = set(own.values_list("pk", flat=True))
    if not owners:
        raise rows.wrong(
            "target_id", "ต้องมีระบบของหน่วยงานคุณอย่างน้อยหนึ่งฝั่ง", "One of the two must be a system of yours."
        )
    keeper = source.tenant_id if source.tenant_id in owners else target.tenant_id
    row = DataLink(tenant_id=keeper, source=source, target=target, **_columns(facts.kinds, facts.method))
    try:
        with write("registry.add_link"):
            row.save(force_insert=True)
            rows.note(actor, Tag.LINK_ADDED, doors.LINK, row, title(source, target))
    except IntegrityError as error:
        raise AssetTakenError(field="target_id", entry=title(source, target)) from error
    return row.pk


def change_link(
    actor: Actor, data_link_id: UUID, *, kinds: tuple[DataKind, ...], method: str = "", version: int
) -> None:
    """Change what a link carries and how; a link that is on and now carries more is switched off.

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        AssetValueError: no kind of data.
    """
    row = rows.managed(actor, doors.links_visible_to, data_link_id)
    columns = rows.changes(row, _columns(kinds, method))
    if row.active and set(columns.get("kinds", [])) - set(row.kinds):
        columns |= {"active": False, "agreement_id": None}
    with write("registry.change_link"):
        rows.update(row, version, columns)
        rows.note(actor, Tag.LINK_CHANGED, doors.LINK, row, _title(row), fields=rows.fields_of(columns))


def switch_link_on(actor: Actor, data_link_id: UUID) -> None:
    """Switch a link on, when a valid agreement allows this data between the two.

    Inside one organisation no agreement is needed.

    Raises:
        NoAgreementError: nothing allows it; says what is missing.
    """
    row = rows.managed(actor, doors.links_visible_to, data_link_id)
    parties = {row.source.tenant_id, row.target.tenant_id}
    agreement_id, number = None, "-"
    if len(parties) > 1:
        verdict = agreements.flow_is_allowed(parties, agreements.Flow.DATA_FLOW, data_kinds=row.kinds)
        if not verdict.allowed:
            raise NoAgreementError(reason_th=verdict.reason.th, reason_en=verdict.reason.en)
        agreement_id, number = verdict.agreement_id, str(verdict.agreement_id)
    with write("registry.switch_link_on"):
        rows.update(row, row.version, {"active": True, "agreement_id": agreement_id})
        rows.note(actor, Tag.LINK_ON, doors.LINK, row, _title(row), agreement=number)


def switch_link_off(actor: Actor, data_link_id: UUID) -> None:
    """Switch a link off; it stays written down."""
    row = rows.managed(actor, doors.links_visible_to, data_link_id)
    with write("registry.switch_link_off"):
        rows.update(row, row.version, {"active": False, "agreement_id": None})
        rows.note(actor, Tag.LINK_OFF, doors.LINK, row, _title(row))


def end_link(actor: Actor, data_link_id: UUID) -> None:
    """End a link: no data flows there any more."""
    row = rows.managed(actor, doors.links_visible_to, data_link_id)
    with write("registry.end_link"):
        DataLink.objects.filter(pk=row.pk, ended_at__isnull=True).update(active=False)
        rows.end(row)
        rows.note(actor, Tag.LINK_ENDED, doors.LINK, row, _title(row))


def title(source: System, target: System) -> str:
    """Return the two names with the way of the data between them."""
    return str(
        Text(
            f"{source.name_th} → {target.name_th}",
            f"{source.name_en or source.name_th} → {target.name_en or target.name_th}",
        )
    )


def _title(row: DataLink) -> str:
    return title(row.source, row.target)


def _columns(kinds: tuple[DataKind, ...], method: str) -> dict[str, Any]:
    if not kinds:
        raise rows.wrong("kinds", "เลือกชนิดข้อมูลอย่างน้อยหนึ่งอย่าง", "Choose at least one kind of data.")
    wanted = {kind.value for kind in kinds}
    return {
        "kinds": [kind.value for kind in DataKind if kind.value in wanted],
        "method": rows.words(method, "method", 60),
    }
