"""API of the registry: the routers of its parts, joined."""

from phithak.core.ui.api import Router

router = Router()
