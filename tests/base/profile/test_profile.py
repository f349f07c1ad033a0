"""Privacy profiles: what stands for a patient is gone, the rest is bit for bit what it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import profile

KEY = b"a key of this hospital alone"
# made-up people: the check digits are wrong on purpose
PLAIN = "1234567890123"
TAG = re.compile(rb"\[(?:id|hn):[a-p]{10}\]")


def clean(name: str, *events: bytes) -> list[bytes]:
    return profile.Cleaner(profile.named(name), KEY).clean(list(events))


def one(name: str, event: str | bytes) -> bytes:
    raw = event.encode() if isinstance(event, str) else event
    (found,) = clean(name, raw)
    assert clean(name, found) == [found], "a second cleaning changes nothing"
    assert profile.Cleaner(profile.named(name), b"the key of the intake").clean([found]) == [found]
    return found


@pytest.mark.parametrize("written", [
    "1234567890123", "1-2345-67890-12-3", "1 2345 67890 12 3", "1.2345.67890.12.3", "๑๒๓๔๕๖๗๘๙๐๑๒๓",
    "๑-๒๓๔๕-๖๗๘๙๐-๑๒-๓",
])  # fmt: skip
def test_a_13_digit_number_becomes_the_same_tag_however_it_is_written(written: str) -> None:
    found = one("syslog", f"<13>login of {written} refused")
    tags = TAG.findall(found)
    assert found == b"<13>login of " + tags[0] + b" refused"
    assert tags == TAG.findall(one("syslog", f"<13>{PLAIN}"))


def test_digits_of_tis_620_and_of_utf_16_are_found() -> None:
    tag = TAG.findall(one("syslog", PLAIN))
    assert TAG.findall(one("syslog", "เลข ๑๒๓๔๕๖๗๘๙๐๑๒๓ จบ".encode("cp874"))) == tag
    assert TAG.findall(one("syslog", "id ".encode("utf-16-le") + PLAIN.encode("utf-16-le"))) == tag


@pytest.mark.parametrize("kept", [
    "2026-11-22T05:58:10.123456789Z host sshd[123]: 14 digits 12345678901234 stay",
    "phone 0812345678 and 2026-11-22 12345 stay",
    "hash 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1234567890123c1835420b stays",
    "john at technical.example 12345",
    "port 443 ok? yes",
    "ผู้ใช้เข้าระบบ",
    "please update your settings and select the first option",
])  # fmt: skip
def test_what_names_nobody_stays(kept: str) -> None:
    for name in ("syslog", "windows", "eve", "application"):
        assert one(name, kept) == kept.encode()
    raw = kept.encode("cp874", errors="replace")
    assert one("syslog", raw) == raw


@pytest.mark.parametrize(("written", "left"), [
    ("open HN 0012345 now", b"open HN @ now"),
    ("open HN:65/012345 now", b"open HN:@ now"),
    ("hn=12345-65;ok", b"hn=@;ok"),
    ('{"hn":"0012345","a":1}', b'{"hn":"@","a":1}'),
    ('{"m":"{\\"hn\\":\\"0012345\\"}"}', b'{"m":"{\\"hn\\":\\"@\\"}"}'),
    ("patient_id=778899", b"patient_id=@"),
    ("Hospital No. 778899 seen", b"Hospital No. @ seen"),
    ('<Data Name="HN">778899</Data>', b'<Data Name="HN">@</Data>'),
    ("ผู้ป่วยHN๑๒๓๔๕๖", "ผู้ป่วยHN@".encode()),
])  # fmt: skip
def test_a_hospital_number_becomes_a_tag(written: str, left: bytes) -> None:
    found = one("application", written)
    assert TAG.sub(b"@", found) == left
    assert len(TAG.findall(found)) == 1


def test_tags_differ_by_key_and_by_number() -> None:
    other = profile.Cleaner(profile.named("syslog"), b"the key of another hospital")
    assert other.clean([PLAIN.encode()]) != clean("syslog", PLAIN.encode())
    assert len(set(clean("syslog", b"1234567890123", b"1234567890124", b"HN 1234567890"))) == 3


@pytest.mark.parametrize(("written", "left"), [
    ('10.0.0.5 "GET /opd/visit?hn=99&name=somchai HTTP/1.1" 200', b'10.0.0.5 "GET /opd/visit?[q] HTTP/1.1" 200'),
    ('{"url":"/a?x=1","b":"/c?d"}', b'{"url":"/a?[q]","b":"/c?[q]"}'),
    ("<Data>http://h/p?cid=5&amp;n=1</Data>", b"<Data>http://h/p?[q]</Data>"),
    ("GET /a?[q]name=somchai HTTP", b"GET /a?[q] HTTP"),
])  # fmt: skip
def test_a_query_string_goes_and_the_path_stays(written: str, left: bytes) -> None:
    assert one("web", written) == left


@pytest.mark.parametrize(("name", "written", "left"), [
    (
        "mariadb-audit",
        "20261122 05:58:10,db,his,10.1.1.9,4,9,QUERY,hosxp,'SELECT * FROM p WHERE hn=\\'0012345\\' AND age>30',0",
        b"20261122 05:58:10,db,his,10.1.1.9,4,9,QUERY,hosxp,'SELECT * FROM p WHERE hn=? AND age>?',0",
    ),
    (
        "mariadb-audit",
        "20261122 05:58:10,db,his,10.1.1.9,4,9,QUERY,hosxp,'INSERT INTO note VALUES (\\'แพ้ยา, it\\\\\\'s bad",
        b"20261122 05:58:10,db,his,10.1.1.9,4,9,QUERY,hosxp,'INSERT INTO note VALUES (?'",
    ),
    (
        "mariadb-audit",
        "20261122 05:58:10,db1,root,10.9.9.9,7,0,FAILED_CONNECT,,,1045",
        b"20261122 05:58:10,db1,root,10.9.9.9,7,0,FAILED_CONNECT,,,1045",
    ),
    ("mariadb-audit", "and name = 'somchai' -- rest of a statement", b"[sql]"),
    (
        "mysql-general",
        '2026-11-22T05:58:10.1Z\t   12 Query\tselect * from patient where name = "somchai" /* opd */',
        b"2026-11-22T05:58:10.1Z\t   12 Query\tselect * from patient where name = ?",
    ),
    ("mysql-general", "where name = 'somchai'", b"[sql]"),
    (
        "mysql-slow",
        "# Time: 2026-11-22\n# User@Host: his[his] @ [10.1.1.9]\nSET timestamp=1;\nselect 'somchai'",
        b"# Time: 2026-11-22\n# User@Host: his[his] @ [10.1.1.9]\nSET timestamp=?;\nselect ?",
    ),
    (
        "postgres",
        "[9] his@opd LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,t,\"select * from p where n = 'somchai'\",1",
        b"[9] his@opd LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,t,select * from p where n = ?,[removed]",
    ),
    (
        "postgres",
        "2026-11-22 [9] his@opd DETAIL:  Key (name)=(somchai) already exists.",
        b"2026-11-22 [9] his@opd DETAIL:  Key (name)=(?) already exists.",
    ),
    ("postgres", "\tand name = 'somchai'", b"[sql]"),
    (
        "database-json",
        '{"statement":"SELECT a FROM p WHERE n=\\"somchai\\"","user":"his"}',
        b'{"statement":"SELECT a FROM p WHERE n=?","user":"his"}',
    ),
    (
        "windows",
        "sqlcmd -Q \"select * from p where name='somchai' and x=55\"",
        b'sqlcmd -Q "select * from p where name=? and x=?',
    ),
    (
        "windows",
        "<Event><Data>select a from b where c &lt; 5 and n = 'somchai'</Data><Data>kept 5</Data></Event>",
        b"<Event><Data>select a from b where c &lt; ? and n = ?</Data><Data>kept 5</Data></Event>",
    ),
    (
        "eve",
        '{"payload":"c29tY2hhaQ==","alert":{"id":5},"http":{"http_response_body":{"a":["}",1]},"status":200}}',
        b'{"payload":"","alert":{"id":5},"http":{"http_response_body":"","status":200}}',
    ),
    ("eve", '{"event_type":"alert","payload":"c29tY2hhaQ', b'{"event_type":"alert","payload":""'),
])  # fmt: skip
def test_literals_and_payloads_go(name: str, written: str, left: bytes) -> None:
    found = one(name, written)
    assert b"somchai" not in found
    assert found.replace(b" ,", b",").rstrip() == left


def test_a_source_without_a_profile_is_refused() -> None:
    for name in ("", "no-such", "Windows"):
        with pytest.raises(profile.ProfileError):
            profile.named(name)
    with pytest.raises(ValueError, match="16 to 64"):
        profile.Cleaner(profile.named("syslog"), b"short")


WORDS = st.sampled_from([
    b"1234567890123", b"1-2345-67890-12-3", b"HN 55123", b"hn", b"?a=b", b"/p?q=1", b"select * from t where a='x'",
    b'update t set b="y"', b"'", b'"', b"\\", b"\n", b" ", b"<", b"</", b">", b"<q>", b"{", b'{"payload":',
    "๑๒๓".encode(), "แพ้".encode("cp874"), b"77", b"=", b":", b"--", b"/*", b"[hn:abc]", b"&lt;",
])  # fmt: skip


@given(
    st.lists(st.lists(WORDS | st.binary(max_size=6), max_size=12).map(b"".join), max_size=5),
    st.sampled_from(profile.NAMES),
)
def test_cleaning_twice_is_cleaning_once_and_neighbours_do_not_matter(events: list[bytes], name: str) -> None:
    found = clean(name, *events)
    assert len(found) == len(events)
    assert clean(name, *found) == found
    assert [clean(name, event)[0] for event in events] == found


@given(
    st.binary(max_size=40).filter(lambda raw: not raw[-1:].isdigit()),
    st.binary(max_size=40).filter(lambda raw: not raw[:1].isdigit()),
    st.sampled_from(profile.NAMES),
)
def test_a_planted_number_never_passes(before: bytes, after: bytes, name: str) -> None:
    assert PLAIN.encode() not in b"".join(clean(name, before + PLAIN.encode() + after))


@given(st.binary(max_size=60))
def test_statements_lose_every_literal(literal: bytes) -> None:
    quoted = b"'" + literal.replace(b"\\", b"\\\\").replace(b"'", b"''") + b"'"
    event = b"\t   12 Query\tselect a from b where c = " + quoted + b" limit"
    (found,) = clean("mysql-general", event)
    assert found in (b"\t   12 Query\tselect a from b where c = ? limit", b"[sql]")
