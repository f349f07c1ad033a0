"""A stand-in for the centre's intake on loopback: the same answers by the same interface, kept in memory.

It folds repeats by batch id as the centre does, and can be told to answer otherwise, to be slow, or to break the
connection before or after it took a batch.
"""

from __future__ import annotations

import http.server
import json
import ssl
import threading
import time
from collections import Counter
from typing import Any

from phithak.base import batch
from tests.sensor.certificates import Papers

TOKEN = "the-token-of-this-made-up-sensor"


class Centre:
    """The stand-in. ``batches`` in the order in which they came first; ``refuse`` is used up from the left."""

    def __init__(self, papers: Papers, port: int = 0) -> None:
        self.papers = papers
        self.lock = threading.Condition()
        self.batches: list[batch.Batch] = []
        self.seen: dict[str, bytes] = {}
        self.repeats = 0
        self.refuse: list[batch.Refusal] = []
        self.refused_sources: dict[str, str] = {}
        self.break_before = 0
        self.break_after = 0
        self.posts: list[float] = []
        self.heartbeats: list[batch.Heartbeat] = []
        self.settings: dict[str, Any] = {}
        self.settings_version = ""
        self.codes = {"PHON-1234"}
        self.proposal: dict[str, dict[str, str]] = {}
        self.enrolled: list[dict[str, Any]] = []
        handler = type("Handler", (_Handler,), {"centre": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(papers.certificate, papers.key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def events(self, source: str | None = None) -> list[bytes]:
        """Every event that was stored, by batch in the order of arrival."""
        with self.lock:
            found = [one for one in self.batches if source in {None, one.header.source}]
        return [event for one in found for event in one.events()]

    def counted(self, source: str | None = None) -> Counter[bytes]:
        return Counter(self.events(source))

    def dropped(self, source: str) -> dict[str, int]:
        """Drops by reason, as the last heartbeat tells them."""
        with self.lock:
            states = [one for beat in self.heartbeats[-1:] for one in beat.sources if one.source == source]
        return dict(states[0].dropped) if states else {}

    def take(self, body: bytes) -> batch.Ack | batch.Refusal:
        if self.refuse:
            return self.refuse.pop(0)
        try:
            found = batch.parse(body)
            found.events()
        except batch.BatchError as error:
            return batch.Refusal.of(error.code)
        if found.header.source in self.refused_sources:
            return batch.Refusal.of(self.refused_sources[found.header.source])
        name = str(found.header.batch)
        if self.seen.get(name, found.digest) != found.digest:
            return batch.Refusal.of("batch.conflict")
        repeat = name in self.seen
        self.repeats += repeat
        if not repeat:
            self.seen[name] = found.digest
            self.batches.append(found)
        return batch.Ack(name, found.header.count, repeat, time.time_ns() // 1000, self.settings_version)


class _Handler(http.server.BaseHTTPRequestHandler):
    centre: Centre
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        centre = self.centre
        with centre.lock:
            if self.path == "/v1/enrol":
                self.enrol(json.loads(body))
            elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self.answer(401, batch.Refusal.of("sender.unknown").to_json())
            elif self.path == "/v1/heartbeat":
                centre.heartbeats.append(batch.Heartbeat.from_json(body))
                self.answer(
                    200, batch.HeartbeatReply(time.time_ns() // 1000, centre.settings_version).to_json()
                )
            elif self.path == "/v1/batch" and self.headers["Content-Type"] == batch.CONTENT_TYPE:
                self.batch(body)
            else:
                self.answer(404, batch.Refusal.of("request.path").to_json())
            centre.lock.notify_all()

    def batch(self, body: bytes) -> None:
        centre = self.centre
        centre.posts.append(time.monotonic())
        if centre.break_before:
            centre.break_before -= 1
            self.connection.close()
            self.close_connection = True
            return
        reply = centre.take(body)
        if centre.break_after:
            centre.break_after -= 1
            self.connection.close()
            self.close_connection = True
            return
        if isinstance(reply, batch.Ack):
            self.answer(200, reply.to_json())
        else:
            more = {} if reply.retry_after is None else {"Retry-After": str(reply.retry_after)}
            self.answer(reply.status, reply.to_json(), more)

    def enrol(self, asked: dict[str, Any]) -> None:
        if asked.get("code") not in self.centre.codes:
            self.answer(403, b"{}")
            return
        self.centre.codes.discard(asked["code"])
        self.centre.enrolled.append(asked)
        told = {"token": TOKEN, "sender": "รพ.ทดสอบ", "sources": self.centre.proposal}
        self.answer(200, json.dumps(told).encode())

    def do_GET(self) -> None:
        if self.path == "/v1/ca":
            self.answer(200, self.centre.papers.pem.encode())
        elif self.path == "/v1/settings" and self.headers.get("Authorization") == f"Bearer {TOKEN}":
            self.answer(
                200, json.dumps(self.centre.settings).encode(), {"ETag": f'"{self.centre.settings_version}"'}
            )
        else:
            self.answer(404, batch.Refusal.of("request.path").to_json())

    def answer(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""
