"""Files put away sealed: once per content and tenant, whole after a kill, gone with their key."""

from __future__ import annotations

import io
import os
import secrets
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from phithak.base import clock
from phithak.base.config import Config
from phithak.base.errors import ConflictError, ForbiddenError, NotFoundError
from phithak.core.accounts import actors
from phithak.core.files import points, queries, services, store
from phithak.core.files.errors import BlobMissingError, FileTooLargeError, QuarantinedError
from phithak.core.files.models import StoredFile
from phithak.core.files.points import Point
from phithak.core.journal.models import Entry
from phithak.core.privacy import services as privacy
from phithak.core.privacy.errors import KeyDestroyedError, ReasonNeededError, SealBrokenError
from phithak.core.privacy.keyring import Kind, ring
from tests.people import People

SYSTEM = actors.system("test")
CONTENT = b"id,name\n1101700203450,somchai\n" * 1000


def put(people: People, content: bytes = CONTENT, *, tenant: str = "cert", **about: object) -> UUID:
    given = {"name": "dump.csv", "media_type": "text/csv", **about}
    return services.put(SYSTEM, io.BytesIO(content), tenant_id=people.tenant_id(tenant), **given)  # type: ignore[arg-type] # test shorthand


def row(file_id: UUID) -> StoredFile:
    return StoredFile.objects.get(pk=file_id)


def on_disk(config: Config) -> list[Path]:
    return [path for path in (config.data_dir / store.FOLDER).rglob("*") if path.is_file()]


@pytest.mark.db
def test_file_comes_back_and_lies_sealed(instance: Config, people: People) -> None:
    file_id = put(people)
    found = queries.get(people.actor("analyst"), file_id)
    assert (found.name, found.media_type, found.size, found.state) == (
        "dump.csv",
        "text/csv",
        len(CONTENT),
        "ok",
    )
    opened = services.open_file(people.actor("analyst"), file_id)
    with opened.stream as stream:
        assert stream.read() == CONTENT
        stream.seek(30 * 999)
        assert stream.read() == CONTENT[-30:]
    (blob,) = on_disk(instance)
    assert b"1101700203450" not in blob.read_bytes()
    assert blob.stat().st_mode & 0o777 == 0o600
    assert b"dump" not in bytes(row(file_id).about)
    assert Entry.objects.filter(tag="files:file:opened", object_id=str(file_id)).count() == 1


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_sizes_round_the_frame(instance: Config, people: People, size: int) -> None:
    content = secrets.token_bytes(size)
    file_id = put(people, content)
    with queries.content(row(file_id)) as stream:
        assert stream.read() == content
    assert queries.is_whole(row(file_id))


def test_equal_contents_are_kept_once_in_a_tenant_only(instance: Config, people: People) -> None:
    first, again = put(people), put(people, name="other name.csv")
    assert row(first).blob == row(again).blob
    assert len(on_disk(instance)) == 1
    elsewhere = put(people, tenant="hospital")
    assert row(elsewhere).blob != row(first).blob
    assert bytes(row(elsewhere).tag) != bytes(row(first).tag)
    assert queries.get(people.actor("analyst"), again).name == "other name.csv"


def test_numbers_in_names_are_masked_in_lists_and_kept_for_the_download(
    instance: Config, people: People
) -> None:
    file_id = put(people, name="1101700203450.csv")
    assert queries.get(people.actor("analyst"), file_id).name == "xxxxxxxxx3450.csv"
    opened = services.open_file(people.actor("analyst"), file_id)
    opened.stream.close()
    assert opened.name == "1101700203450.csv"


def test_rotten_copy_is_not_taken_for_the_new_file(instance: Config, people: People) -> None:
    first = put(people)
    (blob,) = on_disk(instance)
    whole = blob.read_bytes()
    blob.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert not queries.is_whole(row(first))
    second = put(people)
    assert row(second).blob != row(first).blob
    assert queries.is_whole(row(second))
    with pytest.raises(SealBrokenError):
        queries.content(row(first))


def test_blob_in_anothers_place_does_not_open(instance: Config, people: People) -> None:
    first, second = put(people, b"first"), put(people, b"second")
    one, two = row(first), row(second)
    StoredFile.objects.filter(pk=first).update(blob=two.blob, header=two.header)
    assert not queries.is_whole(row(first))
    StoredFile.objects.filter(pk=first).update(blob=one.blob, header=two.header)
    with pytest.raises(SealBrokenError):
        queries.content(row(first))
    StoredFile.objects.filter(pk=first).update(about=two.about)
    assert "privacy.seal_broken" in queries.view(row(first)).name


def test_missing_blob_says_so(instance: Config, people: People) -> None:
    file_id = put(people)
    on_disk(instance)[0].unlink()
    with pytest.raises(BlobMissingError):
        services.open_file(people.actor("analyst"), file_id)
    assert not Entry.objects.filter(tag="files:file:opened").exists()


def test_too_large_leaves_nothing(instance: Config, people: People) -> None:
    with pytest.raises(FileTooLargeError):
        put(people, bytes(101), most_bytes=100)
    assert put(people, bytes(100), most_bytes=100)
    assert len(on_disk(instance)) == 1
    assert StoredFile.objects.count() == 1


def test_memory_does_not_grow_with_the_file(instance: Config, people: People) -> None:
    class Endless(io.RawIOBase):
        left = 48 * 2**20

        def read(self, size: int = -1) -> bytes:
            taken = min(size, self.left)
            self.left -= taken
            return bytes(taken)

    tracemalloc.start()
    services.put(SYSTEM, Endless(), tenant_id=people.tenant_id("cert"), name="big")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 2**20


@pytest.mark.db
def test_who_may_do_what(instance: Config, people: People) -> None:
    file_id = put(people, tenant="hospital")
    for person in ("analyst", "member_staff_b"):
        with pytest.raises(NotFoundError):
            services.open_file(people.actor(person), file_id)
    with pytest.raises(ForbiddenError):
        services.open_file(people.actor("auditor"), file_id)
    with pytest.raises(NotFoundError):
        services.upload(
            people.actor("member_staff"), io.BytesIO(b"x"), tenant_id=people.tenant_id("cert"), name="x"
        )
    with pytest.raises(ForbiddenError):
        services.upload(
            people.actor("trainer"), io.BytesIO(b"x"), tenant_id=people.tenant_id("cert"), name="x"
        )
    assert services.upload(
        people.actor("member_staff"), io.BytesIO(b"x"), tenant_id=people.tenant_id("hospital"), name="x"
    )


def test_quarantine(instance: Config, people: People) -> None:
    file_id = put(people, quarantined=True)
    two, analyst = people.actor("data_owner"), people.actor("analyst")
    theirs = put(people, tenant="hospital", quarantined=True)
    with pytest.raises(QuarantinedError):
        services.open_file(two, theirs)
    services.open_file(analyst, file_id).stream.close()
    with pytest.raises(ReasonNeededError):
        services.set_state(analyst, file_id, "ok", "สั้น")
    services.set_state(analyst, file_id, "ok", "ตรวจแล้วไม่พบโปรแกรมร้าย")
    with pytest.raises(ConflictError):
        services.set_state(analyst, file_id, "ok", "ตรวจแล้วไม่พบโปรแกรมร้าย")
    with pytest.raises(ForbiddenError):
        services.set_state(two, theirs, "ok", "ตรวจแล้วไม่พบโปรแกรมร้าย")


def test_file_is_gone_with_its_key(instance: Config, people: People) -> None:
    case = privacy.make_key(SYSTEM, Kind.CASE, tenant_id=people.tenant_id("cert"))
    file_id = put(people, key_id=case)
    ring().destroy(case)
    with pytest.raises(KeyDestroyedError):
        services.open_file(people.actor("analyst"), file_id)
    assert "privacy.key_destroyed" in queries.view(row(file_id)).name
    with pytest.raises(KeyDestroyedError):
        put(people, key_id=case)


def test_sweep_removes_old_orphans_alone(instance: Config, people: People) -> None:
    kept = put(people)
    orphan = put(people, b"orphan")
    StoredFile.objects.filter(pk=orphan).delete()
    partial = store.incoming(instance) / ("0" * 32 + store.PARTIAL)
    partial.write_bytes(b"cut off")
    lists = instance.data_dir / store.FOLDER / "persons" / "aa" / "x.sealed"
    lists.parent.mkdir(parents=True)
    lists.touch()
    assert services.sweep() == 0
    with clock.at(clock.now() + timedelta(hours=25)):
        assert services.sweep() == 2
    assert lists.exists()
    assert not partial.exists()
    assert queries.is_whole(row(kept))


# -- kills ---------------------------------------------------------------------------------------------


@pytest.fixture
def crash_points() -> Iterator[list[Callable[[Point], None]]]:
    """Give the list of listeners; empty again after."""
    yield points.listeners
    points.listeners.clear()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", [point for point in Point if point.value.startswith("put.")])
def test_put_killed_anywhere(
    instance: Config,
    transactional_db: None,
    people: People,
    point: Point,
    crash_points: list[Callable[[Point], None]],
) -> None:
    privacy.standing_key(Kind.FILE, tenant_id=people.tenant_id("cert"))
    before = put(people, b"there already")
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            crash_points.append(lambda at: os.kill(os.getpid(), signal.SIGKILL) if at is point else None)
            put(people, b"secret " * 300_000)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    rows = list(StoredFile.objects.exclude(pk=before))
    assert len(rows) == (1 if point is Point.COMMITTED else 0)
    for found in rows:
        assert queries.is_whole(found)
    assert all(b"secret secret" not in path.read_bytes() for path in on_disk(instance))
    with clock.at(clock.now() + timedelta(hours=25)):
        services.sweep()
    assert len(on_disk(instance)) == 1 + len(rows)
    assert queries.is_whole(row(before))


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", [point for point in Point if point.value.startswith("sweep.")])
def test_sweep_killed_anywhere(
    instance: Config,
    transactional_db: None,
    people: People,
    point: Point,
    crash_points: list[Callable[[Point], None]],
) -> None:
    kept = put(people)
    for number in range(3):
        StoredFile.objects.filter(pk=put(people, b"orphan %d" % number)).delete()
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            crash_points.append(lambda at: os.kill(os.getpid(), signal.SIGKILL) if at is point else None)
            with clock.at(clock.now() + timedelta(hours=25)):
                services.sweep()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    with clock.at(clock.now() + timedelta(hours=25)):
        services.sweep()
    assert len(on_disk(instance)) == 1
    assert queries.is_whole(row(kept))
