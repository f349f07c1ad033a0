"""Senders are added and revoked; the intake's list says what the tables say."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connections

from phithak.base.errors import ForbiddenError, InvalidInputError
from phithak.core.accounts import actors
from phithak.core.accounts.models import Tenant
from phithak.core.journal.models import Entry
from phithak.eventstore.control import Reader, Snapshot, token_digest
from phithak.eventstore.layout import Layout
from phithak.monitoring import queries, services
from phithak.monitoring.contributions import _intake, _room
from phithak.monitoring.errors import (
    SenderNameTakenError,
    SenderUnknownError,
    SourceWrongError,
    TenantUnknownError,
)
from phithak.monitoring.models import Sender, Token
from phithak.monitoring.services import SourceWanted
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]

WINDOWS = SourceWanted("dc1", "windows", "windows")


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    changed = SimpleNamespace(
        **{name: getattr(settings.CONFIG, name) for name in ("ingest_reserve_mb", "data_dir")}
    )
    changed.events, changed.ingest_port = tmp_path / "events", 8001
    changed.ingest_address, changed.tls_certificate = "127.0.0.1", None
    monkeypatch.setattr(settings, "CONFIG", changed)
    return Layout(changed.events)


def known(layout: Layout) -> Snapshot:
    reader = Reader(layout)
    found = reader.snapshot()
    reader.close()
    assert found is not None
    return found


def test_the_intake_knows_a_sender_by_the_token_that_is_shown_once(people: People, layout: Layout) -> None:
    hospital = people.tenant_id("hospital")
    web = SourceWanted.parse("his:mariadb-audit:database")
    sender_id, token = services.add_sender(
        people.actor("analyst"), tenant_id=hospital, name=" เซิร์ฟเวอร์ HIS ", sources=[WINDOWS, web]
    )
    assert len(token) >= 43
    (found,) = known(layout).senders.values()
    assert list(known(layout).senders) == [token_digest(token)]
    assert (found.sender.id, found.tenant.id) == (sender_id, hospital)
    assert {label: (one.kind, one.profile and one.profile.name) for label, one in found.sources.items()} == {
        "dc1": ("windows", "windows"), "his": ("database", "mariadb-audit"),
    }  # fmt: skip
    assert [one["label"] for one in json.loads(found.sender.settings)["sources"]] == ["dc1", "his"]
    # the secret itself is kept nowhere
    kept = layout.control.read_bytes() + b"".join(bytes(row.digest) for row in Token.objects.all())
    assert token.encode() not in kept
    entry = Entry.objects.get(tag="monitoring:sender:added")
    assert token not in str(vars(entry))


def test_a_revoked_sender_is_known_no_more_and_its_name_is_free(people: People, layout: Layout) -> None:
    analyst, hospital = people.actor("analyst"), people.tenant_id("hospital")
    first, _ = services.add_sender(analyst, tenant_id=hospital, name="his", sources=[WINDOWS])
    with pytest.raises(SenderNameTakenError):
        services.add_sender(analyst, tenant_id=hospital, name="his", sources=[WINDOWS])
    other, token = services.add_sender(
        analyst, tenant_id=people.tenant_id("hospital_b"), name="his", sources=[WINDOWS]
    )
    services.revoke_sender(analyst, first)
    assert [one.sender.id for one in known(layout).senders.values()] == [other]
    with pytest.raises(SenderUnknownError):
        services.revoke_sender(analyst, first)
    services.add_sender(analyst, tenant_id=hospital, name="his", sources=[WINDOWS])
    assert len(known(layout).senders) == 2
    assert token_digest(token) in known(layout).senders


def test_senders_of_a_tenant_that_was_closed_are_refused(people: People, layout: Layout) -> None:
    hospital = people.tenant_id("hospital")
    services.add_sender(people.actor("analyst"), tenant_id=hospital, name="his", sources=[WINDOWS])
    Tenant.objects.filter(pk=hospital).update(state="closed")
    services.project()
    assert known(layout).senders == {}


def test_only_the_centre_manages_senders_and_members_see_their_own(people: People, layout: Layout) -> None:
    hospital = people.tenant_id("hospital")
    assert layout.root
    for who in ("member_admin", "member_staff", "executive", "partner"):
        with pytest.raises(ForbiddenError):
            services.add_sender(people.actor(who), tenant_id=hospital, name="x", sources=[WINDOWS])
    sender_id, _ = services.add_sender(
        people.actor("analyst"), tenant_id=hospital, name="his", sources=[WINDOWS]
    )
    assert [one.id for one in queries.senders(people.actor("member_admin"))] == [sender_id]
    assert queries.senders(people.actor("member_admin_b")) == []
    with pytest.raises(SenderUnknownError):
        queries.sender_by_id(people.actor("member_admin_b"), str(sender_id))
    with pytest.raises(ForbiddenError):
        services.revoke_sender(people.actor("member_admin"), sender_id)


@pytest.mark.parametrize("text", ["", "x", "x:", "x:moon", "X Y:web", "x:web:Y Z", ":web"])
def test_a_source_without_a_profile_that_is_known_is_refused(text: str) -> None:
    with pytest.raises(SourceWrongError):
        SourceWanted.parse(text)


def test_a_sender_has_a_name_and_each_source_once(people: People, layout: Layout) -> None:
    analyst, hospital = people.actor("analyst"), people.tenant_id("hospital")
    assert layout.root
    for name, sources in ((" ", [WINDOWS]), ("x" * 101, [WINDOWS]), ("x", []), ("x", [WINDOWS, WINDOWS])):
        with pytest.raises(InvalidInputError):
            services.add_sender(analyst, tenant_id=hospital, name=name, sources=sources)
    assert not Sender.objects.exists()


def test_a_tenant_is_found_by_id_or_whole_name(people: People) -> None:
    system, hospital = actors.system("test"), people.tenant_id("hospital")
    for text in (str(hospital), "โรงพยาบาลธารเมฆ", "Than Mek Hospital"):
        assert queries.tenant_of(system, text) == hospital
    for text in ("Than Mek", "", "โรงพยาบาลสายหมอก (ปิดแล้ว)", str(people.tenant_id("closed"))):
        with pytest.raises(TenantUnknownError):
            queries.tenant_of(system, text)
    assert queries.tenants_asked(system, ["Than Mek Hospital"]) == [hospital]
    assert hospital in queries.tenants_asked(system, [])


def test_the_doctor_says_when_the_intake_is_silent_or_the_disk_full(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert layout.root
    settings.CONFIG.ingest_port = 1
    assert _intake().state == "error"
    settings.CONFIG.ingest_port = 0
    assert _intake().state == "ok"
    settings.CONFIG.ingest_port, settings.CONFIG.ingest_reserve_mb = 8001, 1 << 40
    assert _room().state == "error"
    monkeypatch.setattr(settings.CONFIG, "ingest_reserve_mb", 0)
    assert _room().state == "ok"


@pytest.mark.django_db(transaction=True)
def test_of_two_projections_at_once_the_later_state_stays(
    people: People, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reads the tables, another revokes and projects meanwhile: the first must not bring the sender back."""
    analyst = people.actor("analyst")
    sender_id, _ = services.add_sender(
        analyst, tenant_id=people.tenant_id("hospital"), name="his", sources=[WINDOWS]
    )
    read, begun, goes_on = queries.projection, threading.Event(), threading.Event()

    def slow() -> object:
        found = read()
        if not begun.is_set():
            begun.set()
            assert goes_on.wait(30)
        return found

    monkeypatch.setattr(queries, "projection", slow)

    def project() -> None:
        services.project()
        connections.close_all()

    late = threading.Thread(target=project)
    late.start()
    assert begun.wait(30)
    revoking = threading.Thread(
        target=lambda: (services.revoke_sender(analyst, sender_id), connections.close_all())
    )
    revoking.start()
    goes_on.set()
    late.join(30)
    revoking.join(30)
    assert known(layout).senders == {}
