"""Many tenants at once: what an import of a registry asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from phithak.base import clock, ids
from phithak.base.errors import InvalidInputError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import Oversight, Tenant
from phithak.core.accounts.scope import Reason
from phithak.core.db import bulk
from phithak.core.db.transactions import CHUNK_ROWS, write
from phithak.engines.tlog import Frontier


@dataclass(frozen=True, slots=True)
class NewTenant:
    """A tenant to be added: its id, kind and names (1 to 250 characters in Thai)."""

    id: UUID
    kind: str
    name_th: str
    name_en: str = ""


def create_tenants(actor: Actor, tenants: Sequence[NewTenant]) -> None:
    """Add tenants that are no centres; every open centre oversees them. One journal entry with count and root.

    No signal is sent: the caller writes in the same transaction what belongs to them.

    Args:
        actor: needs ``accounts.tenant.create``.
        tenants: at most 500, so that the lock is held shortly.

    Raises:
        InvalidInputError: too many, one is a centre, or a name is empty or too long.
    """
    permissions.require(actor, "accounts.tenant.create")
    if len(tenants) > CHUNK_ROWS or any(
        one.kind == "cert" or not one.name_th.strip() or max(len(one.name_th), len(one.name_en)) > 250  # noqa: PLR2004 - the column's length
        for one in tenants
    ):
        raise InvalidInputError(
            field="name_th", reason_th="มีหน่วยงานที่เพิ่มแบบนี้ไม่ได้", reason_en="some cannot be added this way"
        )
    if not tenants:
        return
    tree = Frontier()
    for one in tenants:
        tree.append(one.id.bytes + one.name_th.encode())
    with write("accounts.create_tenants"):
        bulk.insert_all(
            [Tenant(id=one.id, kind=one.kind, name_th=one.name_th, name_en=one.name_en) for one in tenants]
        )
        centres = list(Tenant.objects.filter(kind="cert", state="active").values_list("pk", flat=True))
        now = clock.now()
        bulk.insert(
            Oversight,
            ("id", "created_at", "over_id", "under_id", "reason"),
            (
                (ids.uuid7(), now, centre, one.id, Reason.CONSTITUENCY)
                for centre in centres
                for one in tenants
            ),
        )
        contrib.record(
            actor,
            Tag.TENANTS_CREATED,
            ("accounts.tenant", tenants[0].id),
            facts={"tenants": len(tenants)},
            count=len(tenants),
            root=tree.root(),
        )
