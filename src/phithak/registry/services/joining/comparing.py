"""Looking for duplicates of what an import added: many at once, compared before the lock is taken.

Organisations that share a key are compared, of a common key a few; alike names share their keys, so what was
read for one serves the others, and the work grows with the rows of the file alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from phithak.base import clock, ids
from phithak.core.db import bulk
from phithak.core.db.transactions import PAUSE_SECONDS, chunks
from phithak.core.jobs.services import Run
from phithak.registry.models import DuplicateProposal, ImportRow, MatchKey
from phithak.registry.queries import duplicates
from phithak.registry.queries.duplicates import Known
from phithak.registry.queries.joining.imports import RowState

COMPARED_AT_ONCE = 200
PAIRS_AT_ONCE = 200
_REMEMBERED = 5_000
_COLUMNS = (
    *("name_th", "name_en", "short_th", "short_en", "website"),
    *("kind", "state", "country", "province", "juristic_id", "version"),
)
_NEW = ("id", "created_at", "first_id", "second_id", "score", "reasons", "state")
Pair = tuple[UUID, UUID]
"""Two organisations, the smaller id first."""


@dataclass
class Compared:
    """What a comparison found, and of which records.

    Attributes:
        likely: pair → score and reasons.
        standing: pair → proposal as it was read.
        versions: of each organisation as it was read.
    """

    likely: dict[Pair, tuple[int, list[str]]] = field(default_factory=dict)
    standing: dict[Pair, DuplicateProposal] = field(default_factory=dict)
    versions: dict[UUID, int] = field(default_factory=dict)


def compare_imported(run: Run, run_id: UUID) -> None:
    """Propose duplicates of what an import added; killed half-way it goes on behind its last chunk."""
    added = ImportRow.objects.filter(run=run_id, state=RowState.ADDED).order_by("number")
    total, done = added.count(), 0
    comparer = Comparer()
    for chunk in run.chunks(added, key="number", size=COMPARED_AT_ONCE):
        found = comparer.compare([one.organisation_id for one in chunk if one.organisation_id])
        *first, last = [*chunks(_changed(found), PAIRS_AT_ONCE)] or [[]]
        for pairs in first:
            with run.write("registry.compare_imported"):
                propose(found, pairs)
            run.pause(PAUSE_SECONDS)
        with chunk.write("registry.compare_imported"):
            propose(found, last)
        done += len(chunk)
        run.progress(done, total)


class Comparer:
    """Compares organisations with those that share a key; remembers what it read, for one run of a job."""

    def __init__(self) -> None:
        self._owners: dict[str, list[UUID]] = {}
        self._known: dict[UUID, Known] = {}

    def compare(self, organisation_ids: Sequence[UUID]) -> Compared:
        """Compare some organisations with the rest; nothing is written."""
        wanted = set(organisation_ids)
        rows = DuplicateProposal.objects.filter(Q(first__in=wanted) | Q(second__in=wanted))
        result = Compared(standing={(row.first_id, row.second_id): row for row in rows})
        pairs = dict.fromkeys(result.standing)
        for one, key, others in self._sharing(wanted):
            told = duplicates.telling(key, [other for other in others if other != one])
            pairs |= dict.fromkeys((one, other) if one < other else (other, one) for other in told)
        known = self._read({pk for pair in pairs for pk in pair})
        for first, second in pairs:
            if first not in known or second not in known:
                continue
            points, reasons = duplicates.score(known[first], known[second])
            if points >= duplicates.LEAST:
                result.likely[first, second] = (points, reasons)
        result.versions = {pk: one.row.version for pk, one in known.items()}
        return result

    def _sharing(self, wanted: set[UUID]) -> Iterable[tuple[UUID, str, list[UUID]]]:
        """Yield each organisation with each of its keys and who else has it."""
        keys: dict[UUID, list[str]] = defaultdict(list)
        told = MatchKey.objects.filter(organisation__in=wanted).order_by("id")
        for pk, key in told.values_list("organisation_id", "key"):
            keys[pk].append(key)
        asked = {key for own in keys.values() for key in own}
        if len(self._owners) > _REMEMBERED:
            self._owners = {key: owners for key, owners in self._owners.items() if key in asked}
        missing = sorted(asked - self._owners.keys())
        if missing:
            self._owners |= duplicates.owners_of(missing)
        return ((pk, key, self._owners.get(key, [])) for pk, own in keys.items() for key in own)

    def _read(self, wanted: set[UUID]) -> dict[UUID, Known]:
        """Return what living organisations are compared by."""
        if len(self._known) > _REMEMBERED:
            self._known = {pk: one for pk, one in self._known.items() if pk in wanted}
        for part in chunks(sorted(wanted - self._known.keys())):
            self._known |= duplicates.known_of(list(duplicates.living(part).only(*_COLUMNS)))
        return {pk: self._known[pk] for pk in wanted if pk in self._known}


def propose(found: Compared, pairs: Sequence[Pair]) -> None:
    """Keep, renew or drop the open proposals of some pairs, inside the caller's transaction.

    A pair of which one was changed since it was read is left alone: that change compared it already.
    """
    ends = {pk for pair in pairs for pk in pair}
    now = dict(duplicates.living(ends).values_list("pk", "version"))
    same = [pair for pair in pairs if all(now.get(pk) == found.versions.get(pk) for pk in pair)]
    gone = [found.standing[pair].pk for pair in same if pair not in found.likely]
    if gone:
        DuplicateProposal.objects.filter(pk__in=gone, state="open").delete()
    moment, new = clock.now(), []
    for pair in same:
        points, reasons = found.likely.get(pair, (0, []))
        before = found.standing.get(pair)
        if before is not None and reasons:
            DuplicateProposal.objects.filter(pk=before.pk, state="open").update(score=points, reasons=reasons)
        elif reasons:
            new.append((ids.uuid7(), moment, *pair, points, reasons, "open"))
    # somebody's change of one of the two may have proposed the pair meanwhile
    bulk.insert(DuplicateProposal, _NEW, new, skip=True)


def _changed(found: Compared) -> list[Pair]:
    """Return the pairs of which the open proposal is not what was found."""
    new = [
        pair
        for pair, told in found.likely.items()
        if (before := found.standing.get(pair)) is None
        or (before.state == "open" and (before.score, before.reasons) != told)
    ]
    gone = [pair for pair, row in found.standing.items() if row.state == "open" and pair not in found.likely]
    return [*new, *gone]
