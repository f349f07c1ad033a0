"""Reads of the monitoring room; ``doors`` decide who sees what."""

from phithak.monitoring.queries.doors import (
    EVENTS,
    MANAGE,
    SWITCH,
    VIEW,
    searches_visible_to,
    senders_visible_to,
    silences_visible_to,
    site,
    sources_visible_to,
    turns_visible_to,
    visible_to,
)

__all__ = [
    "EVENTS",
    "MANAGE",
    "SWITCH",
    "VIEW",
    "searches_visible_to",
    "senders_visible_to",
    "silences_visible_to",
    "site",
    "sources_visible_to",
    "turns_visible_to",
    "visible_to",
]
