"""Finding organisations by what people type: any name in either script, or plain words such as "large e-commerce"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.core.search import queries as search
from phithak.core.search.queries import Ranked
from phithak.engines.thai import PROVINCES, Province, fold
from phithak.registry.models import Alias, Domain, Organisation, Sector
from phithak.registry.packs import Size
from phithak.registry.queries import sectors
from phithak.registry.queries.kinds import KINDS, Kind
from phithak.registry.queries.organisations import KIND

SIZE_WORDS = {
    Size.LARGE: ("large", "big", "ใหญ่", "ขนาดใหญ่", "รายใหญ่"),
    Size.MEDIUM: ("medium", "mid-size", "กลาง", "ขนาดกลาง", "รายกลาง"),
    Size.SMALL: ("small", "เล็ก", "ขนาดเล็ก", "รายเล็ก", "รายย่อย"),
}
_GAPS = re.compile(r"[\s.,\-/()]+")
_LONGEST_QUESTION = 120
Facet = tuple[str, str]


def matching(rows: QuerySet[Organisation], question: str) -> QuerySet[Organisation]:
    """Return those organisations that a question finds.

    A question that says nothing but size, sector, kind and province ("large e-commerce", "e-commerce ใหญ่",
    "แพลตฟอร์มอี-คอมเมิร์ซรายใหญ่") finds exactly those; any other is looked for in names, other names, domains and words,
    misprints included.
    """
    facets = facets_of(question)
    if not any(what == "size" for what, _ in facets):
        return search.narrowed(rows, KIND, question)
    text = Q(pk__in=search.matching(KIND, question))
    chosen = _filter(facets)
    return rows.filter(chosen | text if len(facets) == 1 else chosen)


def ranked(rows: QuerySet[Organisation], question: str, backwards: bool) -> Ranked | None:  # noqa: FBT001 - as Table calls it
    """Return the same organisations in the order of their names; None for a question that says a size."""
    if any(what == "size" for what, _ in facets_of(question)):
        return None
    return Ranked(rows, KIND, question, backwards=backwards)


def facets_of(question: str) -> list[Facet]:
    """Return what a question says when it is made of known words alone, else nothing.

    Args:
        question: words in either language, with blanks or without.

    Returns:
        Pairs such as ``("size", "large")``, ``("sector", "e-commerce")``, ``("kind", "platform")``,
        ``("province", "TH-50")``.
    """
    plain = _key(question)
    if not plain or len(plain) > _LONGEST_QUESTION:
        return []
    known = _sector_words() | _fixed_words()
    longest = max(map(len, known))
    # ways[i]: the facets of the first i letters, by the longest words first
    ways: list[list[Facet] | None] = [None] * (len(plain) + 1)
    ways[0] = []
    for end in range(1, len(plain) + 1):
        for start in range(max(0, end - longest), end):
            before, facet = ways[start], known.get(plain[start:end])
            if before is not None and facet is not None:
                ways[end] = [*before, facet]
                break
    return list(dict.fromkeys(ways[-1] or []))


def words_of(
    rows: Sequence[Organisation],
    known: Mapping[UUID, Sequence[str]] | None = None,
    tree: Iterable[Sector] | None = None,
) -> dict[UUID, list[str]]:
    """Return the words under which organisations are indexed; a few queries for all of them.

    Args:
        rows: organisations of any tenant, for the index alone.
        known: their other names and hosts, when the caller has read them.
        tree: every sector, likewise.
    """
    ids = [row.pk for row in rows]
    words: dict[UUID, list[str]] = {row.pk: _own_words(row) for row in rows}
    if known is None:
        told = Alias.objects.filter(tenant__in=ids).order_by("pk").values_list("tenant", "text")
        for tenant_id, text in told:
            words[tenant_id].append(text)
        known = hosts_of(rows)
    for tenant_id, more in known.items():
        words[tenant_id] += more
    if any(row.sector_id for row in rows):
        by_code = {row.code: row for row in (sectors.sectors() if tree is None else tree)}
        of_sector = {
            one.pk: [
                word for code in sectors.ancestors(one.code) if code in by_code
                for word in sectors.words_of(by_code[code])
            ]
            for one in by_code.values()
        }  # fmt: skip
        for row in rows:
            words[row.pk] += of_sector.get(row.sector_id, []) if row.sector_id else []
    return {pk: _without_parts(found) for pk, found in words.items()}


def _without_parts(words: Iterable[str]) -> list[str]:
    """Leave out words that stand within others: the search finds any piece, and a short document is read sooner."""
    kept: list[str] = []
    longer = ""
    for word in sorted(dict.fromkeys(words), key=len, reverse=True):
        plain = word.casefold()
        if plain not in longer:
            kept.append(word)
            longer += f"{plain}\n"
    return kept


def hosts_of(rows: Sequence[Organisation]) -> dict[UUID, list[str]]:
    """Return the web hosts and domains of organisations, each once, as people write them and in ASCII."""
    found: dict[UUID, dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.website:
            found[row.pk][row.website] = None
    told = Domain.objects.filter(tenant__in=[row.pk for row in rows], ended_at__isnull=True)
    for tenant_id, name, shown in told.values_list("tenant", "name", "shown"):
        found[tenant_id] |= {name: None, shown: None}
    return {pk: list(hosts) for pk, hosts in found.items()}


def _own_words(row: Organisation) -> list[str]:
    kind = KINDS[Kind(row.kind)] if row.kind in set(Kind) else None
    province = _provinces().get(row.province)
    return [
        *(word for word in (row.name_th, row.name_en, row.short_th, row.short_en, row.juristic_id) if word),
        *((kind.text.th, kind.text.en) if kind else ()),
        *SIZE_WORDS.get(Size(row.size), ()),
        *((province.th, province.en, *province.aliases) if province else ()),
        *((row.country,) if row.country != "TH" else ()),
    ]


@cache
def _provinces() -> dict[str, Province]:
    return {one.code: one for one in PROVINCES}


def _filter(facets: Iterable[Facet]) -> Q:
    """Return the filter: values of one facet are alternatives, facets narrow each other."""
    by_facet: dict[str, list[str]] = defaultdict(list)
    for what, value in facets:
        by_facet[what].append(value)
    asked = Q()
    for what, values in by_facet.items():
        if what == "sector":
            asked &= Q(sector__in=sectors.ids_under(*_narrowest(values)))
        else:
            asked &= Q(**{f"{what}__in": values})
    return asked


def _narrowest(codes: list[str]) -> list[str]:
    """Leave out a sector of which a part is named too: "health hospital" asks for hospitals."""
    return [one for one in codes if not any(other.startswith(f"{one}.") for other in codes)]


@cache
def _fixed_words() -> dict[str, Facet]:
    known: dict[str, Facet] = {}
    for province in PROVINCES:
        for name in (province.th, province.en):
            known[_key(name)] = ("province", province.code)
    for kind, facts in KINDS.items():
        for word in (facts.text.th, facts.text.en, f"{facts.text.en}s"):
            known[_key(word)] = ("kind", str(kind))
    for size, words in SIZE_WORDS.items():
        for word in words:
            known[_key(word)] = ("size", str(size))
    return known


def _sector_words() -> dict[str, Facet]:
    rows = Sector.objects.order_by("-code").values_list("code", "name_th", "name_en", "words")
    return {
        key: ("sector", code)
        for code, th, en, words in rows
        for word in (th, en, code, *words)
        if (key := _key(word))
    }


def _key(text: str) -> str:
    return _GAPS.sub("", fold(text))
