"""The cases room over the API: cases, timelines, parties, reports."""

from __future__ import annotations

from phithak.cases.api import core, reports
from phithak.core.ui.api import Router

router = Router()
for part in (core.router, reports.router):
    router.add_router("", part)
