"""The two unix sockets of passphrase mode: ``control.sock`` takes orders, ``keys.sock`` hands out keys.

Both lie in ``<data_dir>/run`` with mode 0600 and talk only to processes of the same user, which the kernel
vouches for (``SO_PEERCRED``). Orders are one line of JSON each way; keys are answered at once: nothing when
locked, else 32 bytes for each key.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phithak.base import keyfiles

CONTROL = "control.sock"
KEYS = "keys.sock"
TIMEOUT_SECONDS = 15.0
MOST_BYTES = 64 * 1024
_CREDENTIALS = struct.Struct("3i")


def run_folder(data_dir: Path) -> Path:
    """Return the folder of sockets, made with mode 0700."""
    folder = data_dir / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def address(folder: Path, name: str) -> Iterator[str]:
    """Yield an address of ``folder/name`` short enough for a socket, however deep the folder lies."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{name}"
    finally:
        os.close(handle)


def same_user(peer: socket.socket) -> bool:
    """Tell whether the process at the other end runs as our user."""
    raw = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, uid, _ = _CREDENTIALS.unpack(raw)
    return bool(uid == os.geteuid())


def ask_keys(data_dir: Path) -> list[bytes]:
    """Return the root keys that the supervisor holds; none when it is locked or not there."""
    content = _talk(data_dir, KEYS, b"")
    if content is None:
        return []
    size = keyfiles.KEY_BYTES
    return [content[at : at + size] for at in range(0, len(content) - size + 1, size)]


def order(data_dir: Path, body: dict[str, Any]) -> dict[str, Any] | None:
    """Send one order to the supervisor and return its answer; None when nobody listens."""
    content = _talk(data_dir, CONTROL, json.dumps(body).encode() + b"\n")
    if content is None:
        return None
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _talk(data_dir: Path, name: str, message: bytes) -> bytes | None:
    folder = data_dir / "run"
    try:
        with address(folder, name) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(TIMEOUT_SECONDS)
            peer.connect(path)
            if not same_user(peer):
                return None
            if message:
                peer.sendall(message)
            received = bytearray()
            while chunk := peer.recv(4096):
                received += chunk
                if len(received) > MOST_BYTES:
                    return None
            return bytes(received)
    except OSError:
        return None
