"""Assets over the API."""

from __future__ import annotations

from phithak.core.ui.api import Router
from phithak.registry.api.assets import networks, questions, running, storing

router = Router()
for part in (networks.router, running.router, storing.router, questions.router):
    router.add_router("", part)
