"""The cases room over the API: cases, timelines, parties, reports, work."""

from __future__ import annotations

from phithak.cases.api import core, reports, together, work
from phithak.core.ui.api import Router

router = Router()
for part in (core.router, reports.router, work.router, together.router):
    router.add_router("", part)
