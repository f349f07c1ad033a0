"""The profiles by name: what kind of event a source gives, and so what has to be taken out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MAX_WORDS = 64
_WORD = re.compile(r"[^\x00-\x1f\"\\]{2,64}")


class ProfileError(ValueError):
    """No profile of this name, or one of the wrong form: a source without a profile is refused."""


@dataclass(frozen=True)
class Profile:
    """What is taken out of the events of a source, beyond what always goes.

    Numbers of persons, query strings, literals of statements and payload fields always go.

    Attributes:
        name: as a source names it.
        th, en: what the profile is for and what it takes out, for people.
        payloads: names of further JSON fields whose values are taken out at any depth.
        statements: names of JSON fields that hold a statement; their literals are taken out.
        phones: whether Thai mobile numbers go too.
        audit: whether each event is of one known form of audit log, so that what is of no known form goes wholly.
        words: further words that stand before a patient's number (fields of a hospital's own system).
        fields: further JSON fields whose values go.
    """

    name: str
    th: str
    en: str
    payloads: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    phones: bool = False
    audit: bool = False
    words: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for words in (self.words, self.fields):
            if len(words) > MAX_WORDS or not all(_WORD.fullmatch(word) for word in words):
                raise ProfileError("words and fields are at most 64 texts of 2 to 64 characters")

    def to_json(self) -> dict[str, Any]:
        """Return the profile for JSON: its name and what a hospital added."""
        return {"name": self.name, "words": list(self.words), "fields": list(self.fields)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Profile:
        """Read a profile.

        Raises:
            ProfileError: of the wrong form, or of a name that is not known here: better nothing than too much.
        """
        words, fields = told.get("words", []), told.get("fields", [])
        if not all(
            isinstance(one, list) and all(isinstance(item, str) for item in one) for one in (words, fields)
        ):
            raise ProfileError("words and fields are lists of texts")
        if not isinstance(told.get("name"), str):
            raise ProfileError("a profile has a name")
        return replace(named(told["name"]), words=tuple(words), fields=tuple(fields))


_EVE = (
    "payload", "payload_printable", "packet", "http_request_body", "http_request_body_printable",
    "http_response_body", "http_response_body_printable", "request_headers", "response_headers", "body",
    "subject_line", "simple_query", "data_rows", "data", "auth_credentials", "cookie", "set_cookie",
)  # fmt: skip
_ZEEK = ("post_body", "password", "subject", "client_header_values", "server_header_values", "cookie_vars", "uri_vars",
         "arg", "msg_body", "data")  # fmt: skip
_STATEMENTS = ("statement", "sql_text", "sql", "query_text", "batch_text", "STATEMENT", "SQL_TEXT", "sqltext",
               "db.statement", "command_text")  # fmt: skip
_BINDS = ("parameters", "parameter", "params", "binds", "bind_variables", "SQL_BINDS", "statement_parameters",
          "additional_information")  # fmt: skip
_WEB = ("body", "request_body", "response_body", "cookie", "Cookie", "authorization", "Authorization", "form",
        "params")  # fmt: skip

PROFILES: dict[str, Profile] = {
    one.name: one
    for one in (
        Profile("windows", "เหตุการณ์ของวินโดวส์ (JSON หรือ XML)", "Windows events (JSON or XML)"),
        Profile("syslog", "บรรทัด syslog ของเครื่องแม่ข่ายและอุปกรณ์", "syslog lines of servers and devices"),
        Profile(
            "eve",
            "Suricata EVE ตัดเนื้อแพ็กเก็ตและเนื้อเว็บทิ้ง",
            "Suricata EVE; packet and page contents go",
            payloads=_EVE,
        ),
        Profile("zeek", "Zeek แบบ JSON ตัดเนื้อหาทิ้ง", "Zeek logs as JSON; contents go", payloads=_ZEEK),
        Profile("dns", "บันทึกการถามชื่อ DNS", "DNS query logs"),
        Profile(
            "web",
            "บันทึกเว็บ ตัดเนื้อฟอร์มและคุกกี้ทิ้ง",
            "web server logs; forms and cookies go",
            payloads=_WEB,
            phones=True,
        ),
        Profile(
            "mariadb-audit",
            "MariaDB server_audit ตัดค่าในคำสั่ง SQL",
            "MariaDB server_audit; literals of statements go",
            phones=True,
            audit=True,
        ),
        Profile(
            "mysql-general",
            "general log ของ MySQL/MariaDB ตัดค่าใน SQL",
            "MySQL general log; literals go",
            phones=True,
            audit=True,
        ),
        Profile(
            "mysql-slow",
            "slow log ของ MySQL/MariaDB ตัดค่าใน SQL",
            "MySQL slow log; literals go",
            phones=True,
            audit=True,
        ),
        Profile(
            "postgres",
            "บันทึก PostgreSQL และ pgaudit ตัดค่าใน SQL",
            "PostgreSQL and pgaudit; literals go",
            phones=True,
            audit=True,
        ),
        Profile(
            "database-json",
            "บันทึกฐานข้อมูลแบบ JSON ตัดค่าใน SQL",
            "database audit as JSON (SQL Server, Oracle); literals go",
            payloads=_BINDS,
            phones=True,
            statements=_STATEMENTS,
        ),
        Profile(
            "application",
            "บันทึกของโปรแกรมอื่น ตัดเนื้อฟอร์มและค่าใน SQL",
            "logs of other programs; forms and literals go",
            payloads=_WEB,
            statements=_STATEMENTS,
        ),
    )
}
NAMES = tuple(PROFILES)


def named(name: str) -> Profile:
    """Return the profile of a name.

    Raises:
        ProfileError: there is none of this name, the empty one included.
    """
    if name not in PROFILES:
        raise ProfileError(f"no privacy profile {name!r}; there are {', '.join(NAMES)}")
    return PROFILES[name]
