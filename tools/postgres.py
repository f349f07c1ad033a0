"""A throw-away PostgreSQL cluster: own folder, unix socket only, stopped by its process id.

``with cluster() as url: …`` gives a ``postgresql://`` address. Works as root (the server then runs as
``postgres`` or ``nobody``, since initdb refuses root) and as any user. From a shell::

    python tools/postgres.py COMMAND …     runs the command with PHITHAK_DATABASE_URL set
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INSTALL = "apt-get install postgresql-15"
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class PostgresMissingError(RuntimeError):
    """No PostgreSQL server is installed."""


def binaries() -> Path | None:
    """Return the folder of ``initdb`` and ``postgres``, newest version first; None when not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@dataclass
class Server:
    """A running cluster; ``stop`` and ``start`` let a test restart it in the middle of something."""

    folder: Path
    programs: Path
    fsync: bool
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the database ``phithak``."""
        return f"postgresql://phithak@/phithak?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: it ended or did not answer within a minute; the message carries its log.
        """
        options = [
            "-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses=",
            "-c", "max_connections=60", "-c", "shared_buffers=64MB",
        ]  # fmt: skip
        if not self.fsync:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", *options], stdout=log, stderr=log, cwd=self.folder,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one C call; this tool has no threads
                **_as_user(),
            )  # fmt: skip
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT is a fast shutdown, SIGQUIT ends it as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=30)
        self.process = None

    def empty(self) -> None:
        """Put an empty database ``phithak`` in place of the present one; whoever is connected is thrown out."""
        names: list[str | Path] = ["-h", self.folder, "-U", "phithak"]
        drop: list[str | Path] = [self.programs / "dropdb", *names, "--if-exists", "--force", "phithak"]
        subprocess.run(drop, check=True, cwd="/")
        subprocess.run([self.programs / "createdb", *names, "phithak"], check=True, cwd="/")

    def _answers(self) -> bool:
        command: list[str | Path] = [self.programs / "pg_isready", "-q", "-h", self.folder]
        return subprocess.run(command, check=False, cwd="/").returncode == 0


@contextmanager
def cluster(*, fsync: bool = False) -> Iterator[Server]:
    """Make a cluster, run it, and remove it at the end.

    Args:
        fsync: keep writes durable; only suites that kill the server need it.

    Raises:
        PostgresMissingError: no server is installed; the message is the install line.
    """
    programs = binaries()
    if programs is None:
        raise PostgresMissingError(INSTALL)
    # under /tmp whatever TMPDIR says: the path of a socket must be short
    folder = Path(tempfile.mkdtemp(prefix="phithak-pg-", dir="/tmp"))
    user = _server_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    server = Server(folder, programs, fsync)
    try:
        setup: list[str | Path] = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "phithak",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        subprocess.run(
            [*setup, "--no-locale", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **_as_user(),
        )  # fmt: skip
        server.start()
        server.empty()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissingError("no unprivileged user to run PostgreSQL as")


def _as_user() -> dict[str, Any]:
    user = _server_user()
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def end_on_terminate() -> None:
    """Let SIGTERM (from ``timeout``) end this program by way of its ``finally`` blocks, so that nothing stays."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def main(command: list[str]) -> int:
    """Run a command beside a cluster and return its exit code."""
    end_on_terminate()
    with cluster() as server:
        environment = {**os.environ, "PHITHAK_DATABASE_URL": server.url}
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
