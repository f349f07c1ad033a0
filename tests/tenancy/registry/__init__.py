"""What the sweep knows of the registry, joined from its parts."""

from __future__ import annotations

from collections.abc import Callable

from tests.people import People
from tests.tenancy.kind import Kind
from tests.tenancy.registry import agreements, assets, drills, joining, organisations, people, shares, teams

_PARTS = (organisations, people, teams, assets, agreements, shares, joining, drills)

KINDS: dict[str, Kind] = {name: kind for part in _PARTS for name, kind in part.KINDS.items()}
DOORS: dict[str, str] = {door: kind for part in _PARTS for door, kind in part.DOORS.items()}
SPARE: dict[str, str] = {door: why for part in _PARTS for door, why in part.SPARE.items()}

BESIDE: dict[str, Callable[[People], object]] = {
    "organisation_id": organisations.beside,
    "contact_id": people.beside,
}
"""What objects of other kinds come with, and the kind whose insiders see it: for these it is there before the sweep,
so that whatever still changes comes from objects that they must not see."""
