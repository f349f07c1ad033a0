"""Takes the literals out of SQL as database audit logs hold it; names of tables and columns stay.

Known forms: MariaDB's ``server_audit`` (the statement in quotes of its own, so inner ones stand behind a
backslash), PostgreSQL's ``pgaudit`` (CSV; parameters go wholly), statements in JSON fields, and lines that go on
with a statement. A line of no known form is cleaned from its first SQL verb on, or wholly if it has none.
"""

from __future__ import annotations

import re

GONE = b"?"

# strings in quotes; a string that is not closed goes on to the end
_QUOTED = rb"'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)"
# the same inside of outer quotes: every quote stands behind one backslash
_ESCAPED = rb"\\'(?:\\\\\\'|\\'\\'|\\(?!')|[^\\])*(?:\\'|\\?\Z)"
_DOUBLE = rb'"(?:[^"\\]|\\.|"")*(?:"|\\?\Z)'
_ESCAPED_DOUBLE = rb'\\"(?:\\\\\\"|\\"\\"|\\(?!")|[^\\])*(?:\\"|\\?\Z)'
_DOLLAR = rb"\$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z)"
_COMMENT = rb"--[^\n]*|/\*.*?(?:\*/|\Z)"
_THAI_DIGIT = rb"\xe0\xb9[\x90-\x99]"
_NUMBER = (
    rb"(?<![\w.$])(?:0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|(?:" + _THAI_DIGIT + rb")+)"
)


def _tokens(*parts: bytes) -> re.Pattern[bytes]:
    return re.compile(b"|".join(parts), re.DOTALL)


# MariaDB and MySQL: text in double quotes is a string; elsewhere it is a name
_STRINGS = _tokens(_ESCAPED, _ESCAPED_DOUBLE, _COMMENT, _DOLLAR, _QUOTED, _DOUBLE, _NUMBER)
_NAMES = _tokens(_ESCAPED, _COMMENT, _DOLLAR, _QUOTED, _NUMBER)

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
    """Return a statement with each literal, parameter text and comment replaced by ``?``."""
    return tokens.sub(GONE, statement)


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
        quote = found["statement"][:1] == b'"'
        inner = found["statement"][1:-1].replace(b'""', b'"') if quote else found["statement"]
        inner = strip_literals(inner, _NAMES)
        return found["head"] + (b'"' + inner.replace(b'"', b'""') + b'"' if quote else inner) + told
    verb = _VERB.search(line)
    if verb is not None:
        return line[: verb.start()] + strip_literals(line[verb.start() :])
    ahead = _TIME_AHEAD.match(line)
    place = 0 if ahead is None or line[:1] in b"\t " else ahead.end()
    return line[:place] + strip_literals(line[place:])


def _mariadb(found: re.Match[bytes], line: bytes) -> bytes:
    if not found["statement"]:
        return line
    statement, code = found["statement"], found["code"] or b""
    outer = statement[:1] == b"'"
    inner = (
        statement[1:-1] if outer and statement[-1:] == b"'" and len(statement) > 1 else statement.lstrip(b"'")
    )
    # a table's name under READ or WRITE is no statement
    cleaned = inner if found["act"] in _ABOUT_TABLES else strip_literals(inner)
    quoted = b"'" + cleaned + b"'" if outer else cleaned
    return found["head"] + found["act"] + b"," + found["db"] + b"," + quoted + code


_ABOUT_TABLES = frozenset({b"READ", b"WRITE", b"CREATE", b"ALTER", b"RENAME", b"DROP"})


def _json(line: bytes) -> bytes:
    def statement(found: re.Match[bytes]) -> bytes:
        return found["head"] + _inside_json(found["statement"])

    line = _JSON_STATEMENT.sub(statement, line)
    return _JSON_PARAMETERS.sub(lambda found: found["head"] + b"<removed>", line)


def _inside_json(text: bytes) -> bytes:
    """Clean a statement that is the inside of a JSON string: a double quote stands behind one backslash."""
    return _IN_JSON.sub(_keep_json_whole, text)


# an escaped line feed or tab is no letter of the word that follows
_IN_JSON = _tokens(
    rb'\\"(?:\\\\\\"|\\(?!")|[^\\])*(?:\\"|\\?\Z)',
    rb"'(?:[^'\\]|\\u[0-9A-Fa-f]{4}|\\\\\\\\|\\\\'|\\[^\\]|\\\\(?!')|'')*(?:'|\Z)",
    rb"\\[nrt]",
    _COMMENT,
    _DOLLAR,
    rb"(?:(?<=\\[nrt])|(?<![\w.$]))(?:0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)",
)


def _keep_json_whole(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0] in {b"\\n", b"\\r", b"\\t"} else GONE
