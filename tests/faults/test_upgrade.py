"""Upgrades by real processes: a release with further migrations, killed at every place, loses nothing.

The newer release is the product itself with one more app, which lies in a throw-away folder: it adds a column to
an existing table, a table, fills that table with Python, and kills itself where the test says.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.instance import Instance, instance

pytestmark = pytest.mark.faults

TENANTS = 12

# Each step of the newer release. ``die`` ends the process as a power cut would.
RELEASE = {
    "__init__.py": "",
    "settings.py": "from phithak.web.settings import *\nINSTALLED_APPS += ['newer.apps.Newer']\n",
    "death.py": """
import os, signal
def die(place):
    if os.environ.get("NEWER_DIES") == place:
        os.kill(os.getpid(), signal.SIGKILL)
""",
    "apps.py": """
from django.apps import AppConfig
from newer.death import die
class Newer(AppConfig):
    name = "newer"
    default_auto_field = "django.db.models.BigAutoField"
    def ready(self):
        from django.db import models
        from phithak.core.journal.models import Checkpoint
        # the newer code knows a column that the older schema lacks, in a table that the backup reads
        models.CharField(max_length=10, default="").contribute_to_class(Checkpoint, "mood")
        from phithak.web.backup import manifest
        write = manifest.Manifest.write
        manifest.Manifest.write = lambda found, folder: (die("backup"), write(found, folder))[1]
""",
    "models.py": """
from django.db import models
class Badge(models.Model):
    tenant = models.UUIDField(unique=True)
    colour = models.CharField(max_length=20, default="blue")
""",
    "migrations/__init__.py": "",
    "migrations/0001_expand.py": """
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "0001_initial"), ("journal", "0002_append_only")]
    operations = [
        # expand: a column that the former release can live with
        migrations.RunSQL(
            "ALTER TABLE accounts_tenant ADD COLUMN motto varchar(100) NOT NULL DEFAULT ''",
            "ALTER TABLE accounts_tenant DROP COLUMN motto",
        ),
        migrations.RunSQL(
            "ALTER TABLE journal_checkpoint ADD COLUMN mood varchar(10) NOT NULL DEFAULT ''",
            "ALTER TABLE journal_checkpoint DROP COLUMN mood",
        ),
        migrations.CreateModel("Badge", [
            ("id", models.BigAutoField(primary_key=True)),
            ("tenant", models.UUIDField(unique=True)),
        ]),
    ]
""",
    "migrations/0002_fill.py": """
from django.db import migrations
from newer.death import die
def fill(apps, editor):
    die("between")
    ids = list(apps.get_model("accounts", "Tenant").objects.values_list("pk", flat=True))
    for number, tenant in enumerate(ids):
        if number == len(ids) // 2:
            die("inside")
        apps.get_model("newer", "Badge").objects.create(tenant=tenant)
class Migration(migrations.Migration):
    dependencies = [("newer", "0001_expand")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
""",
    "migrations/0003_more.py": """
from django.db import migrations, models
from newer.death import die
class Migration(migrations.Migration):
    dependencies = [("newer", "0002_fill")]
    operations = [
        migrations.AddField("Badge", "colour", models.CharField(max_length=20, default="blue")),
        migrations.RunPython(lambda apps, editor: die("end"), migrations.RunPython.noop),
    ]
""",
}

CUT_OFF = """
import os, signal, sys
from django.db.migrations.executor import MigrationExecutor
apply, count = MigrationExecutor.apply_migration, []
def counted(*given, **named):
    count.append(1)
    if len(count) == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return apply(*given, **named)
MigrationExecutor.apply_migration = counted
from phithak.web import cli
sys.exit(cli.main(["prepare"]))
"""
"""A first start that is cut off after a few tables."""


def inside(found: Instance, code: str) -> object:
    """Run code in a process of the instance and return the JSON value that it prints last."""
    done = subprocess.run(
        [sys.executable, "-c", "import django, json; django.setup()\n" + code],
        env=found.environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def make_keys(found: Instance) -> None:
    """Make the folders and keys of a first start."""
    inside(
        found,
        "from phithak.base import config\n"
        "from phithak.web.commands import up\n"
        "up.make_folders(config.load().config)\n"
        "print(1)",
    )


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which every command is of the newer release."""
    root = tmp_path_factory.mktemp("release")
    for name, content in RELEASE.items():
        path = root / "newer" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return {"PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "newer.settings"}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an instance of the present release with tenants and a signed journal."""
    folder = tmp_path_factory.mktemp("pattern")
    with instance(folder) as found:
        make_keys(found)
        done = found.command("prepare")
        assert done.returncode == 0, done.stderr
        inside(
            found,
            "from phithak.core.accounts import actors, services\n"
            "from phithak.core.journal.services import tick\n"
            f"for n in range({TENANTS}):\n"
            "    services.create_tenant(actors.system('test'), kind='hospital', name_th=f'รพ. {n}')\n"
            "tick()\n"
            "print(1)",
        )
    return folder


@pytest.fixture
def old(pattern: Path, tmp_path: Path) -> Iterator[Instance]:
    """A copy of the pattern, not running, whose commands are of the newer release once ``extra`` says so."""
    shutil.copytree(pattern, tmp_path / "copy")
    with instance(tmp_path / "copy") as found:
        yield found


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """Return the whole table of a records database, in order of its first column."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608 - fixed names


def records(found: Instance) -> Path:
    """Return the records database."""
    return found.folder / "data" / "phithak.db"


def backups(found: Instance) -> list[str]:
    """Return the names of the whole backups, oldest first."""
    return [line.split()[0] for line in found.command("backup", "--list").stdout.splitlines()]


def assert_nothing_is_lost(found: Instance, before: list[tuple[object, ...]], entries: int) -> None:
    """Every tenant is as it was (a column longer), has one badge, and the journal still proves itself."""
    tenants = rows(records(found), "accounts_tenant")
    assert [row[: len(before[0])] for row in tenants] == before
    badges = rows(records(found), "newer_badge")
    assert sorted(str(badge[1]) for badge in badges) == sorted(str(row[0]) for row in before)
    assert {badge[2] for badge in badges} == {"blue"}
    assert len(rows(records(found), "journal_entry")) >= entries
    verified = found.command("audit", "verify", "--live")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_up_refuses_an_older_database_and_says_what_to_run(old: Instance, newer: dict[str, str]) -> None:
    assert old.command("migrate", "--check").returncode == 0
    before = records(old).read_bytes()
    old.extra = newer
    checked = old.command("migrate", "--check")
    assert (checked.returncode, checked.stdout) == (1, "3 steps pending\n")
    for word in ("up", "prepare"):
        refused = old.command(word)
        assert refused.returncode == 2
        assert "phithak up --migrate" in refused.stderr
        assert "3 steps" in refused.stderr
    assert backups(old) == []
    assert records(old).read_bytes() == before, "a refusal must not touch the records"


def test_up_migrate_backs_up_then_migrates_then_starts(old: Instance, newer: dict[str, str]) -> None:
    tenants = rows(records(old), "accounts_tenant")
    entries = len(rows(records(old), "journal_entry"))
    old.extra = newer
    old.start("--migrate")
    said = "".join(old.said)
    assert said.index("Backup at") < said.index("Phithak is at")
    (name,) = backups(old)
    assert name.endswith("-before-migrate")
    assert old.command("backup", "--check", name).returncode == 0
    # the backup is of the moment before the first step
    kept = old.folder / "data" / "backups" / name / "records.db"
    assert rows(kept, "accounts_tenant") == tenants
    with closing(sqlite3.connect(kept)) as database:
        assert not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'newer_badge'").fetchall()
    assert old.stop() == 0
    assert_nothing_is_lost(old, tenants, entries)
    # nothing is pending now: a start needs no word and makes no further backup
    assert old.command("migrate", "--check").returncode == 0
    assert old.command("prepare", "--migrate").returncode == 0
    assert backups(old) == [name]


@pytest.mark.parametrize(
    ("place", "steps", "whole"),
    [
        pytest.param("backup", 3, 0, id="while the backup is made"),
        pytest.param("between", 2, 1, id="between two steps", marks=pytest.mark.soak),
        pytest.param("inside", 2, 1, id="in the middle of a step"),
        pytest.param("end", 1, 1, id="before the last step is marked as done", marks=pytest.mark.soak),
    ],
)
def test_an_upgrade_that_was_killed_is_finished_by_running_it_again(
    old: Instance, newer: dict[str, str], place: str, steps: int, whole: int
) -> None:
    tenants = rows(records(old), "accounts_tenant")
    entries = len(rows(records(old), "journal_entry"))
    old.extra = {**newer, "NEWER_DIES": place}
    killed = old.command("up", "--migrate")
    assert killed.returncode != 0
    assert "Phithak is at" not in killed.stdout, "nothing may start on a half-migrated database"
    old.extra = newer
    assert old.command("migrate", "--check").stdout == f"{steps} steps pending\n"
    assert len(backups(old)) == whole
    refused = old.command("up")
    assert refused.returncode == 2
    assert "phithak up --migrate" in refused.stderr
    finished = old.command("prepare", "--migrate")
    assert finished.returncode == 0, finished.stderr
    assert_nothing_is_lost(old, tenants, entries)
    made = backups(old)
    assert len(made) == whole + 1
    for name in made:
        assert old.command("backup", "--check", name).returncode == 0
    first = old.folder / "data" / "backups" / made[0] / "records.db"
    assert rows(first, "accounts_tenant") == tenants
    assert not list((old.folder / "data" / "backups").glob(".partial-*"))


def test_the_former_release_runs_on_the_newer_schema(old: Instance, newer: dict[str, str]) -> None:
    old.extra = newer
    assert old.command("prepare", "--migrate").returncode == 0
    old.extra = {}
    old.start()
    made = inside(
        old,
        "from phithak.core.accounts import actors, services\n"
        "made = services.create_tenant(actors.system('test'), kind='hospital', name_th='รพ. ใหม่')\n"
        "print(1)",
    )
    assert made == 1
    assert old.get("/accounts/login/") == 200
    assert old.stop() == 0
    tenants = rows(records(old), "accounts_tenant")
    assert len(tenants) >= TENANTS + 1
    assert {row[-1] for row in tenants} == {""}


def test_migrate_refuses_while_the_instance_runs(old: Instance, newer: dict[str, str]) -> None:
    old.start()
    old.extra = newer
    assert old.command("migrate", "--check").returncode == 1
    refused = old.command("migrate")
    assert refused.returncode == 2
    assert re.search(rf"\b{old.pid}\b", refused.stderr)
    assert old.stop() == 0
    done = old.command("migrate")
    assert done.returncode == 0, done.stderr
    assert old.command("migrate", "--check").returncode == 0
    assert len(backups(old)) == 1


def test_a_first_start_that_was_killed_half_way_can_be_finished(
    tmp_path: Path, newer: dict[str, str]
) -> None:
    with instance(tmp_path) as found:
        make_keys(found)
        # a newer release on a fresh folder, cut off after a few tables
        found.extra = newer
        stopped = subprocess.run(
            [sys.executable, "-c", CUT_OFF], env=found.environ, capture_output=True, timeout=120, check=False
        )
        assert stopped.returncode == -9
        refused = found.command("prepare")
        assert refused.returncode == 2
        assert "phithak up --migrate" in refused.stderr
        finished = found.command("prepare", "--migrate")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        assert "First login" in finished.stdout
        assert found.command("migrate", "--check").returncode == 0
