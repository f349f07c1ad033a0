"""The tables that say what log an event comes from, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from importlib import resources
from typing import Any

from phithak.engines.sigma.normalise.event import Aliases, LogType

_MOST_EVENT_ID = 65_535


def read_table(name: str) -> dict[str, Any]:
    """Return one data file of this package, parsed."""
    text = resources.files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


class WindowsTable:
    """Channel and event id to log type."""

    def __init__(self, table: dict[str, Any], common: Aliases) -> None:
        self._services: dict[str, set[str]] = defaultdict(set)
        self._categories: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._aliases: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {}
        self._common = common
        self._made: dict[tuple[str, int | None], LogType] = {}
        for service, channels in table["services"].items():
            for channel in channels:
                self._services[channel.lower()].add(service)
        for block in table["categories"]:
            for category, numbers in block["events"].items():
                for channel in block["channels"]:
                    for number in numbers:
                        self._categories[channel.lower(), number].add(category)
        for block in table["aliases"]:
            names = {name: tuple(others) for name, others in block["fields"].items()}
            for channel in block["channels"]:
                for number in block["events"]:
                    self._aliases[channel.lower(), number] = names

    def find(self, channel: Any, event_id: Any) -> LogType:
        """Return the log type; an unknown channel or id is a Windows event without service or category."""
        name = channel.lower() if isinstance(channel, str) else ""
        number = event_number(event_id)
        if name not in self._services:
            name = ""
        if (
            number is not None
            and (name, number) not in self._categories
            and (name, number) not in self._aliases
        ):
            number = None
        found = self._made.get((name, number))
        if found is None:
            found = self._made[name, number] = self._make(name, number)
        return found

    def _make(self, name: str, number: int | None) -> LogType:
        key = (name, -1 if number is None else number)
        return LogType(
            key=f"windows/{name or '-'}/{'-' if number is None else number}",
            categories=frozenset(self._categories.get(key, ())),
            products=frozenset({"windows"}),
            services=frozenset(self._services.get(name, ())),
            aliases={**self._common, **self._aliases.get(key, {})},
        )


def event_number(event_id: Any) -> int | None:
    """Return an event id as a number, if it is one of a Windows event."""
    if isinstance(event_id, str) and event_id.isascii() and event_id.isdigit() and len(event_id) < 6:  # noqa: PLR2004 digits of 65,535
        event_id = int(event_id)
    if isinstance(event_id, int) and not isinstance(event_id, bool) and 0 <= event_id <= _MOST_EVENT_ID:
        return event_id
    return None


@cache
def windows(*, flat: bool) -> WindowsTable:
    """Return the table of Windows logs; ``flat``: as forwarders such as nxlog name the header fields."""
    table = read_table("windows")
    common = {name: tuple(others) for name, others in read_table("flat")["header"].items()} if flat else {}
    return WindowsTable(table, common)
