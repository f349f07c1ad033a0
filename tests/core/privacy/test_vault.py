"""The vault: sealed at rest, masked in lists, opened for a reason that the journal keeps."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections
from pytest_django import Settings

from phithak.base import clock, ids
from phithak.base.config import Config
from phithak.base.errors import ForbiddenError, InvalidInputError, LockedError, NotFoundError
from phithak.core.accounts import actors
from phithak.core.journal.models import Entry
from phithak.core.journal.queries import entries as journal
from phithak.core.privacy import queries, rootkey, services
from phithak.core.privacy.columns import EncryptedText
from phithak.core.privacy.errors import (
    KeyDestroyedError,
    ReasonNeededError,
    SealBrokenError,
    TooManyUnmasksError,
)
from phithak.core.privacy.keyring import Kind as KeyKind
from phithak.core.privacy.keyring import ring
from phithak.core.privacy.masks import Kind
from phithak.core.privacy.models import VaultItem
from tests.people import People

ID = "1101700203450"
REASON = "โทรแจ้งผู้เสียหายตามคดี"


def stored() -> str:
    """Return every text and blob of every table as one string (blobs in hexadecimal)."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names come from the database itself
            for row in cursor.fetchall():
                found += [cell.hex() if isinstance(cell, bytes | memoryview) else str(cell) for cell in row]
    return "\n".join(found)


@pytest.mark.db
def test_sealed_value_comes_back_and_is_stored_nowhere_in_the_clear(instance: Config, people: People) -> None:
    actor = people.actor("analyst")
    handle = services.seal(actor, Kind.NATIONAL_ID, ID, tenant_id=people.tenant_id("cert"))
    assert services.reveal_for_sending(handle) == ID
    assert queries.masked([handle, ids.uuid7()]) == {handle: "x-xxxx-xxxx3-45-0"}
    everything = stored()
    assert ID not in everything
    assert ID.encode().hex() not in everything


@pytest.mark.db
def test_many_are_sealed_in_order_with_one_entry_a_chunk(instance: Config, people: People) -> None:
    actor = people.actor("analyst")
    values = [(Kind.PHONE, f"08{number:08d}") for number in range(1200)]
    before = Entry.objects.filter(tag="privacy:item:sealed").count()
    handles = services.seal_many(actor, values, tenant_id=people.tenant_id("cert"))
    assert [services.reveal_for_sending(handles[at]) for at in (0, 499, 500, 1199)] == [
        values[at][1] for at in (0, 499, 500, 1199)
    ]
    entries = Entry.objects.filter(tag="privacy:item:sealed").order_by("id")
    assert [journal.view(entry).count for entry in entries][before:] == [500, 500, 200]


@pytest.mark.parametrize("value", ["", "   ", "x" * 4001])
def test_empty_and_overlong_values_are_refused(instance: Config, people: People, value: str) -> None:
    with pytest.raises(InvalidInputError):
        services.seal(people.actor("analyst"), Kind.OTHER, value, tenant_id=people.tenant_id("cert"))


@pytest.mark.parametrize("column", ["tenant_id", "kind", "sealed"])
def test_a_value_moved_to_another_row_does_not_open(instance: Config, people: People, column: str) -> None:
    actor = people.actor("analyst")
    mine = services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"))
    other = services.seal(actor, Kind.OTHER, "อื่น", tenant_id=people.tenant_id("hospital"))
    stolen = VaultItem.objects.values_list(column, flat=True).get(pk=other)
    VaultItem.objects.filter(pk=mine).update(**{column: stolen})
    with pytest.raises(SealBrokenError):
        services.reveal_for_sending(mine)


@pytest.mark.db
def test_unmask_returns_the_value_and_writes_an_entry(instance: Config, people: People) -> None:
    actor = people.actor("analyst")
    handle = services.seal(actor, Kind.NATIONAL_ID, ID, tenant_id=people.tenant_id("cert"))
    assert services.unmask(actor, handle, f"{REASON} เลข {ID}") == ID
    entry = journal.view(Entry.objects.get(tag="privacy:item:unmasked"))
    assert entry.facts["reason"] == f"{REASON} เลข xxxxxxxxx3450"
    assert entry.facts["masked"] == "x-xxxx-xxxx3-45-0"
    assert ID not in stored()


@pytest.mark.parametrize("reason", ["", "สั้นไป", "         .         ", "\u200b" * 20])
def test_unmask_needs_a_reason_in_words(instance: Config, people: People, reason: str) -> None:
    actor = people.actor("analyst")
    handle = services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"))
    with pytest.raises(ReasonNeededError):
        services.unmask(actor, handle, reason)
    assert not Entry.objects.filter(tag="privacy:item:unmasked").exists()


@pytest.mark.db
def test_who_may_unmask(instance: Config, people: People) -> None:
    handle = services.seal(
        people.actor("member_staff"), Kind.PHONE, "0812345678", tenant_id=people.tenant_id("hospital")
    )
    assert services.unmask(people.actor("member_staff"), handle, REASON) == "0812345678"
    # the CERT sees counts, not the persons of a hospital; another hospital sees nothing
    for person in ("analyst", "member_staff_b", "call_agent"):
        with pytest.raises(NotFoundError):
            services.unmask(people.actor(person), handle, REASON)
        assert not queries.visible_to(people.actor(person)).filter(pk=handle).exists()
    for person in ("auditor", "executive", "authority", "trainer"):
        with pytest.raises(ForbiddenError):
            services.unmask(people.actor(person), handle, REASON)
    for actor in (actors.system("job"), actors.PUBLIC):
        with pytest.raises(ForbiddenError):
            services.unmask(actor, handle, REASON)


@pytest.mark.db
def test_unmasking_is_limited_an_hour_and_the_refusal_is_recorded(
    instance: Config, people: People, settings: Settings
) -> None:
    settings.CONFIG = dataclasses.replace(instance, unmask_per_hour=3)
    actor = people.actor("analyst")
    handle = services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"))
    moment = clock.now().replace(minute=59, second=59)
    with clock.at(moment):
        for _ in range(3):
            services.unmask(actor, handle, REASON)
        with pytest.raises(TooManyUnmasksError):
            services.unmask(actor, handle, REASON)
        assert services.unmask(people.actor("call_agent"), handle, REASON)
    assert Entry.objects.filter(tag="privacy:item:unmask_refused").count() == 1
    with clock.at(moment + timedelta(seconds=1)):
        assert services.unmask(actor, handle, REASON) == "0812345678"


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_both_take_the_last_one(
    instance: Config, transactional_db: None, people: People, settings: Settings
) -> None:
    settings.CONFIG = dataclasses.replace(instance, unmask_per_hour=5)
    actor = people.actor("analyst")
    handle = services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"))
    opened: list[str] = []
    refused: list[Exception] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        try:
            for _ in range(3):
                try:
                    opened.append(services.unmask(actor, handle, REASON))
                except TooManyUnmasksError as error:
                    refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), len(refused)) == (5, 7)


def test_typed_item_goes_to_an_own_tenant_only(instance: Config, people: People) -> None:
    actor = people.actor("member_staff")
    assert services.add_item(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("hospital"))
    for tenant in ("hospital_b", "cert"):
        with pytest.raises(NotFoundError):
            services.add_item(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id(tenant))
    with pytest.raises(ForbiddenError):
        services.add_item(
            people.actor("auditor"), Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert")
        )


@pytest.mark.db
def test_equal_values_are_found_by_tag_over_years_and_tenancy(instance: Config, people: People) -> None:
    actor = people.actor("two_tenants")
    handles = []
    for year, tenant, value in (
        (2026, "hospital", "081-234-5678"),
        (2027, "merchant", "+66812345678"),
        (2027, "hospital_b", "0812345678"),
        (2027, "hospital", "0812345679"),
    ):
        with clock.at(clock.now().replace(year=year, month=6)):
            handles.append(services.seal(actor, Kind.PHONE, value, tenant_id=people.tenant_id(tenant)))
    found = queries.find_by_tag(actor, Kind.PHONE, "๐๘๑-๒๓๔-๕๖๗๘")
    assert {item.id for item in found} == set(handles[:2])
    assert {item.masked for item in found} == {"08x-xxx-5678"}
    labels = {entry.label for entry in ring().entries() if entry.kind is KeyKind.COMPARE}
    assert labels == {"compare/PHT/2026", "compare/PHT/2027"}


def test_destroyed_key_takes_its_values_along(instance: Config, people: People) -> None:
    actor = people.actor("analyst")
    case = services.make_key(actor, KeyKind.CASE, tenant_id=people.tenant_id("cert"))
    handle = services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"), key_id=case)
    ring().destroy(case)
    with pytest.raises(KeyDestroyedError):
        services.unmask(actor, handle, REASON)
    assert not Entry.objects.filter(tag="privacy:item:unmasked").exists()


def test_locked_vault_neither_seals_nor_opens(instance: Config, people: People) -> None:
    actor = people.actor("analyst")
    handle = services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"))
    (instance.config_dir / "root.key").rename(instance.config_dir / rootkey.LOCKED)
    rootkey.forget()
    with pytest.raises(LockedError):
        services.seal(actor, Kind.PHONE, "0812345678", tenant_id=people.tenant_id("cert"))
    with pytest.raises(LockedError):
        services.unmask(actor, handle, REASON)
    assert queries.masked([handle]) == {handle: "08x-xxx-5678"}


# -- sealed columns ------------------------------------------------------------------------------------


def test_sealed_column_opens_in_its_own_place_only(instance: Config) -> None:
    note, other_column = EncryptedText("cases_report", "note"), EncryptedText("cases_report", "other")
    other_table = EncryptedText("cases_other", "note")
    row: UUID = ids.uuid7()
    key_id = ring().create(KeyKind.CASE)
    sealed = note.seal(row, "ผู้แจ้งคือป้าสมศรี", key_id=key_id)
    assert note.open(row, sealed) == "ผู้แจ้งคือป้าสมศรี"
    assert note.open(row, memoryview(sealed)) == "ผู้แจ้งคือป้าสมศรี"
    assert "สมศรี".encode() not in sealed
    for place, where in ((other_column, row), (other_table, row), (note, ids.uuid7())):
        with pytest.raises(SealBrokenError):
            place.open(where, sealed)
    second = ring().create(KeyKind.CASE)
    with pytest.raises(SealBrokenError):
        note.open(row, second.bytes + sealed[16:])
    with pytest.raises(SealBrokenError):
        note.open(row, b"short")
