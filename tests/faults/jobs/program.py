"""The worker under fault, as a program of its own: ``prepare``, ``enqueue NAME COUNT LANE…``, ``work LANE…``.

It is started once and forks for each order that it reads (see ``tests.faults.orders``), so that a killed generation is
back in a moment and not after importing Django again. It runs the product's settings, registers jobs that
leave traces, and, when told so by the environment, kills itself at named crash points or opens a guard (the
positive controls).

Environment: ``FAULT_DIR`` folder of traces and markers; ``FAULT_POINTS`` crash points, each killed at once per
marker; ``FAULT_OPEN`` guards made plain (``claim``, ``finish``); ``FAULT_SLOW`` points at which to linger.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db import connection  # noqa: E402 - same
from django.db.models import QuerySet  # noqa: E402 - same

from phithak.base.text import Text  # noqa: E402 - same
from phithak.core.accounts import actors  # noqa: E402 - same
from phithak.core.db.transactions import write  # noqa: E402 - same
from phithak.core.jobs import points, registry, services  # noqa: E402 - same
from phithak.core.jobs.models import Job  # noqa: E402 - same
from phithak.core.jobs.points import Point  # noqa: E402 - same
from phithak.core.jobs.registry import Lane, job  # noqa: E402 - same
from phithak.core.jobs.services import Run, lease  # noqa: E402 - same
from phithak.core.jobs.worker import heart, run_worker  # noqa: E402 - same
from tests.faults.orders import serve, words  # noqa: E402 - same

FOLDER = Path(os.environ["FAULT_DIR"])
TRIES = 60
ITEMS = 12
LINGER_SECONDS = 0.004
BODY_SECONDS = 0.01


def trace(run: Run) -> None:
    """Note that a body started, outside of any transaction; one short append is atomic."""
    line = f"{run.job_id} {run.attempt} {run.claim.fence} {os.getpid()}\n"
    handle = os.open(FOLDER / "starts", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, line.encode())
    os.close(handle)


def effect(table: str, run: Run, item: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (job_id, item, fence, pid) VALUES (%s, %s, %s, %s)",  # noqa: S608 - a constant
            [str(run.job_id), item, run.claim.fence, os.getpid()],
        )


@job("faults.plain", text=Text("เขียนหนึ่งแถว", "Writes one row"), attempts=TRIES)
def plain(run: Run, *, number: int) -> None:
    trace(run)
    time.sleep(BODY_SECONDS)
    with run.finish("faults.plain"):
        effect("fault_effect", run, number)


@job("faults.empty", text=Text("ไม่เขียนอะไร", "Writes nothing"), attempts=TRIES)
def empty(_run: Run, *, number: int) -> None:
    """The price of queue, claim and finish alone."""
    assert number >= 0


@job("faults.chunked", text=Text("เขียนเป็นช่วง", "Writes in chunks"), attempts=TRIES)
def chunked(run: Run, *, number: int) -> None:
    trace(run)
    for chunk in run.chunks(range(ITEMS), size=4):
        with chunk.write("faults.chunk"):
            for item in chunk:
                effect("fault_chunk", run, item)
    with run.finish("faults.chunked"):
        effect("fault_effect", run, number)


@job("faults.flaky", text=Text("พลาดครั้งแรก", "Fails at first"), attempts=TRIES)
def flaky(run: Run, *, number: int) -> None:
    trace(run)
    if run.attempt == 1:
        raise RuntimeError
    with run.finish("faults.flaky"):
        effect("fault_effect", run, number)


@job("faults.held", text=Text("รอที่ประตู", "Waits at a gate"), attempts=TRIES)
def held(run: Run, *, number: int) -> None:
    """The first attempt waits for a file before it finishes."""
    trace(run)
    if run.claim.fence == 1:
        (FOLDER / "inside").write_text(str(os.getpid()))
        wait_for(FOLDER / "gate")
    with run.finish("faults.held"):
        effect("fault_effect", run, number)


@job("faults.endless", text=Text("ไม่รู้จบ", "Goes on and on"), attempts=TRIES)
def endless(run: Run, *, number: int) -> None:
    trace(run)
    for chunk in run.chunks(range(1_000_000), size=1):
        with chunk.write("faults.endless"):
            for item in chunk:
                effect("fault_chunk", run, item + number)


@job("faults.deaf", text=Text("ไม่ฟังใคร", "Hears nobody"), attempts=1, timeout=1)
def deaf(run: Run) -> None:
    """Neither checks nor ends; only the heart can end it."""
    trace(run)
    wait_for(FOLDER / "never")


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


def prepare() -> None:
    """Make the tables that a worker needs, and those of the traces; they have no unique key on purpose."""
    for room in ("accounts", "journal", "jobs"):
        call_command("migrate", room, verbosity=0)
    with connection.cursor() as cursor:
        for table in ("fault_effect", "fault_chunk"):
            cursor.execute(
                f"CREATE TABLE {table} (job_id VARCHAR(40), item INTEGER, fence INTEGER, pid INTEGER)"
            )


def enqueue(name: str, count: int, lanes: list[str]) -> None:
    """Queue ``count`` jobs over the lanes, twenty to a transaction."""
    kind = registry.get(name)
    assert kind is not None
    takes_number = name != "faults.deaf"
    for first in range(0, count, 20):
        with write("faults.enqueue"):
            for number in range(first, min(first + 20, count)):
                args = {"number": number} if takes_number else {}
                services.enqueue(kind, args, actor=actors.system("faults"), lane=lanes[number % len(lanes)])


def work(lanes: list[str]) -> int:
    """Work the lanes as ``phithak worker`` does, with short rests and a short grace for the deaf."""
    heart.GRACE_SECONDS = 0.5
    return run_worker(lanes=[Lane(name) for name in lanes], loops=False, grace=10, most_rest=0.1)


def kill_at(names: set[str]) -> Callable[[Point], None]:
    def listener(point: Point) -> None:
        if point.value not in names:
            return
        try:
            os.close(os.open(FOLDER / f"killed.{point.value}", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    return listener


def linger_at(names: set[str]) -> Callable[[Point], None]:
    return lambda point: time.sleep(LINGER_SECONDS) if point.value in names else None


def open_guards(names: set[str]) -> None:
    """The positive controls: a condition that the tests must miss."""

    def any_state(row: Any) -> QuerySet[Job]:
        return Job.objects.filter(pk=getattr(row, "job_id", None) or row.pk)

    if "claim" in names:
        lease.unchanged = any_state
    if "finish" in names:
        lease.held = any_state


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(process)d %(levelname)s %(message)s")
    points.listeners.append(kill_at(words("FAULT_POINTS")))
    points.listeners.append(linger_at(words("FAULT_SLOW")))
    open_guards(words("FAULT_OPEN"))
    action, *rest = arguments
    if action == "prepare":
        prepare()
    elif action == "enqueue":
        enqueue(rest[0], int(rest[1]), rest[2:])
    elif action == "work":
        return work(rest)
    return 0


if __name__ == "__main__":
    serve(main)
