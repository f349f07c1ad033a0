"""App of the clocks room."""

from django.apps import AppConfig

from phithak.base.text import Text


class ClocksConfig(AppConfig):
    """Registers the room's rights, its loop and what waits."""

    name = "phithak.core.clocks"
    label = "clocks"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core import contrib  # noqa: PLC0415 - models are ready only now
        from phithak.core.accounts import permissions  # noqa: PLC0415 - same
        from phithak.core.clocks import queries, services  # noqa: PLC0415 - same
        from phithak.core.clocks.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
        contrib.nav.register(
            contrib.NavItem(
                "clocks.list",
                Text("นาฬิกากฎหมาย", "Legal clocks"),
                "clocks:list",
                "clocks.view",
                order=300,
                icon="clock",
            )
        )
        contrib.loops.register(contrib.Loop("clocks.warn", 30.0, services.warn_due))
        contrib.waiting.register(contrib.Waiting("clocks.due", queries.waiting))
