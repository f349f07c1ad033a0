"""The real process: who may send, what is taken, what is answered; nothing else is stored."""

# ruff: noqa: E501 - requests stand here as they are sent

from __future__ import annotations

import base64
import gzip
import json
import socket
import time
from collections.abc import Iterator
from uuid import UUID

import pytest
import zstandard

from phithak.base import batch, ids
from phithak.base.batch import Heartbeat, SourceState
from phithak.base.profile import PROFILES
from phithak.eventstore.bus import START, EmbeddedBus
from phithak.eventstore.control import ControlWriter, Sender, Source, Tenant, token_digest
from phithak.eventstore.ledger import LedgerReader
from tests.ingest.running import OTHER_TOKEN, TOKEN, Ingest

PERSON = "1101700203451"
NOW = 1_795_300_000_000_000


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    running = Ingest(tmp_path_factory.mktemp("ingest"))
    running.prepare()
    running.start()
    yield running
    running.kill()


def sealed(events: list[bytes], source: str = "his", identity: UUID | None = None) -> bytes:
    return batch.seal(events, source=source, sequence=1, sealed=NOW, first=NOW, last=NOW, batch=identity)


def unlike(text: str) -> bytes:
    """Return an event that no other test sends."""
    return f"{text} {ids.uuid7()}".encode()


def test_a_batch_is_acknowledged_and_found_bit_for_bit(ingest: Ingest) -> None:
    raw = [unlike("one"), "ผู้ใช้".encode("cp874") + b"\xff", unlike("two")]
    frame = sealed(raw)
    answer = ingest.ask("POST", "/v1/batch", frame)
    ack = batch.read_reply(answer.status, answer.body)
    assert isinstance(ack, batch.Ack)
    assert (ack.count, ack.repeat, ack.settings) == (3, False, "3")
    assert ack.batch == str(batch.parse(frame).header.batch)
    assert abs(ack.received / 1_000_000 - time.time()) < 60
    stored = EmbeddedBus(ingest.layout).pull("test", START, 1000)[-1]
    assert stored.events() == raw
    # nothing was taken out, so it lies as it came
    assert stored.batch.body == batch.parse(frame).body
    assert stored.envelope.tenant == ingest.tenant
    again = batch.read_reply(200, ingest.ask("POST", "/v1/batch", frame).body)
    assert isinstance(again, batch.Ack)
    assert again.repeat
    assert ingest.events().count(raw[0]) == 1


@pytest.mark.parametrize(("headers", "status"), [
    ({"authorization": f"Bearer {TOKEN}"}, 200),
    ({"authorization": f"bearer  {TOKEN}"}, 200),
    ({"authorization": "Basic " + base64.b64encode(f"beats:{TOKEN}".encode()).decode()}, 200),
    ({"authorization": "ApiKey " + base64.b64encode(f"id:{TOKEN}".encode()).decode()}, 200),
    ({"authorization": f"Bearer {TOKEN}x"}, 401),
    ({"authorization": "Bearer "}, 401),
    ({"authorization": "Basic !!"}, 401),
    ({"authorization": TOKEN}, 401),
    ({"authorization": "Bearer " + "x" * 2000}, 401),
    ({"authorization": "Digest " + TOKEN}, 401),
    ({}, 401),
])  # fmt: skip
def test_a_sender_is_known_by_its_token_alone(ingest: Ingest, headers: dict[str, str], status: int) -> None:
    event = unlike("who")
    answer = ingest.ask("POST", "/v1/batch", sealed([event]), token="", **headers)
    assert answer.status == status
    assert (event in ingest.events()) is (status == 200)
    if status == 401:
        assert answer.told["code"] == "sender.unknown"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_tenant_and_source_come_from_the_token_never_from_the_request(ingest: Ingest) -> None:
    event = unlike("other")
    answer = ingest.ask("POST", "/v1/batch", sealed([event]), token=OTHER_TOKEN, x_tenant=str(ingest.tenant))
    assert answer.status == 200
    stored = EmbeddedBus(ingest.layout).pull("test", START, 1000)[-1]
    assert stored.events() == [event]
    assert stored.envelope.tenant == ingest.other_tenant
    # a label of another sender is unknown
    assert ingest.ask("POST", "/v1/batch", sealed([event], "web"), token=OTHER_TOKEN).status == 403


@pytest.mark.parametrize(("source", "code"), [
    ("nowhere", "source.unknown"), ("bare", "source.profile"), ("off", "source.off"),
])  # fmt: skip
def test_a_source_that_is_unknown_off_or_without_a_profile_is_refused(
    ingest: Ingest, source: str, code: str
) -> None:
    event = unlike("refused")
    for answer in (
        ingest.ask("POST", "/v1/batch", sealed([event], source)),
        ingest.ask("POST", f"/v1/logs?source={source}", event, content_type="text/plain"),
    ):
        assert (answer.status, answer.told["code"]) == (403, code)
    bulk = ingest.ask("POST", "/es/_bulk", b'{"create":{}}\n' + event + b"\n", phithak_source=source)
    assert bulk.status == 403
    assert code in bulk.told["error"]["reason"]
    assert event not in ingest.events()


@pytest.mark.parametrize(("spoil", "status", "code"), [
    (lambda frame: frame[:-1], 400, "batch.malformed"),
    (lambda frame: frame[:-1] + bytes([frame[-1] ^ 1]), 400, "batch.damaged"),
    (lambda frame: frame[:7] + b"\x63" + frame[8:], 415, "batch.version"),
    (lambda _: b"", 400, "batch.malformed"),
    (lambda _: b"x" * (17 << 20), 413, "batch.too_large"),
])  # fmt: skip
def test_a_batch_that_is_none_is_refused(ingest: Ingest, spoil: object, status: int, code: str) -> None:
    before = LedgerReader(ingest.layout).last()
    answer = ingest.ask("POST", "/v1/batch", spoil(sealed([b"x"])))  # type: ignore[operator]
    assert (answer.status, answer.told["code"]) == (status, code)
    assert LedgerReader(ingest.layout).last() == before


def test_the_same_id_with_other_content_is_refused(ingest: Ingest) -> None:
    identity = ids.uuid7()
    assert ingest.ask("POST", "/v1/batch", sealed([b"a"], identity=identity)).status == 200
    answer = ingest.ask("POST", "/v1/batch", sealed([b"b"], identity=identity))
    assert (answer.status, answer.told["code"]) == (409, "batch.conflict")


def test_a_batch_that_lies_about_its_content_is_refused(ingest: Ingest) -> None:
    header = batch.parse(sealed([b"a"])).header
    from dataclasses import replace  # noqa: PLC0415 - only here

    from phithak.base.batch.frame import written  # noqa: PLC0415 - only here

    bomb = zstandard.ZstdCompressor().compress(b"a\n" * 30_000_000)
    for frame in (
        written(replace(header, codec="plain", count=2, size=2), b"a\n"),
        written(replace(header, codec="plain", count=1, size=3), b"a\n"),
        written(replace(header, codec="zstd", count=1, size=2), bomb),
        written(replace(header, codec="gzip", count=1, size=2), gzip.compress(b"a\n" * 30_000_000)),
        written(replace(header, codec="zstd", count=1, size=2), b"nonsense"),
    ):
        assert ingest.ask("POST", "/v1/batch", frame).status in {400, 413}


def test_patients_numbers_never_reach_the_disk(ingest: Ingest) -> None:
    secret = f"opened {PERSON} and HN 6612345".encode()
    line = f'10.0.0.9 - - [22/Nov/2026:05:58:16 +0700] "GET /opd?cid={PERSON} HTTP/1.1" 200 5'.encode()
    for answer in (
        ingest.ask("POST", "/v1/batch", sealed([secret, line])),
        ingest.ask("POST", "/v1/logs?source=web", secret + b"\n" + line, content_type="text/plain"),
        ingest.ask("POST", "/es/_bulk", b'{"create":{}}\n{"message":"' + secret + b'"}\n'),
        ingest.ask(
            "POST",
            "/v1/heartbeat",
            Heartbeat("1", NOW, NOW, sources=(SourceState("his", fault=PERSON),)).to_json(),
        ),
    ):
        assert answer.status == 200
    found = ingest.events()
    assert b"opened [id] and HN [hn]" in found
    assert b'{"message":"opened [id] and HN [hn]"}' in found
    for path in ingest.layout.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for form in (PERSON.encode(), b"6612345"):
                assert form not in content, path
    # also inside of what is packed
    assert not any(PERSON.encode() in event or b"6612345" in event for event in found)
    taken = [activity.taken for activity in LedgerReader(ingest.layout).activity()]
    assert sum(one.get("ids13", 0) for one in taken) == 3
    assert sum(one.get("hn", 0) for one in taken) == 3


@pytest.mark.parametrize(("content_type", "encoding", "body", "events"), [
    ("application/x-ndjson", "", b'{"a":1}\n\n{"b":2}\r\n', [b'{"a":1}', b'{"b":2}\r']),
    ("text/plain", "", b"one\n\xa1\xa2 cp874", [b"one", b"\xa1\xa2 cp874"]),
    ("application/json", "", b' [{"a": 1},\n {"b":\n 2}, "c"]', [b'{"a": 1}', b'{"b":\n 2}', b'"c"']),
    ("application/json", "", b'{"a":1}', [b'{"a":1}']),
    ("application/json", "gzip", gzip.compress(b'[{"z":1}]', mtime=0), [b'{"z":1}']),
    ("text/plain", "zstd", zstandard.ZstdCompressor().compress(b"packed\n"), [b"packed"]),
    ("text/plain", "identity", b"plain", [b"plain"]),
])  # fmt: skip
def test_lines_and_arrays_are_taken(
    ingest: Ingest, content_type: str, encoding: str, body: bytes, events: list[bytes]
) -> None:
    before = len(ingest.events())
    more = {"content_encoding": encoding} if encoding else {}
    answer = ingest.ask(
        "POST", "/v1/logs", body, content_type=content_type, idempotency_key=str(ids.uuid7()), **more
    )
    assert answer.status == 200, answer.body
    assert answer.told["count"] == len(events)
    assert ingest.events()[before:] == events


@pytest.mark.parametrize(("body", "headers", "status"), [
    (b"", {"content_type": "text/plain"}, 400),
    (b"\n \n", {"content_type": "text/plain"}, 400),
    (b"[1,", {"content_type": "application/json"}, 400),
    (b"[]", {"content_type": "application/json"}, 400),
    (b"x", {"content_encoding": "br"}, 415),
    (b"x", {"content_encoding": "gzip"}, 400),
    (b"x", {"content_encoding": "zstd"}, 400),
    (b"x", {"content_encoding": "gzip, zstd"}, 415),
    (gzip.compress(b"a\n" * 40_000_000, mtime=0), {"content_encoding": "gzip"}, 413),
    (zstandard.ZstdCompressor().compress(b"a\n" * 40_000_000), {"content_encoding": "zstd"}, 413),
    (zstandard.ZstdCompressor(write_content_size=False).compress(b"a\n" * 40_000_000), {"content_encoding": "zstd"}, 413),
    (b"a\n" * 100_001, {"content_type": "text/plain"}, 413),
])  # fmt: skip
def test_lines_that_are_none_and_bombs_are_refused(
    ingest: Ingest, body: bytes, headers: dict[str, str], status: int
) -> None:
    before = LedgerReader(ingest.layout).last()
    assert ingest.ask("POST", "/v1/logs", body, **headers).status == status
    assert LedgerReader(ingest.layout).last() == before


def test_a_request_that_is_sent_again_is_folded(ingest: Ingest) -> None:
    line, key = unlike("folded"), str(ids.uuid7())
    first, second = (ingest.ask("POST", "/v1/logs", line) for _ in range(2))
    assert (first.told["repeat"], second.told["repeat"]) == (False, True)
    bulk = b'{"create":{"_index":"x"}}\n{"message":"' + line + b'"}\n'
    for _ in range(2):
        assert ingest.ask("POST", "/es/_bulk", bulk).status == 200
    # with an id of its own the same content counts each time, and another content under that id is refused
    for identity in (key, key, str(ids.uuid7())):
        assert ingest.ask("POST", "/v1/logs", line, idempotency_key=identity).status == 200
    assert ingest.ask("POST", "/v1/logs", b"other", idempotency_key=key).status == 409
    found = ingest.events()
    assert found.count(line) == 3
    assert found.count(b'{"message":"' + line + b'"}') == 1


def test_bulk_answers_each_action_as_elasticsearch_does(ingest: Ingest) -> None:
    one, two = unlike("bulk"), unlike("bulk")
    body = b"\n".join([
        b'{"index":{"_index":"winlogbeat-8"}}', b'{"m":"' + one + b'"}', b'{"delete":{"_id":"1"}}',
        b'{"update":{"_id":"1"}}', b'{"doc":{}}', b'{ "create" : { } }', b'{"m":"' + two + b'"}', b"",
    ])  # fmt: skip
    answer = ingest.ask("POST", "/es/_bulk", body, content_type="application/x-ndjson")
    assert answer.status == 200
    assert answer.headers["x-elastic-product"] == "Elasticsearch"
    assert answer.told["errors"] is True
    assert [(*item, *(one["status"] for one in item.values())) for item in answer.told["items"]] == [
        ("index", 201), ("delete", 400), ("update", 400), ("create", 201),
    ]  # fmt: skip
    assert ingest.events()[-2:] == [b'{"m":"' + one + b'"}', b'{"m":"' + two + b'"}']
    brief = ingest.ask(
        "POST", "/es/any/_bulk?filter_path=errors,items.*.status", b'{"create":{}}\n{"n":"' + one + b'"}\n'
    )
    assert brief.told == {"took": 1, "errors": False, "items": [{"create": {"status": 201}}]}


def test_the_index_in_the_path_may_name_a_source(ingest: Ingest) -> None:
    line = b'{"uri":"/a?secret=1","n":"' + unlike("x") + b'"}'
    assert ingest.ask("POST", "/es/web/_bulk", b'{"create":{}}\n' + line + b"\n").status == 200
    assert b'{"uri":"/a?[q]"' in ingest.events()[-1]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}\n{}\n", b'{"create":{}}\n', b'{"create":{}}\n\n', b"nonsense\n{}\n", b'{"a":1,"b":2}\n{}\n'],
)
def test_bulk_that_is_none_is_refused_in_elasticsearchs_form(ingest: Ingest, body: bytes) -> None:
    answer = ingest.ask("POST", "/es/_bulk", body)
    assert answer.status == 400
    assert answer.told["status"] == 400
    assert answer.told["error"]["type"] == "parse_exception"


@pytest.mark.parametrize(("method", "path", "part"), [
    ("GET", "/es/", {"tagline": "You Know, for Search"}),
    ("GET", "/es", {"cluster_name": "phithak"}),
    ("HEAD", "/es/", None),
    ("GET", "/es/_license", {"license": ...}),
    ("GET", "/es/_xpack", {"features": {}}),
    ("GET", "/es/_xpack/license", {"license": ...}),
    ("GET", "/es/_cluster/health", {"status": "green"}),
    ("GET", "/es/_nodes/_local", {"nodes": ...}),
    ("GET", "/es/_ilm/policy/winlogbeat", {}),
    ("PUT", "/es/_ilm/policy/winlogbeat", {"acknowledged": True}),
    ("HEAD", "/es/_index_template/winlogbeat-8.17.0", None),
    ("PUT", "/es/_index_template/winlogbeat-8.17.0", {"acknowledged": True}),
    ("GET", "/es/_data_stream/winlogbeat-8.17.0", {}),
    ("PUT", "/es/_ingest/pipeline/filebeat-8.17.0-nginx", {"acknowledged": True}),
    ("HEAD", "/es/_alias/winlogbeat", None),
    ("PUT", "/es/winlogbeat-8.17.0", {"acknowledged": True}),
])  # fmt: skip
def test_what_beats_ask_before_they_send_is_answered(
    ingest: Ingest, method: str, path: str, part: dict[str, object] | None
) -> None:
    answer = ingest.ask(method, path, b"{}" if method == "PUT" else None)
    assert answer.status == 200
    assert answer.headers["x-elastic-product"] == "Elasticsearch"
    if part is None:
        assert answer.body == b""
        return
    for name, value in part.items():
        assert name in answer.told
        assert value is ... or answer.told[name] == value
    assert ingest.ask(method, path, token="").status == 401


def test_elasticsearch_tells_its_version_as_8(ingest: Ingest) -> None:
    version = ingest.ask("GET", "/es/").told["version"]
    assert version["number"].startswith("8.")
    assert version["build_flavor"] == "default"


def test_other_paths_and_methods_are_refused(ingest: Ingest) -> None:
    assert ingest.ask("GET", "/v1/batch").status == 405
    assert ingest.ask("PUT", "/v1/settings", b"{}").status == 405
    assert ingest.ask("GET", "/es/_bulk").status == 405
    assert ingest.ask("GET", "/").status == 404
    assert ingest.ask("POST", "/es/_search", b"{}").status == 404
    assert ingest.ask("POST", "/es/x/y/_bulk", b"{}").status == 404
    # a stranger is not told which paths there are
    assert ingest.ask("GET", "/anything", token="").status == 401


def test_heartbeats_are_kept_and_settings_are_given(ingest: Ingest) -> None:
    beat = Heartbeat("0.1.0", NOW, NOW - 5, settings="2", host="box")
    answer = ingest.ask("POST", "/v1/heartbeat", beat.to_json())
    assert batch.HeartbeatReply.from_json(answer.body).settings == "3"
    kept = {one.sender: one for one in LedgerReader(ingest.layout).beats()}[ingest.sender]
    assert Heartbeat.from_json(kept.told) == beat
    assert kept.tenant == ingest.tenant
    assert ingest.ask("POST", "/v1/heartbeat", b"[]").status == 400
    assert ingest.ask("POST", "/v1/heartbeat", b" " * (300 << 10)).status == 413
    settings = ingest.ask("GET", "/v1/settings")
    assert (settings.told, settings.headers["etag"]) == ({"sources": []}, '"3"')
    assert ingest.ask("GET", "/v1/settings", if_none_match='"3"').status == 304


def test_a_body_without_a_length_is_taken_and_bounded(ingest: Ingest) -> None:
    line = unlike("chunked")
    assert chunked(ingest, [line, b"\n"]) == 200
    assert line in ingest.events()
    assert chunked(ingest, [b"x" * (1 << 20)] * 18) == 413


def chunked(ingest: Ingest, parts: list[bytes]) -> int:
    with socket.create_connection(("127.0.0.1", ingest.port), timeout=30) as line:
        head = f"POST /v1/logs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n"
        line.sendall(head.encode())
        try:
            for part in parts:
                line.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            line.sendall(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            # refused before all of it was read
            assert len(parts) > 2
        return int(line.recv(100).split()[1])


@pytest.mark.parametrize("head", [
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"Content-Length: 1e3\r\n\r\nx",
    b"Content-Length: -1\r\n\r\nx",
    b"Transfer-Encoding: xchunked\r\n\r\nx",
])  # fmt: skip
def test_a_request_that_could_be_read_in_two_ways_stores_nothing(ingest: Ingest, head: bytes) -> None:
    before = LedgerReader(ingest.layout).last()
    with socket.create_connection(("127.0.0.1", ingest.port), timeout=30) as line:
        line.sendall(
            b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n" + head
        )
        line.shutdown(socket.SHUT_WR)
        found = b""
        while part := line.recv(65536):
            found += part
    assert b" 200 OK" not in found
    assert LedgerReader(ingest.layout).last() == before


def test_a_line_that_is_cut_in_the_middle_stores_nothing_and_holds_nobody(ingest: Ingest) -> None:
    before = LedgerReader(ingest.layout).last()
    frame = sealed([unlike("cut")])
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", ingest.port), timeout=30) as line:
            head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {len(frame)}\r\n\r\n"
            line.sendall(head.encode() + frame[:-10])
    assert ingest.ask("POST", "/v1/batch", frame).status == 200
    assert LedgerReader(ingest.layout).last() == before + 1


def test_revocation_is_seen_within_two_seconds(ingest: Ingest) -> None:
    token, sender = "v" * 43, ids.uuid7()
    with ControlWriter(ingest.layout) as control:
        control.put(
            senders=(Sender(sender, ingest.tenant, (token_digest(token),)),),
            sources=(Source(ids.uuid7(), sender, "his", "json", PROFILES["syslog"]),),
        )
        wait_for(ingest, token, 200)
        control.revoke(sender)
        began = time.monotonic()
        wait_for(ingest, token, 401)
        assert time.monotonic() - began < 2.0
        # switched off, and a profile taken away, are seen as fast
        control.put(senders=(Sender(sender, ingest.tenant, (token_digest(token),)),))
        wait_for(ingest, token, 200)
        control.put(tenants=(Tenant(ingest.tenant, active=False),))
        wait_for(ingest, token, 401)
        control.put(tenants=(Tenant(ingest.tenant),))
        wait_for(ingest, token, 200)


def wait_for(ingest: Ingest, token: str, status: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if ingest.ask("POST", "/v1/batch", sealed([unlike("wait")]), token=token).status == status:
            return
        time.sleep(0.02)
    pytest.fail(f"never answered {status}")


def test_a_tenant_over_its_quota_waits_and_no_other_does(ingest: Ingest) -> None:
    token, sender, tenant = "w" * 43, ids.uuid7(), ids.uuid7()
    with ControlWriter(ingest.layout) as control:
        control.put(
            tenants=(Tenant(tenant, events=1),),
            senders=(Sender(sender, tenant, (token_digest(token),)),),
            sources=(Source(ids.uuid7(), sender, "his", "json", PROFILES["syslog"]),),
        )
    wait_for(ingest, token, 200)
    # ten seconds' worth may come at once, the last of them over it
    answers = [ingest.ask("POST", "/v1/batch", sealed([unlike("q")] * 5), token=token) for _ in range(4)]
    assert [one.status for one in answers] == [200, 200, 429, 429]
    refusal = batch.read_reply(429, answers[-1].body, answers[-1].headers["retry-after"])
    assert isinstance(refusal, batch.Refusal)
    assert (refusal.code, refusal.action) == ("tenant.quota", "retry")
    assert 1 <= (refusal.retry_after or 0) <= 3
    assert ingest.ask("POST", "/v1/batch", sealed([unlike("q")])).status == 200
    bulk = ingest.ask("POST", "/es/_bulk", b'{"create":{}}\n{"a":"b"}\n', token=token)
    assert bulk.status == 429
    assert bulk.told["error"]["type"] == "es_rejected_execution_exception"
    assert int(bulk.headers["retry-after"]) >= 1


def test_health_says_nothing_of_whom(ingest: Ingest) -> None:
    answer = ingest.ask("GET", "/v1/health", token="")
    assert (answer.status, json.loads(answer.body)) == (200, {"ok": True})
