"""Patient-like data through every profile in every format that the intake takes leaves no trace at the centre (F4)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from phithak.base import batch, ids
from phithak.base.profile import PROFILES
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.control import ControlWriter, Sender, Source, Tenant, token_digest
from phithak.eventstore.zstd import compress_zstd
from tests.ingest.running import TOKEN, Ingest
from tests.sensor.test_privacy import CID, CONTENT, payloads, planted, traces

pytestmark = pytest.mark.faults

Post = Callable[[Ingest, str, list[bytes]], int]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Ingest]:
    """The real intake, with a sender that has a source of each profile."""
    made = Ingest(tmp_path)
    with ControlWriter(made.layout) as control:
        control.put(
            tenants=(Tenant(made.tenant),),
            senders=(Sender(made.sender, made.tenant, (token_digest(TOKEN),)),),
            sources=tuple(
                Source(ids.uuid7(), made.sender, name, "syslog", profile)
                for name, profile in PROFILES.items()
            ),
        )
    made.start()
    yield made
    made.kill()


def as_batch(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    frame = batch.seal(rows, source=source, sequence=1, sealed=1, first=1, last=1, codec="plain")
    return gateway.ask("POST", "/v1/batch", frame, content_type=batch.CONTENT_TYPE).status


def as_packed_batch(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    frame = batch.seal(
        rows, source=source, sequence=2, sealed=1, first=1, last=1, codec="zstd", compress=compress_zstd
    )
    return gateway.ask("POST", "/v1/batch", frame, content_type=batch.CONTENT_TYPE).status


def as_lines(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    body = b"\n".join(row for row in rows if b"\n" not in row)
    return _logs(gateway, source, body, "text/plain") if body else 200


def as_gzip(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    return _logs(gateway, source, gzip.compress(_ndjson(rows)), "application/x-ndjson", "gzip")


def as_zstd(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    return _logs(gateway, source, compress_zstd(_ndjson(rows) + b"\n"), "application/x-ndjson", "zstd")


def as_array(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    return _logs(gateway, source, b"[" + b",".join(_wrapped(rows)) + b"]", "application/json")


def as_bulk(gateway: Ingest, source: str, rows: list[bytes]) -> int:
    body = b"".join(b'{"create":{}}\n' + row + b"\n" for row in _wrapped(rows))
    return gateway.ask("POST", f"/es/{source}/_bulk", body, content_type="application/x-ndjson").status


FORMATS: tuple[Post, ...] = (as_batch, as_packed_batch, as_lines, as_gzip, as_zstd, as_array, as_bulk)


def _logs(gateway: Ingest, source: str, body: bytes, kind: str, encoding: str = "") -> int:
    headers = {"content_type": kind, "phithak_source": source}
    if encoding:
        headers["content_encoding"] = encoding
    return gateway.ask("POST", "/v1/logs", body, **headers).status


def _wrapped(rows: list[bytes]) -> list[bytes]:
    """Return events as agents hand them in: JSON as it is, a text line as the message of a document."""
    made = []
    for row in rows:
        if row.startswith(b"{"):
            made.append(row)
        else:
            text = row.decode("utf-8", errors="ignore")
            made.append(json.dumps({"host": "srv1", "message": text}, ensure_ascii=False).encode())
    return made


def _ndjson(rows: list[bytes]) -> bytes:
    return b"\n".join(_wrapped(rows))


def everything(folder: Path, gateway: Ingest) -> dict[str, bytes]:
    """Return all that lies at the centre: each file as it is, and what is packed unpacked."""
    found = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found["segments"] = b"\n".join(gateway.events())
    files = sorted(str(path) for path in gateway.layout.parquet.rglob("*.parquet"))
    rows = duckdb.sql(f"SELECT * FROM read_parquet({files!r})").fetchall()  # noqa: S608 - paths of this test
    found["parquet"] = b"\n".join(
        cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row
    )
    return found


def test_no_format_brings_a_patient_to_the_centre(gateway: Ingest, tmp_path: Path) -> None:
    count = 0
    for name, rows in planted().items():
        sent = [*rows, payloads()]
        assert any(traces(row) for row in rows), f"{name} plants nothing"
        for post in FORMATS:
            assert post(gateway, name, sent) == 200, (name, post.__name__)
        count += len(sent)
    stored = gateway.events()
    assert len(stored) > 6 * count, "it came by each of the formats"
    assert any(b"10.0.0.5" in one for one in stored), "what is no patient's is kept"
    gateway.kill()
    compactor = Compactor(gateway.layout)
    try:
        while compactor.run().more:
            pass
    finally:
        compactor.close()
    lying = everything(tmp_path, gateway)
    for place, content in lying.items():
        assert traces(content) == [], place
        assert CONTENT not in content, place
    # the control: one trace in one file is found
    (tmp_path / "data" / "leak").write_bytes(b"..." + CID.encode())
    assert [place for place, content in everything(tmp_path, gateway).items() if traces(content)] == [
        str(tmp_path / "data" / "leak")
    ]
