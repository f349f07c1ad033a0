"""Schedules: each due run exactly once, missed runs as told, pause, resume, run now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.jobs import queries as jobs
from phithak.core.jobs import registry as job_registry
from phithak.core.jobs import services as job_services
from phithak.core.jobs.queries import State
from phithak.core.jobs.services import Run
from phithak.core.schedule import queries, registry, services
from phithak.core.schedule.queries import ScheduleRow
from phithak.core.schedule.registry import Every, every
from phithak.core.schedule.services import ScheduleStateError
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]
SYSTEM = actors.system("tests")
NAME = "tests.schedule"
UUIDish = re.compile(r"[0-9a-f-]{36}")
Define = Callable[..., Every]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026 in UTC; Bangkok is seven hours ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def ran() -> list[str]:
    """The due moments that the body was called with."""
    return []


@pytest.fixture
def define(ran: list[str]) -> Iterator[Define]:
    """Register the one schedule of a test; every other schedule is out of the way."""
    others, registry._schedules = registry._schedules, {}

    def body(_run: Run, *, due: str) -> None:
        ran.append(due)

    def register(cron: str = "0 8 * * *", **options: Any) -> Every:
        return every(NAME, cron=cron, text=Text("ตารางทดสอบ", "Test schedule"), **options)(body)

    yield register
    registry._schedules = others
    job_registry._jobs.pop(NAME, None)


def tick(moment: datetime) -> int:
    with clock.at(moment):
        queued = services.tick()
        job_services.run_pending()
        return queued


def row() -> ScheduleRow:
    (found,) = queries.listed(SYSTEM)
    return found


def test_eight_in_bangkok_runs_once_a_day(define: Define, ran: list[str]) -> None:
    define()
    assert tick(at(20, 22)) == 0
    assert row().next_due == at(21, 1)
    assert tick(at(21, 0, 59)) == 0
    assert tick(at(21, 1)) == 1
    assert tick(at(21, 1)) == 0
    assert tick(at(21, 1, 1)) == 0
    assert row().next_due == at(22, 1)
    assert row().last_due == at(21, 1)
    assert tick(at(22, 1, 2)) == 1
    assert ran == ["2026-11-21T01:00:00+00:00", "2026-11-22T01:00:00+00:00"]


def test_a_zone_of_its_own(define: Define) -> None:
    define(zone="UTC")
    tick(at(20, 22))
    assert row().next_due == at(21, 8)


@pytest.mark.parametrize(("missed", "expected"), [("once", ["2026-11-25T01:00:00+00:00"]), ("skip", [])])
def test_days_without_a_worker(define: Define, ran: list[str], missed: str, expected: list[str]) -> None:
    define(missed=missed)
    tick(at(20, 22))
    tick(at(25, 9))
    assert ran == expected
    assert row().next_due == at(26, 1)
    tick(at(26, 1))
    assert ran == [*expected, "2026-11-26T01:00:00+00:00"]


def test_two_ticks_that_read_the_same_row_queue_one_job(
    define: Define, monkeypatch: pytest.MonkeyPatch
) -> None:
    define()
    tick(at(20, 22))
    stale = queries.due(at(21, 1))
    assert len(stale) == 1
    assert tick(at(21, 1)) == 1
    monkeypatch.setattr(queries, "due", lambda _now: stale)
    assert tick(at(21, 1)) == 0


def test_a_changed_cron_line_gets_a_new_due_moment(define: Define) -> None:
    define()
    tick(at(20, 22))
    define("30 9 * * *")
    tick(at(20, 23))
    assert (row().cron, row().next_due) == ("30 9 * * *", at(21, 2, 30))


def test_pause_resume_and_run_now(define: Define, people: People, ran: list[str]) -> None:
    admin = people.actor("cert_admin")
    define()
    tick(at(20, 22))
    with clock.at(at(20, 23)):
        services.pause(admin, row().id)
        with pytest.raises(ScheduleStateError):
            services.pause(admin, row().id)
    assert tick(at(21, 1)) == 0
    assert row().next_due is None
    with clock.at(at(23, 5)):
        services.resume(admin, row().id)
    assert row().next_due == at(24, 1)
    with clock.at(at(23, 6)):
        job_id = services.run_now(admin, row().id)
        assert services.run_now(admin, row().id) == job_id
        job_services.run_pending()
    assert ran == ["2026-11-23T06:00:00+00:00"]
    found = jobs.progress(job_id)
    assert found is not None
    assert found.state is State.DONE
    with pytest.raises(ForbiddenError):
        services.pause(people.actor("auditor"), row().id)


def test_a_schedule_that_left_the_code_does_nothing(define: Define) -> None:
    define()
    tick(at(20, 22))
    registry._schedules.clear()
    assert tick(at(21, 1)) == 0
    assert queries.late(at(21, 2)) == []
    assert not row().known


def test_late_schedules_are_told_of(define: Define) -> None:
    define()
    tick(at(20, 22))
    assert queries.late(at(21, 1, 4)) == []
    assert [late.name for late in queries.late(at(21, 1, 6))] == [NAME]


@pytest.mark.parametrize("cron", ["", "* * * *", "* * * * * *", "61 * * * *", "every day"])
def test_a_cron_line_that_cannot_be_read_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="cron line"):
        every("tests.wrong", cron=cron, text=Text("ผิด", "Wrong"))


def test_the_last_moment_until_now_includes_now(define: Define) -> None:
    schedule = define()
    assert schedule.last_until(at(21, 1)) == at(21, 1)
    assert schedule.last_until(at(21, 1) - timedelta(seconds=1)) == at(20, 1)
    assert schedule.next_after(at(21, 1)) == at(22, 1)


def test_the_pages_show_pause_resume_and_run(define: Define, people: People) -> None:
    define()
    tick(clock.now())
    client = people.client("cert_admin")
    assert "ตารางทดสอบ" in client.get("/schedule/").content.decode()
    address = f"/schedule/{row().id}/"
    assert "0 8 * * *" in client.get(address).content.decode()
    assert client.post(address + "pause/").status_code == 302
    assert "พักอยู่" in client.get(address).content.decode()
    assert client.post(address + "pause/").status_code == 409
    assert client.post(address + "resume/").status_code == 302
    assert client.post(address + "run/").status_code == 302
    assert row().last_job_id is not None
    assert people.client("auditor").post(address + "pause/").status_code == 403
    assert people.client("member_admin").get(address).status_code == 403
    listed = client.get("/api/v1/schedule").json()
    assert [item["name"] for item in listed] == [NAME]
    assert client.post(f"/api/v1{address}pause").json()["next_due"] is None
    assert client.post(f"/api/v1{address}resume").json()["paused_at"] is None
    assert UUIDish.fullmatch(client.post(f"/api/v1{address}run").json()["job_id"])
