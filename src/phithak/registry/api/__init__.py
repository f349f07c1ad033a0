"""API of the registry: the routers of its parts, joined."""

from phithak.core.ui.api import Router
from phithak.registry.api import agreements, assets, drills, joining, organisations, people, shares, teams

router = Router()
for part in (agreements, assets, drills, joining, organisations, people, shares, teams):
    router.add_router("", part.router)
