"""The notices room over the API: templates, their approval, lint and preview; names; the directory."""

from __future__ import annotations

from phithak.core.ui.api import Router
from phithak.notices.api import directory, names, templates

router = Router()
for part in (templates.router, names.router, directory.router):
    router.add_router("", part)
