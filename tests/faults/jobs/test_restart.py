"""The database dies between COMMIT and its answer: the job is done, whatever its holder believes."""

from __future__ import annotations

import selectors
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.instances import durable_cluster, prepared, wait_until
from tests.faults.jobs.harness import House
from tools import postgres

pytestmark = [pytest.mark.faults, pytest.mark.needs("postgres")]
SOCKET = ".s.PGSQL.5432"


class Between:
    """Stands between worker and database; swallows the answer to the COMMIT of a job's last transaction."""

    def __init__(self, target: Path, times: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ph-", dir="/tmp"))
        self.swallowed = threading.Semaphore(0)
        self.restarted = threading.Semaphore(0)
        self._left = times
        self._target = target
        self._guard = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop taking connections."""
        self._listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server, selectors.DefaultSelector() as ready:
            try:
                server.connect(str(self._target / SOCKET))
                ready.register(client, selectors.EVENT_READ)
                ready.register(server, selectors.EVENT_READ)
                self._pump(client, server, ready)
            except OSError:
                return

    def _pump(self, client: socket.socket, server: socket.socket, ready: selectors.BaseSelector) -> None:
        finishing = False
        while True:
            for key, _ in ready.select():
                came = key.fileobj.recv(65536)  # type: ignore[union-attr] # registered above: sockets
                if not came:
                    return
                if key.fileobj is server:
                    client.sendall(came)
                    continue
                finishing = finishing or b"INSERT INTO fault_effect" in came
                server.sendall(came)
                if b"COMMIT" in came and finishing:
                    finishing = False
                    if self._swallow(server):
                        return

    def _swallow(self, server: socket.socket) -> bool:
        """Keep an answer back until the server was restarted; False when this one may pass."""
        if not self._left or not self._guard.acquire(blocking=False):
            return False
        try:
            # the answer says that the commit is durable; it never reaches the worker
            if not self._left or b"COMMIT" not in server.recv(65536):
                return True
            self._left -= 1
            # the main thread restarts the server: the kernel would end it with the thread that started it
            self.swallowed.release()
            self.restarted.acquire(timeout=60)
            return True
        finally:
            self._guard.release()


server = pytest.fixture(durable_cluster, name="server")
"""A cluster that no other test uses, since this one ends it."""


@pytest.fixture
def house(server: postgres.Server) -> Iterator[House]:
    """An instance on a PostgreSQL of its own."""
    yield from prepared(House, server.url)


def restart(server: postgres.Server) -> None:
    """End the server as a power cut would, and start it as soon as its last process is gone."""
    server.stop(signal.SIGQUIT)

    def started() -> bool:
        try:
            server.start()
        except RuntimeError:
            return False
        return True

    wait_until(started, "the server is back")


def test_the_database_restarts_between_commit_and_answer(house: House, server: postgres.Server) -> None:
    house.run("enqueue", "faults.plain", "24", "normal", "urgent")
    between = Between(server.folder, times=2)
    url = server.url.replace(str(server.folder), str(between.folder))
    try:
        worker = house.work("normal", "urgent", url=url)
        first = worker.children()
        for _ in range(2):
            assert between.swallowed.acquire(timeout=60)
            restart(server)
            between.restarted.release()
        wait_until(lambda: not house.unfinished(), "all jobs are over")
        house.assert_exactly_once(24)
        wait_until(
            lambda: worker.told().count("was ended or taken over meanwhile") >= 2, "both holders were told"
        )
        assert set(first) <= set(worker.children())
    finally:
        house.end()
        between.close()
