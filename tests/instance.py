"""A whole instance as its operator runs it: ``phithak up`` in folders of its own, over loopback."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60.0
_STEP = threading.Event()  # never set: its wait is the pause between two looks


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Look at a condition until it holds.

    Raises:
        AssertionError: it did not hold in time.
    """
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        _STEP.wait(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children_of(pid: int) -> dict[int, str]:
    """Return the descendants of a process: pid -> command line."""
    found: dict[int, str] = {}
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (
                    (entry / "stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
                )
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    todo = [pid]
    while todo:
        for child in parents.get(todo.pop(), []):
            try:
                words = (
                    Path(f"/proc/{child}/cmdline")
                    .read_bytes()
                    .replace(b"\0", b" ")
                    .decode("utf-8", "replace")
                )
            except (FileNotFoundError, ProcessLookupError):
                continue
            found[child] = words.strip()
            todo.append(child)
    return found


@dataclass
class Instance:
    """One ``phithak up``."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None
    link: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    """Further environment: settings of this instance alone."""
    said: list[str] = field(default_factory=list)
    """Every line that ``up`` and its processes have put out; whole after :meth:`reap`."""
    _reader: threading.Thread | None = None

    @property
    def environ(self) -> dict[str, str]:
        """The environment that every command of this instance needs."""
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("PHITHAK_")},
            "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
            "PHITHAK_DATA_DIR": str(self.folder / "data"),
            "PHITHAK_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
            "PHITHAK_LANGUAGE": "en",
            # what serves pages as the box allows is asked where that is the question
            "PHITHAK_WEB_PROCESSES": "1",
            # and what takes events where events are
            "PHITHAK_INGEST_PORT": "0",
            **self.extra,
        }

    @property
    def pid(self) -> int:
        """The supervisor's pid."""
        assert self.process is not None
        return self.process.pid

    def command(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command of this instance to its end; ``typed`` is its standard input."""
        return subprocess.run(
            [sys.executable, "-m", "phithak", *words],
            env=self.environ, capture_output=True, text=True, timeout=120, check=False, input=typed,
        )  # fmt: skip

    def start(self, *words: str) -> None:
        """Start and wait until pages answer."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "phithak", "up", *words],
            env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        said = self._read_until("Phithak is at")
        found = re.search(r"http://\S+", said.split("Phithak is at")[0])
        self.link = found.group() if found else ""
        until(lambda: self.get("/healthz") == 200, "pages answer")

    def _read_until(self, words: str) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        begun = len(self.said)
        # read all the time and in the background: its output never blocks it, and no line waits in a buffer
        self._reader = threading.Thread(target=self.said.extend, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        process = self.process
        until(lambda: words in "".join(self.said[begun:]) or process.poll() is not None, f"up says {words!r}")
        said = "".join(self.said[begun:])
        assert words in said, f"up ended: {said}"
        return said

    def reap(self) -> int:
        """Wait until the supervisor has ended, close what was read from it, and return its exit code."""
        assert self.process is not None
        code = self.process.wait(PATIENCE)
        if self._reader is not None:
            self._reader.join(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def get(self, path: str) -> int:
        """Return the status of a page, or 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def find(self, *words: str) -> int:
        """Return the pid of the descendant whose command line holds all the words."""
        found = [pid for pid, line in children_of(self.pid).items() if all(word in line for word in words)]
        assert found, f"no process with {words} among {children_of(self.pid)}"
        return min(found)

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does, and return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.reap()


@contextmanager
def instance(folder: Path) -> Iterator[Instance]:
    """Yield an instance that is not started yet; whatever is left of it is killed after the block."""
    found = Instance(folder, free_port())
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            family = [found.pid, *children_of(found.pid)]
            for pid in family:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            found.reap()
