"""API of the registry: the routers of its parts, joined."""

from phithak.core.ui.api import Router
from phithak.registry.api import agreements, assets, organisations, people, shares

router = Router()
for part in (agreements, assets, organisations, people, shares):
    router.add_router("", part.router)
