"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from tests.tenancy.kind import Kind

KINDS: dict[str, Kind] = {}
DOORS: dict[str, str] = {}
SPARE: dict[str, str] = {}
