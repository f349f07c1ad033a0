"""From the queue to the end: done, failed, dead, cancelled, released; each through ``enqueue`` and ``work_once``."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.models import Tenant
from phithak.core.db.transactions import write
from phithak.core.jobs import Lane, backoff, queries, services
from phithak.core.jobs.errors import GiveUpError, JobStateError, RetryLaterError, UnknownJobError
from phithak.core.jobs.queries import JobDetail, Outcome, State
from phithak.core.jobs.services import Run
from tests.core.jobs.conftest import Define
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]

MORNING = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SYSTEM = actors.system("tests")


def seen(job_id: UUID) -> JobDetail:
    return queries.detail(SYSTEM, job_id)


def put(name: str) -> None:
    Tenant(kind="tested", name_th=name).save()


def names() -> set[str]:
    return set(Tenant.objects.filter(kind="tested").values_list("name_th", flat=True))


def nothing(_run: Run) -> None:
    """A body without rows."""


def fails(_run: Run) -> None:
    raise ValueError("ใจงาม 0812345678")


def test_a_job_runs_with_its_arguments_and_is_done_with_its_rows(define: Define) -> None:
    def body(run: Run, *, word: str, numbers: list[int]) -> None:
        with run.finish("tests.body"):
            put(f"{word} {sum(numbers)}")

    job_id = services.enqueue(define(body), {"word": "รวม", "numbers": [1, 2, 39]}, actor=SYSTEM)
    assert seen(job_id).progress.state is State.QUEUED
    assert services.run_pending() == 1
    found = seen(job_id)
    assert (found.progress.state, found.attempts, found.error) == (State.DONE, 1, "")
    assert names() == {"รวม 42"}
    assert services.run_pending() == 0


def test_a_body_that_does_not_finish_is_finished_for_it(define: Define) -> None:
    job_id = services.enqueue(define(nothing), actor=SYSTEM)
    services.run_pending()
    assert seen(job_id).progress.state is State.DONE


def test_no_commit_no_job(define: Define) -> None:
    kind = define(nothing)

    def caller() -> None:
        with write("tests.caller"):
            services.enqueue(kind, actor=SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        caller()
    assert services.run_pending() == 0


def test_rows_of_a_failing_finish_are_gone_and_the_job_rests(define: Define) -> None:
    def body(run: Run) -> None:
        with run.finish("tests.body"):
            put("half")
            raise RuntimeError

    with clock.at(MORNING):
        job_id = services.enqueue(define(body), actor=SYSTEM)
        assert services.work_once(Lane.NORMAL, chance=backoff.chance(7))
        assert not services.work_once(Lane.NORMAL)
    assert names() == set()
    found = seen(job_id)
    assert (found.progress.state, found.attempts) == (State.QUEUED, 1)
    rest = (found.run_at - MORNING).total_seconds()
    assert 1.5 <= rest <= 2.5


def test_attempts_used_up_make_a_dead_letter_without_the_message(define: Define) -> None:
    job_id = services.enqueue(define(fails, attempts=3), actor=SYSTEM)
    now = clock.now()
    for number in (1, 2, 3):
        with clock.at(now + timedelta(hours=number)):
            assert services.work_once(Lane.NORMAL)
    found = seen(job_id)
    assert (found.progress.state, found.attempts) == (State.DEAD, 3)
    assert [(a.number, a.outcome) for a in found.failed] == [(n, Outcome.FAILED) for n in (1, 2, 3)]
    assert found.error.startswith("ValueError\n")
    assert "test_lifecycle.py" in found.error
    assert "ใจงาม" not in found.error
    assert "0812345678" not in found.error
    assert queries.dead_letters(SYSTEM)[0] == 1


def test_giving_up_is_a_dead_letter_at_once_with_its_reason(define: Define) -> None:
    def body(_run: Run) -> None:
        raise GiveUpError(Text("ไฟล์ถูกลบแล้ว", "The file is gone"))

    job_id = services.enqueue(define(body), actor=SYSTEM)
    services.run_pending()
    found = seen(job_id)
    assert (found.progress.state, found.attempts, found.error) == (
        State.DEAD,
        1,
        "ไฟล์ถูกลบแล้ว\nThe file is gone",
    )


def test_a_job_that_nobody_knows_any_more_is_a_dead_letter(define: Define) -> None:
    from phithak.core.jobs import registry  # noqa: PLC0415 - only this test empties it

    kind = define(nothing)
    job_id = services.enqueue(kind, actor=SYSTEM)
    registry._jobs.pop(kind.name)
    services.run_pending()
    assert seen(job_id).progress.state is State.DEAD
    with pytest.raises(UnknownJobError):
        services.enqueue(kind.name, actor=SYSTEM)


def test_retry_later_counts_no_attempt(define: Define) -> None:
    def body(_run: Run) -> None:
        raise RetryLaterError(90)

    with clock.at(MORNING):
        job_id = services.enqueue(define(body, attempts=1), actor=SYSTEM)
        assert services.work_once(Lane.NORMAL)
    found = seen(job_id)
    assert (found.progress.state, found.attempts) == (State.QUEUED, 0)
    assert found.run_at == MORNING + timedelta(seconds=90)


def test_run_at_and_priority_order_the_lane(define: Define) -> None:
    ran: list[str] = []

    def body(_run: Run, *, word: str) -> None:
        ran.append(word)

    kind = define(body)
    with clock.at(MORNING):
        services.enqueue(kind, {"word": "later"}, actor=SYSTEM, run_at=MORNING + timedelta(minutes=1))
        services.enqueue(kind, {"word": "first"}, actor=SYSTEM)
        services.enqueue(kind, {"word": "second"}, actor=SYSTEM)
        services.enqueue(kind, {"word": "important"}, actor=SYSTEM, priority=5)
        services.enqueue(kind, {"word": "other lane"}, actor=SYSTEM, lane="heavy")
        assert services.run_pending(Lane.NORMAL) == 3
    assert ran == ["important", "first", "second"]
    with clock.at(MORNING + timedelta(minutes=1)):
        assert services.run_pending() == 2
    assert ran[3:] == ["later", "other lane"]


def test_one_living_job_of_a_unique_key(define: Define) -> None:
    kind, other = define(nothing), define(nothing)
    first = services.enqueue(kind, actor=SYSTEM, unique="report-7")
    assert services.enqueue(kind, actor=SYSTEM, unique="report-7") == first
    assert services.enqueue(kind, actor=SYSTEM, unique="report-8") != first
    assert services.enqueue(other, actor=SYSTEM, unique="report-7") != first
    services.run_pending()
    assert services.enqueue(kind, actor=SYSTEM, unique="report-7") != first


def test_a_job_may_queue_its_own_successor_as_it_finishes(define: Define) -> None:
    followers: list[UUID] = []

    def body(run: Run) -> None:
        with run.finish("tests.body"):
            if not followers:
                followers.append(services.enqueue(kind, actor=run.actor, unique="chain"))

    kind = define(body)
    first = services.enqueue(kind, actor=SYSTEM, unique="chain")
    assert services.run_pending() == 2
    assert followers != [first]


def test_cancelling_a_queued_job_ends_it_and_retrying_queues_it(define: Define, people: People) -> None:
    admin = people.actor("cert_admin")
    job_id = services.enqueue(define(nothing), actor=SYSTEM)
    assert services.cancel(admin, job_id) is State.CANCELLED
    assert services.run_pending() == 0
    with pytest.raises(JobStateError):
        services.cancel(admin, job_id)
    services.retry(admin, job_id)
    assert services.run_pending() == 1
    with pytest.raises(JobStateError):
        services.retry(admin, job_id)


def test_a_running_job_notices_its_cancelling_at_a_checkpoint(define: Define, people: People) -> None:
    admin = people.actor("cert_admin")

    def body(run: Run) -> None:
        run.checkpoint()
        assert services.cancel(admin, run.job_id) is State.RUNNING
        with run.write("tests.body"):
            put("before")
        run.checkpoint()
        with run.write("tests.body"):
            put("after")

    job_id = services.enqueue(define(body), actor=SYSTEM)
    assert services.run_pending() == 1
    assert seen(job_id).progress.state is State.CANCELLED
    assert names() == {"before"}


def test_who_may_cancel_and_retry(define: Define, people: People) -> None:
    kind = define(nothing)
    own = services.enqueue(kind, actor=people.actor("analyst"))
    foreign = services.enqueue(kind, actor=SYSTEM)
    with pytest.raises(ForbiddenError):
        services.cancel(people.actor("analyst"), foreign)
    assert services.cancel(people.actor("analyst"), own) is State.CANCELLED
    with pytest.raises(ForbiddenError):
        services.retry(people.actor("auditor"), own)
    with pytest.raises(NotFoundError):
        services.cancel(people.actor("member_staff"), foreign)


def test_a_stopping_worker_releases_its_job_at_a_checkpoint(define: Define) -> None:
    stop = threading.Event()

    def body(run: Run) -> None:
        stop.set()
        run.checkpoint()

    job_id = services.enqueue(define(body), actor=SYSTEM)
    services.work_once(Lane.NORMAL, stop=stop)
    found = seen(job_id)
    assert (found.progress.state, found.attempts) == (State.QUEUED, 0)


def test_a_timeout_is_noticed_at_a_checkpoint(define: Define, monkeypatch: pytest.MonkeyPatch) -> None:
    def body(run: Run) -> None:
        run._began -= 61
        run.checkpoint()

    job_id = services.enqueue(define(body, timeout=60), actor=SYSTEM)
    services.work_once(Lane.NORMAL)
    found = seen(job_id)
    assert found.progress.state is State.QUEUED
    assert [a.outcome for a in found.failed] == [Outcome.TIMEOUT]


def test_a_lost_lease_is_claimed_again_and_the_stale_holder_writes_nothing(define: Define) -> None:
    ran: list[int] = []

    def body(run: Run) -> None:
        ran.append(run.attempt)
        if run.attempt == 1:
            # the first holder hangs past its lease; another worker takes over and finishes
            with clock.at(run.started_at + timedelta(minutes=5)):
                assert services.work_once(Lane.NORMAL, "second")
        with run.finish("tests.body"):
            put(f"written by {run.attempt}")

    job_id = services.enqueue(define(body), actor=SYSTEM)
    assert services.work_once(Lane.NORMAL, "first")
    assert ran == [1, 2]
    assert names() == {"written by 2"}
    found = seen(job_id)
    assert (found.progress.state, found.worker, found.attempts) == (State.DONE, "second", 2)
    assert [(a.worker, a.outcome) for a in found.failed] == [("first", Outcome.LOST)]


def test_a_job_that_kills_its_workers_becomes_a_dead_letter(define: Define) -> None:
    class Killed(BaseException):
        """Stands for a SIGKILL: nothing of the attempt's end is written."""

    def body(_run: Run) -> None:
        raise Killed

    job_id = services.enqueue(define(body, attempts=2), actor=SYSTEM)
    now = clock.now()
    for minutes in (0, 5):
        with clock.at(now + timedelta(minutes=minutes)), pytest.raises(Killed):
            services.work_once(Lane.NORMAL)
    with clock.at(now + timedelta(minutes=10)):
        assert not services.work_once(Lane.NORMAL)
    found = seen(job_id)
    assert (found.progress.state, found.attempts) == (State.DEAD, 2)
    assert [a.outcome for a in found.failed] == [Outcome.LOST, Outcome.LOST]


def test_old_finished_jobs_are_cleared_and_dead_letters_stay(define: Define) -> None:
    with clock.at(MORNING - timedelta(days=31)):
        old = services.enqueue(define(nothing), actor=SYSTEM)
        services.run_pending()
        dead = services.enqueue(define(fails, attempts=1), actor=SYSTEM)
        services.run_pending()
    with clock.at(MORNING - timedelta(days=29)):
        young = services.enqueue(define(nothing), actor=SYSTEM)
        services.run_pending()
    with clock.at(MORNING):
        assert services.housekeeping() == 1
    assert queries.progress(old) is None
    assert queries.progress(young) is not None
    assert queries.progress(dead) is not None


def test_the_claim_and_the_finish_are_conditional(define: Define) -> None:
    from phithak.core.jobs.services import lease  # noqa: PLC0415 - the inside, for this one test

    services.enqueue(define(nothing), actor=SYSTEM)
    (row,) = queries.claimable("normal", clock.now())
    assert lease.unchanged(row).count() == 1
    claim = lease.claim("normal", "a")
    assert claim is not None
    assert lease.unchanged(row).count() == 0
    with transaction.atomic():
        assert lease.held(claim).count() == 1
