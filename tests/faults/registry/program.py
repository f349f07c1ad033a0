"""An import under fault, as a program of its own: ``program.py ROWS KILL…`` prints what is left, as JSON.

It makes an instance in the folders of the environment, uploads and checks a file of ROWS rows, starts the run,
and lets a forked worker take it once for each KILL: ``point:n`` dies inside at the n-th passing of a crash point,
``time:s`` is killed from outside s seconds after it took the job. The last worker runs to the end.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from typing import Any, NoReturn

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db import connections  # noqa: E402 - same

from phithak.core.accounts.models import Oversight, Tenant  # noqa: E402 - same
from phithak.core.jobs import points  # noqa: E402 - same
from phithak.core.jobs.models import Attempt, Job  # noqa: E402 - same
from phithak.core.jobs.points import Point  # noqa: E402 - same
from phithak.core.jobs.services import run_pending, work_once  # noqa: E402 - same
from phithak.core.search.models import Document  # noqa: E402 - same
from phithak.registry.models import Alias, ImportRow, ImportRun, MatchKey, Organisation  # noqa: E402 - same
from phithak.registry.services import joining, organisations  # noqa: E402 - same
from phithak.registry.services.joining import running  # noqa: E402 - same
from phithak.registry.services.organisations.rows import SYSTEM  # noqa: E402 - same

PATIENCE = 60.0
running.LIMITS = {"organisations": (4, 4)}  # many transactions, so that many moments lie between two


def prepare(rows: int) -> ImportRun:
    """Make the instance and start the import of a file that adds, changes, repeats and errs."""
    call_command("migrate", verbosity=0)
    Tenant.objects.create(kind="cert", name_th="ศูนย์สมมติ")
    organisations.load_ready()
    for number in range(0, rows, 10):
        organisations.create(
            SYSTEM, organisations.OrganisationFacts(name_th=f"ร้านสมมติที่ {number}", kind="merchant")
        )
    lines = ["รหัสหน่วยงาน,ชื่อ,ประเภท,ภาคส่วน,เว็บไซต์"]
    for number in range(rows):
        kind = "ยานแม่" if number % 17 == 3 else "ร้านค้า"
        lines.append(f"X{number},ร้านสมมติที่ {number},{kind},e-commerce,shop{number}.example.th")
    content = "\n".join(lines).encode()
    run_id = joining.upload(SYSTEM, io.BytesIO(content), name="ร้าน.csv", kind="organisations")
    run_pending("normal")
    joining.start(SYSTEM, run_id)
    return ImportRun.objects.get(pk=run_id)


def worker(kill: str, told: int) -> NoReturn:
    """Take the job, say so through the pipe ``told``, and run it, dying where told."""
    what, _, when = kill.partition(":")
    left = int(when) if what not in {"", "time"} else 0

    def listener(point: Point) -> None:
        nonlocal left
        if point.value.startswith("chunk."):
            os.write(told, b".")
        if point.value == what:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    points.listeners.append(listener)
    until = time.monotonic() + PATIENCE
    while not work_once("heavy") and time.monotonic() < until:
        time.sleep(0.05)  # the lease of the one before has to run out
    os._exit(0)


def fork(kill: str) -> bool:
    """Run one worker to its end; tell whether it was killed."""
    connections.close_all()
    reading, told = os.pipe()
    pid = os.fork()
    if not pid:
        worker(kill, told)
    if kill.startswith("time:"):
        os.read(reading, 1)  # it waits here for the lease of the one before as long as that takes
        time.sleep(float(kill.removeprefix("time:")))
        os.kill(pid, signal.SIGKILL)
    os.close(reading)
    os.close(told)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def left(run: ImportRun, killed: int) -> dict[str, Any]:
    """Return everything that must not depend on when it was killed."""
    run.refresh_from_db()
    rows = Organisation.objects.order_by("name_th")
    return {
        "killed": killed,
        "lost": Attempt.objects.filter(outcome="lost").count(),
        "state": run.state,
        "counts": [run.added, run.changed, run.same, run.faults, run.cursor],
        "organisations": list(rows.values_list("name_th", "website", "version", "size", "sector__code")),
        "rows": list(
            ImportRow.objects.order_by("number").values_list("number", "state", "organisation__name_th")
        ),
        "aliases": sorted(Alias.objects.values_list("text", flat=True)),
        "tenants": sorted(Tenant.objects.values_list("name_th", flat=True)),
        "oversight": Oversight.objects.count(),
        "documents": Document.objects.filter(kind="registry.organisation").count(),
        "keys": MatchKey.objects.count(),
        "job": list(Job.objects.filter(name="registry.run_import").values_list("state", flat=True)),
    }


def main(rows: int, kills: list[str]) -> None:
    """Do it all and print what is left."""
    run = prepare(rows)
    killed = sum(fork(kill) for kill in kills)
    until = time.monotonic() + PATIENCE
    while ImportRun.objects.get(pk=run.pk).state == "running" and time.monotonic() < until:
        fork("")
    print(json.dumps(left(run, killed)))  # noqa: T201 - the answer


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
