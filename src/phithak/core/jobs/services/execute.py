"""Running one claimed job to its end, whatever the end is."""

from __future__ import annotations

import logging
import random
import traceback
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import PurePath
from typing import Protocol

from django.db import connection

from phithak.base.errors import PhithakError
from phithak.core.jobs import backoff, registry
from phithak.core.jobs.errors import (
    CancelledError,
    GiveUpError,
    LeaseLostError,
    ReleasedError,
    RetryLaterError,
    TimedOutError,
)
from phithak.core.jobs.queries import Outcome
from phithak.core.jobs.registry import JobType, Lane
from phithak.core.jobs.services import lease
from phithak.core.jobs.services.run import Run, Stop

_log = logging.getLogger("phithak.jobs")
_FRAMES = 6


class Watcher(Protocol):
    """Keeps the lease of a run alive while the block lasts."""

    def watching(self, run: Run) -> AbstractContextManager[None]:
        """Renew the lease of ``run`` inside the block."""
        ...


def work_once(
    lane: Lane | str,
    worker: str = "in-process",
    *,
    watcher: Watcher | None = None,
    stop: Stop | None = None,
    chance: random.Random | None = None,
) -> bool:
    """Claim and run one job of the lane.

    Args:
        lane: which lane.
        worker: name of the process, shown on pages.
        watcher: renews the lease meanwhile; None for jobs shorter than a lease (tests, one-off commands).
        stop: set when the worker stops; the job is then released at its next checkpoint.
        chance: source of the back-off's jitter.

    Returns:
        False when there was nothing to do.
    """
    claim = lease.claim(Lane(lane), worker)
    if claim is None:
        return False
    run = Run(claim, stop)
    with watcher.watching(run) if watcher else nullcontext():
        _attempt(run, chance or backoff.chance())
    return True


def run_pending(*lanes: Lane | str, limit: int = 10_000) -> int:
    """Run what is due in the lanes (all when none is named) until nothing is; return how many attempts ran.

    Raises:
        RuntimeError: still not empty after ``limit`` attempts: a job queues itself for ever.
    """
    ran = 0
    for lane in lanes or tuple(Lane):
        while work_once(lane):
            ran += 1
            if ran >= limit:
                raise RuntimeError(f"more than {limit} attempts: does a job queue itself?")
    return ran


def _attempt(run: Run, chance: random.Random) -> None:
    claim = run.claim
    kind = registry.get(claim.name)
    if kind is None:
        lease.fail(
            claim, "jobs.unknown: no room of this release registers the job", chance=chance, final=True
        )
        return
    try:
        _body(run, kind)
    except LeaseLostError:
        _log.warning("job %s (%s): lease lost, nothing written", claim.job_id, claim.name)
    except CancelledError:
        lease.cancelled(claim)
    except ReleasedError:
        lease.give_back(claim)
    except RetryLaterError as later:
        lease.give_back(claim, after=timedelta(seconds=later.seconds))
    except TimedOutError:
        lease.fail(
            claim,
            f"jobs.timeout: over {claim.timeout} s",
            chance=chance,
            outcome=Outcome.TIMEOUT,
        )
    except GiveUpError as error:
        lease.fail(claim, f"{error.reason.th}\n{error.reason.en}", chance=chance, final=True)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a body may fail in any way; the lane lives on
        # a connection that broke in the body must not take the note of the failure with it
        if not connection.in_atomic_block and not connection.is_usable():
            connection.close()
        told = describe(error)
        _log.warning("job %s (%s) attempt %d failed: %s", claim.job_id, claim.name, claim.attempt, told)
        if not lease.fail(claim, told, chance=chance):
            _log.warning("job %s (%s): was ended or taken over meanwhile", claim.job_id, claim.name)


def _body(run: Run, kind: JobType) -> None:
    kind(run, **run.claim.args)
    if not run.finished:
        with run.finish():
            pass


def describe(error: BaseException) -> str:
    """Return an error as kept in a job's row: class names, codes and places in code.

    Never a message or a value: either may hold a person's name, number or letter.
    """
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 3 * _FRAMES:
        lines.append(_name_of(seen))
        frames = traceback.extract_tb(seen.__traceback__)[-_FRAMES:]
        lines += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)


def _name_of(error: BaseException) -> str:
    name = type(error).__qualname__
    if isinstance(error, PhithakError):
        return f"{name} {error.code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} errno {error.errno}"
    return name


def _place(filename: str) -> str:
    parts = PurePath(filename).parts
    for root in ("phithak", "site-packages"):
        if root in parts:
            start = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[start:])
    return parts[-1] if parts else "?"
