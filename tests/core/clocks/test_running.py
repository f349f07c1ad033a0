"""Running clocks: proposed is not running, a person confirms, a case keeps its version, one warning a threshold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from phithak.base import clock, ids
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core import signals
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor, ActorKind, Grant
from phithak.core.accounts.models import Oversight, Tenant, User
from phithak.core.accounts.roles import Role
from phithak.core.clocks import queries, services

pytestmark = [pytest.mark.django_db, pytest.mark.db]
SYSTEM = actors.system("test")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # Friday 17:00 in Bangkok
AWARE = NOW - timedelta(hours=2)


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(kind="hospital", name_th="โรงพยาบาลสมมุติ")


def person(tenant: Tenant, role: Role) -> Actor:
    user = User.objects.create(email=f"{ids.uuid7()}@example.th")
    return Actor(ActorKind.USER, "คนสมมุติ", user.pk, (Grant(tenant.pk, role),))


def propose(
    tenant: Tenant, code: str = "pdpc_notice", at: datetime = AWARE, thing: UUID | None = None
) -> UUID:
    return services.propose(
        SYSTEM,
        tenant_id=tenant.pk,
        subject=("test.case", thing or ids.uuid7()),
        code=code,
        trigger_at=at,
        evidence="หนังสือแจ้งจากผู้ควบคุมข้อมูล",
    )


def test_a_proposal_runs_only_when_a_person_confirms_it(tenant: Tenant) -> None:
    with clock.at(NOW):
        clock_id = propose(tenant)
        admin = person(tenant, Role.MEMBER_ADMIN)
        heard: list[UUID] = []
        signals.receive(signals.Signal.CLOCK_STARTED, heard.append)
        with pytest.raises(ForbiddenError):
            services.confirm(SYSTEM, clock_id)
        assert queries.visible_to(admin).get(pk=clock_id).state == "proposed"
        services.confirm(admin, clock_id)
        with pytest.raises(services.WrongStateError):
            services.confirm(admin, clock_id)
        row = queries.visible_to(admin).get(pk=clock_id)
    assert row.state == "running"
    # 72 hours by the wall clock: Friday 15:00 to Monday 15:00 in Bangkok
    assert row.due_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert heard == [clock_id]


def test_another_tenant_sees_and_changes_nothing(tenant: Tenant) -> None:
    stranger = person(Tenant.objects.create(kind="hospital", name_th="โรงพยาบาลอื่น"), Role.MEMBER_ADMIN)
    with clock.at(NOW):
        thing = ids.uuid7()
        clock_id = propose(tenant, thing=thing)
        assert queries.of_object(stranger, "test.case", thing) == []
        with pytest.raises(NotFoundError):
            services.confirm(stranger, clock_id)


def test_the_overseer_sees_it(tenant: Tenant) -> None:
    cert = Tenant.objects.create(kind="cert", name_th="ศูนย์")
    Oversight.objects.create(over=cert, under=tenant, reason="constituency")
    with clock.at(NOW):
        thing = ids.uuid7()
        propose(tenant, thing=thing)
        assert len(queries.of_object(person(cert, Role.ANALYST), "test.case", thing)) == 1


def test_one_open_clock_a_duty_but_one_for_each_organisation(tenant: Tenant) -> None:
    other = Tenant.objects.create(kind="platform", name_th="แพลตฟอร์มสมมุติ")
    thing = ids.uuid7()
    with clock.at(NOW):
        propose(tenant, thing=thing)
        propose(other, thing=thing)
        with pytest.raises(services.OpenAlreadyError):
            propose(tenant, thing=thing)


def test_a_corrected_start_keeps_the_old_row_and_moves_the_end(tenant: Tenant) -> None:
    admin = person(tenant, Role.MEMBER_ADMIN)
    with clock.at(NOW):
        thing = ids.uuid7()
        first = propose(tenant, thing=thing)
        services.confirm(admin, first)
        second = services.correct_trigger(
            admin, first, trigger_at=AWARE - timedelta(hours=5), evidence="บันทึกโทรศัพท์ฉบับจริง"
        )
        views = {view.id: view for view in queries.of_object(admin, "test.case", thing)}
    assert views[first].state == "corrected"
    assert views[second].state == "running"
    assert views[second].due.due_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_met_needs_evidence_and_cannot_lie_in_the_future(tenant: Tenant) -> None:
    admin = person(tenant, Role.MEMBER_ADMIN)
    with clock.at(NOW):
        clock_id = propose(tenant)
        services.confirm(admin, clock_id)
        with pytest.raises(services.WordsNeededError):
            services.meet(admin, clock_id, at=NOW, evidence=" ")
        with pytest.raises(services.FutureTriggerError):
            services.meet(admin, clock_id, at=NOW + timedelta(minutes=1), evidence="เลขรับที่ 1/2569")
        services.meet(admin, clock_id, at=NOW, evidence="เลขรับที่ 1/2569")
        with pytest.raises(services.WrongStateError):
            services.void(admin, clock_id, reason="ไม่เกี่ยวข้อง")


def test_each_threshold_warns_once(tenant: Tenant) -> None:
    admin = person(tenant, Role.MEMBER_ADMIN)
    with clock.at(NOW):
        clock_id = propose(tenant, at=NOW)
        services.confirm(admin, clock_id)
    seen = []
    for hours in (1, 36, 37, 58, 59, 73, 80):
        with clock.at(NOW + timedelta(hours=hours)):
            services.warn_due()
            seen.append(queries.visible_to(admin).get(pk=clock_id).warned_percent)
    # 72 h: half at 36 h, four fifths at 57.6 h, all at 72 h
    assert seen == [0, 50, 50, 80, 80, 100, 100]


def test_an_event_before_the_duty_is_told_as_not_yet_in_force(tenant: Tenant) -> None:
    with clock.at(NOW):
        thing = ids.uuid7()
        propose(tenant, at=datetime(2020, 11, 20, 3, 0, tzinfo=UTC), thing=thing)
        (view,) = queries.of_object(person(tenant, Role.MEMBER_ADMIN), "test.case", thing)
    assert view.due.state == "not_in_force"
    assert view.due.due_at is None


def test_an_open_clock_holds_its_object(tenant: Tenant) -> None:
    admin = person(tenant, Role.MEMBER_ADMIN)
    with clock.at(NOW):
        thing = ids.uuid7()
        assert not queries.has_open("test.case", thing)
        clock_id = propose(tenant, thing=thing)
        assert queries.has_open("test.case", thing)
        services.void(admin, clock_id, reason="เปิดผิดเรื่อง")
        assert not queries.has_open("test.case", thing)
