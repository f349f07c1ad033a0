"""What the tests over outside rules share: read once in a run, kept on disk for the other test process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from phithak.engines.sigma.compiled import load_cached
from phithak.engines.sigma.naive import Oracle, read_oracles
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import read_sources

RULES = "detection/rules/sigmahq-rules.tar.zst"


@pytest.fixture(scope="session")
def sigmahq(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """All rules of SigmaHQ."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return load_cached([str(corpus / RULES)], shared / "sigmahq")


@pytest.fixture(scope="session")
def sigmahq_oracles(corpus: Path) -> list[Oracle]:
    """The same rules as the naive evaluator reads them."""
    files = read_sources([str(corpus / RULES)])
    return [oracle for file in files for oracle in read_oracles(file.data.decode())]
