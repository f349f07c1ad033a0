"""``KeyServer``: the supervisor's half of passphrase mode, and the client half of ``phithak unlock``.

The supervisor starts one before its children::

    server = KeyServer(config)
    server.start()      # serves in two threads; harmless in the other modes
    ...
    server.close()

The key lies in its memory alone; a restart locks again.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.base.errors import LockedError
from phithak.base.text import Text
from phithak.core.privacy import keysocket, passphrase, rootkey
from phithak.core.privacy.errors import PassphraseError, SealBrokenError

_BACKLOG = 64


class NobodyListensError(LockedError):
    """No supervisor listens for the passphrase."""

    code = "keys.nobody_listens"
    text = Text(
        "ระบบยังไม่ทำงาน รัน phithak up ก่อน แล้วจึง phithak unlock",
        "The instance is not running. Run phithak up first, then phithak unlock.",
    )


def unlock(config: Config, words: str) -> None:
    """Give the running supervisor the passphrase (``phithak unlock``).

    Raises:
        PassphraseError: it is wrong.
        NobodyListensError: no supervisor of this user runs.
    """
    answer = keysocket.order(config.data_dir, {"do": "unlock", "passphrase": words})
    if answer is None:
        raise NobodyListensError
    if not answer.get("ok"):
        raise PassphraseError(field="passphrase")


def status(config: Config) -> str:
    """Return ``"locked"``, ``"unlocked"``, or ``"down"`` when no supervisor runs."""
    answer = keysocket.order(config.data_dir, {"do": "status"})
    if answer is None:
        return "down"
    return "locked" if answer.get("locked") else "unlocked"


class KeyServer:
    """Holds the root keys of passphrase mode in memory and serves them to processes of the same user."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._keys: list[bytes] = []
        self._guard = threading.Lock()
        self._sockets: list[tuple[socket.socket, Path]] = []
        self._threads: list[threading.Thread] = []

    def __repr__(self) -> str:
        return f"<KeyServer {'locked' if self.locked else 'unlocked'}>"

    @property
    def locked(self) -> bool:
        """True while passphrase mode is on and the passphrase was not given."""
        return not self._keys and rootkey.mode(self._config) is rootkey.Mode.PASSPHRASE

    def start(self) -> None:
        """Bind both sockets and serve them in threads of their own."""
        for name, answer in ((keysocket.KEYS, self._hand_out), (keysocket.CONTROL, self._obey)):
            listener = self._bind(name)
            thread = threading.Thread(target=self._serve, args=(listener, answer), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def unlock(self, words: str) -> None:
        """Open the locked key files with the passphrase and keep the keys.

        Raises:
            PassphraseError: it is wrong.
            KeyFileError: no locked key, or a file that others could read.
        """
        folder = self._config.config_dir
        with self._guard:  # one try at a time: argon2id makes guessing slow
            found = [passphrase.unlock(keyfiles.read_private(folder / rootkey.LOCKED), words)]
            following = folder / rootkey.NEW_LOCKED
            if following.exists():
                found.append(passphrase.unlock(keyfiles.read_private(following), words))
            self._keys = [key.reveal() for key in found]

    def lock(self) -> None:
        """Forget the keys."""
        self._keys = []

    def close(self) -> None:
        """Stop serving, forget the keys, remove the sockets."""
        self.lock()
        for listener, path in self._sockets:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
            listener.close()
            path.unlink(missing_ok=True)
        for thread in self._threads:
            thread.join(timeout=keysocket.TIMEOUT_SECONDS)
        self._sockets.clear()
        self._threads.clear()

    def _bind(self, name: str) -> socket.socket:
        folder = keysocket.run_folder(self._config.data_dir)
        path = folder / name
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with keysocket.address(folder, name) as address:
            before = os.umask(0o177)
            try:
                listener.bind(address)
            finally:
                os.umask(before)
        listener.listen(_BACKLOG)
        self._sockets.append((listener, path))
        return listener

    def _serve(self, listener: socket.socket, answer: Callable[[socket.socket], None]) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return  # closed
            with peer:
                peer.settimeout(keysocket.TIMEOUT_SECONDS)
                try:
                    if keysocket.same_user(peer):
                        answer(peer)
                except OSError:
                    continue  # the client went away; it will ask again

    def _hand_out(self, peer: socket.socket) -> None:
        if self._keys:
            peer.sendall(b"".join(self._keys))

    def _obey(self, peer: socket.socket) -> None:
        line = bytearray()
        while not line.endswith(b"\n") and len(line) <= keysocket.MOST_BYTES:
            chunk = peer.recv(4096)
            if not chunk:
                return
            line += chunk
        peer.sendall(json.dumps(self._carry_out(bytes(line))).encode())

    def _carry_out(self, line: bytes) -> dict[str, Any]:
        try:
            body = json.loads(line)
            do = body["do"]
            if do == "unlock":
                if rootkey.mode(self._config) is rootkey.Mode.PASSPHRASE:
                    self.unlock(str(body["passphrase"]))
            elif do == "lock":
                self.lock()
            elif do != "status":
                return {"ok": False}
        except (ValueError, TypeError, KeyError, PassphraseError, SealBrokenError, keyfiles.KeyFileError):
            return {"ok": False, "locked": self.locked}
        return {"ok": True, "locked": self.locked}
