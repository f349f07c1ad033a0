"""The job of a drill: takes up its contacts, finds who is the same person, then asks each person once.

Both steps go in short transactions, each behind the job's fence; the first moves ``Drill.cursor`` with its rows,
the second takes what still waits. Killed anywhere, it goes on where it was.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import CHUNK_SECONDS, PAUSE_SECONDS
from phithak.core.links import services as links
from phithak.core.outbox import services as outbox
from phithak.registry.events.drills import Tag
from phithak.registry.models import ContactPoint, Drill, DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import CheckState, DrillState, Keys
from phithak.registry.services.drills import claims, codes, messages

FIRST_ROWS = 8
MOST_ROWS = 60
REST_MOST = 0.1


class Worker(Protocol):
    """What the work asks of the one that does it: ``core.jobs``' ``Run``, or the demo itself."""

    actor: Actor

    def write(self, name: str) -> AbstractContextManager[None]:
        """Open a write transaction that commits only while this worker holds the job."""
        ...

    def finish(self, name: str) -> AbstractContextManager[None]:
        """Open the last one."""
        ...

    def checkpoint(self) -> None:
        """Go on, or end the attempt."""
        ...

    def pause(self, seconds: float) -> None:
        """Rest."""
        ...

    def progress(self, done: int, total: int | None = None, text: Text | None = None) -> None:
        """Say how far the work is."""
        ...


class Pace:
    """How many rows a transaction takes, so that it holds the lock for about 20 ms of work.

    The work is measured as processor time: on a crowded machine smaller transactions would only make more of them.
    """

    def __init__(self) -> None:
        self.rows = FIRST_ROWS
        self._began = 0.0
        self._worked = 0.0
        self.held = 0.0

    def __enter__(self) -> None:
        self._began, self._worked = time.perf_counter(), time.thread_time()

    def __exit__(self, *_: object) -> None:
        self.held = time.perf_counter() - self._began
        worked = time.thread_time() - self._worked
        fitting = int(self.rows * CHUNK_SECONDS / max(worked, 1e-6))
        self.rows = max(1, min(MOST_ROWS, fitting, 2 * self.rows))

    @property
    def rest(self) -> float:
        """Seconds that others have the lock for."""
        return min(REST_MOST, max(self.held, PAUSE_SECONDS))


def run(job: Worker, drill_id: UUID) -> None:
    """Do a drill's work; nothing happens when it was stopped."""
    if _gather(job, drill_id) and _ask_all(job, drill_id):
        with job.finish("registry.drill.asked"):
            changed = Drill.objects.filter(pk=drill_id, asked_all_at__isnull=True).update(
                asked_all_at=clock.now()
            )
            if changed:
                row = Drill.objects.get(pk=drill_id)
                asked = DrillCheck.objects.filter(drill=row, message_id__isnull=False).count()
                _tell(job.actor, Tag.ASKED, row, asked)


def _gather(job: Worker, drill_id: UUID) -> bool:
    """Take up every contact; False when the drill does not run (any more)."""
    pace = Pace()
    while True:
        job.checkpoint()
        drill = _running(drill_id)
        if drill is None:
            return False
        if drill.gathered_at is not None:
            return True
        found = queries.next_contacts(drill, drill.cursor, pace.rows)
        if not found:
            with job.write("registry.drill.gathered"):
                if Drill.objects.filter(pk=drill_id, gathered_at__isnull=True).update(
                    gathered_at=clock.now()
                ):
                    _tell(job.actor, Tag.GATHERED, drill, DrillCheck.objects.filter(drill=drill).count())
            return True
        # addresses are compared outside of the transaction: a few may have to be told under a newer key
        keys = queries.keys_of(found)
        with job.write("registry.drill.gather"), pace:
            claims.lock()
            moved = Drill.objects.filter(pk=drill_id, state=DrillState.RUNNING, cursor=drill.cursor).update(
                cursor=found[-1].pk
            )
            if moved:
                for contact in found:
                    take_up(drill, contact, keys[contact.pk])
        job.pause(pace.rest)


def take_up(drill: Drill, contact: ContactPoint, keys: Keys, *, as_backup: bool = False) -> DrillCheck:
    """Give a contact its check; without any address it is red at once. Inside the caller's transaction."""
    channel, handle = queries.address_of(contact)
    row = DrillCheck(drill=drill, contact=contact, channel=channel, address_id=handle, as_backup=as_backup)
    if channel == "none":
        row.state = CheckState.MISSED
        ContactPoint.objects.filter(pk=contact.pk).update(liveness=queries.Colour.RED)
    row.save(force_insert=True)
    if channel != "none":
        claims.join(row, keys)
    return row


def _ask_all(job: Worker, drill_id: UUID) -> bool:
    """Ask everybody who was not asked yet; False when the drill was stopped meanwhile."""
    pace = Pace()
    while True:
        job.checkpoint()
        drill = _running(drill_id)
        if drill is None:
            return False
        waiting = DrillCheck.objects.filter(
            drill=drill, state=CheckState.WAITING, asked_with__isnull=True
        ).select_related("contact")
        found = list(waiting.order_by("pk")[: pace.rows])
        if not found:
            return True
        hashes = {row.pk: codes.new_hash(row.pk) for row in found if row.channel == "sms"}
        with job.write("registry.drill.ask"), pace:
            claims.lock()
            if Drill.objects.filter(pk=drill_id, state=DrillState.RUNNING).exists():
                for row in found:
                    ask(job.actor, drill, row, hashes.get(row.pk, ""), clock.now())
        settled = DrillCheck.objects.filter(drill=drill).exclude(state=CheckState.WAITING).count()
        total = DrillCheck.objects.filter(drill=drill).count()
        job.progress(settled, total, Text("ถามผู้ประสานงาน", "Asking the contacts"))
        job.pause(pace.rest)


def ask(actor: Actor, drill: Drill, row: DrillCheck, code_hash: str, now: datetime) -> bool:
    """Queue the question to the person of a check, once; False when somebody else did, or another check has them.

    Inside the caller's transaction: the message leaves only when all of this is committed.
    """
    due = now + timedelta(minutes=drill.due_minutes)
    mine = DrillCheck.objects.filter(pk=row.pk, state=CheckState.WAITING, asked_with__isnull=True)
    if not mine.update(state=CheckState.ASKED, asked_at=now, due_at=due, code_hash=code_hash):
        return False
    link_id = None
    if row.channel == "mail":
        issued = links.issue(actor, messages.PURPOSE, row.pk, str(row.contact_id), tenant_id=drill.tenant_id)
        link_id = issued.id
    message_id = outbox.queue(
        actor,
        tenant_id=drill.tenant_id,
        channel=row.channel,
        recipient=_handle(row),
        renderer=messages.RENDERER,
        params={"check": str(row.pk)},
        idempotency_key=str(row.pk),
        campaign=drill.pk,
    )
    DrillCheck.objects.filter(pk=row.pk).update(link_id=link_id, message_id=message_id)
    DrillCheck.objects.filter(asked_with=row.pk, state=CheckState.WAITING).update(
        state=CheckState.ASKED, asked_at=now, due_at=due
    )
    same = DrillCheck.objects.filter(asked_with=row.pk).values("contact")
    ContactPoint.objects.filter(pk=row.contact_id).update(asked_at=now)
    ContactPoint.objects.filter(pk__in=same).update(asked_at=now)
    return True


def _handle(row: DrillCheck) -> UUID:
    if row.address_id is None:
        raise AssertionError("a check without an address is never asked")
    return row.address_id


def _running(drill_id: UUID) -> Drill | None:
    return Drill.objects.filter(pk=drill_id, state=DrillState.RUNNING).first()


def _tell(actor: Actor, tag: Tag, drill: Drill, count: int) -> None:
    facts = {"name": drill.name, "count": count}
    contrib.record(
        actor, tag, (queries.DRILL, drill.pk), tenant_id=drill.tenant_id, facts=facts, count=max(count, 1)
    )
