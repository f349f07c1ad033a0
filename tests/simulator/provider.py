"""A provider of messages that misbehaves as told: a process of its own, with its own log on disk.

``python provider.py FOLDER`` serves until killed. What it accepts is one JSON line in ``FOLDER/accepted``,
written and fsynced **before** it answers, so the log is the truth about what people got. Started again on the
same folder it remembers what it accepted. It writes its port to ``FOLDER/port`` (SMTP: ``FOLDER/smtp``) and
reads ``FOLDER/manners`` anew for every request, so that a test can change its manners while it runs.

Imports nothing of the product.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import random
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Manners:
    """How the provider behaves; shares lie between 0 and 1.

    Attributes:
        mode: ``client_ref`` honours our reference, ``lookup`` can be asked, ``none`` does neither.
        slow: longest time in seconds before it accepts.
        slow_answer: longest time between accepting and answering.
        lose: share of answers that are lost after accepting: the connection drops.
        drop: share of requests that are dropped before they are accepted.
        busy: share of requests that are refused with 429.
        refuse: numbers that are refused for good with 400.
        die_after: kills itself after accepting that many more, before the answer.
        receipts: address that takes receipts; "" sends none.
        secret: key of the receipts' signature.
        repeat: how often each receipt is sent.
        forge: also sends receipts with a wrong signature, and with a stale one, that say *failed*.
        reorder: sends *delivered* first, then *accepted* and *failed*.
    """

    mode: str = "none"
    slow: float = 0.0
    slow_answer: float = 0.0
    lose: float = 0.0
    drop: float = 0.0
    busy: float = 0.0
    refuse: list[str] = field(default_factory=list)
    die_after: int = 0
    receipts: str = ""
    secret: str = ""
    repeat: int = 1
    forge: bool = False
    reorder: bool = False


class Provider:
    """What was accepted, on disk and in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "accepted"
        self.chance = random.Random(7)  # noqa: S311 - spreads faults, keeps no secret
        self.by_ref: dict[str, str] = {}
        self.count = 0
        self.lock = threading.Lock()
        for line in accepted(folder):
            self.by_ref[line["ref"]] = line["id"]
            self.count += 1
        self.born_with = self.count
        # a log cut by a kill ends without newline; what follows must begin a line of its own
        self.handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if self.log.stat().st_size and not self.log.read_bytes().endswith(b"\n"):
            os.write(self.handle, b"\n")

    def manners(self) -> Manners:
        """Return the present manners."""
        known = {one.name for one in fields(Manners)}
        try:
            found = json.loads((self.folder / "manners").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return Manners()
        return Manners(**{name: value for name, value in found.items() if name in known})

    def chosen(self, share: float) -> bool:
        """Throw the dice."""
        with self.lock:
            return self.chance.random() < share

    def upto(self, seconds: float) -> float:
        """Return a time of at most ``seconds``."""
        with self.lock:
            return self.chance.uniform(0, seconds)

    def accept(self, ref: str, to: str, text: str, manners: Manners) -> tuple[str, bool]:
        """Accept a message durably; return its id and whether it was accepted before."""
        with self.lock:
            if manners.mode == "client_ref" and ref in self.by_ref:
                return self.by_ref[ref], True
            self.count += 1
            provider_id = f"p{self.count:06d}-{os.getpid()}"
            line = {"id": provider_id, "ref": ref, "to": to, "text": text, "at": time.time()}
            os.write(self.handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(self.handle)
            self.by_ref[ref] = provider_id
            if manners.die_after and self.count - self.born_with >= manners.die_after:
                os.kill(os.getpid(), signal.SIGKILL)
            return provider_id, False


def accepted(folder: Path) -> list[dict[str, Any]]:
    """Return what a provider accepted; a last line cut by a kill was never answered and does not count."""
    path = folder / "accepted"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = []
    for line in lines:
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


class Handler(BaseHTTPRequestHandler):
    """``POST /send`` and ``GET /send/<ref>``."""

    provider: Provider
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        """Accept a message, or misbehave."""
        manners = self.provider.manners()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.provider.chosen(manners.drop):
            self._hang_up()
            return
        if self.provider.chosen(manners.busy):
            self._answer(429, {})
            return
        if body.get("to") in manners.refuse:
            self._answer(400, {})
            return
        time.sleep(self.provider.upto(manners.slow))
        text = body.get("text") or json.dumps(body.get("messages") or body.get("body"), ensure_ascii=False)
        ref = self.headers.get("Idempotency-Key", "")
        provider_id, known = self.provider.accept(ref, body.get("to", ""), text, manners)
        time.sleep(self.provider.upto(manners.slow_answer))
        if manners.receipts and not known:
            told = (manners, provider_id, ref if manners.mode != "none" else "")
            threading.Thread(target=send_receipts, args=told, daemon=True).start()
        if self.provider.chosen(manners.lose):
            self._hang_up()
            return
        self._answer(409 if known else 202, {"id": provider_id})

    def do_GET(self) -> None:
        """Say whether a reference was accepted."""
        ref = self.path.rpartition("/")[2]
        manners = self.provider.manners()
        if self.provider.chosen(manners.drop):
            self._hang_up()
            return
        provider_id = self.provider.by_ref.get(ref, "")
        if manners.mode != "lookup":
            self._answer(405, {})
        elif provider_id:
            self._answer(200, {"id": provider_id})
        else:
            self._answer(404, {})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: the log on disk is the truth."""

    def _answer(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def send_receipts(manners: Manners, provider_id: str, ref: str) -> None:
    """Send the receipts of one message, with the manners asked for."""
    good = [receipt(provider_id, ref, "accepted"), receipt(provider_id, ref, "delivered")]
    if manners.reorder:
        good = [good[1], good[0], receipt(provider_id, ref, "failed")]
    if manners.forge:
        lie = receipt(provider_id, ref, "failed")
        post(manners.receipts, lie, "not the secret", time.time())
        post(manners.receipts, lie, manners.secret, time.time() - 3600)
    for _ in range(manners.repeat):
        for body in good:
            post(manners.receipts, body, manners.secret, time.time())


def receipt(provider_id: str, ref: str, status: str) -> bytes:
    """Return a receipt's body."""
    return json.dumps({"id": provider_id, "ref": ref, "status": status, "code": ""}).encode()


def post(url: str, body: bytes, secret: str, at: float, *, tries: int = 40) -> int:
    """Post a signed receipt, again while nobody answers; return the status."""
    moment = str(int(at))
    mac = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Phithak-Signature": f"t={moment},v1={mac}"}
    for _ in range(tries):
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - loopback, the test's own
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - same
                return int(answer.status)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return error.code
        except OSError:
            pass
        time.sleep(0.1)
    return 0


class Server(ThreadingHTTPServer):
    """Many requests at once."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that were killed."""


def serve(folder: Path) -> None:
    """Serve HTTP and SMTP until killed."""
    provider = Provider(folder)
    Handler.provider = provider
    port_file = folder / "port"
    port = int(port_file.read_text()) if port_file.exists() else 0
    server = Server(("127.0.0.1", port), Handler)
    partial = folder / "port.partial"
    partial.write_text(str(server.server_address[1]))
    partial.rename(port_file)
    if (folder / "want-smtp").exists():
        from tests.simulator.smtp import start  # noqa: PLC0415 - aiosmtpd only where it is needed

        start(provider)
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
