"""What the sweep knows of the registry, joined from its parts."""

from __future__ import annotations

from tests.tenancy.kind import Kind
from tests.tenancy.registry import agreements, assets, drills, joining, organisations, people, shares, teams

_PARTS = (organisations, people, teams, assets, agreements, shares, joining, drills)

KINDS: dict[str, Kind] = {name: kind for part in _PARTS for name, kind in part.KINDS.items()}
DOORS: dict[str, str] = {door: kind for part in _PARTS for door, kind in part.DOORS.items()}
SPARE: dict[str, str] = {door: why for part in _PARTS for door, why in part.SPARE.items()}
