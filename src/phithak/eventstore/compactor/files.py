"""Writes Parquet files and their side indexes, durably, under their final names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

import duckdb

from phithak.base import clock, ids, keyfiles
from phithak.eventstore.compactor.side import SUFFIX, SideKind, packed
from phithak.eventstore.duck import quoted
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import File
from phithak.eventstore.normalise.times import SECOND
from phithak.eventstore.points import Point, reach

ROW_GROUP = 122_880
_SIDES: Mapping[SideKind, str] = {
    "ip": "SELECT src_ip FROM {0} UNION ALL SELECT dst_ip FROM {0}",
    "domain": "SELECT domain FROM {0} UNION ALL SELECT host FROM {0}",
    "hash": "SELECT unnest(regexp_extract_all(hashes, '[0-9A-Fa-f]{{32,128}}')) FROM {0} WHERE hashes IS NOT NULL",
    "user": 'SELECT "user" FROM {0}',
}


def day_of(received: int) -> str:
    """Return the calendar day in Bangkok of a moment (µs), such as ``2026-11-22``."""
    return datetime.fromtimestamp(received / SECOND, clock.BANGKOK).date().isoformat()


def write_file(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    layout: Layout,
    *,
    tenant: UUID,
    retention: str,
    day: str,
    sort: bool,
) -> File:
    """Write the rows of a table to a new Parquet file with its side index; return what the manifest says of it.

    Args:
        connection: DuckDB.
        relation: name of a table or view of ours with the columns of a file.
        layout: where.
        tenant: whose rows these are.
        retention: class.
        day: of receipt.
        sort: the rows do not stand by log and time yet.
    """
    folder = layout.parquet / tenant.hex / retention / day
    _make(folder, layout.parquet)
    name = f"{ids.uuid7()}.parquet"
    part, final = folder / f".{name}.part", folder / name
    order = ' ORDER BY log, time, "offset", n' if sort else ""
    # level 1: higher ones look for repeats within ids and hashes, take longer and find less
    connection.execute(
        f"COPY (SELECT * FROM {relation}{order}) TO {quoted(str(part))} (FORMAT parquet, PARQUET_VERSION v2,"  # noqa: S608 - own names
        f" COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    reach(Point.PARQUET_WRITTEN)
    sides = {
        kind: [
            row[0]
            for row in connection.execute(
                f"SELECT DISTINCT md5_number_lower(lower(v)) FROM ({sql.format(relation)}) AS found(v)"  # noqa: S608
                " WHERE v IS NOT NULL ORDER BY 1"
            ).fetchall()
        ]
        for kind, sql in _SIDES.items()
    }
    side = final.with_name(name + SUFFIX)
    keyfiles.write(side, packed(sides))
    _sync(part)
    reach(Point.PARQUET_SYNCED)
    part.rename(final)
    keyfiles.sync_folder(folder)
    reach(Point.PARQUET_NAMED)
    bounds = connection.execute(
        "SELECT count(*), epoch_us(min(time)), epoch_us(max(time)), epoch_us(min(received)), epoch_us(max(received))"  # noqa: S608
        f" FROM {relation}"
    ).fetchone()
    assert bounds is not None  # noqa: S101 - an aggregate has one row
    return File(
        str(final.relative_to(layout.parquet)), tenant, retention, day, bounds[0], final.stat().st_size,
        digest_of(final), *bounds[1:],
    )  # fmt: skip


def digest_of(path: Path) -> bytes:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _make(folder: Path, root: Path) -> None:
    """Make a folder and those above it up to ``root``, durably."""
    missing = [
        one for one in (folder, *folder.parents) if one != root and root in one.parents and not one.is_dir()
    ]
    for one in reversed(missing):
        one.mkdir(mode=0o700)
        keyfiles.sync_folder(one.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
