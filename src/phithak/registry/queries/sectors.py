"""Sectors and their parts; they are no secret, so there is no door."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.base.text import Text
from phithak.registry.models import Sector
from phithak.registry.packs import ready_packs
from phithak.registry.queries.kinds import Kind


def sectors() -> list[Sector]:
    """Return every sector, each before its parts."""
    return sorted(Sector.objects.all(), key=lambda row: row.code)


def by_code(code: str) -> Sector | None:
    """Return the sector of that code, or None."""
    return Sector.objects.filter(code=code).first()


def ancestors(code: str) -> list[str]:
    """Return the codes of a sector and of all that it is a part of, the whole sector first; [] for ""."""
    parts = code.split(".") if code else []
    return [".".join(parts[: place + 1]) for place in range(len(parts))]


def subtree(codes: Iterable[str]) -> Q:
    """Return the filter on ``Sector`` of sectors and all of their parts."""
    found = Q(pk__in=[])
    for code in codes:
        found |= Q(code=code) | Q(code__startswith=f"{code}.")
    return found


def ids_under(*codes: str) -> list[UUID]:
    """Return the ids of sectors and all of their parts."""
    return list(Sector.objects.filter(subtree(codes)).values_list("pk", flat=True))


def name_of(row: Sector) -> Text:
    """Return a sector's name in both languages."""
    return Text(row.name_th, row.name_en)


def choices() -> list[tuple[str, Text]]:
    """Return code and name of every sector for a choice in a form; parts are indented by a dash."""
    return [
        (row.code, Text("– " * row.code.count(".") + row.name_th, "– " * row.code.count(".") + row.name_en))
        for row in sectors()
    ]


def words_of(row: Sector) -> list[str]:
    """Return every word that a sector is searched by."""
    return [row.name_th, row.name_en, row.code, *row.words]


_LIKELY = {
    Kind.PLATFORM: "e-commerce",
    Kind.MERCHANT: "e-commerce.shop",
    Kind.CHANNEL: "telecom.channel",
    Kind.HOSPITAL: "health.hospital",
    Kind.CLINIC: "health.clinic",
}


def likely(kind: str) -> str:
    """Return the code of the sector that most organisations of a kind belong to, "" where none is known here."""
    code = _LIKELY.get(Kind(kind), "") if kind in set(Kind) else ""
    return code if code and by_code(code) is not None else ""


def missing_ready() -> list[str]:
    """Return the codes of ready packs of which a sector was never loaded."""
    have = set(Sector.objects.values_list("code", flat=True))
    return [pack.name for pack in ready_packs() if any(one.code not in have for one in pack.sectors)]


def all_rows() -> QuerySet[Sector]:
    """Return the sectors as rows, for lists."""
    return Sector.objects.all()
