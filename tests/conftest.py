"""Guards and fixtures of the whole test run: see ``tests/guards.py`` and ``docs/how-to/developer.md``."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from hypothesis import HealthCheck, settings

from phithak.base.text import using_language
from phithak.core import pdf
from phithak.core.db import budget
from tests import appendonly, guards, outcomes
from tests.people import people  # noqa: F401 - a fixture of every test

ROOT = Path(__file__).resolve().parent.parent

_PIP = ".venv/bin/uv pip install --python .venv/bin/python "
INSTALL = {
    "atheris": f"{_PIP}atheris",
    "cc": "apt-get install gcc libc6-dev",
    "chromium": "apt-get install chromium fonts-thai-tlwg",
    "faketime": "apt-get install faketime",
    "gpg": "apt-get install gnupg",
    "hyperscan": f"{_PIP}hyperscan",
    "pdf-fonts": "make assets",
    "pdftotext": "apt-get install poppler-utils",
    "pdftoppm": "apt-get install poppler-utils",
    "postgres": "apt-get install postgresql-15",
    "rg": "apt-get install ripgrep",
    "rsyslogd": "apt-get install rsyslog rsyslog-relp rsyslog-elasticsearch",
}
"""What tests may ask for with ``@pytest.mark.needs("program")``, and the line that installs it."""

_MODULES = {"atheris", "hyperscan"}

settings.register_profile(
    "phithak",
    deadline=None,  # a shared machine stalls now and then; slowness has its own tests
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("phithak")


def pytest_configure(config: pytest.Config) -> None:
    """Start the guards before the first test is imported."""
    outcomes.install(config)
    guards.sockets.start()
    appendonly.install()
    if guards.writes not in budget.watchers:
        budget.watchers.append(guards.writes)


def corpus_folder() -> Path | None:
    """Return the folder of outside corpora: ``PHITHAK_CORPUS``, or one that lies beside this tree."""
    named = os.environ.get("PHITHAK_CORPUS")
    if named:
        return Path(named) if Path(named).is_dir() else None
    beside = sorted(ROOT.parent.glob("*/data/detection/README.md"))
    return beside[0].parent.parent if beside else None


def pytest_collection_finish() -> None:
    """Let the collector leave the imported product and tests alone: its full sweeps took seconds of a run."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let what was frozen be collected at the end: libraries written in C count it as leaked, and say so at length."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what cannot run here as not run; in CI a missing program is a failure instead."""
    for item in items:
        for program in [name for mark in item.iter_markers("needs") for name in mark.args]:
            if not _has(program):
                _not_run(item, f"{program} is missing: {INSTALL[program]}")
        if item.get_closest_marker("corpus") and corpus_folder() is None:
            _not_run(item, "the corpora are missing: set PHITHAK_CORPUS", required="CORPUS")


def _has(program: str) -> bool:
    if program in _MODULES:
        return importlib.util.find_spec(program) is not None
    if program == "pdf-fonts":
        return pdf.fonts_present()
    if program == "postgres":
        return bool(shutil.which("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/postgres")))
    return shutil.which(program) is not None


def _not_run(item: pytest.Item, why: str, *, required: str = "CI") -> None:
    if os.environ.get(required) in {"true", "1", "required"}:
        item.user_properties.append(("missing", why))
    else:
        item.add_marker(pytest.mark.skip(reason=outcomes.NOT_RUN + why))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose outside program is missing where all must run."""
    missing = [str(why) for name, why in item.user_properties if name == "missing"]
    if missing:
        pytest.fail(missing[0], pytrace=False)


@pytest.fixture(autouse=True)
def _guarded() -> Iterator[None]:
    """Fail a test that reached beyond this machine, or held the write lock too long."""
    guards.sockets.seen.clear()
    guards.writes.long.clear()
    with using_language("th"):
        yield
    if guards.sockets.seen:
        pytest.fail(f"the test reached beyond this machine: {guards.sockets.seen}", pytrace=False)
    # on PostgreSQL a long transaction does not keep other writers waiting
    if guards.writes.long and not os.environ.get("PHITHAK_DATABASE_URL"):
        holds = ", ".join(f"{hold.name} {hold.seconds * 1000:.0f} ms" for hold in guards.writes.long)
        pytest.fail(f"the write lock was held over 250 ms: {holds}", pytrace=False)


@pytest.fixture
def empty_shelf(tmp_path: Path) -> Iterator[Path]:
    """Let processes have remembered nothing together; returns the data folder, which is another meanwhile."""
    with override_settings(CONFIG=replace(django_settings.CONFIG, data_dir=tmp_path)):
        yield tmp_path


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of outside corpora; only for tests marked ``corpus``."""
    folder = corpus_folder()
    assert folder is not None, "mark the test with corpus"
    return folder


@pytest.fixture(scope="session")
def seed() -> int:
    """The seed of this run, from HEAD's hash (``PHITHAK_SEED``); printed in the report so that it can be replayed."""
    return int(os.environ.get("PHITHAK_SEED", "0"), 16)
