"""Passphrase mode by real processes: a start leaves vault and sending locked until ``phithak unlock``."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.instance import Instance, alive, children_of, instance, until
from tests.people import PASSWORD, TOTP_SECRET
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.soak]

PASSPHRASE = "ฝนตกเบา ๆ ที่ปลายนา-ม้าหิน"
PHONE = "0812345670"
ROOT = Path(__file__).resolve().parent.parent.parent

# a room of the test alone, so that there is something to send
ROOM = {
    "__init__.py": "",
    "settings.py": "from phithak.web.settings import *\nINSTALLED_APPS += ['trial.apps.Trial']\n",
    "apps.py": """
from django.apps import AppConfig
class Trial(AppConfig):
    name = "trial"
    def ready(self):
        from phithak.core.outbox import Rendered, renderer
        renderer("trial.notice")(lambda params, context: Rendered("", "call the centre", reference="REF1"))
""",
}
SEED = """
import django, json
django.setup()
from tests import people
from phithak.core.accounts import actors
from phithak.core.privacy import services as privacy
sector = people.build()
cert = sector.tenant_id("cert")
handle = privacy.seal(actors.system("test"), "phone", "PHONE", tenant_id=cert)
print(json.dumps([str(cert), str(handle)]))
"""
QUEUE = """
import django, uuid
django.setup()
from phithak.core.accounts import actors
from phithak.core.outbox import services as outbox
outbox.queue(actors.system("test"), tenant_id=uuid.UUID("TENANT"), channel="sms", recipient=uuid.UUID("HANDLE"),
             renderer="trial.notice", idempotency_key="one")
"""


def inside(found: Instance, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=found.environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def message(found: Instance) -> tuple[str, int]:
    """Return state and number of claims of the one message."""
    with closing(sqlite3.connect(found.folder / "data" / "phithak.db")) as database:
        state, claims = database.execute("SELECT state, fence FROM outbox_message").fetchone()
        return str(state), int(claims)


def sent(found: Instance) -> list[str]:
    """Return the texts that the Null adapter holds."""
    folder = found.folder / "data" / "null-outbox"
    return [path.read_text(encoding="utf-8") for path in folder.glob("*.txt")]


def codes(answer: str) -> str:
    return str(json.loads(answer)["code"])


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """The folder that holds the room."""
    for name, content in ROOM.items():
        path = tmp_path / "room" / "trial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "room"


def test_a_locked_instance_logs_in_holds_vault_and_sending_until_it_is_unlocked(
    tmp_path: Path, room: Path
) -> None:
    with instance(tmp_path / "here") as found:
        found.extra = {
            "PYTHONPATH": f"{room}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "trial.settings",
        }
        nobody = found.command("unlock", "--stdin", typed=f"{PASSPHRASE}\n")
        assert nobody.returncode == 2
        assert "phithak up" in nobody.stderr
        found.start()
        tenant, handle = json.loads(inside(found, SEED.replace("PHONE", PHONE)).splitlines()[-1])
        assert found.stop() == 0
        done = found.command("keys", "passphrase", "set", typed=f"{PASSPHRASE}\n")
        assert done.returncode == 0, done.stderr
        assert not (found.folder / "config" / "root.key").exists()

        found.start()
        assert "run phithak unlock" in "".join(found.said)
        analyst = Visitor(found.port)
        home = analyst.log_in("analyst@example.th", PASSWORD, TOTP_SECRET)
        assert (home.status, home.url) == (200, f"{analyst.root}/")
        new = {"tenant_id": tenant, "kind": "phone", "value": "0898765432"}
        unmask = {"reason": "โทรกลับผู้แจ้งเหตุวันนี้"}
        assert analyst.api("/privacy/items").status == 200, "masks need no key"
        for path, body in (("/privacy/items", new), (f"/privacy/items/{handle}/unmask", unmask)):
            refused = analyst.api(path, body)
            assert refused.status == 503, refused.text
            assert codes(refused.text) == "keys.locked"
        page = analyst.post("/privacy/add/", **new)
        assert page.status == 503
        assert "phithak unlock" in page.text
        inside(found, QUEUE.replace("TENANT", tenant).replace("HANDLE", handle))
        until(lambda: message(found) == ("queued", 1), "the worker has tried and put it back")
        assert sent(found) == []

        wrong = found.command("unlock", "--stdin", typed="ไม่ใช่วลีนี้\n")
        assert wrong.returncode == 2
        assert PASSPHRASE not in wrong.stderr
        assert analyst.api("/privacy/items", new).status == 503
        right = found.command("unlock", "--stdin", typed=f"{PASSPHRASE}\n")
        assert (right.returncode, right.stdout) == (0, "Unlocked\n")
        # the same processes, without a restart
        assert analyst.api("/privacy/items", new).status == 201
        seen = analyst.api(f"/privacy/items/{handle}/unmask", unmask)
        assert json.loads(seen.text)["value"] == PHONE
        until(lambda: sent(found), "the held message leaves by itself")
        assert len(sent(found)) == 1
        assert f"to: {PHONE}" in sent(found)[0]

        family = [found.pid, *children_of(found.pid)]
        os.kill(found.pid, signal.SIGKILL)
        found.reap()
        until(lambda: not any(alive(pid) for pid in family), "all are gone", 20)
        assert PASSPHRASE not in "".join(found.said)
        found.start()
        assert analyst.api(f"/privacy/items/{handle}/unmask", unmask).status == 503
        assert found.command("keys", "status").returncode == 1
        assert found.stop() == 0
