"""The import itself: lot by lot, each lot's rows and the cursor in one short transaction.

Killed at any moment it goes on behind its last committed lot. Rows are planned some hundred at a time; before a
lot is stored it is looked at again whether somebody added what it adds, and if so it is planned anew against the
registry as it is then. So what people change meanwhile is neither overwritten nor doubled.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from phithak.base.errors import ConflictError, LockedError, PhithakError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.db import bulk
from phithak.core.db.transactions import chunks
from phithak.core.jobs import services as jobs
from phithak.core.jobs.errors import GiveUpError
from phithak.core.jobs.services import Run
from phithak.engines.tlog import Frontier
from phithak.registry.events.joining import Tag
from phithak.registry.models import ImportRow, ImportRun
from phithak.registry.queries.facts import OrganisationFacts
from phithak.registry.queries.joining.imports import KIND, ImportState, RowState
from phithak.registry.queries.joining.rows import Fault, Parsed
from phithak.registry.services import organisations
from phithak.registry.services.joining import adding, contacts
from phithak.registry.services.joining.checking import Source, changes_of
from phithak.registry.services.joining.importing import COMPARE_JOB, note_end
from phithak.registry.services.joining.pace import Held, Pace, holding
from phithak.registry.services.joining.planning import ADD, CHANGE, FAULT, SAME, Planned
from phithak.registry.services.organisations.rows import SYSTEM
from phithak.registry.sheets.columns import LAYOUTS

TRIES = 4
PLANNED_AT_ONCE = 300
LIMITS = {"organisations": (40, 400), "contacts": (25, 200)}
"""Least and most weight of one transaction; a row that is added weighs 1."""
_STATES = {
    ADD: RowState.ADDED, CHANGE: RowState.CHANGED, SAME: RowState.SAME, FAULT: RowState.FAULT,
}  # fmt: skip
_KEPT = ("id", "created_at", "run_id", "number", "state", "faults", "organisation_id")
CHANGED = Text(
    "มีผู้แก้หน่วยงานนี้ระหว่างนำเข้า ตรวจแล้วนำเข้าแถวนี้ใหม่",
    "somebody changed this organisation during the import; check it and import this row again",
)


@dataclass(frozen=True)
class _Work:
    """What every lot of one attempt shares."""

    run: Run
    row: ImportRun
    source: Source
    actor: Actor
    pace: Pace


@dataclass(frozen=True)
class _Made:
    """What a lot added: the row of the file, the new record, and what the journal's root covers of it."""

    number: int
    organisation_id: UUID
    leaf: bytes


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
    work = _Work(run, row, source, _person(row), Pace(run, *LIMITS[row.kind]))
    store = _organisations if row.kind == "organisations" else _contacts
    done = row.added + row.changed + row.same + row.faults
    # the rows before the cursor are read too: a later row may repeat a key of theirs
    behind = row.cursor
    for part in chunks((parsed for parsed in source if parsed.number > behind), PLANNED_AT_ONCE):
        run.checkpoint()
        parsed = {one.number: one for one in part}
        plans = deque(source.planner.plan(part))
        while plans:
            lot = work.pace.take(plans)
            held = _stored(work, lot, [parsed[one.number] for one in lot], store)
            work.pace.learn(lot, held)
            done += len(lot)
            run.progress(done, row.rows)
    with run.finish("registry.end_import"):
        ImportRun.objects.filter(pk=row.pk, job_id=run.job_id).update(state=ImportState.DONE)
        row.refresh_from_db()
        note_end(work.actor, row)
        if row.added and row.kind == "organisations":
            jobs.enqueue(
                COMPARE_JOB,
                {"run_id": str(row.pk)},
                actor=SYSTEM,
                unique=str(row.pk),
                tenant_id=row.tenant_id,
            )


def _stored(
    work: _Work,
    lot: list[Planned],
    parsed: list[Parsed],
    store: Callable[[_Work, Sequence[Planned], Counter[int]], Held],
) -> Held:
    """Store one lot as planned; after somebody else's change in between it is planned anew.

    Returns:
        How long the lock was held.
    """
    clashed: Counter[int] = Counter()
    plans: Sequence[Planned] = lot
    for attempt in range(TRIES):
        work.run.checkpoint()
        last = attempt == TRIES - 1
        if attempt:
            plans = work.source.planner.plan(parsed)
        if last:
            plans = [_given_up(one) if clashed[one.number] else one for one in plans]
        cursor = work.row.cursor
        try:
            return store(work, plans, clashed)
        except (IntegrityError, ConflictError):
            work.row.cursor = cursor
            if last:
                raise
    raise AssertionError("the last try returns or raises")


def _organisations(work: _Work, plans: Sequence[Planned], clashed: Counter[int]) -> Held:
    """Store organisations; whose change another one came before is counted in ``clashed``."""
    added = [one for one in plans if one.act == ADD]
    new = adding.prepare(added, work.source.lookups)
    work.pace.rest()
    with work.run.write("registry.run_import"), holding() as held:
        if work.source.planner.overtaken(added):
            raise ConflictError
        adding.store(work.actor, new)
        for one in plans:
            if one.act == CHANGE and one.organisation_id and isinstance(one.facts, OrganisationFacts):
                clashed[one.number] += 1
                # the person's rights were checked at the start; a change of rights meanwhile must not leave half
                organisations.change(SYSTEM, one.organisation_id, one.facts, version=one.version)
                clashed[one.number] = 0
        made = [_Made(one.number, one.row.pk, one.row.pk.bytes + one.row.name_th.encode()) for one in new]
        _keep(work, plans, made)
    return held()


def _contacts(work: _Work, plans: Sequence[Planned], _clashed: Counter[int]) -> Held:
    """Store contacts; what the registry refuses of one is a fault of its row."""
    added = [one for one in plans if one.act == ADD]
    ready, refused = contacts.prepare(added)
    work.pace.rest()
    with work.run.write("registry.run_import"), holding() as held:
        if work.source.planner.overtaken(added):
            raise ConflictError
        contacts.store(work.actor, ready, tenant_id=work.row.tenant_id)
        refused |= contacts.change(one for one in plans if one.act == CHANGE)
        made = [_Made(one.number, one.organisation_id, one.id.bytes) for one in ready.made]
        _keep(work, [_refused(one, refused.get(one.number)) for one in plans], made)
    return held()


def _given_up(one: Planned) -> Planned:
    return Planned(one.number, FAULT, faults=(Fault("", CHANGED),))


def _refused(one: Planned, fault: Fault | None) -> Planned:
    return replace(one, act=FAULT, faults=(fault,)) if fault is not None else one


def _keep(work: _Work, plans: Sequence[Planned], made: Sequence[_Made]) -> None:
    """Keep what became of the rows, move the counters, and tell the journal."""
    row = work.row
    homes = {one.number: one.organisation_id for one in made}
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
                organisation_id=homes.get(one.number, one.organisation_id),
            )
            for one in plans
        ],
    )
    tally = Counter(one.act for one in plans)
    if not tally[ADD] and not tally[CHANGE]:
        return
    title = LAYOUTS[row.kind].title
    contrib.record(
        work.actor,
        Tag.IMPORTED,
        (KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={
            "kind_th": title.th, "kind_en": title.en, "cursor": row.cursor,
            "added": tally[ADD], "changed": tally[CHANGE],
        },
        count=max(1, len(made)),
        root=_root(one.leaf for one in made) if made else None,
    )  # fmt: skip


def _root(leaves: Iterable[bytes]) -> bytes:
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def keep_rows(row: ImportRun, rows: Sequence[ImportRow]) -> None:
    """Store rows of the result and move the counters and the cursor; inside the lot's transaction."""
    bulk.insert(ImportRow, _KEPT, map(attrgetter(*_KEPT), rows), unique=("run_id", "number"))
    tally = Counter(str(one.state) for one in rows)
    row.cursor = rows[-1].number
    ImportRun.objects.filter(pk=row.pk).update(
        added=F("added") + tally[RowState.ADDED],
        changed=F("changed") + tally[RowState.CHANGED],
        same=F("same") + tally[RowState.SAME],
        faults=F("faults") + tally[RowState.FAULT],
        cursor=row.cursor,
    )


def _person(row: ImportRun) -> Actor:
    """Return who asked for the import, as the journal names them."""
    user = row.by
    return SYSTEM if user is None else accounts.actor_for_user(user, {})
