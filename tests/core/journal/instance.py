"""A whole small instance of its own in a folder: keys, database, and the real command line, as processes."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from phithak.base import keyfiles

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Instance:
    """Configuration and data under ``folder``; always SQLite."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "data" / "phithak.db"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a process of this instance."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")}
        return {
            **kept,
            "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
            "PHITHAK_DATA_DIR": str(self.folder / "data"),
            "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), *sys.path]),
            **more,
        }

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run ``phithak`` with these words to its end."""
        command = [sys.executable, "-m", "phithak", *words]
        return subprocess.run(  # noqa: PLW1510 - the tests look at the exit code
            command,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
        )

    def act(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a step of ``tests.core.journal.steps`` in a process of this instance."""
        command = [sys.executable, "-m", "tests.core.journal.steps", *words]
        return subprocess.run(  # noqa: PLW1510 - the tests look at the exit code
            command,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
        )


def make(folder: Path) -> Instance:
    """Make an instance with keys and an empty, migrated database; the database is made once and copied."""
    found = Instance(folder)
    if not _template:
        _template.append(_new(Path(tempfile.mkdtemp(prefix="phithak-template-")) / "instance"))
        atexit.register(shutil.rmtree, _template[0].folder.parent, ignore_errors=True)
    keyfiles.create(folder / "config" / "instance.key")
    keyfiles.create(folder / "config" / "root.key")
    (folder / "data").mkdir()
    shutil.copyfile(_template[0].database, found.database)
    return found


_template: list[Instance] = []


def _new(folder: Path) -> Instance:
    found = Instance(folder)
    keyfiles.create(folder / "config" / "instance.key")
    keyfiles.create(folder / "config" / "root.key")
    (folder / "data").mkdir()
    done = found.act("migrate")
    assert done.returncode == 0, done.stderr
    return found
