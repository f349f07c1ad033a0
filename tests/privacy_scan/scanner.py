"""Looks for planted persons wherever data may lie: folders, databases, archives, PDF texts.

::

    scanner = Scanner([Person("1101700203450", "0812345678", "สมชาย ใจดี", "somchai@example.th")])
    assert scanner.folder(data_dir) + scanner.database(connection) == []

The vault and the Null adapter's folder are the only places where a person may lie: the first is sealed (so it is
scanned all the same), the second is named in ``allowed``.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from tests.privacy_scan import forms
from tests.privacy_scan.forms import Person

__all__ = ["Leak", "Person", "Scanner"]

_DEPTH = 4
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Leak:
    """A person found: where (path, table and column, archive members), in which form."""

    where: str
    form: str


class Scanner:
    """Searches for persons in every form of :mod:`tests.privacy_scan.forms` and in archives of archives.

    Args:
        persons: whom to look for.
    """

    def __init__(self, persons: Sequence[Person]) -> None:
        self._patterns = [
            (form, pattern)
            for person in persons
            for form, made in forms.patterns(person).items()
            for pattern in made
        ]

    def content(self, data: bytes, where: str, depth: int = _DEPTH) -> list[Leak]:
        """Return what leaks in some bytes and in everything packed inside them."""
        found = {form: Leak(where, form) for form, pattern in self._patterns if pattern in data}
        leaks = list(found.values())
        if depth:
            for name, inner in _inside(data):
                leaks += self.content(inner, f"{where} › {name}", depth - 1)
        return leaks

    def folder(self, root: Path, allowed: Iterable[Path] = ()) -> list[Leak]:
        """Return what leaks in a folder: names and contents of files, and the values of SQLite databases.

        Args:
            root: the folder; nothing leaks in one that is not there.
            allowed: folders in which persons may lie.
        """
        allowed = list(allowed)
        leaks = []
        for path in sorted(root.rglob("*")) if root.exists() else ():
            if any(path == one or one in path.parents for one in allowed):
                continue
            leaks += self.content(path.name.encode(), f"name of {path}", depth=0)
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                leaks += self.content(data, str(path))
                if data.startswith(_SQLITE):
                    leaks += self._sqlite(path)
        return leaks

    def database(self, connection: Any) -> list[Leak]:
        """Return what leaks in any column of any table behind a Django connection."""
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
        return self._tables(tables, lambda: closing(connection.cursor()))

    def _sqlite(self, path: Path) -> list[Leak]:
        # a copy with its log: opening the file itself could change it
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ("", "-wal"):
                source = path.with_name(path.name + suffix)
                if source.exists():
                    shutil.copyfile(source, Path(folder) / ("copy" + suffix))
            with closing(sqlite3.connect(Path(folder) / "copy")) as db, suppress(sqlite3.DatabaseError):
                db.text_factory = bytes
                names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                found = self._tables([name.decode() for (name,) in names], lambda: closing(db.cursor()))
                return [Leak(f"{path}: {leak.where}", leak.form) for leak in found]
        return []

    def _tables(self, tables: Iterable[str], cursor: Callable[[], Any]) -> list[Leak]:
        leaks = []
        for table in tables:
            with cursor() as rows, suppress(sqlite3.OperationalError):  # a virtual table of an unknown module
                rows.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names come from the database itself
                columns = [column[0] for column in rows.description]
                for row in rows.fetchall():
                    for column, value in zip(columns, row, strict=True):
                        leaks += self.content(_as_bytes(value), f"{table}.{column}")
        return leaks


def _as_bytes(value: object) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return b"" if value is None else str(value).encode(errors="surrogatepass")


def _at(data: bytes, magic: bytes) -> Iterator[int]:
    place = data.find(magic)
    while place >= 0:
        yield place
        place = data.find(magic, place + 1)


def _gzip(data: bytes) -> bytes:
    return zlib.decompressobj(wbits=31).decompress(data)


def _zstd(data: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as stream:
        return stream.read()


_PACKED: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "gzip": (b"\x1f\x8b\x08", _gzip),
    "zstd": (b"\x28\xb5\x2f\xfd", _zstd),
    "bzip2": (b"BZh", lambda data: bz2.BZ2Decompressor().decompress(data)),
    "xz": (b"\xfd7zXZ\x00", lambda data: lzma.LZMADecompressor().decompress(data)),
    "zlib": (b"\x78\x9c", lambda data: zlib.decompressobj().decompress(data)),
    "zlib best": (b"\x78\xda", lambda data: zlib.decompressobj().decompress(data)),
    "zlib fast": (b"\x78\x01", lambda data: zlib.decompressobj().decompress(data)),
}
_WRONG = (zlib.error, zstandard.ZstdError, OSError, EOFError, lzma.LZMAError, ValueError)


def _inside(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield everything that is packed in some bytes, wherever it starts (a Parquet page, a blob in a page)."""
    for name, (magic, unpack) in _PACKED.items():
        for place in _at(data, magic):
            with suppress(*_WRONG):
                inner = unpack(data[place:])
                if inner:
                    yield f"{name} at {place}", inner
    if b"PK\x03\x04" in data:
        wrong = (zipfile.BadZipFile, NotImplementedError, RuntimeError, *_WRONG)
        with suppress(*wrong), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield f"zip member {member}", member.encode() + b"\n" + archive.read(member)
    if data.startswith(b"%PDF-"):
        with suppress(PyPdfError, *_WRONG):
            texts = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
            yield "PDF text", "\n".join(texts).encode()


def packed(data: bytes) -> dict[str, bytes]:
    """Return some bytes in every container that the scanner looks into, by name: for positive controls."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packing:
        packing.writestr("inner.txt", data)
    return {
        "gzip": gzip.compress(data),
        "zstd": zstandard.ZstdCompressor().compress(data),
        "bzip2": bz2.compress(data),
        "xz": lzma.compress(data),
        "zlib": zlib.compress(data),
        "zlib best": zlib.compress(data, 9),
        "zlib fast": zlib.compress(data, 1),
        "zip": archive.getvalue(),
    }
