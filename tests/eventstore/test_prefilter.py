"""The quick look never passes over what a profile would take out; with a seeded fault the test turns red."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.profile import PROFILES, Cleaner, Profile
from phithak.eventstore.prefilter import prefilter

pytestmark = pytest.mark.needs("hyperscan")

PERSON = "1101700203451"
DASHED = "1-1017-00203-45-1"
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
OWN = Profile.from_json({"name": "application", "words": ["คิว", "queue_no"], "fields": ["diagnosis"]})
pieces = st.sampled_from([
    PERSON, DASHED, PERSON.translate(THAI), DASHED.replace("-", "%2D"), " ".join(PERSON), "HN 12345", "hn=12345",
    '"hn":"123456"', "คิว 4444", "queue-no: 5555", "เลขที่ผู้ป่วย ๑๒๓๔", '"payload": ', '"x"', "/a?b=c", "081-234-5678",
    "+66812345678",
    "an", "10.0.0.9", "2026-11-22 05:58:16", "{", "}", ",", '"', "ไทย", "\x00", "".join(f"%3{d}" for d in PERSON),
    "".join(f"\\u0e5{d}" for d in PERSON), "1795298400123456", "d41d8cd98f00b204e9800998ecf8427e", "password",
    " SELECT a from b where c = 5", "update t set x='y'", "values (", "exec dbo.x @a", " where ", "=", '"sql":"',
])  # fmt: skip


@given(
    st.lists(st.lists(pieces, max_size=5).map("".join), min_size=1, max_size=4),
    st.sampled_from([*PROFILES.values(), OWN]),
    st.sampled_from(["utf-8", "cp874"]),
)
def test_with_and_without_it_the_same_is_taken(lines: list[str], profile: Profile, encoding: str) -> None:
    body = "".join(line + "\n" for line in lines).encode(encoding, "replace")
    quick = prefilter(profile)
    plain = Cleaner(profile).clean_body(body, "lines", len(lines))
    assert Cleaner(profile, quick=quick).clean_body(body, "lines", len(lines)) == plain
    if quick is not None and plain[1]:
        assert quick(body)


def test_ordinary_events_are_passed_over() -> None:
    quick = prefilter(PROFILES["syslog"])
    assert quick is not None
    body = b'{"EventID":1,"Computer":"his-04","Image":"C:\\\\x.exe","flow_id":123456789012345}\n' * 100
    assert not quick(body)
    assert quick(body + f"{PERSON}\n".encode())


def test_several_threads_look_at_once() -> None:
    quick = prefilter(PROFILES["syslog"])
    assert quick is not None
    wrong: list[int] = []

    def look(number: int) -> None:
        for turn in range(200):
            body = b"nothing here\n" * 50 + (PERSON.encode() + b"\n" if turn % 2 else b"")
            if quick(body) is not bool(turn % 2):
                wrong.append(number)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_look_that_misses_is_found_out() -> None:
    """The seeded fault: a quick look that sees nothing lets a number through."""
    assert (
        Cleaner(PROFILES["syslog"], quick=lambda _: False).clean_body(PERSON.encode() + b"\n", "lines", 1)[1]
        == {}
    )
