"""Jobs of the registry; one module for each part, imported here so that the queue knows them."""

from phithak.registry.jobs import agreements, drills

__all__ = ["agreements", "drills"]
