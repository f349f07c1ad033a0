"""The root key: files that only their owner may read, locked mode, the key server."""

from __future__ import annotations

import dataclasses
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.base.errors import LockedError
from phithak.core.privacy import keyserver, keysocket, passphrase, rootkey
from phithak.core.privacy.errors import PassphraseError, SealBrokenError, ShortPassphraseError
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.keyserver import KeyServer
from phithak.core.privacy.secret import Secret
from tests import unprivileged

WORDS = "ฝนตกบนหลังคาสังกะสี 7 ครั้ง"


@pytest.fixture(autouse=True)
def _cheap_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 1024)
    monkeypatch.setattr(passphrase, "PASSES", 1)


def test_key_file_of_mode_0600_is_read(instance: Config) -> None:
    assert rootkey.mode() is rootkey.Mode.FILE
    assert rootkey.current().reveal() == (instance.config_dir / "root.key").read_bytes()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777, 0o601])
def test_key_file_open_to_others_is_refused(instance: Config, mode: int) -> None:
    rootkey.current()
    (instance.config_dir / "root.key").chmod(mode)
    with pytest.raises(keyfiles.KeyFileError) as caught:
        rootkey.current()
    assert "chmod 600" in caught.value.message.th


def test_unprivileged_user_reads_own_key_and_refuses_the_rest(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents:
        if "pytest-of-" in str(parent):
            parent.chmod(0o755)
    foreign = tmp_path / "foreign.key"
    keyfiles.create(foreign)

    def own() -> list[bool]:
        path = tmp_path / "own.key"
        return [keyfiles.create(path) == keyfiles.read(path), path.stat().st_mode & 0o777 == 0o600]

    def open_to_others() -> int:
        (tmp_path / "own.key").chmod(0o644)
        return len(keyfiles.read(tmp_path / "own.key"))

    assert unprivileged.call(own) == [True, True]
    assert unprivileged.call(open_to_others) == {"raised": "KeyFileError"}
    if os.geteuid() == 0:
        assert unprivileged.call(lambda: len(keyfiles.read(foreign))) == {"raised": "KeyFileError"}
        os.chown(foreign, 65534, 65534)
        with pytest.raises(keyfiles.KeyFileError) as caught:
            keyfiles.read(foreign)
        assert "chown" in caught.value.message.en


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_key_of_another_size_is_refused(tmp_path: Path, size: int) -> None:
    keyfiles.write(tmp_path / "k", bytes(size))
    with pytest.raises(keyfiles.KeyFileError, match="32"):
        keyfiles.read(tmp_path / "k")


def test_secret_file_goes_first(instance: Config, tmp_path: Path, settings: Settings) -> None:
    key = keyfiles.create(tmp_path / "secret")
    settings.CONFIG = dataclasses.replace(instance, root_key_file=tmp_path / "secret")
    assert rootkey.mode() is rootkey.Mode.SECRET_FILE
    assert rootkey.current().reveal() == key


def test_replaced_file_is_read_anew(instance: Config) -> None:
    before = rootkey.current()
    (instance.config_dir / "root.key").unlink()
    keyfiles.create(instance.config_dir / "root.key")
    assert rootkey.current() != before


# -- passphrase ----------------------------------------------------------------------------------------


def test_passphrase_opens_what_it_locked() -> None:
    key = Secret.random()
    locked = passphrase.lock(key, WORDS)
    assert passphrase.unlock(locked, WORDS) == key
    assert key.reveal() not in locked
    with pytest.raises(PassphraseError):
        passphrase.unlock(locked, WORDS + "!")
    with pytest.raises(ShortPassphraseError):
        passphrase.lock(key, "สั้นไป")


def test_damaged_or_hostile_locked_file_is_refused() -> None:
    locked = passphrase.lock(Secret.random(), WORDS)
    cost = len(passphrase.MAGIC)
    for damaged in (b"", locked[:20], b"x" + locked[1:], locked[:cost] + b"\xff" * 12 + locked[cost + 12 :]):
        with pytest.raises(SealBrokenError):
            passphrase.unlock(damaged, WORDS)
    with pytest.raises(PassphraseError):
        passphrase.unlock(locked[:-1] + bytes([locked[-1] ^ 1]), WORDS)


@pytest.fixture
def locked_instance(instance: Config) -> Config:
    """Bring the instance into passphrase mode."""
    plain = instance.config_dir / "root.key"
    keyfiles.write(instance.config_dir / rootkey.LOCKED, passphrase.lock(rootkey.current(), WORDS))
    plain.unlink()
    rootkey.forget()
    return instance


@pytest.fixture
def server(locked_instance: Config) -> Iterator[KeyServer]:
    """Run the supervisor's half."""
    running = KeyServer(locked_instance)
    running.start()
    yield running
    running.close()


def test_locked_without_supervisor(locked_instance: Config) -> None:
    with pytest.raises(LockedError):
        rootkey.current()
    with pytest.raises(keyserver.NobodyListensError) as caught:
        keyserver.unlock(locked_instance, WORDS)
    assert "phithak up" in caught.value.message.th
    assert keyserver.status(locked_instance) == "down"


def test_unlock_over_the_socket_serves_every_process(locked_instance: Config, server: KeyServer) -> None:
    assert server.locked
    assert keyserver.status(locked_instance) == "locked"
    with pytest.raises(LockedError):
        ring().create(Kind.CASE)
    with pytest.raises(PassphraseError):
        keyserver.unlock(locked_instance, "ไม่ใช่วลีผ่านที่ถูกต้อง")
    assert server.locked
    keyserver.unlock(locked_instance, WORDS)
    assert keyserver.status(locked_instance) == "unlocked"
    rootkey.forget()
    key_id = ring().create(Kind.CASE)
    child = os.fork()
    if child == 0:
        same = False
        try:
            rootkey.forget()
            same = ring().key(key_id) is not None
        finally:
            os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
    server.lock()
    rootkey.forget()
    with pytest.raises(LockedError):
        ring().key(key_id)


def test_sockets_are_for_the_owner_alone(locked_instance: Config, server: KeyServer) -> None:
    keyserver.unlock(locked_instance, WORDS)
    run = locked_instance.data_dir / "run"
    assert run.stat().st_mode & 0o777 == 0o700
    for name in (keysocket.KEYS, keysocket.CONTROL):
        assert (run / name).stat().st_mode & 0o777 == 0o600
    assert repr(server) == "<KeyServer unlocked>"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_gets_nothing_even_past_the_file_modes(
    locked_instance: Config, server: KeyServer
) -> None:
    keyserver.unlock(locked_instance, WORDS)
    folder = locked_instance.data_dir / "run"
    opened = []
    # hand the other user connected sockets: what refuses then is the check of the peer alone
    for name in (keysocket.KEYS, keysocket.CONTROL):
        (folder / name).chmod(0o666)
    for path in [folder, *folder.parents]:
        if path.stat().st_mode & 0o001 == 0:
            opened.append((path, path.stat().st_mode))
            path.chmod(path.stat().st_mode | 0o055)

    def ask() -> list[int]:
        answers = []
        for name, message in ((keysocket.KEYS, b""), (keysocket.CONTROL, b'{"do": "status"}\n')):
            with keysocket.address(folder, name) as path, socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(10)
                peer.connect(path)
                try:
                    if message:
                        peer.sendall(message)
                    answers.append(len(peer.recv(4096)))
                except OSError:
                    answers.append(0)
        return answers

    try:
        assert unprivileged.call(ask) == [0, 0]
    finally:
        for path, mode in opened:
            path.chmod(mode)
    rootkey.forget()
    assert rootkey.current()


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b'{"do": "explode"}\n', b'{"do": "unlock"}\n', b"\xff\n"]
)
def test_nonsense_orders_change_nothing(locked_instance: Config, server: KeyServer, line: bytes) -> None:
    folder = locked_instance.data_dir / "run"
    with keysocket.address(folder, keysocket.CONTROL) as path, socket.socket(socket.AF_UNIX) as peer:
        peer.connect(path)
        peer.sendall(line)
        assert b'"ok": false' in peer.recv(4096)
    assert server.locked
    assert keyserver.status(locked_instance) == "locked"


def test_close_removes_the_sockets(locked_instance: Config) -> None:
    running = KeyServer(locked_instance)
    running.start()
    running.close()
    assert list((locked_instance.data_dir / "run").iterdir()) == []
    assert keyserver.status(locked_instance) == "down"


def test_server_is_harmless_in_file_mode(instance: Config) -> None:
    running = KeyServer(instance)
    running.start()
    try:
        assert not running.locked
        keyserver.unlock(instance, "whatever")
        assert keyserver.status(instance) == "unlocked"
        assert rootkey.current()
    finally:
        running.close()


def test_deep_folders_do_not_break_the_sockets(instance: Config, settings: Settings) -> None:
    deep = instance.data_dir / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    config = dataclasses.replace(instance, data_dir=deep)
    running = KeyServer(config)
    running.start()
    try:
        assert keyserver.status(config) == "unlocked"
    finally:
        running.close()
