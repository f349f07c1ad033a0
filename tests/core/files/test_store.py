"""One contract, two stores: a folder, and a bucket of a real S3 server on this machine."""

from __future__ import annotations

import dataclasses
import io
import logging
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from phithak.base import clock, ids
from phithak.base.config import Config, ConfigError
from phithak.core.files import store
from phithak.core.files.errors import BlobMissingError
from phithak.core.files.store import FolderStore, S3Store, Store

NAME = "ab" + "0" * 62


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """Run an S3 server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Give each kind of store, empty."""
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    address = request.getfixturevalue("s3_address")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-7")
    bucket = f"b{ids.uuid7().hex}"
    found = S3Store(bucket, endpoint=address, prefix="sealed/")
    found._client.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-7"}
    )
    return found


def source(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / ids.uuid7().hex
    path.write_bytes(content)
    return path


def test_content_comes_back_from_any_place(kept: Store, tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    path = source(tmp_path, content)
    kept.put(NAME, path)
    assert not path.exists()
    with kept.open(NAME) as stream:
        assert stream.read(10) == content[:10]
        assert stream.seek(0, io.SEEK_END) == len(content)
        assert stream.read(10) == b""
        stream.seek(777_777)
        assert stream.read(100) == content[777_777:777_877]
        assert stream.tell() == 777_877
        stream.seek(-5, io.SEEK_END)
        assert stream.read() == content[-5:]


def test_missing_content(kept: Store, tmp_path: Path) -> None:
    with pytest.raises(BlobMissingError):
        kept.open(NAME)
    kept.put(NAME, source(tmp_path, b"x"))
    with pytest.raises(BlobMissingError):
        kept.open(NAME[:-1])
    kept.remove(NAME)
    kept.remove(NAME)
    with pytest.raises(BlobMissingError):
        kept.open(NAME)


def test_listing(kept: Store, tmp_path: Path) -> None:
    assert list(kept.blobs()) == []
    names = sorted(f"{number:02x}" + "1" * 30 for number in range(20))
    for name in names:
        kept.put(name, source(tmp_path, b"abc"))
    found = list(kept.blobs())
    assert [blob.name for blob in found] == names
    assert {blob.size for blob in found} == {3}
    assert all(abs((clock.now() - blob.modified.astimezone(UTC)).total_seconds()) < 60 for blob in found)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "ab/cd", "", "AB" * 20, "ab", "ab" * 40, "ab\0" + "0" * 20]
)
def test_names_not_of_our_making_are_refused(kept: Store, tmp_path: Path, name: str) -> None:
    for act in (kept.open, kept.remove, lambda given: kept.put(given, source(tmp_path, b"x"))):
        with pytest.raises(ValueError, match="name of a sealed content"):
            act(name)


def test_setting_chooses_the_store(
    instance: Config, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-7")
    assert isinstance(store.current(), FolderStore)
    settings.CONFIG = dataclasses.replace(instance, files_url="s3://bucket/p?endpoint=http://127.0.0.1:1")
    assert isinstance(store.current(), S3Store)
    for wrong in ("ftp://x", "s3://", "/folder"):
        settings.CONFIG = dataclasses.replace(instance, files_url=wrong)
        with pytest.raises(ConfigError):
            store.current()
