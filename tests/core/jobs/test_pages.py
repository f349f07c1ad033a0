"""The jobs pages and API: what each role sees and may do, as a person meets it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.core.accounts.models import Tenant
from phithak.core.jobs import queries, services
from phithak.core.jobs.queries import State
from phithak.core.jobs.services import Run
from tests.core.jobs.conftest import Define
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]
SYSTEM = actors.system("tests")


def nothing(_run: Run) -> None:
    """A body without rows."""


def fails(_run: Run) -> None:
    raise ValueError


@pytest.fixture
def dead(define: Define) -> UUID:
    """A dead letter of the instance."""
    job_id = services.enqueue(define(fails, attempts=1), actor=SYSTEM)
    services.run_pending()
    return job_id


def test_the_list_shows_filters_and_searches(define: Define, people: People, dead: UUID) -> None:
    client = people.client("cert_admin")
    services.enqueue(define(nothing), actor=SYSTEM, lane="heavy")
    whole = client.get("/jobs/").content.decode()
    assert "งานทดสอบ 1" in whole
    assert "งานทดสอบ 2" in whole
    assert "ไม่มีตัวทำงาน" in whole
    heavy = client.get("/jobs/?lane=heavy").content.decode()
    assert "งานทดสอบ 1" not in heavy
    assert "งานทดสอบ 2" in heavy
    state = client.get("/jobs/?state=dead").content.decode()
    assert "งานทดสอบ 1" in state
    assert "งานทดสอบ 2" not in state
    found = client.get("/jobs/", {"q": "งานทดสอบ 2"}).content.decode()
    assert "งานทดสอบ 2" in found
    assert f"/jobs/{dead}/" not in found
    assert client.get("/jobs/?state=anything").status_code == 422


def test_a_dead_letter_is_shown_and_retried(people: People, dead: UUID) -> None:
    client = people.client("cert_admin")
    assert "ValueError" in client.get("/jobs/dead/").content.decode()
    page = client.get(f"/jobs/{dead}/").content.decode()
    assert "test_pages.py" in page
    assert "ล้มเหลว รอผู้ดูแล" in page
    assert client.post(f"/jobs/{dead}/retry/").status_code == 302
    assert queries.detail(SYSTEM, dead).progress.state is State.QUEUED
    again = client.post(f"/jobs/{dead}/retry/")
    assert again.status_code == 409
    assert "รอคิว" in again.content.decode()


def test_a_dead_letter_waits_for_the_administrator_until_dropped(people: People, dead: UUID) -> None:
    client = people.client("cert_admin")
    assert "งานล้มเหลว 1 งาน" in client.get("/").content.decode()
    assert client.post(f"/jobs/{dead}/cancel/").status_code == 302
    assert queries.detail(SYSTEM, dead).progress.state is State.CANCELLED
    assert "งานล้มเหลว 1 งาน" not in client.get("/").content.decode()


def test_progress_is_shown_as_a_bar_that_asks_for_itself(define: Define, people: People) -> None:
    seen: list[str] = []
    client = people.client("analyst")

    def body(run: Run) -> None:
        run.progress(3, 12)
        seen.append(client.get(f"/jobs/{run.job_id}/progress/").content.decode())
        seen.append(client.get("/jobs/running/").content.decode())

    job_id = services.enqueue(define(body), actor=SYSTEM)
    services.run_pending()
    assert 'value="3" max="12"' in seen[0]
    assert f'hx-get="/jobs/{job_id}/progress/"' in seen[0]
    assert 'value="3" max="12"' in seen[1]
    over = client.get(f"/jobs/{job_id}/progress/").content.decode()
    assert "hx-get" not in over


def test_who_sees_and_who_may_act(people: People, dead: UUID) -> None:
    for key, seen, done in (
        ("cert_admin", 200, 302),
        ("analyst", 200, 403),
        ("auditor", 200, 403),
        ("executive", 403, 403),
        ("member_admin", 403, 403),
    ):
        client = people.client(key)
        assert client.get("/jobs/").status_code == seen, key
        assert client.get(f"/jobs/{dead}/").status_code == seen, key
        assert client.post(f"/jobs/{dead}/retry/").status_code == done, key
    assert client.get(f"/jobs/{dead}/retry/").status_code == 405


def test_a_job_of_a_member_is_seen_by_its_overseer(define: Define, people: People) -> None:
    kind = define(nothing)
    own = services.enqueue(kind, actor=SYSTEM, tenant_id=people.tenant_id("hospital"))
    stranger = Tenant(kind="hospital", name_th="โรงพยาบาลนอกเครือข่าย")
    stranger.save()
    foreign = services.enqueue(kind, actor=SYSTEM, tenant_id=stranger.pk)
    client = people.client("analyst")
    assert client.get(f"/jobs/{own}/").status_code == 200
    assert client.get(f"/jobs/{foreign}/").status_code == 404
    assert client.get("/api/v1/jobs").json()["total"] == 1
    assert client.get(f"/api/v1/jobs/{foreign}").status_code == 404
    assert people.client("cert_admin").post(f"/jobs/{foreign}/cancel/").status_code == 404


def test_the_api_lists_shows_cancels_and_retries(define: Define, people: People, dead: UUID) -> None:
    admin, analyst = people.client("cert_admin"), people.client("analyst")
    queued = services.enqueue(define(nothing), actor=SYSTEM)
    page = analyst.get("/api/v1/jobs").json()
    assert page["total"] == 2
    assert [item["id"] for item in page["items"]] == [str(queued), str(dead)]
    assert analyst.get("/api/v1/jobs?state=dead").json()["total"] == 1
    detail = analyst.get(f"/api/v1/jobs/{dead}").json()
    assert detail["state"] == "dead"
    assert detail["failed"][0]["outcome"] == "failed"
    assert analyst.post(f"/api/v1/jobs/{dead}/retry").status_code == 403
    assert admin.post(f"/api/v1/jobs/{dead}/retry").json()["state"] == "queued"
    assert admin.post(f"/api/v1/jobs/{queued}/cancel").json()["state"] == "cancelled"
    assert admin.post(f"/api/v1/jobs/{queued}/cancel").status_code == 409
    assert people.client("member_staff").get(f"/api/v1/jobs/{dead}").status_code == 403


def test_doctor_says_which_lane_is_dead_and_what_waits_too_long(define: Define) -> None:
    from phithak.core import contrib  # noqa: PLC0415 - the registry is full only now

    lanes, queue = contrib.doctor.get("jobs.lanes"), contrib.doctor.get("jobs.queue")
    assert lanes is not None
    assert queue is not None
    assert lanes.run().state == "error"
    assert queue.run().state == "ok"
    services.enqueue(define(nothing), actor=SYSTEM, run_at=clock.now() - timedelta(minutes=11))
    assert queue.run().state == "warning"
