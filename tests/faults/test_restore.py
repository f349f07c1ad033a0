"""Backup and restore by real commands: nothing sent twice, no fork of the journal, no key that comes back."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import Instance, instance

pytestmark = pytest.mark.faults

# Runs inside the instance with Django loaded; prints one JSON value.
_START = "import django, json, sys; django.setup(); "


def inside(found: Instance, code: str) -> object:
    """Run code in a process of the instance and return the JSON value that it prints last."""
    done = subprocess.run(
        [sys.executable, "-c", _START + code],
        env=found.environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an instance with its keys, database and a few numbered, signed journal entries."""
    folder = tmp_path_factory.mktemp("pattern")
    with instance(folder) as found:
        inside(
            found,
            "from phithak.base import config\n"
            "from phithak.web.commands import up\n"
            "up.make_folders(config.load().config)\n"
            "print(1)",
        )
        done = found.command("prepare")
        assert done.returncode == 0, done.stderr
        write_entries(found, 5)
    return folder


@pytest.fixture
def prepared(pattern: Path, tmp_path: Path) -> Iterator[Instance]:
    """A copy of the pattern, not running."""
    shutil.copytree(pattern, tmp_path / "copy")
    with instance(tmp_path / "copy") as found:
        yield found


def write_entries(found: Instance, count: int) -> None:
    """Record entries and let the sequencer number and sign them."""
    inside(
        found,
        "from phithak.core.accounts import actors, services\n"
        "from phithak.core.journal.services import sign_if_due, tick\n"
        f"for n in range({count}):\n"
        "    services.create_tenant(actors.system('test'), kind='hospital', name_th=f'รพ. {n}')\n"
        "tick()\n"
        "print(1)",
    )


def checkpoints(found: Instance) -> list[dict[str, object]]:
    """Return every checkpoint that was ever signed, from the archive outside the data."""
    text = (found.folder / "config" / "checkpoints.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_backup_is_whole_and_damage_is_named(prepared: Instance) -> None:
    made = prepared.command("backup")
    assert made.returncode == 0, made.stderr
    folder = Path(made.stdout.strip())
    assert prepared.command("backup", "--check", folder.name).returncode == 0
    records = folder / "records.db"
    content = bytearray(records.read_bytes())
    content[len(content) // 2] ^= 1
    records.write_bytes(content)
    damaged = prepared.command("backup", "--check", folder.name)
    assert damaged.returncode == 2
    assert "records.db" in damaged.stderr
    refused = prepared.command("restore", folder.name)
    assert refused.returncode == 2
    assert (prepared.folder / "data" / "phithak.db").exists(), "a damaged backup must leave the data alone"


def test_no_key_is_in_a_backup(prepared: Instance) -> None:
    made = Path(prepared.command("backup").stdout.strip())
    for name in ("root.key", "instance.key"):
        secret = (prepared.folder / "config" / name).read_bytes()
        for path in made.parent.rglob("*"):
            if path.is_file():
                assert secret not in path.read_bytes(), f"{name} in {path}"


def test_restore_goes_on_under_a_new_epoch_and_never_forks(prepared: Instance) -> None:
    backup = Path(prepared.command("backup").stdout.strip())
    write_entries(prepared, 7)
    before = checkpoints(prepared)
    done = prepared.command("restore", backup.name)
    assert done.returncode == 0, done.stderr
    write_entries(prepared, 3)
    after = checkpoints(prepared)
    seen: dict[tuple[object, object], object] = {}
    for row in after:
        assert seen.setdefault((row["origin"], row["size"]), row["root"]) == row["root"], "the journal forked"
    assert after[: len(before)] == before
    assert after[-1]["origin"] != before[-1]["origin"]
    verified = prepared.command("audit", "verify", "--live")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_after_restore_nothing_is_sent_until_a_person_releases(prepared: Instance) -> None:
    backup = Path(prepared.command("backup").stdout.strip())
    assert prepared.command("restore", backup.name).returncode == 0
    status = prepared.command("outbox", "status")
    assert "paused" in (status.stdout + status.stderr).lower() or "stopped" in status.stdout.lower()


def test_a_destroyed_key_stays_destroyed_after_restore(prepared: Instance) -> None:
    key_id = inside(
        prepared,
        "from phithak.core.privacy import keyring\n"
        "from phithak.core.privacy.keyring import Kind\n"
        "print(json.dumps(str(keyring.ring().create(Kind.CASE))))",
    )
    backup = Path(prepared.command("backup").stdout.strip())
    inside(
        prepared,
        "from uuid import UUID\n"
        "from django.conf import settings\n"
        "from phithak.core.privacy import keyring\n"
        f"keyring.ring().destroy(UUID('{key_id}'))\n"
        "keyring.export_keyring(settings.CONFIG.backups / 'keyring')\n"
        "print(1)",
    )
    assert prepared.command("restore", backup.name).returncode == 0
    alive = inside(
        prepared,
        "from phithak.core.privacy import keyring\n"
        f"print(json.dumps('{key_id}' in [str(entry.id) for entry in keyring.ring().entries()]))",
    )
    assert alive is False


def test_a_restore_that_was_killed_is_finished_by_running_it_again(prepared: Instance) -> None:
    backup = Path(prepared.command("backup").stdout.strip())
    data = prepared.folder / "data"
    code = (
        "import os, signal\n"
        "from phithak.web.backup import records, restore\n"
        "def die(folder):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "records.copy_in = die\n"
        f"restore.restore({backup.name!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", _START + code], env=prepared.environ, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert not (data / "phithak.db").exists()
    refused = prepared.command("prepare")
    assert refused.returncode == 2
    assert "restore" in refused.stderr
    assert prepared.command("restore", backup.name).returncode == 0
    assert prepared.command("prepare").returncode == 0
    with sqlite3.connect(data / "phithak.db") as connection:
        (tenants,) = connection.execute(
            "SELECT count(*) FROM accounts_tenant WHERE kind = 'hospital'"
        ).fetchone()
    connection.close()
    assert tenants == 5


def test_a_backup_killed_half_way_leaves_no_backup(prepared: Instance) -> None:
    code = (
        "import os, signal\n"
        "from phithak.web.backup import make\n"
        "make._sync = lambda folder: os.kill(os.getpid(), signal.SIGKILL)\n"
        "make.backup()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", _START + code], env=prepared.environ, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert prepared.command("backup", "--list").stdout == ""
    made = prepared.command("backup")
    assert made.returncode == 0
    assert not list(Path(made.stdout.strip()).parent.glob(".partial-*"))


def test_restore_refuses_while_the_instance_runs(prepared: Instance) -> None:
    backup = Path(prepared.command("backup").stdout.strip())
    prepared.start()
    refused = prepared.command("restore", backup.name)
    assert refused.returncode == 2
    assert str(prepared.pid) in refused.stderr
    assert prepared.get("/healthz") == 200


def test_restore_of_an_unknown_name_says_how_to_see_the_list(prepared: Instance) -> None:
    refused = prepared.command("restore", "nothing")
    assert refused.returncode == 2
    assert "backup --list" in refused.stderr


def test_a_backup_restores_on_another_machine_with_its_keys(prepared: Instance, tmp_path: Path) -> None:
    prepared.command("backup")
    other = tmp_path / "other"
    (other / "config").mkdir(parents=True)
    for name in ("root.key", "instance.key"):
        shutil.copy2(prepared.folder / "config" / name, other / "config" / name)
    shutil.copytree(prepared.folder / "data" / "backups", other / "data" / "backups")
    (other / "data" / "run").mkdir()
    with instance(other) as moved:
        done = moved.command("restore", "latest")
        assert done.returncode == 0, done.stderr
        assert moved.command("prepare").returncode == 0
        assert (other / "data" / "phithak.db").stat().st_size > 0
