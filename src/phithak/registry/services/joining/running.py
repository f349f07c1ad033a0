"""The import itself: chunk by chunk, each chunk's rows and the cursor in one short transaction.

Killed at any moment it goes on behind its last committed chunk. Each chunk is planned anew against the registry
as it is then, so what people change meanwhile is neither overwritten nor doubled.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from phithak.base.errors import ConflictError, LockedError, PhithakError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import PAUSE_SECONDS
from phithak.core.jobs import services as jobs
from phithak.core.jobs.errors import GiveUpError
from phithak.core.jobs.services import Run
from phithak.engines.tlog import Frontier
from phithak.registry.events.joining import Tag
from phithak.registry.models import ImportRow, ImportRun, MatchKey, Organisation
from phithak.registry.queries import duplicates
from phithak.registry.queries.facts import OrganisationFacts
from phithak.registry.queries.joining.imports import KIND, ImportState, RowState
from phithak.registry.queries.joining.rows import Fault, Parsed
from phithak.registry.services import organisations
from phithak.registry.services.joining import adding, contacts
from phithak.registry.services.joining.adding import New
from phithak.registry.services.joining.checking import Source, changes_of
from phithak.registry.services.joining.importing import COMPARE_JOB, note_end
from phithak.registry.services.joining.planning import ADD, CHANGE, FAULT, SAME, Planned
from phithak.registry.services.organisations.rows import SYSTEM, propose
from phithak.registry.sheets.columns import LAYOUTS

TRIES = 4
LIMITS = {"organisations": (25, 400), "contacts": (2, 20)}
"""Fewest and most rows of one transaction."""
AIM_SECONDS = 0.025
COMPARED_AT_ONCE = 4
_STATES = {
    ADD: RowState.ADDED, CHANGE: RowState.CHANGED, SAME: RowState.SAME, FAULT: RowState.FAULT,
}  # fmt: skip
CHANGED = Text(
    "มีผู้แก้หน่วยงานนี้ระหว่างนำเข้า ตรวจแล้วนำเข้าแถวนี้ใหม่",
    "somebody changed this organisation during the import; check it and import this row again",
)


def run_import(run: Run, run_id: UUID) -> None:
    """Run an import, or go on with one that was cut off."""
    row = ImportRun.objects.filter(pk=run_id, state=ImportState.RUNNING, job_id=run.job_id).first()
    if row is None:
        return
    try:
        source = Source(row, SYSTEM)
    except LockedError:
        raise
    except PhithakError as error:
        with run.write("registry.fail_import"):
            ImportRun.objects.filter(pk=row.pk).update(
                state=ImportState.FAILED, error=f"{error.message.th}\n{error.message.en}"[:500]
            )
        raise GiveUpError(error.message) from error
    actor = _person(row)
    done = row.added + row.changed + row.same + row.faults
    for part, held in _parts(run, row, source):
        if row.kind == "organisations":
            held.append(_organisations(run, row, source, part, actor))
        else:
            held.append(_contacts(run, row, source, part))
        done += len(part)
        run.progress(done, row.rows)
    with run.finish("registry.end_import"):
        ImportRun.objects.filter(pk=row.pk, job_id=run.job_id).update(state=ImportState.DONE)
        row.refresh_from_db()
        note_end(actor, row)
        if row.added and row.kind == "organisations":
            jobs.enqueue(
                COMPARE_JOB,
                {"run_id": str(row.pk)},
                actor=SYSTEM,
                unique=str(row.pk),
                tenant_id=row.tenant_id,
            )


def _parts(run: Run, row: ImportRun, source: Source) -> Iterator[tuple[list[Parsed], list[float]]]:
    """Yield the rows behind the cursor in parts; the caller tells for how long each held the lock.

    Parts follow the measured hold, as :meth:`Run.chunks` does, but never become so small that what each
    transaction costs by itself is all that is done.
    """
    # the rows before the cursor are read too: a later row may repeat a key of theirs
    rows = (parsed for parsed in source if parsed.number > row.cursor)
    least, most = LIMITS[row.kind]
    size = least
    while True:
        run.checkpoint()
        part = list(islice(rows, size))
        if not part:
            return
        held: list[float] = []
        yield part, held
        taken = max(held[-1], 1e-6)
        size = max(least, min(most, int(len(part) * AIM_SECONDS / taken), 2 * size))
        run.pause(max(taken, PAUSE_SECONDS))


def _organisations(run: Run, row: ImportRun, source: Source, part: list[Parsed], actor: Actor) -> float:
    """Plan and store one part; somebody else's change in between means planning anew.

    Returns:
        For how many seconds the lock was held.
    """
    clashed: dict[int, int] = {}
    for attempt in range(TRIES):
        last = attempt == TRIES - 1
        plans = source.planner.plan(part)
        plans = [_given_up(one) if last and clashed.get(one.number) else one for one in plans]
        new = adding.prepare((one for one in plans if one.act == ADD), source.lookups)
        cursor = row.cursor
        try:
            with run.write("registry.run_import"):
                began = time.perf_counter()
                adding.store(actor, new)
                _change(plans, clashed)
                _keep(actor, row, plans, new)
        except (IntegrityError, ConflictError):
            row.cursor = cursor
            if last:
                raise
            run.checkpoint()
            continue
        return time.perf_counter() - began
    raise AssertionError("the last try returns or raises")


def _contacts(run: Run, row: ImportRun, source: Source, part: list[Parsed]) -> float:
    """Plan and store one part of contacts; what the registry refuses of one is a fault of its row."""
    plans = source.planner.plan(part)
    with run.write("registry.run_import"):
        began = time.perf_counter()
        kept = []
        for one in plans:
            act, faults = contacts.store(one)
            kept.append(
                ImportRow(
                    run_id=row.pk,
                    number=one.number,
                    state=_STATES[act],
                    faults=[each.stored() for each in faults] if act == FAULT else [],
                    organisation_id=one.organisation_id,
                )
            )
        keep_rows(row, kept)
    return time.perf_counter() - began


def _change(plans: Sequence[Planned], clashed: dict[int, int]) -> None:
    for one in plans:
        if one.act == CHANGE and one.organisation_id and isinstance(one.facts, OrganisationFacts):
            clashed[one.number] = clashed.get(one.number, 0) + 1
            # the person's rights were checked at the start; a change of rights meanwhile must not leave half
            organisations.change(SYSTEM, one.organisation_id, one.facts, version=one.version)
            clashed.pop(one.number)


def _given_up(one: Planned) -> Planned:
    return Planned(one.number, FAULT, faults=(Fault("", CHANGED),))


def _keep(actor: Actor, row: ImportRun, plans: Sequence[Planned], new: Sequence[New]) -> None:
    """Keep what became of the rows, move the counters, and tell the journal."""
    made = {one.number: one.row.pk for one in new}
    keep_rows(
        row,
        [
            ImportRow(
                run_id=row.pk,
                number=one.number,
                state=_STATES[one.act],
                faults=[each.stored() for each in one.faults]
                if one.act == FAULT
                else changes_of(one.changes),
                organisation_id=made.get(one.number, one.organisation_id),
            )
            for one in plans
        ],
    )
    if not new and not any(one.act == CHANGE for one in plans):
        return
    tree = Frontier()
    for item in new:
        tree.append(item.row.pk.bytes + item.row.name_th.encode())
    title = LAYOUTS[row.kind].title
    tally = Counter(one.act for one in plans)
    contrib.record(
        actor,
        Tag.IMPORTED,
        (KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={
            "kind_th": title.th, "kind_en": title.en, "cursor": row.cursor,
            "added": tally[ADD], "changed": tally[CHANGE],
        },
        count=max(1, len(new)),
        root=tree.root() if new else None,
    )  # fmt: skip


def keep_rows(row: ImportRun, rows: Sequence[ImportRow]) -> None:
    """Store rows of the result and move the counters and the cursor; inside the chunk's transaction."""
    ImportRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["run", "number"],
        update_fields=["state", "faults", "organisation"],
    )
    tally = Counter(str(one.state) for one in rows)
    row.cursor = rows[-1].number
    ImportRun.objects.filter(pk=row.pk).update(
        added=F("added") + tally[RowState.ADDED],
        changed=F("changed") + tally[RowState.CHANGED],
        same=F("same") + tally[RowState.SAME],
        faults=F("faults") + tally[RowState.FAULT],
        cursor=row.cursor,
    )


def compare_imported(run: Run, run_id: UUID) -> None:
    """Propose duplicates of what an import added."""
    added = ImportRow.objects.filter(run=run_id, state=RowState.ADDED).order_by("number")
    for chunk in run.chunks(added, key="number", size=COMPARED_AT_ONCE):
        ids = [one.organisation_id for one in chunk]
        known = duplicates.known_of(list(Organisation.objects.filter(pk__in=ids)))
        keys: dict[UUID, list[str]] = {}
        for organisation_id, key in MatchKey.objects.filter(organisation__in=ids).values_list(
            "organisation_id", "key"
        ):
            keys.setdefault(organisation_id, []).append(key)
        with chunk.write("registry.compare_imported"):
            for pk, one in known.items():
                propose(one.row, one, keys.get(pk, []))


def _person(row: ImportRun) -> Actor:
    """Return who asked for the import, as the journal names them."""
    user = row.by
    return SYSTEM if user is None else accounts.actor_for_user(user, {})
