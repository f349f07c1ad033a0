"""Event files as chunks of whole JSON lines, whatever they lie in: plain, ``.zst``, ``.gz``, ``.zip``, ``.tar.zst``.

Memory stays bounded by the chunk, not by the file. A line longer than ``LONGEST`` is cut out and counted.
"""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from phithak.engines.sigma.errors import SourceError

CHUNK = 4 << 20
LONGEST = 64 << 20
_ZIP, _ZSTD, _GZIP = b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\x1f\x8b"
_HEAD = 512
SUFFIXES = (".json", ".jsonl", ".ndjson", ".log", ".zst", ".gz", ".zip", ".evtx", ".txt", ".csv", ".tar")


@dataclass(frozen=True)
class Opened:
    """One file of events: its name, and a stream of its bytes."""

    name: str
    stream: io.BufferedReader


def open_events(paths: list[str]) -> Iterator[Opened]:
    """Yield every file of events under ``paths`` (files, folders, archives, ``-``), in a stable order.

    Raises:
        SourceError: a path does not exist, or an archive is damaged.
    """
    for path in paths:
        if path == "-":
            yield from _inside("<stdin>", io.BufferedReader(sys.stdin.buffer))  # type: ignore[arg-type] # any reader serves
            continue
        root = Path(path)
        files = (
            sorted(item for item in root.rglob("*") if item.name.endswith(SUFFIXES))
            if root.is_dir()
            else [root]
        )
        for file in files:
            if not file.is_file():
                if root.is_dir():
                    continue
                raise SourceError(
                    "sigma.source.missing",
                    name=path,
                    th="ไม่พบแฟ้มธรรมดาชื่อนี้",
                    en="No regular file of this name",
                )
            with file.open("rb") as stream:
                try:
                    yield from _inside(str(file), stream)
                except (
                    zipfile.BadZipFile,
                    tarfile.TarError,
                    EOFError,
                    OSError,
                    zstandard.ZstdError,
                ) as error:
                    raise SourceError(
                        "sigma.source.damaged",
                        name=str(file),
                        th=f"แฟ้มเสียหายหรือไม่ครบ ({error})",
                        en=f"Damaged or cut short ({error})",
                    ) from error


def _inside(name: str, stream: io.BufferedReader) -> Iterator[Opened]:
    head = stream.peek(_HEAD)[:_HEAD]
    if head.startswith(_ZIP):
        yield from _zip(name, stream)
    elif head.startswith(_ZSTD):
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
            stream, read_across_frames=True
        )
        yield from _tar_or_plain(name, io.BufferedReader(reader, 1 << 20))
    elif head.startswith(_GZIP):
        yield from _tar_or_plain(name, io.BufferedReader(gzip.GzipFile(fileobj=stream), 1 << 20))
    else:
        yield from _tar_or_plain(name, stream)


def _tar_or_plain(name: str, stream: io.BufferedReader) -> Iterator[Opened]:
    if stream.peek(_HEAD)[257:262] != b"ustar":
        yield Opened(name, stream)
        return
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            inner = archive.extractfile(member) if member.isfile() else None
            if inner is not None and member.name.endswith(SUFFIXES):
                yield Opened(f"{name}!{member.name}", io.BufferedReader(inner))  # type: ignore[arg-type] # any reader serves


def _zip(name: str, stream: IO[bytes]) -> Iterator[Opened]:
    seekable = stream if stream.seekable() else io.BytesIO(stream.read())
    with zipfile.ZipFile(seekable) as archive:
        for member in sorted(archive.infolist(), key=lambda item: item.filename):
            if not member.is_dir() and member.filename.endswith(SUFFIXES):
                with archive.open(member) as inner:
                    yield Opened(f"{name}!{member.filename}", io.BufferedReader(inner))  # type: ignore[arg-type] # any reader serves


def chunks(stream: io.BufferedReader, size: int = CHUNK) -> Iterator[bytes]:
    """Yield the stream in pieces that end with a line, each of about ``size`` bytes.

    A line over ``LONGEST`` becomes an empty one, so that the numbers of the others stay right.
    """
    rest = b""
    skipping = False
    while block := stream.read(size):
        end = block.rfind(b"\n") + 1
        if skipping:
            first = block.find(b"\n")
            if first < 0:
                continue
            # the end of the line that was left out: its number is kept by an empty line
            block, end, skipping = block[first:], end - first, False
        if end == 0:
            rest += block
            if len(rest) > LONGEST:
                rest, skipping = b"", True
            continue
        yield rest + block[:end]
        rest = block[end:]
    if rest:
        yield rest
