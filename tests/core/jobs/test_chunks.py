"""Chunks: the cursor moves with the rows; a repeated attempt goes on where the last commit was."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.core.accounts.models import Tenant
from phithak.core.jobs import Lane, backoff, queries, services
from phithak.core.jobs.errors import ArgumentsError
from phithak.core.jobs.queries import State
from phithak.core.jobs.services import Run, paging
from tests.core.jobs.conftest import Define

pytestmark = [pytest.mark.django_db, pytest.mark.db]
SYSTEM = actors.system("tests")


def put(*numbers: object) -> None:
    Tenant.objects.bulk_create([Tenant(kind="copy", name_th=str(number)) for number in numbers])


def copied() -> list[int]:
    return sorted(int(name) for name in Tenant.objects.filter(kind="copy").values_list("name_th", flat=True))


def work_until_over(job_id: UUID) -> int:
    began = clock.now()
    attempts = 0
    while queries.detail(SYSTEM, job_id).progress.state not in {State.DONE, State.DEAD}:
        with clock.at(began + timedelta(hours=attempts)):
            assert services.work_once(Lane.NORMAL, chance=backoff.chance(1))
        attempts += 1
    return attempts


@pytest.mark.parametrize("keyed", [False, True])
def test_an_iterable_is_walked_once_over_three_attempts(define: Define, keyed: bool) -> None:  # noqa: FBT001
    def body(run: Run) -> None:
        source = [number * 2 for number in range(1, 1001)]
        for number, chunk in enumerate(run.chunks(source, key=(lambda n: n) if keyed else None, size=200)):
            with chunk.write("tests.copy"):
                put(*chunk)
                run.progress(len(copied()), 1000)
                if run.attempt < 3 and number == run.attempt:
                    raise RuntimeError

    job_id = services.enqueue(define(body), actor=SYSTEM)
    assert work_until_over(job_id) == 3
    assert copied() == [number * 2 for number in range(1, 1001)]
    found = queries.progress(job_id)
    assert found is not None
    assert (found.state, found.done, found.total) == (State.DONE, 1000, 1000)


def test_a_queryset_is_read_page_by_page_in_the_order_of_its_key(define: Define) -> None:
    Tenant.objects.bulk_create([Tenant(kind="source", name_th=str(number)) for number in range(300)])
    sizes: list[int] = []

    def body(run: Run) -> None:
        for chunk in run.chunks(Tenant.objects.filter(kind="source")):
            sizes.append(len(chunk))
            with chunk.write("tests.copy"):
                put(*(row.name_th for row in chunk))
                if len(sizes) == 2:
                    raise RuntimeError

    job_id = services.enqueue(define(body), actor=SYSTEM)
    assert work_until_over(job_id) == 2
    assert copied() == list(range(300))
    assert max(sizes) <= 500


def test_two_stages_keep_two_cursors(define: Define) -> None:
    def body(run: Run) -> None:
        for chunk in run.chunks(range(10), stage="first"):
            with chunk.write("tests.copy"):
                put(*chunk)
        for chunk in run.chunks(range(100, 110), stage="second"):
            with chunk.write("tests.copy"):
                put(*chunk)
            if run.attempt == 1:
                raise RuntimeError

    job_id = services.enqueue(define(body), actor=SYSTEM)
    assert work_until_over(job_id) == 2
    assert copied() == [*range(10), *range(100, 110)]


def test_a_chunk_without_rows_of_its_own_moves_the_cursor_too(define: Define) -> None:
    seen: list[int] = []

    def body(run: Run) -> None:
        for chunk in run.chunks(range(5), size=1):
            seen.extend(chunk)
            if run.attempt == 1 and seen[-1] == 3:
                raise RuntimeError

    job_id = services.enqueue(define(body), actor=SYSTEM)
    work_until_over(job_id)
    assert seen == [0, 1, 2, 3, 3, 4]


def test_a_personal_cursor_is_refused(define: Define) -> None:
    def body(run: Run) -> None:
        for chunk in run.chunks(["0812345678"], key=str):
            with chunk.write("tests.copy"):
                put(1)

    job_id = services.enqueue(define(body, attempts=1), actor=SYSTEM)
    services.run_pending()
    found = queries.detail(SYSTEM, job_id)
    assert found.progress.state is State.DEAD
    assert ArgumentsError.__name__ in found.error
    assert copied() == []


def test_a_key_must_fit_its_source() -> None:
    with pytest.raises(TypeError):
        paging.walk([1], "pk", None)
    with pytest.raises(TypeError):
        paging.walk(Tenant.objects.all(), lambda row: row.pk, None)
