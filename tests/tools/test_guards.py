"""The guards of the test run catch what they are there for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import smtplib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import guards
from tests.guards import OutsideNetworkError, sockets
from tools import postgres
from tools.facts import ROOT

OUTSIDE = "192.0.2.1"  # RFC 5737: documentation, belongs to nobody


def by_socket() -> None:
    with socket.socket() as handle:
        handle.connect((OUTSIDE, 80))


def by_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as handle:
        handle.sendto(b"x", (OUTSIDE, 53))


def by_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as handle:
        handle.connect(("2001:db8::1", 80))


def by_http() -> None:
    urllib.request.urlopen(f"http://{OUTSIDE}/")


def by_mail() -> None:
    smtplib.SMTP(OUTSIDE)


def by_asyncio() -> None:
    asyncio.run(asyncio.wait_for(asyncio.open_connection(OUTSIDE, 80), 5))


def by_name() -> None:
    socket.getaddrinfo("cert.example", 80)


@pytest.mark.parametrize(
    "reach",
    [by_socket, by_datagram, by_ipv6, by_http, by_mail, by_asyncio, by_name],
    ids=lambda way: way.__name__,
)
def test_the_outside_is_refused_and_noted(reach: Callable[[], None]) -> None:
    with sockets.expected() as seen, pytest.raises(OutsideNetworkError):
        reach()
    assert seen


def test_a_swallowed_refusal_is_noted_all_the_same() -> None:
    with sockets.expected() as seen, contextlib.suppress(Exception):
        by_socket()
    assert seen == ["socket.connect ('192.0.2.1', 80)"]


def test_loopback_and_unix_sockets_are_free(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])) as client,
    ):
        assert client.getpeername()[0] == "127.0.0.1"
    path = f"{tmp_path}/s"
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
        assert client.getpeername() == path


@pytest.mark.parametrize(("host", "here"), [
    ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("a.localhost", True),
    ("0.0.0.0", True), ("", True), (None, True), (b"127.0.0.1", True),  # noqa: S104 - nothing is bound
    ("10.0.0.1", False), ("::ffff:8.8.8.8", False), ("localhost.example", False), ("128.0.0.1", False),
])  # fmt: skip
def test_what_counts_as_this_machine(host: str | bytes | None, *, here: bool) -> None:
    assert sockets.is_here(host) is here


def test_the_guards_of_one_test_do_not_leak_into_the_next() -> None:
    assert guards.sockets.seen == []
    assert guards.writes.long == []


@pytest.mark.needs("postgres")
class TestCluster:
    """The throw-away PostgreSQL."""

    def test_answers_on_its_own_socket_and_leaves_nothing(self) -> None:
        import psycopg  # noqa: PLC0415 - only where the server is installed

        with postgres.cluster() as server:
            with psycopg.connect(server.url) as connection:
                row = connection.execute("SELECT current_user, inet_server_addr() IS NULL").fetchone()
            assert row == ("phithak", True)
            folder, process = server.folder, server.process
            assert process is not None
        assert not folder.exists()
        assert process.poll() is not None

    def test_can_be_stopped_hard_and_started_again(self) -> None:
        import signal  # noqa: PLC0415 - same

        import psycopg  # noqa: PLC0415 - same

        with postgres.cluster(fsync=True) as server:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE TABLE kept (n int)")
                connection.execute("INSERT INTO kept VALUES (1)")
            server.stop(signal.SIGQUIT)
            server.start()
            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]

    def test_leaves_nothing_when_it_is_terminated(self) -> None:
        command = [sys.executable, str(ROOT / "tools" / "postgres.py"), "sh", "-c"]
        program = subprocess.Popen(
            [*command, 'echo "$PHITHAK_DATABASE_URL"; exec sleep 60'], stdout=subprocess.PIPE, text=True
        )
        assert program.stdout is not None
        folder = Path(program.stdout.readline().strip().split("host=")[1])
        assert folder.is_dir()
        program.terminate()
        assert program.wait(timeout=60) == 143
        program.stdout.close()
        assert not folder.exists()


def test_a_missing_server_names_the_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    with (
        pytest.raises(postgres.PostgresMissingError, match="apt-get install postgresql-15"),
        postgres.cluster(),
    ):
        pytest.fail("there is no server")


SAMPLES = """
import contextlib, socket, time

import pytest

from phithak.core.db import budget


def test_reaches_out_and_swallows_it():
    with contextlib.suppress(Exception), socket.socket() as handle:
        handle.connect(("192.0.2.1", 80))
    assert True


def test_holds_the_lock_too_long():
    budget.note("sample.slow", 0.3)
    assert True


@pytest.mark.needs("no-such-program")
def test_needs_a_program():
    assert True


def test_is_good():
    assert True
"""


CONFTEST = """
from tests import conftest
from tests.conftest import _guarded, pytest_collection_modifyitems, pytest_configure, pytest_runtest_setup

conftest.INSTALL["no-such-program"] = "apt-get install no-such-package"
"""


@pytest.mark.parametrize(("ci", "without_program"), [("", "skipped"), ("true", "error")])
def test_a_guarded_test_fails_and_a_missing_program_is_never_a_pass(
    tmp_path: Path, ci: str, without_program: str
) -> None:
    (tmp_path / "test_samples.py").write_text(SAMPLES)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    command = [
        sys.executable, "-m", "pytest", "-q", "-rA", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT),
        "-p", "no:cacheprovider", str(tmp_path),
    ]  # fmt: skip
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "CI": ci,
        "PHITHAK_OUTCOMES": "",
        "PHITHAK_DATABASE_URL": "",
    }
    outcome = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    lines = outcome.stdout.splitlines()
    failed = {line.split("::")[1].split(" ")[0] for line in lines if line.startswith("ERROR ")}
    expected = {"test_reaches_out_and_swallows_it", "test_holds_the_lock_too_long"}
    assert failed == expected | ({"test_needs_a_program"} if without_program == "error" else set())
    assert "sample.slow 300 ms" in outcome.stdout
    assert "apt-get install no-such-package" in outcome.stdout
    assert any(line.startswith("PASSED") and line.endswith("test_is_good") for line in lines)
