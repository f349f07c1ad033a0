"""Static addresses that change with their content (``?v=…``), so that browsers may keep files for long."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@functools.cache
def version(path: Path) -> str:
    """Return the first characters of the file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


class VersionedStorage(StaticFilesStorage):
    """What ``{% static %}`` asks."""

    def url(self, name: str | None) -> str:
        """Return the address of a static file with its content's version."""
        plain = super().url(name)
        path = finders.find(name) if name else None
        return f"{plain}?v={version(Path(path))}" if path else plain
