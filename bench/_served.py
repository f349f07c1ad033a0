"""The web process of a benchmark's instance, as ``phithak up`` starts it, and a person's session with it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
_START_SECONDS = 60


class Served:
    """Pages over loopback from ``phithak web`` with its own settings: to be used with ``with``.

    Each request opens a connection of its own, so that the processes of the server share them out as they come.
    """

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self._port = int(probe.getsockname()[1])

    def __enter__(self) -> Self:
        environment = os.environ | {
            "PHITHAK_PORT": str(self._port),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-m", "phithak", "web"]
        self._process = subprocess.Popen(command, env=environment)
        ends = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise SystemExit("phithak web does not answer")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def get(self, url: str) -> tuple[int, float]:
        """Return status and seconds of one page, its body read to the end."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, self._port, timeout=60)
        try:
            connection.request("GET", url, headers={"Cookie": f"sessionid={self._cookie}"})
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        return answer.status, time.perf_counter() - began

    def _answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == http.client.OK
        except OSError:
            return False
