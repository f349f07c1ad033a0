"""App of ``core/files``."""

from django.apps import AppConfig

from phithak.base.text import Text


class FilesConfig(AppConfig):
    """Sealed files."""

    name = "phithak.core.files"
    label = "files"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core import contrib  # noqa: PLC0415 - models are ready only now
        from phithak.core.accounts import permissions as accounts_permissions  # noqa: PLC0415 - same
        from phithak.core.files import permissions, services  # noqa: PLC0415 - same

        accounts_permissions.register(*permissions.OWN)
        contrib.nav.register(
            contrib.NavItem(
                "files.files",
                Text("ไฟล์", "Files"),
                "files:files",
                permission="files.view",
                order=310,
                icon="file",
            )
        )
        contrib.loops.register(contrib.Loop("files.sweep", 3600.0, services.sweep_tick))
