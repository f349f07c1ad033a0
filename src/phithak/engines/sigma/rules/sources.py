"""Files, folders, archives and standard input as a stream of named byte strings, within limits.

Nothing is ever unpacked to disk: names inside archives are data, links and devices are skipped and named.
An archive is opened once, never an archive inside it. Every file that is not given back is reported.
"""

from __future__ import annotations

import io
import os
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.packing import zstd_reader

_ZIP = b"PK\x03\x04"
_ZSTD = b"\x28\xb5\x2f\xfd"
_USTAR_AT = 257
_TAR_BLOCK = 512


@dataclass(frozen=True)
class Limits:
    """How much may be read: bytes of one file, bytes of all, members of one archive."""

    file_bytes: int = 4 << 20
    total_bytes: int = 1 << 30
    members: int = 100_000


@dataclass(frozen=True)
class SourceFile:
    """One file's name and content; ``problem`` says why there is no content, else it is ""."""

    name: str
    data: bytes
    problem: str = ""


class _Budget:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.total_bytes

    def read(self, name: str, stream: IO[bytes]) -> SourceFile:
        allowed = min(self.limits.file_bytes, self.left)
        try:
            data = _read_up_to(stream.read, allowed + 1)
        except (
            zipfile.BadZipFile,
            zstandard.ZstdError,
            OSError,
            EOFError,
            RuntimeError,
            ValueError,
        ) as error:
            return SourceFile(name, b"", f"{type(error).__name__}: {error}")
        if len(data) > allowed:
            return SourceFile(name, b"", f"more than {allowed} bytes")
        self.left -= len(data)
        return SourceFile(name, data)


def read_sources(
    paths: list[str], suffixes: tuple[str, ...] = (".yml", ".yaml"), limits: Limits | None = None
) -> Iterator[SourceFile]:
    """Yield every file with one of ``suffixes`` under ``paths``, in a stable order.

    Args:
        paths: files, folders, ``.zip``, ``.tar.zst``, ``.tar``, ``.zst``, or ``-`` for standard input.
        suffixes: names to take from folders and archives; a file that is named itself is always taken.
        limits: how much may be read.

    Raises:
        SourceError: a path does not exist or is neither a regular file nor a folder.
    """
    budget = _Budget(limits or Limits())
    for path in paths:
        if path == "-":
            yield from _from_stream("<stdin>", sys.stdin.buffer, suffixes, budget)
        elif os.path.isdir(path):  # noqa: PTH112 a name may hold bytes that Path would normalise
            yield from _from_folder(path, suffixes, budget)
        else:
            with _open_regular(path) as stream:
                yield from _from_stream(path, stream, suffixes, budget)


def _open_regular(path: str) -> IO[bytes]:
    try:
        # never block on a FIFO, never follow into a device
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise SourceError(
            "sigma.source.missing",
            name=path,
            th="เปิดไม่ได้ ตรวจชื่อและสิทธิ์",
            en=f"Cannot be opened: {error.strerror}",
        ) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SourceError(
            "sigma.source.kind",
            name=path,
            th="ไม่ใช่แฟ้มธรรมดาหรือโฟลเดอร์",
            en="Neither a regular file nor a folder",
        )
    return os.fdopen(handle, "rb")


def _from_folder(path: str, suffixes: tuple[str, ...], budget: _Budget) -> Iterator[SourceFile]:
    for folder, inner, names in os.walk(path, followlinks=False):
        inner.sort()
        for name in sorted(names):
            full = str(Path(folder) / name)
            if not name.lower().endswith(suffixes):
                continue
            try:
                with _open_regular(full) as stream:
                    yield budget.read(full, stream)
            except SourceError as error:
                yield SourceFile(full, b"", error.message.en)


def _from_stream(
    name: str, stream: IO[bytes], suffixes: tuple[str, ...], budget: _Budget
) -> Iterator[SourceFile]:
    reader = io.BufferedReader(stream, 1 << 16) if isinstance(stream, io.RawIOBase) else stream
    head = reader.peek(_TAR_BLOCK)[:_TAR_BLOCK] if isinstance(reader, io.BufferedReader) else b""
    if head.startswith(_ZIP):
        yield from _from_zip(name, reader, suffixes, budget)
    elif head.startswith(_ZSTD):
        inside = zstd_reader(reader)
        yield from _plain_or_tar(name, inside, suffixes, budget)
    else:
        yield from _plain_or_tar(name, reader, suffixes, budget)


def _plain_or_tar(
    name: str, stream: IO[bytes], suffixes: tuple[str, ...], budget: _Budget
) -> Iterator[SourceFile]:
    try:
        head = stream.peek(_TAR_BLOCK)[:_TAR_BLOCK] if isinstance(stream, io.BufferedReader) else b""
    except (zstandard.ZstdError, OSError, EOFError) as error:
        yield SourceFile(name, b"", f"{type(error).__name__}: {error}")
        return
    if head[_USTAR_AT : _USTAR_AT + 5] == b"ustar":
        yield from _from_tar(name, stream, suffixes, budget)
    else:
        yield budget.read(name, stream)


def _from_zip(
    name: str, stream: IO[bytes], suffixes: tuple[str, ...], budget: _Budget
) -> Iterator[SourceFile]:
    seekable = stream if stream.seekable() else io.BytesIO(_read_up_to(stream.read, budget.left))
    try:
        archive = zipfile.ZipFile(seekable)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield SourceFile(name, b"", f"{type(error).__name__}: {error}")
        return
    with archive:
        for count, member in enumerate(sorted(archive.infolist(), key=lambda item: item.filename)):
            full = f"{name}!{member.filename}"
            if count >= budget.limits.members:
                yield SourceFile(name, b"", f"more than {budget.limits.members} members")
                return
            if member.is_dir() or not member.filename.lower().endswith(suffixes):
                continue
            try:
                opened = archive.open(member)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
                yield SourceFile(full, b"", f"{type(error).__name__}: {error}")
                continue
            with opened:
                yield budget.read(full, opened)


def _from_tar(
    name: str, stream: IO[bytes], suffixes: tuple[str, ...], budget: _Budget
) -> Iterator[SourceFile]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for count, member in enumerate(archive):
                if count >= budget.limits.members:
                    yield SourceFile(name, b"", f"more than {budget.limits.members} members")
                    return
                if not member.isfile() or member.issparse() or not member.name.lower().endswith(suffixes):
                    continue
                opened = archive.extractfile(member)
                if opened is not None:
                    yield budget.read(f"{name}!{member.name}", opened)
    except (tarfile.TarError, zstandard.ZstdError, OSError, EOFError, ValueError) as error:
        yield SourceFile(name, b"", f"{type(error).__name__}: {error}")


def _read_up_to(read: Callable[[int], bytes], most: int) -> bytes:
    pieces = []
    while most > 0 and (piece := read(min(most, 1 << 20))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)
