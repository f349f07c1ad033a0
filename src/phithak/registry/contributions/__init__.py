"""What the registry shows elsewhere; one module for each of its parts."""

from __future__ import annotations

from phithak.registry.contributions import (
    agreements,
    assets,
    drills,
    joining,
    organisations,
    people,
    shares,
    teams,
)


def register() -> None:
    """Fill the registries."""
    for part in (organisations, people, teams, assets, agreements, shares, joining, drills):
        part.register()
