"""The clocks' pages: list with filter, one clock, confirm, correct, meet, void; the law for everyone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from phithak.base import clock, ids
from phithak.core.accounts import actors
from phithak.core.clocks import queries, services
from phithak.core.clocks.models import RunningClock
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def proposed(people: People) -> UUID:
    return services.propose(
        actors.system("test"),
        tenant_id=people.tenant_id("hospital"),
        subject=("test.case", ids.uuid7()),
        code="pdpc_notice",
        trigger_at=clock.now() - timedelta(hours=2),
        evidence="หนังสือแจ้งจากผู้ควบคุมข้อมูล",
    )


def state_of(clock_id: UUID) -> str:
    return RunningClock.objects.values_list("state", flat=True).get(pk=clock_id)


def test_a_clock_is_confirmed_and_met_on_the_pages(people: People, proposed: UUID) -> None:
    browser = people.client("member_admin")
    listed = browser.get("/clocks/?state=proposed").content.decode()
    assert str(proposed) in listed
    assert str(proposed) not in browser.get("/clocks/?state=running").content.decode()
    page = browser.get(f"/clocks/{proposed}/").content.decode()
    assert "หนังสือแจ้งจากผู้ควบคุมข้อมูล" in page
    assert "pdpc_notice" in page
    assert browser.get(f"/clocks/{proposed}/confirm/").status_code == 405
    assert browser.post(f"/clocks/{proposed}/confirm/").status_code == 302
    assert state_of(proposed) == "running"
    assert browser.get(f"/clocks/{proposed}/meet/").status_code == 200
    done = clock.now().astimezone(clock.BANGKOK).strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(f"/clocks/{proposed}/meet/", {"at": done, "evidence": "เลขรับหนังสือ 12/2569"})
    assert answer.status_code == 302
    assert state_of(proposed) == "met"


def test_a_start_is_corrected_by_a_new_row(people: People, proposed: UUID) -> None:
    browser = people.client("member_admin")
    earlier = (clock.now() - timedelta(hours=20)).astimezone(clock.BANGKOK).replace(second=0, microsecond=0)
    data = {"trigger_at": earlier.strftime("%Y-%m-%dT%H:%M"), "evidence": "บันทึกเวรระบุเวลาก่อนหน้า"}
    answer = browser.post(f"/clocks/{proposed}/correct/", data)
    assert answer.status_code == 302
    new = RunningClock.objects.get(corrects=proposed)
    assert new.trigger_at == earlier
    assert answer["Location"] == f"/clocks/{new.pk}/"
    assert state_of(proposed) == "corrected"


def test_a_clock_is_voided_with_a_reason(people: People, proposed: UUID) -> None:
    browser = people.client("member_admin")
    assert browser.post(f"/clocks/{proposed}/void/", {"reason": "x"}).status_code == 422
    assert browser.post(f"/clocks/{proposed}/void/", {"reason": "ไม่มีข้อมูลส่วนบุคคล"}).status_code == 302
    assert state_of(proposed) == "voided"
    assert browser.post(f"/clocks/{proposed}/confirm/").status_code == 409


def test_others_neither_find_nor_change_it(people: People, proposed: UUID) -> None:
    assert people.client("member_admin_b").get(f"/clocks/{proposed}/").status_code == 404
    assert people.client("member_admin_b").post(f"/clocks/{proposed}/confirm/").status_code == 404
    assert people.client("member_staff").post(f"/clocks/{proposed}/confirm/").status_code == 403
    assert state_of(proposed) == "proposed"


def test_the_law_is_public_with_source_section_and_version() -> None:
    page = Client().get("/clocks/law/")
    text = page.content.decode()
    assert page.status_code == 200
    entries = list(queries.table())
    assert len(entries) > 20
    for entry in entries:
        assert f'id="{entry.code}-{entry.version}"' in text
    found = next(entry for entry in entries if entry.code == "pdpc_notice")
    assert str(found.law) in text
    assert found.section in text
