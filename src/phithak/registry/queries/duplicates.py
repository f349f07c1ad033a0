"""Organisations that may be one: candidates by shared keys, a score with reasons, and who may decide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import rows_visible_to
from phithak.engines.thai import fold, loose_fold
from phithak.registry.models import Alias, DuplicateProposal, MatchKey, Organisation
from phithak.registry.queries.kinds import KINDS, Kind
from phithak.registry.queries.organisations import CENTRE, MERGE, State, name_of
from phithak.registry.queries.searching import hosts_of

LEAST = 55
"""Score from which a pair is proposed."""

MOST_PER_KEY = 40
"""A key that more organisations share says nothing; only so many of them are compared."""

MOST_ROWS = 240
"""So many rows of keys are read for one organisation at most, of whole names and of pieces each."""

MOST_PER_HOST = 5
"""A host that more organisations share says nothing at all."""

_KEY_LENGTH = 80
_PIECE = 6
_LIVE = (State.PENDING, State.REGISTERED, State.LAPSED)
_LEGAL_WORDS = (
    *("บริษัท", "จำกัด", "มหาชน", "ห้างหุ้นส่วน", "หจก", "บจก", "บมจ", "โรงพยาบาล", "สำนักงาน", "ร้าน", "สถาบัน"),
    *("company", "limited", "public", "corporation", "partnership", "hospital", "office", "shop"),
)
_SHORT_LEGAL = re.compile(r"\b(?:co|ltd|plc|inc|corp|the)\b\.?")
_NOT_LETTERS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Reason:
    """Why two records may be one: a stable code and its words."""

    code: str
    text: Text


REASONS = {
    "name": Text("ชื่อเดียวกัน", "the same name"),
    "alias": Text("ชื่อหนึ่งเป็นชื่ออื่นของอีกหน่วยงาน", "a name of one is another name of the other"),
    "spelling": Text("ชื่อสะกดใกล้กัน", "names spelt nearly alike"),
    "domain": Text("โดเมนเดียวกัน", "the same domain"),
    "province": Text("จังหวัดเดียวกัน", "the same province"),
}


@dataclass(frozen=True)
class Known:
    """What two records are compared by."""

    row: Organisation
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    hosts: frozenset[str]
    found: tuple[str, ...] = ()  # other names and hosts as they are searched by

    @cached_property
    def folds(self) -> frozenset[str]:
        """Its own names as a reader takes them for the same."""
        return frozenset(map(fold, self.names))

    @cached_property
    def cores(self) -> frozenset[str]:
        """What makes its own names its own."""
        return _cores(self.names)

    @cached_property
    def all_cores(self) -> frozenset[str]:
        """The same of all its names."""
        return self.cores | _cores(self.aliases)


def visible_pairs(actor: Actor) -> QuerySet[DuplicateProposal]:
    """Return :func:`duplicates_visible_to`, open ones alone, best first."""
    return duplicates_visible_to(actor).filter(state="open").order_by("-score", "pk")


def duplicates_visible_to(actor: Actor) -> QuerySet[DuplicateProposal]:
    """Return the proposals of which the actor may merge both organisations."""
    rows = DuplicateProposal.objects.select_related("first", "second", "first__sector", "second__sector")
    for end in ("first", "second"):
        rows = rows_visible_to(rows, actor, permission=MERGE, through=CENTRE, tenant_field=f"{end}__tenant")
    return rows


def duplicate(actor: Actor, duplicate_id: UUID) -> DuplicateProposal:
    """Return one proposal.

    Raises:
        NotFoundError: there is none, or it is not the actor's to decide.
    """
    found = duplicates_visible_to(actor).filter(pk=duplicate_id).first()
    if found is None:
        raise NotFoundError
    return found


def reasons_of(row: DuplicateProposal) -> list[Reason]:
    """Return why a pair was proposed."""
    return [Reason(code, REASONS[code]) for code in row.reasons if code in REASONS]


def pair_names(row: DuplicateProposal) -> tuple[Text, Text]:
    """Return the names of both."""
    return name_of(row.first), name_of(row.second)


def known_of(rows: Sequence[Organisation]) -> dict[UUID, Known]:
    """Return what organisations are compared by; two queries for all of them."""
    aliases: dict[UUID, list[str]] = defaultdict(list)
    for tenant_id, text in Alias.objects.filter(tenant__in=[row.pk for row in rows]).values_list(
        "tenant", "text"
    ):
        aliases[tenant_id].append(text)
    hosts = hosts_of(rows)
    return {
        row.pk: Known(
            row,
            tuple(name for name in (row.name_th, row.name_en, row.short_th, row.short_en) if name),
            tuple(aliases[row.pk]),
            frozenset(host.removeprefix("www.") for host in hosts.get(row.pk, ())),
            (*aliases[row.pk], *hosts.get(row.pk, ())),
        )
        for row in rows
    }


def keys_of(known: Known) -> list[str]:
    """Return the keys under which an organisation is found as a candidate.

    The whole core of each name, its first and its last six letters (a misprint spares one of the two), and
    each host.
    """
    keys: dict[str, None] = {}
    for name in (*known.names, *known.aliases):
        core = core_of(name)
        if len(core) > 1:
            keys[f"n:{core}"[:_KEY_LENGTH]] = None
        if len(core) > _PIECE:
            keys[f"p:{core[:_PIECE]}"] = None
            keys[f"s:{core[-_PIECE:]}"] = None
    for host in known.hosts:
        keys[f"d:{host}"[:_KEY_LENGTH]] = None
    return list(keys)


def candidates(organisation_id: UUID, keys: Sequence[str], also: Iterable[UUID] = ()) -> list[Organisation]:
    """Return living organisations that share a key with one, of a common key only some; and those of ``also``."""
    by_key: dict[str, list[UUID]] = defaultdict(list)
    for letters in ("nd", "ps"):
        # apart, so that the many of a common beginning do not crowd out whoever has the very name
        asked = [key for key in keys if key[0] in letters]
        rows = MatchKey.objects.filter(key__in=asked).exclude(organisation=organisation_id)
        for key, other in rows.values_list("key", "organisation")[:MOST_ROWS]:
            by_key[key].append(other)
    found = dict.fromkeys(also)
    for key, others in by_key.items():
        found |= dict.fromkeys(telling(key, others))
    return list(living(found).select_related("sector"))


def telling(key: str, owners: Sequence[UUID]) -> Sequence[UUID]:
    """Return those who share a key as far as it says something: some of a common name, nobody of a common host."""
    if key.startswith("d:") and len(owners) > MOST_PER_HOST:
        return ()  # a host that many share is that of a market hall, not of one shop
    return owners[:MOST_PER_KEY]


def owners_of(keys: Iterable[str], most: int = MOST_PER_KEY + 1) -> dict[str, list[UUID]]:
    """Return who has each of some keys, of a common key the first few; one query for all of them."""
    place = Window(RowNumber(), partition_by=F("key"), order_by=F("id").asc())
    rows = MatchKey.objects.filter(key__in=list(keys)).annotate(place=place).filter(place__lte=most)
    found: dict[str, list[UUID]] = defaultdict(list)
    for key, owner in rows.order_by("key", "id").values_list("key", "organisation_id"):
        found[key].append(owner)
    return found


def living(organisation_ids: Iterable[UUID]) -> QuerySet[Organisation]:
    """Return those of some organisations that can be a twin of another."""
    return Organisation.objects.filter(pk__in=list(organisation_ids), state__in=_LIVE)


def score(one: Known, other: Known) -> tuple[int, list[str]]:
    """Return how likely two records are one organisation, of 100, and the codes of the reasons."""
    points, reasons = _by_names(one, other)
    if one.hosts & other.hosts:
        points = 75 if not points else points + 15
        reasons.append("domain")
    if not reasons:
        return 0, []
    a, b = one.row, other.row
    if a.province and a.province == b.province:
        points += 5
        reasons.append("province")
    points -= 25 * bool(a.province and b.province and a.province != b.province)
    points -= 15 * (_tenant_kind(a) != _tenant_kind(b))
    points -= 40 * bool(a.juristic_id and b.juristic_id and a.juristic_id != b.juristic_id)
    points -= 60 * (a.country != b.country)
    return max(0, min(100, points)), reasons


def _by_names(one: Known, other: Known) -> tuple[int, list[str]]:
    if one.folds & other.folds:
        return 85, ["name"]
    if one.cores & other.cores:
        return 75, ["name"]
    if one.all_cores & other.all_cores:
        return 75, ["alias"]
    if any(nearly(a, b) for a in one.all_cores for b in other.all_cores):
        return 60, ["spelling"]
    return 0, []


def _tenant_kind(row: Organisation) -> str:
    return KINDS[Kind(row.kind)].tenant_kind if row.kind in set(Kind) else ""


def _cores(names: Iterable[str]) -> frozenset[str]:
    return frozenset(core for name in names if len(core := core_of(name)) > 1)


@cache
def _legal_words() -> re.Pattern[str]:
    words = sorted({loose_fold(word) for word in _LEGAL_WORDS}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def core_of(name: str) -> str:
    """Return what is left of a name without legal forms, tones, blanks and signs: what makes it its own."""
    plain = loose_fold(name)
    core = _NOT_LETTERS.sub("", _SHORT_LEGAL.sub(" ", _legal_words().sub(" ", plain)))
    return core or _NOT_LETTERS.sub("", plain)


def nearly(one: str, other: str) -> bool:
    """Tell whether two cores differ by a slip: one letter from five on, two from ten on; never by a number."""
    least = min(len(one), len(other))
    allowed = 0 if least < 5 else 1 if least < 10 else 2  # noqa: PLR2004 - told above
    if not allowed or abs(len(one) - len(other)) > allowed or distance(one, other, allowed) > allowed:
        return False
    return _DIGITS.findall(one) == _DIGITS.findall(other)


def distance(one: str, other: str, most: int) -> int:
    """Return the least number of letters to add, drop or change; anything above ``most`` is ``most + 1``."""
    one, other = _unlike(one, other)
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            line.append(
                min(before[column] + 1, line[column - 1] + 1, before[column - 1] + (letter != against))
            )
        if min(line) > most:
            return most + 1
        before = line
    return min(before[-1], most + 1)


def _unlike(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the letters that both begin and end with; those never count."""
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    left = shorter - start
    end = next((at for at in range(left) if one[-1 - at] != other[-1 - at]), left)
    return one[start : len(one) - end], other[start : len(other) - end]
