"""Organisations over the API: records, their names and relations, duplicates, figures, sectors and kinds."""

from __future__ import annotations

from phithak.core.ui.api import Router
from phithak.registry.api.organisations import duplicates, lists, parts, records

router = Router()
for part in (lists.router, duplicates.router, records.router, parts.router):
    router.add_router("", part)
