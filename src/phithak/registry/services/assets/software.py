"""Writes of software."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.events.assets import Tag
from phithak.registry.models import Software
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.errors import AssetTakenError, AssetValueError
from phithak.registry.queries.assets.products import LineFault, Product, read_cpe, read_lines, read_purl
from phithak.registry.services.assets import rows


@dataclass(frozen=True)
class SoftwareFacts:
    """What is told of a product: name and version as it says itself, on which system when that is known."""

    product: str
    release: str = ""
    vendor: str = ""
    cpe: str = ""
    purl: str = ""
    system_id: UUID | None = None


@dataclass(frozen=True)
class Pasted:
    """What became of a pasted list: how many were added, how many were there already, which lines say nothing."""

    added: int
    known: int
    faults: tuple[LineFault, ...]


def add_software(actor: Actor, organisation_id: UUID, facts: SoftwareFacts) -> UUID:
    """Add a product and version.

    Raises:
        NotFoundError: the organisation is not the actor's to change.
        AssetValueError: a name, the CPE or the package URL cannot be used, or the system is another's.
        AssetTakenError: the organisation has the same product and version on the same system.
    """
    rows.need_owner(actor, organisation_id)
    columns = _columns(actor, organisation_id, facts)
    row = Software(tenant_id=organisation_id, **columns)
    with write("registry.add_software"):
        if _key(row) in _known(organisation_id, row.system_id):
            raise AssetTakenError(field="product", entry=title(row))
        row.save(force_insert=True)
        _index(row)
        rows.note(actor, Tag.SOFTWARE_ADDED, doors.SOFTWARE, row, title(row))
    return row.pk


def paste_software(
    actor: Actor, organisation_id: UUID, pasted: str, *, system_id: UUID | None = None
) -> Pasted:
    """Add what a pasted list names; what is there already is left alone.

    Raises:
        NotFoundError: the organisation is not the actor's to change.
        AssetValueError: nothing could be read, more than 500 lines, or the system is another's.
    """
    rows.need_owner(actor, organisation_id)
    system = _system(actor, organisation_id, system_id)
    products, faults = read_lines(pasted)
    if not products:
        raise AssetValueError(
            field="lines",
            reason_th="อ่านรายการไม่ได้ ใส่บรรทัดละหนึ่งรายการ เช่น nginx 1.24.0",
            reason_en="Nothing could be read. Put one product on each line, such as nginx 1.24.0.",
        )
    with write("registry.paste_software"):
        known = _known(organisation_id, system)
        new = [
            Software(tenant_id=organisation_id, system_id=system, source="paste", **_of(product))
            for product in products
        ]
        new = [row for row in new if _key(row) not in known]
        Software.objects.bulk_create(new)
        if new:
            contrib.record(
                actor,
                Tag.SOFTWARE_PASTED,
                ("registry.organisation", organisation_id),
                tenant_id=organisation_id,
                facts={"number": len(new), "names": [title(row) for row in new[:20]]},
                count=len(new),
            )
    search.put_many(doors.SOFTWARE, {row.pk: _words(row) for row in new})
    return Pasted(len(new), len(products) - len(new), tuple(faults))


def change_software(actor: Actor, software_id: UUID, facts: SoftwareFacts, *, version: int) -> None:
    """Change a product, such as its version after an update.

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        AssetValueError: as for a new one.
    """
    row = rows.managed(actor, doors.software_visible_to, software_id)
    columns = rows.changes(row, _columns(actor, row.tenant_id, facts))
    with write("registry.change_software"):
        rows.update(row, version, columns)
        for name, value in columns.items():
            setattr(row, name, value)
        _index(row)
        rows.note(
            actor, Tag.SOFTWARE_CHANGED, doors.SOFTWARE, row, title(row), fields=rows.fields_of(columns)
        )


def end_software(actor: Actor, software_id: UUID) -> None:
    """End a product: it runs no more."""
    row = rows.managed(actor, doors.software_visible_to, software_id)
    with write("registry.end_software"):
        rows.end(row)
        search.remove(doors.SOFTWARE, row.pk)
        rows.note(actor, Tag.SOFTWARE_ENDED, doors.SOFTWARE, row, title(row))


def title(row: Software) -> str:
    """Return vendor, product and version as people say them."""
    return " ".join(part for part in (row.vendor, row.product, row.release) if part)


def _columns(actor: Actor, organisation_id: UUID, facts: SoftwareFacts) -> dict[str, Any]:
    return {
        "product": rows.words(facts.product, "product", 120, needed=True),
        "release": rows.words(facts.release, "release", 80),
        "vendor": rows.words(facts.vendor, "vendor", 120),
        "cpe": read_cpe(rows.words(facts.cpe, "cpe", 300)),
        "purl": read_purl(rows.words(facts.purl, "purl", 300)),
        "system_id": _system(actor, organisation_id, facts.system_id),
    }


def _of(product: Product) -> dict[str, str]:
    return {
        "product": product.product,
        "release": product.release,
        "vendor": product.vendor,
        "cpe": product.cpe,
        "purl": product.purl,
    }


def _system(actor: Actor, organisation_id: UUID, system_id: UUID | None) -> UUID | None:
    if system_id is None:
        return None
    own = doors.systems_visible_to(actor).filter(tenant=organisation_id, ended_at__isnull=True)
    if not own.filter(pk=system_id).exists():
        raise rows.wrong("system_id", "ไม่มีระบบนี้ในหน่วยงาน", "The organisation has no such system.")
    return system_id


def _known(organisation_id: UUID, system_id: UUID | None) -> set[tuple[str, str, str]]:
    running = Software.objects.filter(tenant=organisation_id, system=system_id, ended_at__isnull=True)
    return {_key(row) for row in running.only("vendor", "product", "release")}


def _key(row: Software) -> tuple[str, str, str]:
    return (row.vendor.lower(), row.product.lower(), row.release.lower())


def _words(row: Software) -> list[str]:
    return [title(row), row.cpe, row.purl]


def _index(row: Software) -> None:
    search.put(doors.SOFTWARE, row.pk, *_words(row))
