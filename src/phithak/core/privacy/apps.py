"""App of ``core/privacy``."""

from django.apps import AppConfig

from phithak.base.text import Text


class PrivacyConfig(AppConfig):
    """Keys, vault, masks and tags of personal data."""

    name = "phithak.core.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core import contrib  # noqa: PLC0415 - models are ready only now
        from phithak.core.accounts import permissions as accounts_permissions  # noqa: PLC0415 - same
        from phithak.core.privacy import permissions  # noqa: PLC0415 - same
        from phithak.core.privacy.checks import CHECKS  # noqa: PLC0415 - same
        from phithak.core.privacy.services import keys, sweeping  # noqa: PLC0415 - same
        from phithak.core.privacy.waiting import WAITING  # noqa: PLC0415 - same

        accounts_permissions.register(*permissions.OWN)
        contrib.doctor.register(*CHECKS)
        contrib.nav.register(
            contrib.NavItem(
                "privacy.items",
                Text("ข้อมูลส่วนบุคคล", "Personal data"),
                "privacy:items",
                permission="privacy.vault.view",
                order=300,
                icon="shield",
            ),
            contrib.NavItem(
                "privacy.keys",
                Text("กุญแจข้อมูล", "Data keys"),
                "privacy:keys",
                permission="privacy.key.view",
                group=Text("ระบบ", "System"),
                order=930,
                icon="key",
            ),
        )
        # a confirmed destruction that a crash cut short is carried out by the next tick
        contrib.loops.register(contrib.Loop("privacy.destructions", 60.0, keys.tend_keys))
        contrib.loops.register(contrib.Loop("privacy.sweep", 600.0, sweeping.sweep))
        contrib.waiting.register(WAITING)
