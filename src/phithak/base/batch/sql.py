"""Takes the literals out of SQL as database audit logs hold it; names of tables and columns stay.

Known forms: MariaDB's ``server_audit`` (the statement in quotes of its own, so inner ones stand behind a
backslash), PostgreSQL's ``pgaudit`` (CSV; parameters go wholly), statements in JSON fields, and lines that go on
with a statement. A line of no known form is cleaned from its first SQL verb on, or wholly if it has none.
"""

from __future__ import annotations

import json
import re

GONE = b"?"

_COMMENT = rb"--[^\n]*|/\*.*?(?:\*/|\Z)"
_DOLLAR = rb"\$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z)"
# a quote behind an odd number of backslashes ends a string in some databases and not in others
_SINGLE = rb"'(?:[^'\\]|''|\\\\|\\[^'\\])*'(?!')"
_DOUBLE = rb'"(?:[^"\\]|""|\\\\|\\[^"\\])*"(?!")'
_THAI_DIGIT = rb"\xe0\xb9[\x90-\x99]"
_NUMBER = (
    rb"(?<![\w.$])(?:0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|(?:" + _THAI_DIGIT + rb")+)"
)


def _tokens(*parts: bytes) -> re.Pattern[bytes]:
    return re.compile(b"|".join(parts), re.DOTALL)


# MariaDB and MySQL: text in double quotes is a string; where it ends is not sure, the rest of the statement goes
_STRINGS = _tokens(rb"(?P<name>`[^`]*`)", _COMMENT, _DOLLAR, _SINGLE, _DOUBLE, rb"\\*['\"].*\Z", _NUMBER)
# PostgreSQL: it is a name
_NAMES = _tokens(rb'(?P<name>"(?:[^"]|"")*")', _COMMENT, _DOLLAR, _SINGLE, rb"\\*['\"].*\Z", _NUMBER)

_VERB = re.compile(
    rb"\b(?:select|insert|update|delete|merge|replace|call|exec(?:ute)?|copy|set|with|values|where|begin|declare|"
    rb"create|alter|grant|truncate|drop|explain|prepare|load)\b",
    re.IGNORECASE,
)
_MARIADB = re.compile(
    rb"(?P<head>[^\n]*?\d{8} \d\d:\d\d:\d\d,[^,\n]*,[^,\n]*,[^,\n]*,\d+,\d+,)(?P<act>[A-Z_]+),(?P<db>[^,\n]*),"
    rb"(?P<statement>.*?)(?P<code>,\d+)?\r?\Z",
    re.DOTALL,
)
_PGAUDIT = re.compile(
    rb"(?P<head>.*?AUDIT: (?:SESSION|OBJECT),\d+,\d+,[A-Z]+,[^,]*,[^,]*,[^,]*,)"
    rb'(?P<statement>"(?:[^"]|"")*(?:"|\Z)|[^,]*)(?P<rest>.*)\Z',
    re.DOTALL,
)
_JSON_STATEMENT = re.compile(
    rb'(?P<head>"(?:statement|sql|sqltext|sql_text|query|db\.statement|argument|info|batch_text|command_text)"'
    rb'\s*:\s*")(?P<statement>(?:[^"\\]|\\.)*)',
    re.IGNORECASE | re.DOTALL,
)
_JSON_PARAMETERS = re.compile(
    rb'(?P<head>"(?:parameters?|params|bind_variables|binds|statement_parameters)"\s*:\s*")(?P<values>(?:[^"\\]|\\.)+)',
    re.IGNORECASE | re.DOTALL,
)
_TIME_AHEAD = re.compile(rb"(?:<\d{1,3}>)?[\d:\-.,TZ+/ ]*(?:\[[^\]\n]{0,80}\])?")
_NOTHING_LOGGED = (b",<none>", b",<not logged>", b"")


def strip_literals(statement: bytes, tokens: re.Pattern[bytes] = _STRINGS) -> bytes:
    """Return a statement with each literal, parameter text and comment replaced by ``?``.

    Where it is not sure where a string ends, because databases differ, the rest of the statement goes with it.
    """
    return tokens.sub(lambda found: found["name"] or GONE, statement)


def clean_line(line: bytes) -> bytes:
    """Return one event of a database audit log without literals; line feeds inside stay as they are."""
    if line.lstrip()[:1] == b"{":
        return _json(line)
    found = _MARIADB.match(line)
    if found is not None:
        return _mariadb(found, line)
    found = _PGAUDIT.match(line)
    if found is not None:
        rest = found["rest"].rstrip(b"\r\n")
        told = found["rest"] if rest in _NOTHING_LOGGED else b",<removed>"
        statement = found["statement"]
        if statement[:1] != b'"':
            return found["head"] + strip_literals(statement, _NAMES) + told
        inner = _CLOSING.sub(b"", statement[1:]).replace(b'""', b'"')
        return found["head"] + b'"' + strip_literals(inner, _NAMES).replace(b'"', b'""') + b'"' + told
    verb = _VERB.search(line)
    if verb is not None:
        return line[: verb.start()] + strip_literals(line[verb.start() :])
    ahead = _TIME_AHEAD.match(line)
    place = 0 if ahead is None or line[:1] in b"\t " else ahead.end()
    return line[:place] + strip_literals(line[place:])


def _mariadb(found: re.Match[bytes], line: bytes) -> bytes:
    statement, code = found["statement"], found["code"] or b""
    # a table's name under READ or WRITE is no statement
    if not statement or found["act"] in _ABOUT_TABLES:
        return line
    head = found["head"] + found["act"] + b"," + found["db"] + b","
    if statement[:1] != b"'":
        return head + strip_literals(statement) + code
    inner = statement[1:-1] if statement[-1:] == b"'" and len(statement) > 1 else statement[1:]
    if _BARE_QUOTE.search(inner):
        # quotes inside that are not escaped: not the form that it should be
        return head + b"'" + strip_literals(inner) + b"'" + code
    plain = _ESCAPE.sub(lambda one: _ESCAPES.get(one[1], one[1]), inner)
    cleaned = strip_literals(plain)
    if cleaned == plain:
        return line
    escaped = _TO_ESCAPE.sub(lambda one: b"\\" + _ESCAPED.get(one[0], one[0]), cleaned)
    return head + b"'" + escaped + b"'" + code


_ABOUT_TABLES = frozenset({b"READ", b"WRITE", b"CREATE", b"ALTER", b"RENAME", b"DROP"})
_CLOSING = re.compile(rb'"\Z')
_BARE_QUOTE = re.compile(rb"(?<!\\)(?:\\\\)*'")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0"}
_ESCAPED = {value: name for name, value in _ESCAPES.items()}
# a line feed that stood there as it is, in an event of several lines, stays so
_TO_ESCAPE = re.compile(rb"[\\'\r\0]")


def _json(line: bytes) -> bytes:
    line = _JSON_STATEMENT.sub(lambda found: found["head"] + _inside_json(found["statement"]), line)
    return _JSON_PARAMETERS.sub(lambda found: found["head"] + b"<removed>", line)


def _inside_json(text: bytes) -> bytes:
    """Clean a statement that is the inside of a JSON string; what cannot be read goes wholly."""
    try:
        plain = (
            json.loads(b'"' + text + b'"', strict=False)
            if text.isascii()
            else json.loads('"' + text.decode("utf-8", "surrogateescape") + '"', strict=False)
        )
        inner = plain.encode("utf-8", "surrogateescape")
        cleaned = strip_literals(inner)
        if cleaned == inner:
            return text
        told = json.dumps(cleaned.decode("utf-8", "surrogateescape"), ensure_ascii=False)
        return told[1:-1].encode("utf-8", "surrogateescape")
    except (ValueError, AttributeError):
        return GONE
