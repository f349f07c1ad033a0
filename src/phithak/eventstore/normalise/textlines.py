"""Lines of web servers and of syslog to rows by whole columns; the patterns are those of the reference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import duckdb

from phithak.engines.sigma.normalise import flat_event
from phithak.engines.sigma.normalise.lines import ACCESS, SYSLOG
from phithak.engines.sigma.normalise.records import TIME_FIELDS
from phithak.eventstore.duck import quoted
from phithak.eventstore.normalise.reference import mapping, names_for
from phithak.eventstore.normalise.statements import insert_rows
from phithak.eventstore.normalise.times import in_utc

_ASCII = "regexp_full_match(raw, '[ -~]+')"
_OTHERS = "NOT regexp_matches(raw, '^(?:#separator|type=|[0-9]{8} )')"
"""Lines that another parser may want are left to the reference."""
_REQUEST = r'(?P<request>(?:[^"\\]|\\.)*)'
_THREE_WORDS = r'(?P<method>[^ "\\]+) (?P<uri>[^ "\\]+) [^ "\\]+'
_MARK = "\x00"


@cache
def _patterns() -> tuple[str, str, str]:
    """Return the pattern of an access line with a plain request, of how one begins, and of a syslog line."""
    plain = ACCESS.pattern.replace(_REQUEST, _THREE_WORDS).replace(
        r"(?P<status>\d{3})", r"(?P<status>[1-9]\d{2})"
    )
    if plain.count("?P<") != ACCESS.pattern.count("?P<") + 1:
        raise ValueError("the pattern of access lines is of another form")
    return plain, f"^(?:{ACCESS.pattern})", SYSLOG.pattern


def insert(connection: duckdb.DuckDBPyConnection, few: int) -> None:
    """Insert the rows of such lines of the table ``lines``; what is in doubt stays out.

    Args:
        connection: with ``lines``, ``batches`` and ``rows``.
        few: kinds of fewer events than this are left out.
    """
    access, begins, syslog = _patterns()
    connection.execute(
        "CREATE OR REPLACE TABLE texts AS SELECT b, n, raw, CASE"  # noqa: S608 - own words
        f" WHEN regexp_full_match(raw, {quoted(access)}) THEN 'access'"
        f" WHEN NOT contains(raw, 'AUDIT: ') AND NOT regexp_matches(raw, {quoted(begins)})"
        f" AND regexp_full_match(raw, {quoted(syslog)}) THEN 'syslog' END AS kind"
        f" FROM lines WHERE NOT json AND {_ASCII} AND {_OTHERS}"
    )
    counted = dict(connection.execute("SELECT kind, count(*) FROM texts GROUP BY kind").fetchall())
    if counted.get("access", 0) >= few:
        _access(connection, access)
    if counted.get("syslog", 0) >= few:
        _syslog(connection, syslog, few)
    connection.execute("DROP TABLE texts")


def _access(connection: duckdb.DuckDBPyConnection, pattern: str) -> None:
    groups = {
        "c-ip": "x.c_ip", "src_ip": "x.c_ip", "cs-username": "nullif(x.user, '-')", "timestamp": "x.time",
        "cs-method": "x.method", "c-uri": "x.uri", "cs-uri": "x.uri", "sc-status": "x.status", "query": "NULL",
    }  # fmt: skip
    source = (
        f"(SELECT b, n, raw, regexp_extract(raw, {quoted(pattern)}, ['c_ip', 'user', 'time', 'method', 'uri',"  # noqa: S608
        " 'status']) AS x FROM texts WHERE kind = 'access') JOIN batches USING (b)"
    )
    _insert(connection, source, {"log_kind": "access"}, groups)


def _syslog(connection: duckdb.DuckDBPyConnection, pattern: str, few: int) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE parts AS SELECT b, n, raw, x.time AS time, x.host AS host,"  # noqa: S608
        " lower(split_part(x.program, '/', -1)) AS program FROM (SELECT b, n, raw,"
        f" regexp_extract(raw, {quoted(pattern)}, ['time', 'host', 'program', 'pid', 'message']) AS x"
        " FROM texts WHERE kind = 'syslog')"
    )
    counted = connection.execute(
        "SELECT program, count(*) FROM parts GROUP BY program HAVING count(*) >= $1 ORDER BY program", [few]
    ).fetchall()
    for program, _ in counted:
        source = (
            f"(SELECT b, n, raw, time AS written, host FROM parts WHERE program = {quoted(program)})"  # noqa: S608
            " JOIN batches USING (b)"
        )
        groups = {"timestamp": "written", "hostname": "host", "message": "NULL", "pid": "NULL"}
        _insert(connection, source, {"log_kind": "syslog", "program": program}, groups)
    connection.execute("DROP TABLE parts")


def _insert(
    connection: duckdb.DuckDBPyConnection, source: str, fixed: Mapping[str, str], groups: Mapping[str, str]
) -> None:
    """Insert rows of lines whose fields are some texts and some groups; the reference says which column gets which."""
    event = flat_event({**fixed, **{name: _MARK + name for name in groups}})
    texts: dict[str, str] = {}
    for column in mapping():
        parts = []
        for only, name in names_for(column):
            value = event.fields.get(name)
            if isinstance(value, str) and event.log.key.startswith(only):
                parts.append(f"nullif({groups[value[1:]]}, '')" if value[:1] == _MARK else quoted(value))
        if parts:
            texts[column] = f"left(coalesce({', '.join(parts)}), 4096)"
    field = next(name for name in TIME_FIELDS if name in event.fields)
    written = groups[str(event.fields[field])[1:]]
    connection.execute(insert_rows(source, event.log.key, texts, f"trim({written})", utc=in_utc(field)))
