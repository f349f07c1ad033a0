"""Files as pieces for one process or several: the same lines, each once, in order."""

from __future__ import annotations

import gzip
import io
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.pieces import Piece, Span, pieces_of
from phithak.engines.sigma.run import Options, run
from tests.engines.sigma.ask import rules_of
from tests.engines.sigma.test_engine import SYSMON, windows_rules


def spans_of(path: Path, size: int, jobs: int) -> list[Piece]:
    return list(pieces_of([str(path)], size, jobs=jobs))


@given(
    st.lists(st.sampled_from([b"{}", b"", b'{"a":1}', b'{"long":"' + b"x" * 90 + b'"}']), max_size=60),
    st.sampled_from([b"", b"\n"]),
    st.integers(1, 64),
    st.integers(2, 4),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spans_hold_every_line_once(
    tmp_path: Path, lines: list[bytes], end: bytes, size: int, jobs: int
) -> None:
    path = tmp_path / "events.jsonl"
    content = b"\n".join(lines) + end
    path.write_bytes(content)
    pieces = spans_of(path, size, jobs)
    assert all(isinstance(piece.held, Span) for piece in pieces)
    for piece in pieces[:-1]:
        assert piece.content.endswith(b"\n") or not piece.content.strip()
    told = b"".join(chunk for piece in pieces for chunk in piece.chunks(size))
    assert told.split() == content.split()


def test_packed_files_go_through_the_pipe_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a":1}\n{"a":2}\n'))
    (piece,) = spans_of(path, 1 << 20, 2)
    assert piece.held == b'{"a":1}\n{"a":2}\n'


def test_a_file_that_was_replaced_or_cut_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"a":1}\n' * 100)
    (piece,) = spans_of(path, 1 << 20, 2)
    path.write_bytes(b'{"a":1}\n' * 50)
    with pytest.raises(SourceError, match="cut short"):
        piece.content  # noqa: B018 reading is what fails
    other = tmp_path / "other"
    other.write_bytes(b'{"a":1}\n' * 100)
    other.replace(path)
    with pytest.raises(SourceError, match="changed while it was read"):
        piece.content  # noqa: B018 same
    path.unlink()
    with pytest.raises(SourceError):
        piece.content  # noqa: B018 same


def test_what_a_process_raises_reaches_the_one_that_asked() -> None:
    error = SourceError("sigma.source.damaged", name="a.jsonl", th="เสียหาย", en="damaged")
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 our own bytes
    assert isinstance(arrived, SourceError)
    assert (arrived.code, arrived.name, arrived.message) == (error.code, error.name, error.message)


def test_many_spans_give_the_bytes_of_one_process(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with path.open("wb") as out:
        for number in range(3000):
            word = "whoami" if number % 7 == 0 else f"nothing {number}"
            out.write(b'{"Channel":"%b","EventID":1,"CommandLine":"%b"}\n' % (SYSMON.encode(), word.encode()))
            if number % 500 == 0:
                out.write(b"\nno json\n")
    rules = rules_of(windows_rules())
    found = set()
    for jobs, chunk in ((1, 1 << 20), (1, 100), (2, 100), (2, 1000), (3, 1 << 20)):
        out_bytes = io.BytesIO()
        stats = run(rules, [str(path)], out_bytes, Options(jobs=jobs, chunk=chunk))
        found.add((out_bytes.getvalue(), stats["events"], stats["hits"], stats["unreadable"]))
    ((_, events, hits, unreadable),) = found
    assert (events, hits, unreadable) == (3006, 429, 6)
