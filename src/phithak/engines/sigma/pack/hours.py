"""Rules about writes outside working hours, made from a table of sites and data sets.

Sigma compares hours in UTC and knows no site, so the table is turned into plain Sigma rules: for each entry one with
the hours at which nobody works there, and a correlation that counts ten or more such writes to one table by one
account. It is judged when its ten minutes are over, so the count is that of the whole burst. A service around the
clock gets none, and is left out of all others.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tomllib
import uuid
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import yaml

_DAY = 24
_MOST = 1_000_000_000
_ZONED = r"(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?|^[0-9.]+)$"
_WRITES = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "REPLACE",
    "TRUNCATE",
    "TRUNCATE TABLE",
    "COPY",
    "IN",
    "UP",
    "DL",
]


class Hours(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of the table, as ``hours.toml`` explains."""

    name: str
    databases: list[str] = []
    open: tuple[int, int] = (0, 23)
    zone: int = 7
    unzoned: str = "local"
    around_the_clock: bool = False


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    hours: list[Hours]


def hours_rules(text: str) -> str:
    """Return Sigma rules as YAML for a table of hours as TOML.

    Raises:
        ValueError: the table is not as ``hours.toml`` explains; the text says where.
    """
    table = msgspec.convert(tomllib.loads(text), _Table).hours
    if len({entry.name for entry in table}) != len(table):
        raise ValueError("two entries have one name")
    documents = [
        document
        for entry in table
        if not entry.around_the_clock
        for document in (_rule(entry, table), _burst(entry))
    ]
    return "---\n".join(
        yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110) for document in documents
    )


def closed_hours(entry: Hours) -> tuple[list[int], list[int]]:
    """Return the hours at which nobody works: in UTC, and as a log without a zone writes them.

    Raises:
        ValueError: hours that are none, a zone that is none, or a day without an hour to close.
    """
    first, last = entry.open
    if not (0 <= first < _DAY and 0 <= last < _DAY and -_DAY // 2 <= entry.zone <= 14):  # noqa: PLR2004 the last zone
        raise ValueError(f"{entry.name}: hours are 0 to 23, the zone -12 to 14")
    if entry.unzoned not in ("local", "utc"):
        raise ValueError(f'{entry.name}: unzoned is "local" or "utc"')
    at_work = {(first + step) % _DAY for step in range((last - first) % _DAY + 1)}
    closed = sorted(set(range(_DAY)) - at_work)
    if not closed:
        raise ValueError(f"{entry.name}: open all day; write around_the_clock = true")
    in_utc = sorted((hour - entry.zone) % _DAY for hour in closed)
    return in_utc, closed if entry.unzoned == "local" else in_utc


def _rule(entry: Hours, table: list[Hours]) -> dict[str, Any]:
    first, last = entry.open
    in_utc, as_written = closed_hours(entry)
    detection: dict[str, Any] = {
        "write": {"operation": list(_WRITES)},
        "zoned": {"timestamp|re": _ZONED},
        "closed_in_utc": {"timestamp|hour": in_utc},
        "closed_as_written": {"timestamp|hour": as_written},
    }
    condition = "write and ((zoned and closed_in_utc) or (closed_as_written and not zoned))"
    others = [name for other in table if other is not entry for name in other.databases]
    if entry.databases:
        detection["data_set"] = {"database": entry.databases}
        condition += " and data_set"
    elif others:
        detection["filter_other_sets"] = {"database": others}
        condition += " and not filter_other_sets"
    return {
        **_head(
            f"own_hours_{entry.name}",
            f"Database written outside working hours: {entry.name}",
            f"มีการเขียนฐานข้อมูลนอกเวลาทำงาน ({first:02}:00-{last:02}:59)\n"
            f"Rows were written at an hour at which nobody works here ({first:02}:00 to {last:02}:59 is work).\n",
        ),
        "logsource": {"category": "database"},
        "detection": {**detection, "condition": condition},
        "falsepositives": ["Work at night that was announced"],
        "level": "medium",
    }


def _burst(entry: Hours) -> dict[str, Any]:
    return {
        **_head(
            f"own_hours_{entry.name}_burst",
            f"Burst of writes outside working hours: {entry.name}",
            "บัญชีเดียวเขียนตารางเดียวตั้งแต่ 10 ครั้งใน 10 นาทีนอกเวลาทำงาน\n"
            "One account wrote one table ten times or more within ten minutes while nobody works here.\n",
        ),
        "correlation": {
            "type": "event_count",
            "rules": [f"own_hours_{entry.name}"],
            "generate": True,
            "group-by": ["user", "object"],
            "timespan": "10m",
            "condition": {"gte": 10, "lte": _MOST},
        },
        "falsepositives": ["Imports at night; name their account in a filter"],
        "level": "high",
    }


def _head(name: str, title: str, description: str) -> dict[str, Any]:
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    return {
        "title": title,
        "name": name,
        "id": str(uuid.UUID(bytes=digest, version=4)),
        "status": "experimental",
        "description": description,
        "author": "The Phithak maintainers",
        "date": "2026-11-22",
        "tags": ["attack.impact", "attack.t1565.001"],
    }


def main(words: list[str] | None = None) -> int:
    """Write the rules of a table to standard output; 2 where the table cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m phithak.engines.sigma.pack.hours", description=__doc__)
    parser.add_argument(
        "table", nargs="?", type=Path, help="TOML as hours.toml explains; without one, that file"
    )
    args = parser.parse_args(words)
    try:
        text = (
            args.table.read_text("utf-8")
            if args.table
            else resources.files(__package__).joinpath("hours.toml").read_text("utf-8")
        )
        sys.stdout.write(hours_rules(text))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{args.table}: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
