"""The profiles by name: what kind of event a source gives, and so what has to be taken out of it."""

from __future__ import annotations

from dataclasses import dataclass


class ProfileError(ValueError):
    """No profile of this name: a source without a profile is refused."""


@dataclass(frozen=True)
class Profile:
    """What is taken out of the events of a source, beyond numbers of persons and query strings, which always go.

    Attributes:
        name: as a source names it.
        payloads: names of JSON fields whose values are taken out at any depth.
        statements: names of JSON fields that hold a statement; their literals are taken out.
        th, en: what the profile is for and what it takes out, for people.
    """

    name: str
    th: str
    en: str
    payloads: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


_EVE = (
    "payload", "payload_printable", "packet", "http_request_body", "http_request_body_printable",
    "http_response_body", "http_response_body_printable", "request_headers", "response_headers", "body",
    "subject_line", "simple_query", "data_rows", "data", "auth_credentials", "cookie", "set_cookie",
)  # fmt: skip
_ZEEK = ("post_body", "password", "subject", "client_header_values", "server_header_values", "cookie_vars", "uri_vars",
         "arg", "msg_body", "data")  # fmt: skip
_STATEMENTS = ("statement", "sql_text", "sql", "query_text", "batch_text", "STATEMENT", "SQL_TEXT")
_WEB = (
    "body",
    "request_body",
    "response_body",
    "cookie",
    "Cookie",
    "authorization",
    "Authorization",
    "form",
    "params",
)

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
        Profile("web", "บันทึกเว็บ ตัดเนื้อฟอร์มและคุกกี้ทิ้ง", "web server logs; forms and cookies go", payloads=_WEB),
        Profile(
            "mariadb-audit",
            "MariaDB server_audit ตัดค่าในคำสั่ง SQL",
            "MariaDB server_audit; literals of statements go",
        ),
        Profile(
            "mysql-general", "general log ของ MySQL/MariaDB ตัดค่าใน SQL", "MySQL general log; literals go"
        ),
        Profile("mysql-slow", "slow log ของ MySQL/MariaDB ตัดค่าใน SQL", "MySQL slow log; literals go"),
        Profile("postgres", "บันทึก PostgreSQL และ pgaudit ตัดค่าใน SQL", "PostgreSQL and pgaudit; literals go"),
        Profile(
            "database-json",
            "บันทึกฐานข้อมูลแบบ JSON ตัดค่าใน SQL",
            "database audit as JSON (SQL Server, Oracle); literals go",
            payloads=("parameters", "bind_variables", "SQL_BINDS", "additional_information"),
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
