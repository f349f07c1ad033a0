"""Text logs as records: Zeek TSV, auditd joined by id, web access, syslog, pgaudit, MariaDB audit; else a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from phithak.engines.sigma.normalise.table import Record, cells_of, is_table, table

Parser = Callable[[Iterator[str]], Iterator[Record]]

ACCESS = re.compile(
    r'(?P<c_ip>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) '
    r'(?P<bytes>\d+|-)(?: "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
_AUDITD = re.compile(r"type=(?P<type>\S+) msg=audit\((?P<time>[\d.]+):(?P<id>\d+)\):\s*(?P<rest>.*)")
_PAIR = re.compile(r"(\w[\w-]*)=(\"[^\"]*\"|'[^']*'|\S*)")
SYSLOG = re.compile(
    r"(?:<\d{1,3}>1? ?)?(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (?P<host>\S+) "
    r"(?P<program>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?:? (?P<message>.*)"
)
_PGAUDIT = re.compile(r"AUDIT: (?P<kind>SESSION|OBJECT),(?P<rest>.*)")
_PG_PREFIX = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: (?:[A-Z]{3,5}|[+-]\d\d(?::?\d\d)?)\b)?)?"
    r".*?(?:user=(?P<user>[^,\s]*))?"
    r"(?:,db=(?P<db>[^,\s]*))?(?:,app=(?P<app>[^,]*?))?(?:,client=(?P<client>\S*))?\s*(?:LOG|NOTICE):"
)
_MARIADB = re.compile(
    r"(?P<time>\d{8} \d\d:\d\d:\d\d),(?P<server>[^,]*),(?P<user>[^,]*),(?P<host>[^,]*),(?P<connection>\d+),"
    r"(?P<query>\d+),(?P<operation>[A-Z_]+),(?P<db>[^,]*),(?P<object>.*?)(?:,(?P<code>\d+))?"
)
_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_ENCODED = frozenset({"proctitle", "exe", "comm", "cmd", "name", "cwd", "key", "data"})
_VERBS = re.compile(
    r"\s*(?:/\*.*?\*/\s*)*(insert|update|delete|merge|replace|truncate|drop|alter|grant|copy|select)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:into|update|from|table|merge|copy)\s+(?:only\s+)?([\"`\[\w][\w.\"`\[\]$]*)", re.IGNORECASE
)
_MOST_JOINED = 256


def parser_for(head: str) -> Parser | None:
    """Return the parser for a text log that begins with ``head``; None for JSON and for what is not known."""
    first = head.lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")
    if first.startswith("#separator"):
        return zeek_tsv
    for pattern, parser in (
        (_AUDITD, auditd),
        (_MARIADB, mariadb_audit),
        (ACCESS, web_access),
    ):
        if pattern.match(first):
            return parser
    if _PGAUDIT.search(head):
        return pgaudit
    if SYSLOG.match(first):
        return syslog
    return table if first[:1] not in "{[" and is_table(head) else None


def web_access(lines: Iterator[str]) -> Iterator[Record]:
    """Read Apache's and nginx's combined (or common) access log; other lines become ``{"message": …}``."""
    for line in lines:
        found = ACCESS.fullmatch(line)
        if found is None:
            yield {"message": line}
            continue
        method, _, rest = found["request"].partition(" ")
        uri, _, version = rest.rpartition(" ")
        uri = uri or version
        stem, mark, query = uri.partition("?")
        yield {
            "log_kind": "access",
            "c-ip": found["c_ip"],
            "src_ip": found["c_ip"],
            "cs-username": None if found["user"] == "-" else found["user"],
            "timestamp": found["time"],
            "cs-method": method,
            "c-uri": uri,
            "cs-uri": uri,
            "cs-uri-stem": stem,
            "cs-uri-query": uri if mark else stem,
            "sc-status": int(found["status"]),
            "sc-bytes": None if found["bytes"] == "-" else int(found["bytes"]),
            "cs-referer": found["referer"],
            "cs-user-agent": found["agent"],
            "c-useragent": found["agent"],
            "query": query or None,
            "message": line,
        }


def auditd(lines: Iterator[str]) -> Iterator[Record]:
    """Join the records of one audit event by its id; a field that several records have becomes a list.

    Events interleave in a real log: up to 256 stay open, an ``EOE`` record or the end closes them.
    """
    waiting: dict[str, Record] = {}
    for line in lines:
        found = _AUDITD.search(line)
        if found is None:
            continue
        key = found["id"] + "@" + found["time"]
        event = waiting.setdefault(
            key, {"log_kind": "auditd", "timestamp": found["time"], "audit_id": found["id"]}
        )
        _join(event, "type", found["type"])
        for name, value in _PAIR.findall(found["rest"].replace("\x1d", " ")):
            _join(event, name, _audit_value(name, value))
        if found["type"] == "EOE" or len(waiting) > _MOST_JOINED:
            yield waiting.pop(key if found["type"] == "EOE" else next(iter(waiting)))
    yield from waiting.values()


def _join(event: Record, name: str, value: str) -> None:
    former = event.get(name)
    if former is None:
        event[name] = value
    elif isinstance(former, list):
        former.append(value)
    elif former != value:
        event[name] = [former, value]


def _audit_value(name: str, value: str) -> str:
    if value[:1] in ('"', "'") and value[-1:] == value[:1] and len(value) > 1:
        return value[1:-1]
    if (name in _ENCODED or re.fullmatch(r"a\d+", name)) and len(value) > 3 and _HEX.fullmatch(value):  # noqa: PLR2004 shorter ones are numbers
        return bytes.fromhex(value).replace(b"\0", b" ").decode("utf-8", "replace")
    return value


def syslog(lines: Iterator[str]) -> Iterator[Record]:
    """Read syslog and auth.log as files hold them; the time is left as written, it has no year."""
    for line in lines:
        found = SYSLOG.fullmatch(line)
        if found is None:
            yield {"log_kind": "syslog", "message": line}
            continue
        yield {
            "log_kind": "syslog",
            "timestamp": found["time"],
            "hostname": found["host"],
            "program": found["program"].rpartition("/")[2].lower(),
            "pid": found["pid"],
            "message": found["message"],
        }


def zeek_tsv(lines: Iterator[str]) -> Iterator[Record]:
    """Read a Zeek log in its own form: header lines with separator, fields and types, then rows."""
    header: dict[str, list[str]] = {}
    separator, unset, empty, joint = "\t", "-", "(empty)", ","
    for line in lines:
        if line.startswith("#"):
            name, _, rest = line[1:].partition(" " if line.startswith("#separator") else separator)
            if name == "separator":
                separator = rest.strip().encode("ascii", "replace").decode("unicode_escape")
            elif name == "set_separator":
                joint = rest
            elif name == "unset_field":
                unset = rest
            elif name == "empty_field":
                empty = rest
            else:
                header[name] = rest.split(separator)
            continue
        record: Record = {"_path": (header.get("path") or [""])[0]}
        types = header.get("types", [])
        for place, (name, value) in enumerate(
            zip(header.get("fields", []), line.split(separator), strict=False)
        ):
            if value in (unset, empty):
                continue
            kind = types[place] if place < len(types) else "string"
            record[name] = (
                [_zeek(part, kind) for part in value.split(joint)]
                if kind.startswith(("set[", "vector["))
                else _zeek(value, kind)
            )
        yield record


def _zeek(value: str, kind: str) -> Any:
    if kind == "bool":
        return value == "T"
    if kind in ("count", "int", "port") and value.lstrip("-").isdigit():
        return int(value)
    return value


def pgaudit(lines: Iterator[str]) -> Iterator[Record]:
    """Read PostgreSQL's log with pgaudit entries (``log_line_prefix`` with ``user=…,db=…,app=…,client=…``)."""
    for line in lines:
        found = _PGAUDIT.search(line)
        if found is None:
            continue
        parts = cells_of(found["rest"])
        prefix = _PG_PREFIX.match(line[: found.start()])
        given = prefix.groupdict() if prefix else {}
        names = (
            "statement_id",
            "substatement_id",
            "class",
            "operation",
            "object_type",
            "object",
            "statement",
            "parameter",
        )
        record: Record = {
            "log_kind": "database",
            "product": "postgresql",
            "timestamp": given.get("time"),
            **dict(zip(names, parts, strict=False)),
        }
        record |= {
            "user": given.get("user"),
            "database": given.get("db"),
            "application": given.get("app"),
            "client": given.get("client"),
        }
        if not record.get("object"):
            record["object"] = table_of(str(record.get("statement") or ""))
        yield record


def mariadb_audit(lines: Iterator[str]) -> Iterator[Record]:
    """Read the log of MariaDB's server_audit plugin (MySQL's forks write the same form)."""
    for line in lines:
        found = _MARIADB.fullmatch(line)
        if found is None:
            continue
        statement = found["object"].strip("'") if found["operation"] == "QUERY" else ""
        verb = verb_of(statement)
        yield {
            "log_kind": "database",
            "product": "mysql",
            "timestamp": _mariadb_time(found["time"]),
            "user": found["user"],
            "client": found["host"],
            "database": found["db"],
            "operation": verb or found["operation"],
            "class": "WRITE"
            if verb in ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE")
            else "READ"
            if verb == "SELECT"
            else found["operation"],
            "object": table_of(statement) if statement else found["object"],
            "statement": statement or None,
            "code": found["code"],
        }


def _mariadb_time(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]} {text[9:]}"


def verb_of(statement: str) -> str:
    """Return the first verb of an SQL statement in capitals, or ""."""
    found = _VERBS.match(statement)
    return found[1].upper() if found else ""


def table_of(statement: str) -> str | None:
    """Return the first table that an SQL statement names, without quotes, or None."""
    found = _OBJECT.search(statement)
    return re.sub(r"[\"`\[\]]", "", found[1]) if found else None
