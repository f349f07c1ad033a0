"""The notices room over the API: templates, lint and preview; names; the directory; campaigns; address lists."""

from __future__ import annotations

from phithak.core.ui.api import Router
from phithak.notices.api import campaigns, directory, lists, names, templates

router = Router()
for part in (templates.router, names.router, directory.router, campaigns.router, lists.router):
    router.add_router("", part)
