"""``phithak doctor`` and ``config explain`` by the command line: what is wrong is named, and the exit code tells."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import Instance, instance, until

pytestmark = pytest.mark.faults

Rows = dict[str, dict[str, str]]

MAKE_KEYS = """
import django
django.setup()
from phithak.base import config
from phithak.web.commands import up
up.make_folders(config.load().config)
"""
ADMINISTRATOR = """
import django
django.setup()
from tests import people
people.build()
from phithak.core.accounts.models import User
from phithak.base import clock
User.objects.update(last_login=clock.now())
"""
ROOT = Path(__file__).resolve().parent.parent.parent


def inside(found: Instance, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**found.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a prepared instance with administrators who have logged in."""
    folder = tmp_path_factory.mktemp("pattern") / "here"
    with instance(folder) as found:
        inside(found, MAKE_KEYS)
        assert found.command("prepare").returncode == 0
        inside(found, ADMINISTRATOR)
        # the made-up tenants were put in beside the services; a preparation gives each its record
        assert found.command("prepare").returncode == 0
    return folder


@pytest.fixture
def prepared(pattern: Path, tmp_path: Path) -> Iterator[Instance]:
    """A copy of the pattern, not running."""
    shutil.copytree(pattern, tmp_path / "copy")
    with instance(tmp_path / "copy") as found:
        yield found


def doctor(found: Instance) -> tuple[int, Rows]:
    """Return the exit code and the rows by name."""
    done = found.command("doctor", "--json")
    rows: Rows = {row["name"]: row for row in json.loads(done.stdout)}
    return done.returncode, rows


def wrong(rows: Rows, state: str = "error") -> set[str]:
    """Return the checks in a state."""
    return {name for name, row in rows.items() if row["state"] == state}


def test_a_running_sound_instance_has_no_error_and_a_stopped_one_says_so(prepared: Instance) -> None:
    code, rows = doctor(prepared)
    assert code == 1
    assert wrong(rows) - {"web.assets"} == {"jobs.lanes"}
    assert "phithak up" in rows["jobs.lanes"]["en"]
    prepared.start()
    until(lambda: "jobs.lanes" not in wrong(doctor(prepared)[1]), "the worker's lanes are seen")
    code, rows = doctor(prepared)
    assert prepared.stop() == 0
    # the page assets are fetched by make assets, which a checkout without network has not run
    assert wrong(rows) <= {"web.assets"}, {name: rows[name]["en"] for name in wrong(rows)}
    assert code == (1 if wrong(rows) else 0)
    for name in ("web.folders", "web.migrations", "web.address", "accounts.admin", "privacy.root_key"):
        assert rows[name]["state"] in {"ok", "warning"}, rows[name]
    assert rows["web.folders"]["state"] == "ok"
    assert all(row["th"] and row["en"] for row in rows.values())


def test_a_fresh_instance_has_no_administrator(tmp_path: Path) -> None:
    with instance(tmp_path / "here") as found:
        inside(found, MAKE_KEYS)
        code, rows = doctor(found)
        assert code == 1
        assert rows["web.migrations"]["state"] == "error"
        assert "phithak up --migrate" in rows["web.migrations"]["en"]
        assert found.command("prepare").returncode == 0
        code, rows = doctor(found)
    assert code == 1
    assert rows["web.migrations"]["state"] == "ok"
    assert rows["accounts.admin"]["state"] == "error"
    assert "phithak admin link" in rows["accounts.admin"]["en"]


def test_pending_steps_are_an_error_that_names_their_number(prepared: Instance) -> None:
    inside(
        prepared,
        "import django\ndjango.setup()\nfrom django.core.management import call_command\n"
        "call_command('migrate', 'notices', 'zero', verbosity=0)",
    )
    code, rows = doctor(prepared)
    assert code == 1
    assert rows["web.migrations"]["state"] == "error"
    steps = len(list((ROOT / "src/phithak/notices/migrations").glob("[0-9]*.py")))
    assert rows["web.migrations"]["en"] == f"{steps} pending; run phithak up --migrate"
    assert prepared.command("migrate").returncode == 0
    assert doctor(prepared)[1]["web.migrations"]["state"] == "ok"


@pytest.mark.parametrize("folder", ["config", "data"])
def test_a_folder_that_others_can_open_is_named(prepared: Instance, folder: str) -> None:
    place = prepared.folder / folder
    place.chmod(0o755)
    words = prepared.command("doctor").stdout
    assert f"others can open {place}; use chmod 700" in words


def test_a_lost_root_key_is_an_error(prepared: Instance) -> None:
    (prepared.folder / "config" / "root.key").unlink()
    code, rows = doctor(prepared)
    assert code == 1
    assert rows["privacy.root_key"]["state"] == "error"


def test_listening_outside_without_tls_is_an_error(prepared: Instance) -> None:
    prepared.extra = {"PHITHAK_HOST": "0.0.0.0"}  # noqa: S104 - nothing listens: doctor only reads it
    code, rows = doctor(prepared)
    assert code == 1
    assert rows["web.address"]["state"] == "error"
    assert "tls_certificate" in rows["web.address"]["en"]


def test_missing_page_assets_are_an_error(prepared: Instance, tmp_path: Path) -> None:
    (tmp_path / "bare.py").write_text(
        f"from pathlib import Path\nfrom phithak.web.settings import *\nROOT = Path({str(tmp_path)!r})\n",
        encoding="utf-8",
    )
    prepared.extra = {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "bare"}
    code, rows = doctor(prepared)
    assert code == 1
    assert rows["web.assets"]["en"] == "missing; run make assets"
    (tmp_path / "static" / "vendor").mkdir(parents=True)
    (tmp_path / "static" / "vendor" / "a.css").write_text("", encoding="utf-8")
    assert doctor(prepared)[1]["web.assets"]["state"] == "ok"


def test_config_explain_tells_value_origin_and_hides_secrets(prepared: Instance, tmp_path: Path) -> None:
    secret = tmp_path / "oidc"
    secret.write_text("hidden-in-a-file\n", encoding="utf-8")
    secret.chmod(0o600)
    prepared.extra = {"PHITHAK_OIDC_CLIENT_SECRET_FILE": str(secret)}
    done = prepared.command("config", "explain", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert "hidden-in-a-file" not in done.stdout
    assert rows["oidc_client_secret"]["value"] == "********"
    assert "OIDC_CLIENT_SECRET_FILE" in rows["oidc_client_secret"]["origin"]
    assert (rows["port"]["value"], rows["port"]["origin"]) == (str(prepared.port), "PHITHAK_PORT")
    assert prepared.command("config", "explain", "prot").returncode == 2
