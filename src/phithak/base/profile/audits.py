"""Lines of database audit logs: the statement loses its literals, who did what to which table stays.

A line that is not of the log's form is taken for the rest of a longer statement, and all of it is taken out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from phithak.base.profile import sql

REMOVED = b"[sql]"

# MariaDB server_audit: time,host,user,address,connection,query,OPERATION,database,object,code
_MARIADB = re.compile(rb"(?s)(.{0,1000}?,[0-9]+,[0-9]+,)([A-Z_]+),([^,]*),(.*?)(?:,([0-9]+))?\s*\Z")
_MARIADB_OBJECTS = frozenset((b"CONNECT", b"DISCONNECT", b"FAILED_CONNECT", b"READ", b"WRITE", b"CREATE", b"ALTER",
                              b"RENAME", b"DROP"))  # fmt: skip
_PLAIN_OBJECT = re.compile(rb"[\w.`|>-]*\Z")
# MySQL and MariaDB general log: time, connection, command, then a tab and the statement
_GENERAL = re.compile(
    rb"(?s)((?:[0-9T:.Z+ -]{10,40})?\s*[0-9]+ )(Query|Execute|Prepare|Fetch|Long Data)\t(.*)\Z"
)
_GENERAL_OTHER = re.compile(
    rb"(?:[0-9T:.Z+ -]{10,40})?\s*[0-9]+ (?:Connect|Quit|Init DB|Field List|Close stmt|Ping|Statistics|Refresh"
    rb"|Shutdown|Reset stmt|Change user|Processlist|Kill)\b[^'\"\n]*\Z"
)
# slow log: comments that MySQL wrote itself
_SLOW = re.compile(rb"(?s)((?:# [^\n]*\n|SET timestamp=(?:[0-9]+|\?);\n|use [A-Za-z0-9_$]+;\n)*)(.*)\Z")
_SLOW_TIME = re.compile(rb"SET timestamp=[0-9]+;")
# PostgreSQL: a prefix of the server's choosing, the severity, the message
_POSTGRES = re.compile(
    rb"(?s)(.{0,400}?(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?|DETAIL|HINT|QUERY|CONTEXT|STATEMENT"
    rb"|LOCATION):[ ]{1,2})(.*)\Z"
)
_POSTGRES_SAFE = re.compile(
    rb"(?:connection (?:received|authorized|authenticated)|disconnection|checkpoint|automatic|database system"
    rb"|password authentication|no pg_hba|role \"|replication|received|starting|listening|could not|terminating"
    rb"|permission denied|relation \"[\w.]+\" does not exist)[^']*\Z"
)
_AUDIT = re.compile(rb"(?s)(AUDIT: (?:SESSION|OBJECT),)(.*)\Z")
_AUDIT_STATEMENT = 6
_KEPT_PARAMETERS = {"<not logged>", "<none>", ""}


def mariadb(event: bytes) -> bytes:
    """Clean a line of MariaDB's ``server_audit``, from its file or from syslog."""
    found = _MARIADB.match(event)
    if not found:
        return REMOVED
    head, operation, database, what, code = found.groups()
    if operation in _MARIADB_OBJECTS and _PLAIN_OBJECT.match(what):
        cleaned = what
    else:
        inner = what[1:] if what[:1] == b"'" else what
        inner = inner[:-1] if inner[-1:] == b"'" and inner[-2:-1] != b"\\" else inner
        cleaned = b"'" + sql.skeleton(sql.unescape(inner)) + b"'" if what else b""
    return b",".join([head + operation, database, cleaned, *([code] if code is not None else [])])


def mysql_general(event: bytes) -> bytes:
    """Clean an event of the general log of MySQL or MariaDB."""
    found = _GENERAL.match(event)
    if found:
        return found[1] + found[2] + b"\t" + sql.skeleton(found[3])
    return event if _GENERAL_OTHER.match(event) else REMOVED


def mysql_slow(event: bytes) -> bytes:
    """Clean an event of the slow log of MySQL or MariaDB: its comment lines and the statement below them."""
    found = _SLOW.match(event)
    if not found or not found[1]:
        return REMOVED
    head = _SLOW_TIME.sub(b"SET timestamp=?;", found[1])
    return head + sql.skeleton(found[2]) if found[2].strip() else head.rstrip(b"\n")


def postgres(event: bytes) -> bytes:
    """Clean an event of PostgreSQL's log, pgaudit's entries included."""
    found = _POSTGRES.match(event)
    if not found:
        return REMOVED
    head, message = found.groups()
    audit = _AUDIT.match(message)
    if audit:
        return head + audit[1] + _pgaudit(audit[2])
    return event if _POSTGRES_SAFE.match(message) else head + sql.skeleton(_key_values(message))


def _key_values(message: bytes) -> bytes:
    """Take out what stands in ``Key (hn)=(…)`` and ``parameters: $1 = '…'``."""
    message = re.sub(rb"(?s)=\(.*\)", b"=(?)", message)
    return re.sub(rb"(?s)(parameters: ).*", rb"\1?", message)


def _pgaudit(fields: bytes) -> bytes:
    try:
        row = next(csv.reader(io.StringIO(fields.decode("latin-1"), newline=""), strict=True))
    except (csv.Error, StopIteration):
        return REMOVED
    if len(row) <= _AUDIT_STATEMENT:
        return REMOVED
    row[_AUDIT_STATEMENT] = sql.skeleton(row[_AUDIT_STATEMENT].encode("latin-1")).decode("latin-1")
    row[_AUDIT_STATEMENT + 1 :] = [
        value if value in _KEPT_PARAMETERS else "[removed]" for value in row[_AUDIT_STATEMENT + 1 :]
    ]
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(row)
    return written.getvalue().encode("latin-1")


AUDITS: dict[str, Callable[[bytes], bytes]] = {
    "mariadb-audit": mariadb,
    "mysql-general": mysql_general,
    "mysql-slow": mysql_slow,
    "postgres": postgres,
}
