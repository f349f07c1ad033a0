"""Sealed lists of persons: large, immutable, handed over, gone with their key."""

from __future__ import annotations

import os
import signal
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from phithak.base import clock
from phithak.base.config import Config
from phithak.base.errors import NotFoundError
from phithak.core.accounts import actors
from phithak.core.journal.models import Entry
from phithak.core.journal.queries import entries as journal
from phithak.core.privacy import points, queries, services
from phithak.core.privacy.errors import KeyDestroyedError, SealBrokenError
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.points import Point
from phithak.core.privacy.services import persons
from tests.people import People

ACTOR = actors.system("test")


def rows(count: int) -> Iterator[dict[str, str]]:
    for number in range(count):
        yield {"name": f"บุคคล {number}", "phone": f"08{number:08d}"}


@pytest.fixture
def key_id(instance: Config, people: People) -> UUID:
    """Make an analysis key of the CERT."""
    return services.make_key(ACTOR, Kind.ANALYSIS, tenant_id=people.tenant_id("cert"))


def everything(set_id: UUID) -> list[dict[str, str]]:
    return [row for _, chunk in queries.read_persons(set_id) for row in chunk]


@pytest.mark.db
def test_list_comes_back_and_lies_sealed(instance: Config, people: People, key_id: UUID) -> None:
    set_id = services.create_persons(ACTOR, rows(2500), tenant_id=people.tenant_id("cert"), key_id=key_id)
    assert everything(set_id) == list(rows(2500))
    blob = queries.persons_path(set_id).read_bytes()
    assert "บุคคล".encode() not in blob
    assert b"0800000001" not in blob
    entry = journal.view(Entry.objects.get(tag="privacy:persons:sealed"))
    assert entry.count == 2500
    assert entry.facts["digest"] == queries.person_set(set_id).digest


def test_reading_goes_on_where_it_stopped(instance: Config, people: People, key_id: UUID) -> None:
    set_id = services.create_persons(ACTOR, rows(950), tenant_id=people.tenant_id("cert"), key_id=key_id)
    first = next(iter(queries.read_persons(set_id, rows=400)))
    assert len(first[1]) == 400
    rest = [row for _, chunk in queries.read_persons(set_id, start=first[0], rows=400) for row in chunk]
    assert first[1] + rest == list(rows(950))


def test_empty_list(instance: Config, people: People, key_id: UUID) -> None:
    set_id = services.create_persons(ACTOR, [], tenant_id=people.tenant_id("cert"), key_id=key_id)
    assert everything(set_id) == []


@pytest.mark.db
def test_hand_over_makes_a_list_that_outlives_the_first(
    instance: Config, people: People, key_id: UUID
) -> None:
    source = services.create_persons(ACTOR, rows(50), tenant_id=people.tenant_id("cert"), key_id=key_id)
    theirs = services.make_key(ACTOR, Kind.CASE, tenant_id=people.tenant_id("hospital"))
    taken = services.take_over_persons(ACTOR, source, tenant_id=people.tenant_id("hospital"), key_id=theirs)
    assert queries.person_set(taken).source_id == source
    ring().destroy(key_id)
    with pytest.raises(KeyDestroyedError):
        everything(source)
    assert everything(taken) == list(rows(50))
    assert journal.view(Entry.objects.get(tag="privacy:persons:taken_over")).count == 50


def test_altered_swapped_and_unknown_lists(instance: Config, people: People, key_id: UUID) -> None:
    one, two = (
        services.create_persons(ACTOR, rows(10), tenant_id=people.tenant_id("cert"), key_id=key_id)
        for _ in range(2)
    )
    path, other = queries.persons_path(one), queries.persons_path(two)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(SealBrokenError):
        everything(one)
    path.write_bytes(other.read_bytes())
    with pytest.raises(SealBrokenError):
        everything(one)
    with pytest.raises(NotFoundError):
        everything(key_id)


def test_failing_source_leaves_nothing(instance: Config, people: People, key_id: UUID) -> None:
    def broken() -> Iterator[dict[str, str]]:
        yield {"name": "ก"}
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        services.create_persons(ACTOR, broken(), tenant_id=people.tenant_id("cert"), key_id=key_id)
    assert [path for path in queries.persons_folder().rglob("*") if path.is_file()] == []


_POINTS = [Point.PERSONS_WRITTEN, Point.PERSONS_RENAMED]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", _POINTS)
def test_killed_while_sealing(
    instance: Config, transactional_db: None, people: People, key_id: UUID, point: Point
) -> None:
    kept = services.create_persons(ACTOR, rows(20), tenant_id=people.tenant_id("cert"), key_id=key_id)
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            points.listeners.append(lambda at: os.kill(os.getpid(), signal.SIGKILL) if at is point else None)
            services.create_persons(ACTOR, rows(20), tenant_id=people.tenant_id("cert"), key_id=key_id)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert persons.sweep_persons() == 0  # it may be in the making
    with clock.at(clock.now() + timedelta(hours=25)):
        assert persons.sweep_persons() == 1
        assert persons.sweep_persons() == 0
    assert everything(kept) == list(rows(20))


@pytest.mark.soak
def test_a_million_rows_within_bounds(instance: Config, people: People, key_id: UUID) -> None:
    tracemalloc.start()
    set_id = services.create_persons(
        ACTOR, rows(1_000_000), tenant_id=people.tenant_id("cert"), key_id=key_id
    )
    count = sum(len(chunk) for _, chunk in queries.read_persons(set_id))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_000_000
    assert peak < 24 * 1024 * 1024


def test_memory_does_not_grow_with_the_list(instance: Config, people: People, key_id: UUID) -> None:
    tracemalloc.start()
    set_id = services.create_persons(ACTOR, rows(60_000), tenant_id=people.tenant_id("cert"), key_id=key_id)
    count = sum(len(chunk) for _, chunk in queries.read_persons(set_id))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 16 * 1024 * 1024
