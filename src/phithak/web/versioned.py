"""Static addresses that change with their content (``?v=…``), so that browsers may keep files for long."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage


@functools.cache
def version(path: Path) -> str:
    """Return the first characters of the file's SHA-256; "" when it is missing."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


class VersionedStorage(StaticFilesStorage):
    """What ``{% static %}`` asks."""

    def url(self, name: str | None) -> str:
        """Return the address of a static file with its content's version."""
        plain = super().url(name)
        found = version(Path(settings.ROOT) / "static" / (name or ""))
        return f"{plain}?v={found}" if found else plain
