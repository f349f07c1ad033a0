"""Patient-like data in events: gone after the profile, and nothing else is touched."""

# ruff: noqa: E501 - lines of logs are long, and stand here as they are

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.batch import BatchError
from phithak.base.profile import PROFILES, Cleaner, Profile, ProfileError, named, sql
from phithak.base.profile.cleaner import plain_digits
from phithak.base.profile.rules import may_hold_ids

# invented; the check digit of the first is right (11 - sum % 11), of the second wrong
PERSON, WRONG = "1101700203451", "1234567890123"
GENERAL = Cleaner(PROFILES["syslog"])
WEB = Cleaner(PROFILES["web"])
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def clean(text: str | bytes, cleaner: Cleaner = GENERAL) -> bytes:
    return cleaner.clean([text if isinstance(text, bytes) else text.encode()])[0]


def dashed(number: str, sign: str = "-") -> str:
    return sign.join((number[0], number[1:5], number[5:10], number[10:12], number[12]))


@pytest.mark.parametrize("form", [
    PERSON, WRONG, dashed(PERSON), dashed(PERSON, " "), dashed(PERSON, "."), " ".join(PERSON), "-".join(PERSON),
    PERSON.translate(THAI), dashed(PERSON).translate(THAI), dashed(PERSON, "%2D"), dashed(PERSON, "+"), dashed(PERSON, "–"),
    "".join(f"%3{digit}" for digit in PERSON), "".join(f"\\u003{digit}" for digit in PERSON),
    "".join(f"\\u0e5{digit}" for digit in PERSON),
])  # fmt: skip
@pytest.mark.parametrize("around", [
    "{}", "บัตร {} ครับ", "x{}y", '{{"cid":"{}"}}', "/patient/{}/edit", "cid={}&x", "[{} x]", "\u00e9{}\u00e9", "{}😀", "😀{}",
])  # fmt: skip
def test_a_number_of_a_card_is_gone_in_every_form(form: str, around: str) -> None:
    line = around.format(form)
    assert clean(line) == around.format("[id]").encode() or b"[hn]" in clean(line)
    assert form.encode() not in clean(line)
    assert may_hold_ids(line.encode())


def test_a_number_of_a_card_is_gone_in_cp874_and_in_utf_16() -> None:
    assert clean(f"บัตร {PERSON.translate(THAI)} จบ".encode("cp874")) == "บัตร [id] จบ".encode("cp874")
    assert PERSON.encode("utf-16-le") not in clean(b"<" + f"id={PERSON};".encode("utf-16-le") + b">")


@pytest.mark.parametrize("line", [
    "12345678901234", "123456789012", "10.0.15.200 12345 10.0.15.201", "2026-11-22 05:58:16.123456",
    '{"ts":1795300000123,"x":1}', '{"@timestamp":"1795300000123"}', '{"event_time": 1795300000123}',
    "d41d8cd98f00b204e9800998ecf8427e", "a1234567890123b" + "c" * 17, "f" * 20 + WRONG + "a" * 31,
    "0190cbd2-7f3e-7a31-9c55-1234567890ab", "user=somchai port=50123 pid=4444", "John Hanson vn an hn",
    '{"hostname":"his-04","channel":7}', "Authentication failed for an 10 users?", "ภาษาไทยล้วน", "",
])  # fmt: skip
def test_what_is_no_such_number_stays_bit_for_bit(line: str) -> None:
    events = [line.encode(), b"\xff\xfe", line.encode("utf-8") + b"\r"]
    assert GENERAL.counted(events) == (events, {})


def test_a_bare_number_in_json_becomes_text() -> None:
    assert clean(f"[{PERSON},1]") == b'["[id]",1]'
    assert clean(f'{{"a":{{"b": {PERSON} }}}}') == b'{"a":{"b": "[id]" }}'


def test_a_moment_stays_only_under_a_key_of_time() -> None:
    assert clean('{"number":1795300000123}') == b'{"number":"[id]"}'


@pytest.mark.parametrize(("line", "left"), [
    ("HN: 66-012345 admitted", "HN: [hn] admitted"),
    ("hn=0012345&ward=7", "hn=[hn]&ward=7"),
    ('{"HN":"0012345","x":1}', '{"HN":"[hn]","x":1}'),
    ('{"hn":12345,"x":1}', '{"hn":"[hn]","x":1}'),
    ('{"message":"open \\"hn\\":\\"0012345\\""}', '{"message":"open \\"hn\\":\\"[hn]\\""}'),
    ("HN12345", "HN[hn]"),
    ("HN 66/012345", "HN [hn]"),
    ("AN: 6600123, VN 660099", "AN: [hn], VN [hn]"),
    ("patient_id=778899", "patient_id=[hn]"),
    ("PatientId: 778899", "PatientId: [hn]"),
    ("hn%3D0012345", "hn%3D[hn]"),
    ("เลขที่ผู้ป่วย ๑๒๓๔๕๖", "เลขที่ผู้ป่วย [hn]"),
    ("เลขประจำตัวประชาชน: 110-1", "เลขประจำตัวประชาชน: [hn]"),
])  # fmt: skip
def test_a_hospital_number_is_gone(line: str, left: str) -> None:
    assert clean(line) == left.encode()


def test_a_hospital_number_is_gone_in_cp874() -> None:
    assert clean("เลขที่ผู้ป่วย 123456".encode("cp874")) == "เลขที่ผู้ป่วย [hn]".encode("cp874")


@pytest.mark.parametrize(("line", "left"), [
    ('10.0.0.9 - - [22/Nov/2026:05:58:16 +0700] "GET /opd?cid=1101700203451&name=%E0%B8%AA HTTP/1.1" 200 5 "http://his/x?hn=5" "UA"',
     '10.0.0.9 - - [22/Nov/2026:05:58:16 +0700] "GET /opd?[q] HTTP/1.1" 200 5 "http://his/x?[q]" "UA"'),
    ("GET /a?name=O'Brien&x=1 HTTP/1.1", "GET /a?[q] HTTP/1.1"),
    ('{"uri":"/a?x=1\\u0026name=som","n":1}', '{"uri":"/a?[q]","n":1}'),
    ('{"url":"http:\\/\\/h\\/a?p=\\/x","n":1}', '{"url":"http:\\/\\/h\\/a?[q]","n":1}'),
    ('{"cs-uri-query":"name=somchai","n":1}', '{"cs-uri-query":"","n":1}'),
    ('{"message":"\\"GET /a?x=1\\" 200"}', '{"message":"\\"GET /a?[q]\\" 200"}'),
    ("what? nothing", "what? nothing"),
])  # fmt: skip
def test_query_strings_are_gone(line: str, left: str) -> None:
    assert clean(line, WEB) == left.encode()


@pytest.mark.parametrize("value", [
    '"aGVsbG8="', '"say \\"hi\\", then"', '{"a":[1,{"b":"}"}]}', "[1,[2],3]", "12345", '"\\\\"', "true",
])  # fmt: skip
def test_payloads_are_gone_and_json_stays_json(value: str) -> None:
    line = f'{{"event_type":"alert","payload":{value},"src_ip":"10.0.0.9"}}'
    json.loads(line)
    assert json.loads(clean(line)) == {"event_type": "alert", "payload": "", "src_ip": "10.0.0.9"}
    assert json.loads(clean(f'{{"a":{{"Packet" : {value}}}}}')) == {"a": {"Packet": ""}}


def test_a_payload_that_breaks_off_takes_the_rest_of_its_line_only() -> None:
    found = GENERAL.clean([b'{"payload":"abc', b'{"x":1}', b'{"payload":{"a":', b'{"y":"2"}'])
    assert found == [b'{"payload":""', b'{"x":1}', b'{"payload":""', b'{"y":"2"}']


def test_phones_are_gone_where_the_profile_says_so() -> None:
    for form in (
        "0812345678",
        "081-234-5678",
        "081 234 5678",
        "+66812345678",
        "+66 81 234 5678",
        "0066812345678",
    ):
        assert clean(f"call {form}.", WEB) in {b"call [tel].", b"call [id]."}
        assert b"5678" not in clean(f"call {form}.", WEB)
    assert clean("call 0812345678.") == b"call 0812345678."
    assert clean("port 5081 234", WEB) == b"port 5081 234"


@pytest.mark.parametrize(("statement", "left"), [
    ("SELECT name FROM patient p1 WHERE cid = '1101700203451' AND age > 77 AND note='O''Brien ไข้' -- สมชาย",
     "SELECT name FROM patient p1 WHERE cid = ? AND age > ? AND note=?"),
    # where a string ends is not the same in all databases: the rest of the statement goes
    ("SELECT name FROM patient WHERE cid = '1' AND note='it\\'s', name = 'Somchai', n = 5",
     "SELECT name FROM patient WHERE cid = ? AND note=?"),
    ("INSERT INTO t VALUES ('x\\', 'Somchai')", "INSERT INTO t VALUES (?"),
    ("select `it's` from t where a = 'b', d = 'Somchai'", "select ? from t where a = ?, d = ?"),
    ("select 5--'a\nSomchai ' from t", "select ?"),
    ("select 5 # 'a\nSomchai ' from t", "select ?"),
    ("select a from t -- all of them\nwhere b = 5", "select a from t where b = ?"),
    ("select 'never closed สมชาย", "select ?"),
    ("select '\\", "select ?"),
    ("INSERT INTO t VALUES ('a', 0x41424344, 1.5e3, $x$สมชาย$x$)", "INSERT INTO t VALUES (?, ?, ?, ?)"),
    ('select "Somchai", ๑๒๓ from p12345', "select ?, ? from ?"),
])  # fmt: skip
def test_a_statement_loses_its_literals(statement: str, left: str) -> None:
    found = sql.skeleton(statement.encode())
    assert found == left.encode()
    assert sql.skeleton(found) == found


@pytest.mark.parametrize(("event", "left"), [
    ("Nov 22 his app[5]: UPDATE patient SET n='Somchai' WHERE id=5", "Nov 22 his app[5]: UPDATE patient SET n=? WHERE id=?"),
    ('{"m":"select a from b where n=\\"Somchai\\"","k":5,"o":"delete from t where a=\'Somchai\'"}',
     '{"m":"select a from b where n=?","k":5,"o":"delete from t where a=?"}'),
    ("<E><D>select a from b where c &lt; 5 and n = &apos;Somchai&apos;</D><D>kept 5</D></E>",
     "<E><D>select a from b where c &lt; ? and n = ?</D><D>kept 5</D></E>"),
    ("Please select the disk, update 5 of 7 and call 'home'", "Please select the disk, update 5 of 7 and call 'home'"),
])  # fmt: skip
def test_a_statement_is_found_in_any_event(event: str, left: str) -> None:
    assert clean(event) == left.encode()


def test_many_words_of_statements_take_no_time() -> None:
    """An event of a megabyte of verbs is gone over once, not once for each verb."""
    for word in (b"select ", b"update ", b"where ", b"exec a ", b"select(", b"values ", b"insert into"):
        event = word * (1_000_000 // len(word))
        started = time.process_time()
        GENERAL.clean([event])
        assert time.process_time() - started < 10


SECRET = "ก้อยสมมติ"
values = st.text(alphabet=f"ab'\\\"; -%{SECRET}", max_size=8).map(lambda text: text + SECRET + text[::-1])


@given(value=values, number=st.integers(10**6, 10**12), quote=st.sampled_from(["'", "''"]))
def test_no_literal_of_any_content_is_left(value: str, number: int, quote: str) -> None:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'" if quote == "'" else "''")
    statement = f"UPDATE patient SET note = '{escaped}', n = {number} WHERE a = 'x'"  # noqa: S608 - never run
    mariadb = (
        "20261122 05:58:16,db,u,h,4,5,QUERY,d,'" + statement.replace("\\", "\\\\").replace("'", "\\'") + "',0"
    )
    pgaudit = 'LOG:  AUDIT: SESSION,1,1,WRITE,UPDATE,,,"' + statement.replace('"', '""') + '",<none>'
    inside = json.dumps({"statement": statement}, ensure_ascii=False)
    for name, line in (
        ("mariadb-audit", mariadb), ("postgres", pgaudit), ("database-json", inside), ("syslog", statement),
        ("mysql-general", "2026-11-22T05:58:10.1Z\t   12 Query\t" + statement), ("syslog", inside),
    ):  # fmt: skip
        left = clean(line, Cleaner(named(name))).decode()
        assert SECRET not in left, line
        assert str(number) not in left, line
        assert "UPDATE patient SET note" in left, left
    json.loads(clean(inside, Cleaner(named("database-json"))))


@given(st.lists(st.binary(max_size=80), max_size=6), st.sampled_from(sorted(PROFILES)))
def test_cleaning_twice_is_cleaning_once(events: list[bytes], name: str) -> None:
    cleaner = Cleaner(PROFILES[name])
    once = cleaner.clean(events)
    assert cleaner.clean(once) == once
    assert len(once) == len(events)


pieces = st.sampled_from([
    PERSON, dashed(PERSON), PERSON.translate(THAI), "?a=1", '"hn":"', "HN 12345", '{"payload":', '"x"', "{", "}", "ไทย", " ", ",",
    "select 'a'", "0812345678", "-", "'", '"', "\\", "[id]", "an 1234", "p?q",
])  # fmt: skip


@given(
    st.lists(st.lists(pieces, max_size=6).map(" ".join), min_size=1, max_size=5),
    st.sampled_from(sorted(PROFILES)),
)
def test_lines_together_are_cleaned_as_each_alone(lines: list[str], name: str) -> None:
    cleaner = Cleaner(PROFILES[name])
    events = [line.encode() for line in lines]
    together, taken = cleaner.counted(events)
    alone = [cleaner.counted([event]) for event in events]
    assert together == [found[0][0] for found in alone]
    assert sum(taken.values()) == sum(sum(found[1].values()) for found in alone)
    # a line feed in one event must not change what is done to the others
    assert cleaner.clean([*events, b""])[: len(events)] == together
    assert PERSON.encode() not in b"".join(together)


def test_a_keyed_number_is_the_same_tag_in_every_form_and_another_with_another_key() -> None:
    profile = named("syslog")
    one, other = Cleaner(profile, b"k" * 16), Cleaner(profile, b"j" * 16)
    tags = {
        clean(form, one) for form in (PERSON, dashed(PERSON), PERSON.translate(THAI), dashed(PERSON, "%2D"))
    }
    assert len(tags) == 1
    tag = tags.pop()
    assert re.fullmatch(rb"\[id:[a-p]{10}\]", tag)
    assert clean(PERSON, other) != tag
    assert clean(WRONG, one) != tag
    # the centre leaves the tag of the sensor as it is
    assert clean(tag, other) == tag
    assert clean(b'{"hn":12345}', one).startswith(b'{"hn":"[hn:')
    with pytest.raises(ValueError, match="16 to 64"):
        Cleaner(profile, b"short")


def test_digits_are_read_in_every_script() -> None:
    for form in ("123", "๑๒๓", "1-2%2D3", "%31%32%33", "\\u0e51\\u0e52\\u0e53"):
        assert plain_digits(form.encode()) == b"123"
    assert plain_digits("๑๒๓".encode("cp874")) == b"123"


def test_what_was_taken_is_counted_by_rule() -> None:
    _, taken = WEB.counted(
        [f"{PERSON} {dashed(WRONG)}".encode(), b"hn=12345 /a?b=1", b"0812345678", b"clean"]
    )
    assert taken == {"ids13": 2, "hn": 1, "query": 1, "phones": 1}
    assert GENERAL.counted([b"select 'a', 'b'", b"select c"])[1] == {"sql": 1}


def test_a_body_is_cleaned_in_both_framings_and_stays_itself_when_clean() -> None:
    body = f"a {PERSON}\nb\n".encode()
    assert GENERAL.clean_body(body, "lines", 2) == (b"a [id]\nb\n", {"ids13": 1})
    plain = b"a\nb\n"
    assert GENERAL.clean_body(plain, "lines", 2)[0] is plain
    lengths = b"\x03\x00\x00\x00a\nb\x0d\x00\x00\x00" + PERSON.encode()
    assert GENERAL.clean_body(lengths, "lengths", 2) == (
        b"\x03\x00\x00\x00a\nb\x04\x00\x00\x00[id]",
        {"ids13": 1},
    )
    with pytest.raises(BatchError):
        GENERAL.clean_body(lengths, "lengths", 3)


def test_own_words_and_fields_of_a_hospital_are_taken() -> None:
    profile = replace(named("syslog"), words=("queue_no", "คิว"), fields=("diagnosis",))
    cleaner = Cleaner(Profile.from_json(json.loads(json.dumps(profile.to_json()))))
    assert clean("queue_no=5555 คิว 4444", cleaner) == "queue_no=[hn] คิว [hn]".encode()
    assert clean('{"diagnosis":["J10","U07"]}', cleaner) == b'{"diagnosis":""}'


@pytest.mark.parametrize("change", [
    {"name": "Web"}, {"name": None}, {"name": "moon"}, {"name": ""}, {"words": [1]}, {"words": ["x"]},
    {"words": ["a\nb"]}, {"words": "ab"}, {"words": [f"word{n}" for n in range(65)]}, {"fields": ['a"b']},
])  # fmt: skip
def test_a_profile_that_lets_too_much_through_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProfileError):
        Profile.from_json({**PROFILES["web"].to_json(), **change})
