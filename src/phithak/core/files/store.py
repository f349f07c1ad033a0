"""Where sealed contents lie: a folder of the data folder, or an S3-compatible bucket.

Both hold the same contract (``Store``); what they hold is sealed before it reaches them, so neither is trusted
with more than keeping bytes.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import parse_qs, urlsplit

from phithak.base import keyfiles
from phithak.base.config import Config, ConfigError
from phithak.core.files.errors import BlobMissingError
from phithak.core.privacy.rootkey import config_of

FOLDER = "files"
INCOMING = "incoming"
PARTIAL = ".partial"
_NAME = re.compile(r"[0-9a-f]{16,64}")


@dataclass(frozen=True)
class Blob:
    """One sealed content in a store."""

    name: str
    size: int
    modified: datetime


class Store(Protocol):
    """Keeps sealed contents by name (16 to 64 hexadecimal digits); contents never change."""

    def put(self, name: str, source: Path) -> None:
        """Take over the local file ``source``, durably, under ``name``; the source is gone after."""

    def open(self, name: str) -> BinaryIO:
        """Return the content, seekable.

        Raises:
            BlobMissingError: there is none of that name.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a content; no error when it is gone already."""

    def blobs(self) -> Iterator[Blob]:
        """Yield everything that is there."""
        ...


def incoming(config: Config) -> Path:
    """Return the local folder in which sealed files are written before a store takes them."""
    folder = config.data_dir / FOLDER / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def check_name(name: str) -> str:
    """Return ``name``.

    Raises:
        ValueError: it is not of our making.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of a sealed content")
    return name


class FolderStore:
    """``<data_dir>/files/ab/abcdef…``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: Path) -> None:
        """Rename into place; the rename and the folder are synced."""
        target = self._path(name)
        if not target.parent.exists():
            target.parent.mkdir(parents=True, mode=0o700)
            keyfiles.sync_folder(target.parent.parent)
        source.rename(target)
        keyfiles.sync_folder(target.parent)

    def open(self, name: str) -> BinaryIO:
        """Open the file."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise BlobMissingError from None

    def remove(self, name: str) -> None:
        """Unlink the file."""
        self._path(name).unlink(missing_ok=True)

    def blobs(self) -> Iterator[Blob]:
        """Walk the two-digit folders; everything else in the folder belongs to others."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _NAME.fullmatch(path.name):
                    status = path.stat()
                    yield Blob(path.name, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def _path(self, name: str) -> Path:
        return self._root / check_name(name)[:2] / name


class S3Store:
    """An S3-compatible bucket; credentials come from the usual ``AWS_…`` variables."""

    def __init__(self, bucket: str, *, endpoint: str = "", prefix: str = "") -> None:
        try:
            import boto3  # noqa: PLC0415 - only the grown installation has it
        except ImportError as error:
            raise ConfigError(
                name="files_url", origin="PHITHAK_FILES_URL",
                reason_th="ติดตั้ง phithak[grown] ก่อน", reason_en="install phithak[grown] first",
            ) from error  # fmt: skip
        self._client = boto3.client("s3", endpoint_url=endpoint or None)
        self._bucket, self._prefix = bucket, prefix

    def put(self, name: str, source: Path) -> None:
        """Upload, then remove the local file: S3 answers only once the object is kept."""
        self._client.upload_file(str(source), self._bucket, self._prefix + check_name(name))
        source.unlink()

    def open(self, name: str) -> BinaryIO:
        """Return a stream that asks for the ranges that are read."""
        key = self._prefix + check_name(name)
        found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        if not found or found[0]["Key"] != key:
            raise BlobMissingError
        return cast("BinaryIO", _Ranges(self._client, self._bucket, key, found[0]["Size"]))

    def remove(self, name: str) -> None:
        """Delete the object."""
        self._client.delete_object(Bucket=self._bucket, Key=self._prefix + check_name(name))

    def blobs(self) -> Iterator[Blob]:
        """List the bucket, page by page."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for page in pages:
            for found in page.get("Contents", []):
                name = found["Key"].removeprefix(self._prefix)
                if _NAME.fullmatch(name):
                    yield Blob(name, found["Size"], found["LastModified"])


class _Ranges(io.RawIOBase):
    """An object as a seekable stream: one ranged request for each read."""

    def __init__(self, client: object, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._client, self._bucket, self._key, self._size, self._at = client, bucket, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._size if size < 0 else min(self._size, self._at + size)
        if end <= self._at:
            return b""
        answer = self._client.get_object(  # type: ignore[attr-defined] # boto3 makes its clients at run time
            Bucket=self._bucket, Key=self._key, Range=f"bytes={self._at}-{end - 1}"
        )
        content: bytes = answer["Body"].read()
        self._at += len(content)
        return content


def current(config: Config | None = None) -> Store:
    """Return the store of the setting ``files_url``.

    Raises:
        ConfigError: the address is of no kind that we know.
    """
    config = config_of(config)
    if not config.files_url:
        return FolderStore(config.data_dir / FOLDER)
    parts = urlsplit(config.files_url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ConfigError(
            name="files_url", origin="PHITHAK_FILES_URL",
            reason_th="ใช้ s3://ชื่อถัง?endpoint=https://…", reason_en="use s3://bucket?endpoint=https://…",
        )  # fmt: skip
    options = parse_qs(parts.query)
    return S3Store(parts.netloc, endpoint=options.get("endpoint", [""])[0], prefix=parts.path.lstrip("/"))


def sync(stream: BinaryIO) -> None:
    """Make what was written to a local file durable."""
    stream.flush()
    os.fsync(stream.fileno())
