"""Finds events again. ``tenants`` has no default: who asks says whose events they may see.

Conditions are a small tree, never SQL of a user's; every value is a parameter.
"""

from phithak.eventstore.queries.search import Found, Histogram, histogram, query, top
from phithak.eventstore.queries.tree import (
    COLUMNS,
    AllOf,
    AnyOf,
    Contains,
    Equals,
    Is,
    Not,
    StartsWith,
    Where,
)

__all__ = [
    "COLUMNS",
    "AllOf",
    "AnyOf",
    "Contains",
    "Equals",
    "Found",
    "Histogram",
    "Is",
    "Not",
    "StartsWith",
    "Where",
    "histogram",
    "query",
    "top",
]
