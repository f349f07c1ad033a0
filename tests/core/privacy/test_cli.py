"""``phithak keys``: from nothing to paper, shares, passphrase, rotation and back."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.core.privacy import passphrase, rootkey
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.keyserver import KeyServer
from phithak.web import cli

WORDS = "ฝนตกบนหลังคาสังกะสี 7 ครั้ง"


@dataclass(frozen=True)
class Done:
    """What a command wrote."""

    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(instance: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``phithak --language en …`` on an instance without keys; ``text`` is its standard input."""
    for path in instance.config_dir.iterdir():
        path.unlink()
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 1024)
    # commands without Django read the settings themselves
    monkeypatch.setenv("PHITHAK_CONFIG_DIR", str(instance.config_dir))
    monkeypatch.setenv("PHITHAK_DATA_DIR", str(instance.data_dir))

    def call(*words: str, text: str = "", code: int = 0) -> Done:
        rootkey.forget()  # each command is a process of its own
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        capsys.readouterr()
        given = cli.main(["--language", "en", *words])
        written = capsys.readouterr()
        assert given == code, (words, written)
        return Done(written.out, written.err)

    return call


def test_the_real_program_makes_keys_on_a_bare_machine(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PHITHAK_", "DJANGO_"))
    }
    environment |= {
        "PHITHAK_CONFIG_DIR": str(tmp_path / "config"),
        "PHITHAK_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "phithak", "keys", "init"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "export-words" in done.stdout
    for name in ("instance.key", "root.key"):
        assert (tmp_path / "config" / name).stat().st_mode & 0o777 == 0o600


def fingerprint(run: Run) -> str:
    found = re.search(r"Fingerprint: ([0-9a-f]{16})", run("keys", "status").stdout)
    assert found is not None
    return found[1]


def root(instance: Config) -> Path:
    return instance.config_dir / "root.key"


def test_words_bring_a_lost_key_back(run: Run, instance: Config) -> None:
    run("keys", "status", code=1)
    run("keys", "init")
    assert root(instance).stat().st_mode & 0o777 == 0o600
    key, before = keyfiles.read(root(instance)), fingerprint(run)
    assert "there already" in run("keys", "init").stdout
    printed = run("keys", "export-words").stdout
    lines = re.findall(r"(?m)^ *\d+  ((?:[a-z]{4} ?){6})$", printed)
    assert len(lines) == 5
    refused = run("keys", "export-words", code=2)
    assert "--again" in refused.stderr
    assert run("keys", "export-words", "--again").stdout == printed
    root(instance).unlink()
    wrong = run(
        "keys", "import-words", text="\n".join([*lines[:4], lines[4].replace(lines[4][:4], "zzzz")]), code=2
    )
    assert "line 5" in wrong.stderr
    assert not root(instance).exists()
    run("keys", "import-words", text="\n".join(lines) + "\n")
    assert keyfiles.read(root(instance)) == key
    assert fingerprint(run) == before
    assert "move it away" in run("keys", "import-words", text="\n".join(lines), code=2).stderr
    for output in (printed, refused.stderr):
        assert key.hex() not in output


def test_two_of_three_shares_bring_it_back(run: Run, instance: Config) -> None:
    run("keys", "init")
    key = keyfiles.read(root(instance))
    sheets = re.split(r"Share \d of 3", run("keys", "shares", "split").stdout)[1:]
    shares = ["\n".join(re.findall(r"(?m)^ *\d+  ([a-z ]+)$", sheet)) for sheet in sheets]
    assert len(shares) == 3
    root(instance).unlink()
    refused = run("keys", "shares", "join", text=f"{shares[1]}\n\n{shares[1]}\n", code=2)
    assert "2 different shares" in refused.stderr
    run("keys", "shares", "join", text=f"{shares[2]}\n\n{shares[0]}\n")
    assert keyfiles.read(root(instance)) == key


def test_passphrase_locks_and_unlocks_the_key_file(run: Run, instance: Config) -> None:
    run("keys", "init")
    key = keyfiles.read(root(instance))
    assert "at least 16" in run("keys", "passphrase", "set", text="short\n", code=2).stderr
    run("keys", "passphrase", "set", text=f"{WORDS}\n")
    assert not root(instance).exists()
    everything = b"".join(path.read_bytes() for path in instance.config_dir.rglob("*") if path.is_file())
    assert key not in everything
    assert "State: down" in run("keys", "status", code=1).stdout
    assert "phithak up" in run("unlock", "--stdin", text=f"{WORDS}\n", code=2).stderr
    assert run("keys", "passphrase", "remove", text="not the right passphrase\n", code=2).stderr
    run("keys", "passphrase", "remove", text=f"{WORDS}\n")
    assert keyfiles.read(root(instance)) == key


def test_wrong_root_key_is_refused(run: Run, instance: Config) -> None:
    run("keys", "init")
    ring = instance.data_dir / "keyring.db"
    run("keys", "list")
    with sqlite3.connect(ring) as db:
        db.execute(
            "INSERT INTO wraps VALUES ('01900000-0000-7000-8000-000000000001','case','c','','t','feed','x')"
        )
    root(instance).unlink()
    assert "keys import-words" in run("keys", "init", code=2).stderr
    keyfiles.create(root(instance))
    assert "does not fit" in run("keys", "status", code=1).stdout
    assert "c" in run("keys", "list").stdout
    assert "No such key" in run("keys", "destroy", "nonsense", code=2).stderr


@pytest.mark.django_db
def test_rotation_by_the_command(run: Run, instance: Config) -> None:
    run("keys", "init")
    before = keyfiles.read(root(instance))
    assert "New root key" in run("keys", "rotate").stdout
    assert keyfiles.read(root(instance)) != before
    assert not (instance.config_dir / "root.key.new").exists()


@pytest.mark.django_db
def test_rotation_under_a_passphrase_reaches_the_running_children(run: Run, instance: Config) -> None:
    run("keys", "init")
    key_id = ring().create(Kind.CASE)
    key, before = ring().key(key_id), keyfiles.read(root(instance))
    run("keys", "passphrase", "set", text=f"{WORDS}\n")
    server = KeyServer(instance)
    server.start()
    try:
        run("unlock", "--stdin", text=f"{WORDS}\n")
        rootkey.forget()
        assert ring().key(key_id) == key
        assert run("keys", "rotate", text="not the right passphrase\n", code=2).stderr
        assert "1 data keys" in run("keys", "rotate", text=f"{WORDS}\n").stdout
        rootkey.forget()
        assert ring().key(key_id) == key
        assert rootkey.current().reveal() != before
        assert not (instance.config_dir / rootkey.NEW_LOCKED).exists()
    finally:
        server.close()


@pytest.mark.django_db
def test_rotation_of_a_secret_file_waits_for_the_operator(
    run: Run, instance: Config, settings: Settings, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    before = keyfiles.create(secret)
    settings.CONFIG = dataclasses.replace(instance, root_key_file=secret)
    key_id = ring().create(Kind.CASE)
    key = ring().key(key_id)
    new = instance.config_dir / rootkey.NEW
    assert str(new) in run("keys", "rotate", code=1).stdout
    rootkey.forget()
    # until the secret is changed both keys are there, and the service goes on
    assert keyfiles.read(secret) == before
    assert ring().key(key_id) == key
    secret.write_bytes(new.read_bytes())
    run("keys", "rotate")
    rootkey.forget()
    assert not new.exists()
    assert ring().key(key_id) == key
