"""Sectors from packs, and what else the instance makes sure of: one organisation for each tenant, sizes by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from phithak.base import clock
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts import queries as tenants
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.registry.events.organisations import Tag
from phithak.registry.models import Organisation, Sector
from phithak.registry.packs import PackFileError, SectorPack, read_pack, ready_packs
from phithak.registry.queries import sizes
from phithak.registry.queries.kinds import KINDS, Kind
from phithak.registry.queries.organisations import KIND, SCOPE, State
from phithak.registry.queries.sorting import name_key
from phithak.registry.services.organisations.errors import SectorTakenError
from phithak.registry.services.organisations.rows import SYSTEM, index_many, note, refresh

REINDEX, RESIZE, TENANTS = "registry.reindex", "registry.resize", "registry.find_tenants"
_COLUMNS = ("name_th", "name_en", "words", "cii", "pack")


@dataclass(frozen=True)
class LoadedPack:
    """What loading a pack did: codes of sectors."""

    pack: str
    version: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def load_file(actor: Actor, path: Path) -> LoadedPack:
    """Load a pack from a file of one's own.

    Raises:
        PackFileError: the file cannot be read or used; file and field are named.
        SectorTakenError: another pack holds one of its sectors.
    """
    try:
        with path.open("rb") as file:
            content = file.read(2_000_000)
    except OSError as error:
        raise PackFileError(
            field="file",
            file=path.name,
            where="-",
            reason_th=f"เปิดไม่ได้ ({error.strerror})",
            reason_en=f"it cannot be opened ({error.strerror})",
        ) from error
    return load_pack(actor, read_pack(path.name, content), file=path.name)


def load_ready(actor: Actor = SYSTEM) -> list[LoadedPack]:
    """Load the packs that ship with the product; running it again changes nothing."""
    return [load_pack(actor, pack, file=f"{pack.name}.toml") for pack in ready_packs()]


def load_pack(actor: Actor, pack: SectorPack, *, file: str) -> LoadedPack:
    """Write a pack's sectors; those that it no longer names stay.

    Args:
        actor: needs ``registry.scope.manage``: sectors decide what authorities see.
        pack: a pack that was read.
        file: where it came from, for messages.
    """
    permissions.require(actor, SCOPE)
    with write("registry.load_pack"):
        have = {row.code: row for row in Sector.objects.filter(code__in=[one.code for one in pack.sectors])}
        added, changed, same = [], [], []
        for one in pack.sectors:
            values = {
                "name_th": one.name.th,
                "name_en": one.name.en,
                "words": list(one.words),
                "cii": one.cii,
                "pack": pack.name,
            }
            row = have.get(one.code)
            if row is None:
                parent = have.get(one.parent)
                have[one.code] = Sector.objects.create(code=one.code, parent=parent, **values)
                added.append(one.code)
                continue
            if row.pack != pack.name:
                raise SectorTakenError(field="file", file=file, sector=one.code, pack=row.pack)
            if all(getattr(row, name) == values[name] for name in _COLUMNS):
                same.append(one.code)
                continue
            Sector.objects.filter(pk=row.pk).update(**values)
            changed.append(one.code)
        if added or changed:
            contrib.record(
                actor,
                Tag.PACK_LOADED,
                ("registry.pack", pack.name),
                facts={
                    "pack": pack.name,
                    "version": pack.version,
                    "added": len(added),
                    "changed": len(changed),
                },
            )
        for code in changed:  # their organisations are searched by the new words
            jobs.enqueue(REINDEX, {"sector": code}, actor=SYSTEM, unique=code)
    return LoadedPack(pack.name, pack.version, tuple(added), tuple(changed), tuple(same))


def follow_tenant(tenant_id: UUID) -> None:
    """Make the organisation of a tenant that has none, and let names and closing follow the tenant."""
    tenant = tenants.tenants_visible_to(SYSTEM).filter(pk=tenant_id).first()
    if tenant is None:
        return
    row = Organisation.objects.filter(pk=tenant_id).select_related("sector").first()
    if row is None:
        with write("registry.follow_tenant"):
            row = _found(tenant_id, tenant.kind, tenant.name_th, tenant.name_en)
            row.state = State.CLOSED if tenant.state == "closed" else State.REGISTERED
            row.save(force_insert=True)
            refresh(row)
            note(SYSTEM, Tag.FOUND, row)
        return
    names = (tenant.name_th, tenant.name_en)
    closed = tenant.state == "closed" and row.state not in {State.CLOSED, State.MERGED}
    if (row.name_th, row.name_en) == names and not closed:
        return
    row.name_th, row.name_en = names
    row.name_key = name_key(row.name_th)
    row.state = State.CLOSED if closed else row.state
    with write("registry.follow_tenant"):
        Organisation.objects.filter(pk=row.pk).update(
            name_th=row.name_th,
            name_en=row.name_en,
            name_key=row.name_key,
            state=row.state,
            version=F("version") + 1,
            updated_at=clock.now(),
        )
        refresh(row)


def find_tenants() -> int:
    """Make an organisation for every tenant that has none; a start of the instance asks for it.

    Returns:
        How many were made.
    """
    own = Organisation.objects.filter(pk=OuterRef("pk"))
    rows = tenants.tenants_visible_to(SYSTEM).filter(~Exists(own)).order_by("pk")
    missing = list(rows.values_list("pk", flat=True))
    for tenant_id in missing:
        follow_tenant(tenant_id)
    return len(missing)


def resize_chunk(rows: Sequence[Organisation]) -> int:
    """Size organisations anew by the rules in force; inside the caller's transaction.

    Args:
        rows: at most 500 organisations.

    Returns:
        How many got another size or rule.
    """
    changed = []
    for row in rows:
        found = sizes.decision_of(row)
        if (row.size, row.size_rule) != (found.size, found.rule):
            row.size, row.size_rule = str(found.size), found.rule
            changed.append(row)
    if changed:
        Organisation.objects.bulk_update(changed, ["size", "size_rule"])
        index_many(changed)
        contrib.record(
            SYSTEM,
            Tag.RESIZED_MANY,
            (KIND, "sizes"),
            facts={
                "organisations": len(changed),
                "rules": ", ".join(sorted({row.size_rule for row in changed})),
            },
            count=len(changed),
        )
    return len(changed)


def ask_to_resize() -> None:
    """Queue the sizing of all when some organisation was sized by a rule that is not in force."""
    for rule in sizes.rules():
        stale = Organisation.objects.filter(kind__in=rule.kinds).exclude(size_rule=rule.name)
        if stale.exists():
            jobs.enqueue(RESIZE, {"rule": rule.name}, actor=SYSTEM, unique=rule.name)


def _found(tenant_id: UUID, tenant_kind: str, name_th: str, name_en: str) -> Organisation:
    kind = _kind_of(tenant_kind)
    return Organisation(
        tenant_id=tenant_id,
        name_th=name_th,
        name_en=name_en,
        name_key=name_key(name_th),
        kind=kind,
        legal_roles=list(kind.facts.legal_roles),
        registered_on=clock.today(),
    )


def _kind_of(tenant_kind: str) -> Kind:
    """Return the first kind whose tenants are of that kind; "member" says no more than that."""
    if tenant_kind == "member":
        return Kind.OTHER
    return next((kind for kind, facts in KINDS.items() if facts.tenant_kind == tenant_kind), Kind.OTHER)
