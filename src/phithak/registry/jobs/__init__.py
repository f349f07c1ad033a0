"""Jobs of the registry; one module for each part, imported here so that the queue knows them."""

from phithak.registry.jobs import agreements, callsheets, drills, joining, organisations, people

__all__ = ["agreements", "callsheets", "drills", "joining", "organisations", "people"]
