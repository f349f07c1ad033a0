"""What the centre answers, and what a sender makes of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import batch
from phithak.base.batch import Ack, BatchError, Heartbeat, HeartbeatReply, Refusal, SourceState, Spool
from tests.house.code_rules import pair_faults


def test_an_acknowledgement_is_read_back() -> None:
    ack = Ack("01890a5d-ac96-774b-bcce-b302099a8057", 1000, repeat=True, received=5, settings="12")
    assert json.loads(ack.to_json()) == {
        "batch": "01890a5d-ac96-774b-bcce-b302099a8057", "count": 1000, "repeat": True, "received": 5, "settings": "12",
    }  # fmt: skip
    assert batch.read_reply(200, ack.to_json()) == ack


@pytest.mark.parametrize(
    "body", [b"<html>Please log in</html>", b"", b"{}", b"[]", b'{"batch": 1}', b"\xff", b"[" * 5000]
)
def test_a_200_that_acknowledges_nothing_is_no_acknowledgement(body: bytes) -> None:
    assert batch.read_reply(200, body) == Refusal("", 200, "retry")


@pytest.mark.parametrize("code", sorted(batch.REFUSALS))
def test_every_refusal_is_read_back_and_says_what_to_do_in_both_languages(code: str) -> None:
    refusal = Refusal.of(code, 30)
    told = json.loads(refusal.to_json())
    assert told["retry_after"] == 30
    assert list(pair_faults(told["th"], told["en"])) == []
    assert batch.read_reply(refusal.status, refusal.to_json(), "30") == refusal
    assert 400 <= refusal.status < 600


def test_statuses_are_those_that_senders_of_others_understand() -> None:
    # 429 and 503 are what Beats, Vector and rsyslog retry on
    assert Refusal.of("tenant.quota").status == 429
    assert Refusal.of("store.full").status == 503
    assert Refusal.of("sender.unknown").status == 401


@pytest.mark.parametrize(("status", "action"), [
    (400, "hold"), (401, "hold"), (403, "hold"), (404, "hold"), (407, "hold"), (408, "retry"), (413, "hold"),
    (429, "retry"), (500, "retry"), (502, "retry"), (503, "retry"), (302, "hold"),
])  # fmt: skip
def test_a_strange_answer_never_costs_a_batch(status: int, action: str) -> None:
    for body in (b"<html>", b'{"code":"other"}'):
        assert batch.read_reply(status, body) == Refusal("", status, action)  # type: ignore[arg-type]


def test_only_whole_seconds_are_waited() -> None:
    for told, wait in (
        ("5", 5),
        ("", None),
        ("-1", None),
        ("Wed, 21 Oct", None),
        ("9999999", None),
        ("٥", None),
    ):
        found = batch.read_reply(503, b"", told)
        assert isinstance(found, Refusal)
        assert found.retry_after == wait


@given(st.binary(max_size=80), st.integers(100, 599))
def test_any_answer_can_be_read(body: bytes, status: int) -> None:
    assert isinstance(batch.read_reply(status, body), Ack | Refusal)


def test_a_heartbeat_is_read_back() -> None:
    beat = Heartbeat(
        version="0.1.0", now=10, started=1, settings="3", spool=Spool(1, 2, 3, 4, 5),
        sources=(SourceState("his.web", on=False, changed_by="สมชาย", changed_at=9, events=1, size=2, last_event=3,
            sequence=4, dropped={"disk": 5}, fault="อ่านไม่ได้"),),
        cpu=1.5, memory=6, disk=7, host="box",
    )  # fmt: skip
    assert Heartbeat.from_json(beat.to_json()) == beat
    assert HeartbeatReply.from_json(HeartbeatReply(5, "3").to_json()) == HeartbeatReply(5, "3")


def test_a_heartbeat_of_another_release_is_read() -> None:
    assert Heartbeat.from_json(b'{"version":"9","now":1,"started":1,"moon":"full"}') == Heartbeat("9", 1, 1)


@pytest.mark.parametrize("body", [
    b"[]", b"{", b"\xff", b'{"now":"x"}', b'{"now":true}', b'{"sources":{}}', b'{"sources":[1]}', b'{"cpu":"x"}',
    b'{"spool":[]}', b'{"version":1}', b'{"sources":[{"on":"yes"}]}', b'{"sources":[{"dropped":{"a":"b"}}]}',
    b'{"sources":[{"dropped":[]}]}', b" " * (256 * 1024 + 1), b"[" * 5000,
])  # fmt: skip
def test_a_heartbeat_of_nonsense_is_refused(body: bytes) -> None:
    with pytest.raises(BatchError):
        Heartbeat.from_json(body)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"received":"x"}'])
def test_an_answer_to_a_heartbeat_of_nonsense_is_refused(body: bytes) -> None:
    with pytest.raises(BatchError):
        HeartbeatReply.from_json(body)
