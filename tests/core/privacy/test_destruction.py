"""Destroying a key: two persons, never against a hold, carried out to the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connections

from phithak.base import clock
from phithak.base.config import Config
from phithak.base.errors import ConflictError, ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts import actors
from phithak.core.accounts.permissions import StaffSessionNeededError
from phithak.core.journal.models import Entry
from phithak.core.privacy import keyring, points, queries, services
from phithak.core.privacy.errors import KeyDestroyedError, KeyHeldError, ReasonNeededError, SamePersonError
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.models import DataKey, KeyDestruction
from phithak.core.privacy.points import Point
from phithak.core.privacy.services import keys as key_services
from tests.core.privacy import test_keyring, test_persons
from tests.people import People

REASON = "ครบกำหนดเก็บตามนโยบาย"


@pytest.fixture
def case_key(instance: Config, people: People) -> UUID:
    """Make a case key of the hospital."""
    return services.make_key(actors.system("test"), Kind.CASE, tenant_id=people.tenant_id("hospital"))


@pytest.fixture
def held() -> Iterator[list[Text]]:
    """Give a list of reasons that a higher room puts up; empty at first."""
    reasons: list[Text] = []
    contrib.retention_hold.register(
        contrib.RetentionHold("test.hold", lambda source, _: reasons if source == queries.HOLD_SOURCE else [])
    )
    yield reasons
    reasons.clear()


@pytest.mark.db
def test_two_persons_destroy_a_key_for_good(instance: Config, people: People, case_key: UUID) -> None:
    ring().export(instance.backups / "keyring")
    proposal = services.propose_destruction(people.actor("data_owner", staff=True), case_key, REASON)
    assert ring().key(case_key)
    told: list[UUID] = []
    signals.receive(signals.Signal.KEY_DESTROYED, told.append)
    services.confirm_destruction(people.actor("cert_admin", staff=True), proposal)
    with pytest.raises(KeyDestroyedError):
        ring().key(case_key)
    assert told == [case_key]
    row = KeyDestruction.objects.get(pk=proposal)
    assert row.state == "done"
    assert row.proposed_by_id != row.confirmed_by_id
    assert DataKey.objects.get(pk=case_key).destroyed_at is not None
    tags = Entry.objects.filter(object_id=str(case_key)).order_by("id").values_list("tag", flat=True)
    assert list(tags) == [
        "privacy:key:made",
        "privacy:key:destruction_proposed",
        "privacy:key:destruction_confirmed",
        "privacy:key:destroyed",
    ]
    with keyring.sqlite3.connect(instance.backups / "keyring" / keyring.NAME) as backup:
        assert backup.execute("SELECT COUNT(*) FROM wraps").fetchone() == (0,)


def test_one_person_cannot(instance: Config, people: People, case_key: UUID) -> None:
    actor = people.actor("data_owner", staff=True)
    proposal = services.propose_destruction(actor, case_key, REASON)
    with pytest.raises(SamePersonError):
        services.confirm_destruction(actor, proposal)
    assert ring().key(case_key)


def test_who_may_propose(instance: Config, people: People, case_key: UUID) -> None:
    with pytest.raises(StaffSessionNeededError):
        services.propose_destruction(people.actor("data_owner"), case_key, REASON)
    with pytest.raises(NotFoundError):
        services.propose_destruction(people.actor("data_owner_b", staff=True), case_key, REASON)
    for person in ("analyst", "member_admin", "auditor"):
        with pytest.raises(ForbiddenError):
            services.propose_destruction(people.actor(person, staff=True), case_key, REASON)
    with pytest.raises(ForbiddenError):
        services.propose_destruction(actors.system("job"), case_key, REASON)
    with pytest.raises(ReasonNeededError):
        services.propose_destruction(people.actor("data_owner", staff=True), case_key, "เก่า")


def test_a_hold_refuses_both_steps(
    instance: Config, people: People, case_key: UUID, held: list[Text]
) -> None:
    owner, admin = people.actor("data_owner", staff=True), people.actor("cert_admin", staff=True)
    held.append(Text("มีคำสั่งศาลให้เก็บ", "a court order keeps it"))
    with pytest.raises(KeyHeldError) as caught:
        services.propose_destruction(owner, case_key, REASON)
    assert "คำสั่งศาล" in caught.value.message.th
    held.clear()
    proposal = services.propose_destruction(owner, case_key, REASON)
    held.append(Text("มีข้อเรียกร้องใหม่", "a new claim came in"))
    with pytest.raises(KeyHeldError):
        services.confirm_destruction(admin, proposal)
    assert ring().key(case_key)
    held.clear()
    services.confirm_destruction(admin, proposal)
    with pytest.raises(KeyDestroyedError):
        ring().key(case_key)


def test_withdrawn_and_repeated_proposals(instance: Config, people: People, case_key: UUID) -> None:
    owner, admin = people.actor("data_owner", staff=True), people.actor("cert_admin", staff=True)
    proposal = services.propose_destruction(owner, case_key, REASON)
    with pytest.raises(ConflictError):
        services.propose_destruction(admin, case_key, REASON)
    services.withdraw_destruction(admin, proposal)
    for act in (services.confirm_destruction, services.withdraw_destruction):
        with pytest.raises(ConflictError):
            act(admin, proposal)
    assert services.propose_destruction(admin, case_key, REASON) != proposal


def test_confirmed_destruction_cut_off_is_finished_later(
    instance: Config, people: People, case_key: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, admin = people.actor("data_owner", staff=True), people.actor("cert_admin", staff=True)
    proposal = services.propose_destruction(owner, case_key, REASON)
    with monkeypatch.context() as patch:
        patch.setattr(key_services, "finish_destructions", lambda: None)  # the process dies here
        services.confirm_destruction(admin, proposal)
    assert ring().key(case_key)
    loop = contrib.loops.get("privacy.destructions")
    assert loop is not None
    loop.tick()
    with pytest.raises(KeyDestroyedError):
        ring().key(case_key)
    loop.tick()
    assert Entry.objects.filter(tag="privacy:key:destroyed").count() == 1


def test_restored_rows_follow_the_keyring(instance: Config, people: People, case_key: UUID) -> None:
    services.propose_destruction(people.actor("data_owner", staff=True), case_key, REASON)
    ring().destroy(case_key)  # destroyed after the moment that the restored rows are from
    assert key_services.align_with_keyring() == 1
    assert DataKey.objects.get(pk=case_key).destroyed_at is not None
    assert not KeyDestruction.objects.filter(state="proposed").exists()
    assert key_services.align_with_keyring() == 0


def test_who_sees_which_keys(instance: Config, people: People, case_key: UUID) -> None:
    services.seal(people.actor("analyst"), "phone", "0812345678", tenant_id=people.tenant_id("cert"))

    def labels(person: str) -> set[str]:
        return {row.kind for row in queries.keys_visible_to(people.actor(person))}

    assert labels("cert_admin") == {"case", "vault", "compare"}
    assert labels("data_owner") == {"case"}
    assert labels("data_owner_b") == set()
    assert labels("analyst") == set()


def test_destroyed_rows_destroy_a_key_that_came_back(
    instance: Config, people: People, case_key: UUID
) -> None:
    # the configuration folder was lost with its tombstones, and the keyring comes from an older copy
    DataKey.objects.filter(pk=case_key).update(destroyed_at=clock.now())
    assert ring().key(case_key)
    assert key_services.align_with_keyring() == 1
    with pytest.raises(KeyDestroyedError):
        ring().key(case_key)


def test_the_second_person_sees_it_waiting(instance: Config, people: People, case_key: UUID) -> None:
    owner, admin = people.actor("data_owner", staff=True), people.actor("cert_admin")
    services.propose_destruction(owner, case_key, REASON)
    waiting = contrib.waiting.get("privacy.destructions")
    assert waiting is not None
    assert [item.url for item in waiting.items(admin)] == [f"/privacy/keys/{case_key}/"]
    for person in ("data_owner", "data_owner_b", "analyst"):
        assert list(waiting.items(people.actor(person))) == []


_POINTS = [point for point in Point if point.value.startswith(("destroy.", "export."))]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", _POINTS)
def test_confirmed_destruction_killed_anywhere(
    instance: Config, transactional_db: None, people: People, case_key: UUID, point: Point
) -> None:
    owner, admin = people.actor("data_owner", staff=True), people.actor("cert_admin", staff=True)
    proposal = services.propose_destruction(owner, case_key, REASON)
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            points.listeners.append(lambda at: os.kill(os.getpid(), signal.SIGKILL) if at is point else None)
            services.confirm_destruction(admin, proposal)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    key_services.tend_keys()
    with pytest.raises(KeyDestroyedError):
        ring().key(case_key)
    assert KeyDestruction.objects.get(pk=proposal).state == "done"
    assert Entry.objects.filter(tag="privacy:key:destroyed").count() == 1
    with keyring.sqlite3.connect(instance.backups / "keyring" / keyring.NAME) as backup:
        assert backup.execute("SELECT COUNT(*) FROM wraps").fetchone() == (0,)


def test_every_crash_point_is_killed_at() -> None:
    killed = {*_POINTS, *test_persons._POINTS, *(point for point, _ in test_keyring._STEPS)}
    assert killed == set(Point)
