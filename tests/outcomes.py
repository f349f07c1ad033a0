"""Writes what became of each test to the file named in ``PHITHAK_OUTCOMES``, for ``tools/``.

One JSON object: ``{"tests": {nodeid: {"outcome", "seconds", "reason"}}, "errors": […]}`` with outcomes
``passed``, ``failed``, ``skipped`` and ``not run`` (an outside program or data set is missing).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

NOT_RUN = "NOT RUN: "


class Outcomes:
    """A pytest plugin of the controlling process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tests: dict[str, dict[str, Any]] = {}
        self.errors: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Fold set-up, call and tear-down of a test into one outcome; a failure in any of them is a failure."""
        entry = self.tests.setdefault(report.nodeid, {"outcome": "passed", "seconds": 0.0, "reason": ""})
        entry["seconds"] = round(entry["seconds"] + report.duration, 3)
        if report.failed:
            entry["outcome"] = "failed"
        elif report.skipped and entry["outcome"] != "failed":
            reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
            entry["reason"] = reason.removeprefix("Skipped: ")
            entry["outcome"] = "not run" if NOT_RUN in reason else "skipped"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep files that could not be collected: a suite that does not import has not passed."""
        if report.failed:
            self.errors.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"tests": self.tests, "errors": self.errors}, ensure_ascii=False))


def install(config: pytest.Config) -> None:
    """Register the plugin when a report was asked for and this is the controlling process."""
    target = os.environ.get("PHITHAK_OUTCOMES")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(Path(target)), "phithak-outcomes")
