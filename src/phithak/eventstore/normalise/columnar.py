"""Raw events to rows by whole columns in DuckDB: the same rows as the reference, many times faster.

Events of one shape (:mod:`shapes`) are read by one statement. Whatever that cannot read surely, such as a list where
a text is expected, a key that is there twice, bytes that are no UTF-8, goes to the reference, event by event; so does
a shape of which there are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import msgspec

from phithak.eventstore.bus import Stored
from phithak.eventstore.duck import quoted
from phithak.eventstore.normalise import textlines
from phithak.eventstore.normalise.jsonrows import JsonRows
from phithak.eventstore.normalise.reference import mapping
from phithak.eventstore.normalise.staging import staged_columns, write_rows
from phithak.eventstore.normalise.statements import FEW, macros
from phithak.eventstore.zstd import expand_zstd

MOST_LINE = 4 << 20
_SEPARATOR, _RETURN = b"\x1f", b"\x1e"
_encode = msgspec.json.Encoder().encode
_NUMBERS = [b"%d\x1f" % number for number in range(1 << 12)]


class Normaliser:
    """Makes rows; keeps what it has learnt of shapes, which is the same for all events.

    Args:
        few: kinds of fewer events than this are left to the reference.
    """

    def __init__(self, few: int = FEW) -> None:
        self._few = few
        self._json = JsonRows(few)

    def make(self, connection: duckdb.DuckDBPyConnection, stored: Sequence[Stored], scratch: Path) -> int:
        """Make the table ``rows`` of all events of some batches; return how many there are.

        Args:
            connection: that may read and write ``scratch``; the macros of ``normalise.sql`` are made in it.
            stored: batches.
            scratch: folder for files that are gone at the end.

        Columns: ``batch`` (place in ``stored``), ``offset``, ``n`` (place in the batch), ``source``, ``sender``,
        ``log``, ``time``, ``flag``, ``received``, those of ``columns.toml``, ``short`` and ``raw``.
        """
        for statement in macros():
            connection.execute(statement.replace("CREATE MACRO", "CREATE OR REPLACE MACRO"))
        _batches(connection, stored, scratch / "batches.json")
        named = ", ".join(f'"{name}" VARCHAR' for name in mapping())
        connection.execute(
            'CREATE OR REPLACE TABLE rows(batch INTEGER, "offset" BIGINT, n INTEGER, source VARCHAR, sender VARCHAR,'
            f" log VARCHAR, time TIMESTAMP, flag VARCHAR, received TIMESTAMP, {named}, short BOOLEAN, raw BLOB)"
        )
        total, by_hand = _write_lines(connection, stored, scratch / "lines.csv", self._json.secret)
        if total > len(by_hand):
            self._json.insert(connection)
            textlines.insert(connection, self._few)
        self._rest(connection, stored, by_hand, total, scratch / "rest.json")
        connection.execute("DROP TABLE lines")
        return total

    def _rest(
        self, connection: duckdb.DuckDBPyConnection, stored: Sequence[Stored], by_hand: list[tuple[int, int]],
        total: int, path: Path,
    ) -> None:  # fmt: skip
        """Let the reference make the rows that are missing."""
        found = connection.execute("SELECT count(*) FROM rows").fetchone()
        missing = list(by_hand)
        if found is not None and found[0] + len(by_hand) < total:
            missing += connection.execute(
                "SELECT b, n FROM lines ANTI JOIN rows ON lines.b = rows.batch AND lines.n = rows.n"
            ).fetchall()
        if missing:
            by_reference(connection, stored, sorted(missing), path)


def by_reference(
    connection: duckdb.DuckDBPyConnection,
    stored: Sequence[Stored],
    wanted: Sequence[tuple[int, int]],
    path: Path,
) -> None:
    """Insert rows that the reference makes of some events, told as places in ``stored`` and in the batch."""
    longest = write_rows(stored, wanted, path)
    told = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in staged_columns().items())
    named = ", ".join(f'"{name}"' for name in mapping())
    connection.execute(
        "INSERT INTO rows SELECT b, o, n, source, sender, l, make_timestamp(t), f, make_timestamp(received),"  # noqa: S608 - own names
        f" {named}, coalesce(short, false), coalesce(encode(CASE WHEN short THEN residue ELSE raw END), unhex(hex))"
        " FROM"
        " (SELECT *, is_short(raw, residue, hashes, src_ip, dst_ip) AND NOT holds_signs(raw) AS short FROM"
        f" (SELECT *, shortened(raw, hashes, src_ip, dst_ip) AS residue FROM"
        f" read_json({quoted(str(path))}, format='newline_delimited', maximum_object_size={max(longest, 1 << 20)},"
        f" columns={{{told}}}))) JOIN batches USING (b) ORDER BY l, t, o, n"
    )
    path.unlink()


def _batches(connection: duckdb.DuckDBPyConnection, stored: Sequence[Stored], path: Path) -> None:
    with path.open("wb") as stream:
        for number, one in enumerate(stored):
            whose = one.envelope
            stream.write(_encode({
                "b": number, "o": one.offset, "source": whose.source.hex, "sender": whose.sender.hex,
                "received": whose.received, "zone": whose.zone,
            }) + b"\n")  # fmt: skip
    connection.execute(
        f"CREATE OR REPLACE TABLE batches AS SELECT * FROM read_json({quoted(str(path))}, format='newline_delimited',"  # noqa: S608
        " columns={b: 'INTEGER', o: 'BIGINT', source: 'VARCHAR', sender: 'VARCHAR', received: 'BIGINT',"
        " zone: 'BIGINT'})"
    )
    path.unlink()


def _write_lines(
    connection: duckdb.DuckDBPyConnection, stored: Sequence[Stored], path: Path, secret: str
) -> tuple[int, list[tuple[int, int]]]:
    """Make the table ``lines``; return how many events there are, and the places of those that are not in it."""
    by_hand: list[tuple[int, int]] = []
    total = longest = 0
    with path.open("wb", buffering=1 << 20) as stream:
        for number, one in enumerate(stored):
            total += one.batch.header.count
            for lines in _lines(number, one, by_hand):
                longest = max(longest, len(lines))
                stream.write(lines)
    # a piece of lines bounds the longest of them; DuckDB sets aside a multiple of what it is told
    buffer = max(2 * longest, 4 << 20)
    connection.execute(
        "CREATE OR REPLACE TABLE lines AS SELECT b, n, raw, json,"  # noqa: S608 - own names
        " CASE WHEN keys IS NOT NULL THEN hash(concat($1, keys::VARCHAR)) END AS name FROM"
        " (SELECT *, CASE WHEN json AND is_strict(raw) THEN try(json_keys(raw)) END AS keys FROM"
        " (SELECT *, ltrim(raw)[1] = '{' AS json FROM (SELECT b, n, replace(raw, chr(30), chr(13)) AS raw FROM"
        f" read_csv({quoted(str(path))}, delim=chr(31),"
        " quote='', escape='', header=false, auto_detect=false, new_line='\\n', nullstr=concat(chr(30), chr(30)),"
        f" max_line_size={longest + 1}, buffer_size={buffer},"
        " columns={b: 'INTEGER', n: 'INTEGER', raw: 'VARCHAR'}))))",
        [secret],
    )
    path.unlink()
    return total, by_hand


def _lines(number: int, one: Stored, by_hand: list[tuple[int, int]]) -> Iterator[bytes]:
    """Yield a batch as lines that DuckDB reads, in one piece where all of its events can be such lines."""
    header = one.batch.header
    head = b"%d\x1f" % number
    while len(_NUMBERS) < header.count:
        _NUMBERS.append(b"%d\x1f" % len(_NUMBERS))
    events = one.batch.events(expand_zstd)
    body = b"\n".join(events)
    if header.framing == "lines" and _is_simple(body) and all(events) and len(body) < MOST_LINE:
        parts = [head + place + event for place, event in zip(_NUMBERS, events, strict=False)]
        text = b"\n".join(parts) + b"\n"
        yield text.replace(b"\r", _RETURN) if b"\r" in body else text
        return
    for place, event in enumerate(events):
        if event and len(event) < MOST_LINE and b"\n" not in event and _is_simple(event):
            yield head + _NUMBERS[place] + event.replace(b"\r", _RETURN) + b"\n"
        else:
            by_hand.append((number, place))


def _is_simple(text: bytes) -> bool:
    """Whether a text is UTF-8 without the signs that the file of lines needs for itself."""
    if b"\x00" in text or _SEPARATOR in text or _RETURN in text or b"\\u0000" in text:
        return False
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
