"""Event files as chunks of whole JSON lines, whatever they lie in: plain, ``.zst``, ``.gz``, ``.zip``, ``.tar.zst``.

Memory stays bounded by the chunk, not by the file. A line longer than ``LONGEST`` is cut out and counted.
"""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import zstandard

from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.packing import zstd_reader

CHUNK = 1 << 20
LONGEST = 64 << 20
_ZIP, _ZSTD, _GZIP = b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\x1f\x8b"
_HEAD = 512
_TOO_LONG = b"!"
SUFFIXES = (
    *(".json", ".jsonl", ".ndjson", ".log", ".txt", ".csv", ".tsv", ".evtx"),
    *(".zst", ".gz", ".zip", ".tar"),
)


FAULTS = (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zstandard.ZstdError, zlib.error)


@dataclass(frozen=True)
class Opened:
    """One file of events: its name, and a stream of its bytes.

    Attributes:
        live: more may come while it is read.
        path: the file itself, where the stream is that of a plain file and nothing is unpacked; else "".
    """

    name: str
    stream: io.BufferedReader
    live: bool = False
    path: str = ""


def open_events(paths: list[str]) -> Iterator[Opened]:
    """Yield every file of events under ``paths`` (files, folders, archives, ``-``), in a stable order.

    Raises:
        SourceError: a path does not exist, or an archive is damaged.
    """
    for path in paths:
        if path == "-":
            # past the buffer of Python, which would wait until it is full
            raw: Any = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
            yield from _inside("<stdin>", io.BufferedReader(raw), live=True)
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
                    for opened in _inside(str(file), stream):
                        yield replace(opened, path=str(file)) if opened.stream is stream else opened
                except FAULTS as error:
                    raise damaged(str(file), error) from error


def damaged(name: str, error: Exception) -> SourceError:
    """Return the error for a file that cannot be read to its end."""
    return SourceError(
        "sigma.source.damaged",
        name=name,
        th=f"แฟ้มเสียหายหรือไม่ครบ ผลจนถึงจุดนี้ถูกเขียนแล้ว ({error})",
        en=f"Damaged or cut short; hits up to here were written ({error})",
    )


def _inside(name: str, stream: io.BufferedReader, *, live: bool = False) -> Iterator[Opened]:
    head = stream.peek(_HEAD)[:_HEAD]
    if head.startswith(_ZIP):
        yield from _zip(name, stream)
    elif head.startswith(_ZSTD):
        yield from _tar_or_plain(name, zstd_reader(stream))
    elif head.startswith(_GZIP):
        yield from _tar_or_plain(name, io.BufferedReader(gzip.GzipFile(fileobj=stream), 1 << 20))
    else:
        yield from _tar_or_plain(name, stream, live=live)


def _tar_or_plain(name: str, stream: io.BufferedReader, *, live: bool = False) -> Iterator[Opened]:
    if stream.peek(_HEAD)[257:262] != b"ustar":
        yield Opened(name, stream, live)
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


def chunks(stream: io.BufferedReader, size: int = CHUNK, *, live: bool = False) -> Iterator[bytes]:
    """Yield the stream in pieces that end with a line, each of about ``size`` bytes; of a live one what is there.

    A line over ``LONGEST`` becomes one that is no JSON, so it is counted and the numbers of the others stay right.
    """
    pieces: list[bytes] = []
    held = 0
    skipping = False
    read = stream.read1 if live else stream.read
    while block := read(size):
        end = block.rfind(b"\n") + 1
        if end == 0:
            held += len(block)
            if held > LONGEST:
                pieces, skipping = [], True
            elif not skipping:
                pieces.append(block)
            continue
        head = block[:end]
        if skipping:
            head, skipping = _TOO_LONG + head[head.find(b"\n") :], False
        pieces.append(head)
        yield b"".join(pieces)
        pieces, held = [block[end:]], len(block) - end
    rest = _TOO_LONG if skipping else b"".join(pieces)
    if rest.strip():
        yield rest
