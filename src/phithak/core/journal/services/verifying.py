"""A check of the whole journal that the worker carries on a little each second, and its last result."""

from __future__ import annotations

import json
import time
from uuid import UUID

from phithak.base import clock
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.journal.events import Tag
from phithak.core.journal.models import Verification
from phithak.core.journal.queries.checking import Check
from phithak.core.journal.services.recording import record

STEP_SECONDS = 0.5
RUNNING, DONE = "running", "done"


def start_verification(actor: Actor) -> UUID:
    """Start a check of everything, or return the id of the one that runs; the worker does the work."""
    with transactions.write("journal.verification"):
        running = Verification.objects.select_for_update().filter(state=RUNNING).order_by("id").first()
        if running is not None:
            return running.pk
        row = Verification.objects.create(started_by=actor.name)
        record(actor, Tag.VERIFICATION_STARTED, ("journal.verification", row.pk))
    return row.pk


def advance_verification(seconds: float = STEP_SECONDS) -> bool:
    """Carry the running check on for about ``seconds``; return whether there is more to do."""
    row = Verification.objects.filter(state=RUNNING).order_by("id").first()
    if row is None:
        return False
    check = Check(row.cursor)
    deadline = time.monotonic() + seconds
    more = check.step()
    while more and time.monotonic() < deadline:
        more = check.step()
    report = check.report.as_dict()
    with transactions.write("journal.verification"):
        # the cursor that was read must still stand: a second worker's step is not counted twice
        Verification.objects.filter(pk=row.pk, state=RUNNING, cursor=row.cursor).update(
            cursor=check.save() if more else "",
            total=check.report.total,
            checked=check.report.checked,
            result=json.dumps(report),
            state=RUNNING if more else DONE,
            finished_at=None if more else clock.now(),
        )
    return more
