"""Finding events among very many: needle, group-by, ten thousand indicators, over 36 million rows in 432 files.

The rows are made by DuckDB itself, 27 sites with a file for each of 16 days; they lie where the compactor puts
its own, with side indexes and manifest, and are asked through the product's queries. Beside it the plain way: the same
needle by reading the raw events.

    python bench/eventstore_queries.py [--rows 36000000] [--folder build/bench/events]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from phithak.eventstore.compactor.files import write_file  # noqa: E402 - found by the path set above
from phithak.eventstore.duck import connect  # noqa: E402 - same
from phithak.eventstore.layout import Layout  # noqa: E402 - same
from phithak.eventstore.manifest import ManifestWriter, living_files, path_of  # noqa: E402 - same
from phithak.eventstore.normalise.reference import mapping  # noqa: E402 - same
from phithak.eventstore.queries import (  # noqa: E402 - same
    Contains,
    Equals,
    query,
    search,
    top,
)

SITES, DAYS = 27, 16
TENANTS = [UUID(int=(number + 1) << 64 | 7 << 76 | 2 << 62) for number in range(SITES)]
BEGIN = 1_795_230_000_000_000
DAY = 86_400_000_000
TURNS = 20
BARS: dict[str, tuple[str, float]] = {
    "needle_p95_seconds": ("<", 1.0),
    "group_by_p95_seconds": ("<", 1.0),
    "indicators_opened_share": ("<=", 0.01),
}


def make(layout: Layout, rows: int) -> None:
    """Make the files, unless they are there."""
    each = rows // (SITES * DAYS)
    manifest = ManifestWriter(layout)
    have = {(one.tenant, one.day) for one in manifest.living()}
    for site, tenant in enumerate(TENANTS):
        for day in range(DAYS):
            name = f"2026-11-{day + 1:02d}"
            if (tenant, name) in have:
                continue
            with connect([layout.parquet], threads=2, memory_mb=2000, in_order=True) as connection:
                _rows(connection, site, day, each)
                file = write_file(
                    connection, "rows", layout, tenant=tenant, retention="mix", day=name, sort=True
                )
            manifest.commit([file])
    manifest.close()


def _rows(connection: object, site: int, day: int, each: int) -> None:
    made = {
        "host": "'his-' || (h % 40) || '.hospital.example'",
        "event": "CASE h % 5 WHEN 0 THEN '1' WHEN 1 THEN '4624' WHEN 2 THEN 'alert' ELSE 'conn' END",
        "user": "'HOSP\\user' || (h % 300)",
        "src_ip": f"'10.{site}.' || (h % 256) || '.' || (h // 256 % 254)",
        "dst_ip": "'198.' || (18 + h % 2) || '.' || (h // 4 % 256) || '.' || (h // 1024 % 256)",
        "dst_port": "CASE h % 3 WHEN 0 THEN '443' WHEN 1 THEN '445' ELSE '53' END",
        "domain": "CASE h % 5 WHEN 3 THEN 'www' || (h // 16 % 900) || '.example' END",
        "hashes": "CASE h % 5 WHEN 0 THEN 'SHA256=' || upper(sha256(h::VARCHAR)) END",
        "image": "CASE h % 5 WHEN 0 THEN 'C:\\Program Files\\App' || (h // 8 % 120) || '\\tool.exe' END",
    }
    columns = ", ".join(f'{made.get(name, "NULL::VARCHAR")} AS "{name}"' for name in mapping())
    start = BEGIN + day * DAY
    connection.execute(  # type: ignore[attr-defined]
        f"CREATE TABLE rows AS SELECT i // 1000 AS \"offset\", (i % 1000)::INTEGER AS n, 'source' AS source,"  # noqa: S608
        f" 'sender' AS sender, 'mix/' || (h % 5) AS log, make_timestamp({start} + i * {DAY} // {each}) AS time,"
        f" '' AS flag, make_timestamp({start} + i * {DAY} // {each}) AS received, {columns}, false AS short,"
        ' encode(format(\'{{"id":"{}","n":{},"proto":"tcp","bytes":{}}}\', md5(h::VARCHAR), i, h % 99999))'
        f" AS raw FROM (SELECT i, (hash(i + {site * 1000 + day} * 10000019::BIGINT) // 2)::BIGINT AS h"
        f" FROM range({each}) t(i))"
    )


def timed(ask: Callable[[int], object], turns: int = TURNS) -> tuple[float, float]:
    """Return the middle and the 95th percentile of the seconds that questions take."""
    seconds = []
    for turn in range(turns):
        start = time.perf_counter()
        ask(turn)
        seconds.append(time.perf_counter() - start)
    seconds.sort()
    return seconds[len(seconds) // 2], seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]


def opened(layout: Layout, values: tuple[str, ...]) -> tuple[int, float]:
    """Return how many files a search for some addresses opens, and the seconds that it takes."""
    counted = 0
    original = search._in_parquet  # noqa: SLF001 - to count what is opened

    def count(place: Layout, files: object) -> str:
        nonlocal counted
        counted = len(files)  # type: ignore[arg-type]
        return original(place, files)  # type: ignore[arg-type]

    search._in_parquet = count  # type: ignore[assignment]  # noqa: SLF001 - same
    start = time.perf_counter()
    query(layout, tenants=TENANTS, where=Equals("dst_ip", values), limit=1000)
    search._in_parquet = original  # noqa: SLF001 - same
    return counted, time.perf_counter() - start


def plant(layout: Layout) -> None:
    """Put one event to a known address into three of the sites, in files of their own."""
    manifest = ManifestWriter(layout)
    if not any(one.retention == "planted" for one in manifest.living()):
        for site in range(3):
            with connect([layout.parquet], threads=2, memory_mb=500, in_order=True) as connection:
                _rows(connection, site, site, 5)
                connection.execute("UPDATE rows SET dst_ip = '203.0.113.' || n WHERE n = 4")
                manifest.commit(
                    [write_file(
                        connection, "rows", layout, tenant=TENANTS[site], retention="planted", day="2026-11-20",
                        sort=True,
                    )]
                )  # fmt: skip
    manifest.close()


def main() -> int:
    """Make what is missing, ask, compare with the bars; 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=36_000_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench" / "events")
    parser.add_argument("--only-make", action="store_true")
    asked = parser.parse_args()
    layout = Layout(asked.folder)
    layout.prepare()
    make(layout, asked.rows)
    plant(layout)
    if asked.only_make:
        return 0
    files = living_files(layout, TENANTS, since=None, until=None)
    rows = sum(one.events for one in files)
    sides = sum(
        path_of(layout, one).with_name(path_of(layout, one).name + ".side").stat().st_size for one in files
    )
    needle = timed(lambda _: query(layout, tenants=TENANTS, where=Equals("dst_ip", ("203.0.113.4",))))
    common = timed(
        lambda turn: query(layout, tenants=TENANTS, where=Equals("user", (f"HOSP\\user{turn}",))), 5
    )
    grouped = timed(lambda _: top(layout, tenants=TENANTS, column="event"))
    indicators = (*(f"192.0.{turn // 256}.{turn % 256}" for turn in range(9_999)), "203.0.113.4")
    count, seconds = opened(layout, indicators)
    plain = timed(lambda _: query(layout, tenants=TENANTS[:1], where=Contains("raw", "no such text")), 3)
    figures = {
        "rows": rows,
        "files": len(files),
        "bytes_per_row": round(sum(one.size for one in files) / rows, 1),
        "side_bytes_per_row": round(sides / rows, 1),
        "needle_p50_seconds": round(needle[0], 3),
        "needle_p95_seconds": round(needle[1], 3),
        "common_value_p50_seconds": round(common[0], 3),
        "group_by_p50_seconds": round(grouped[0], 3),
        "group_by_p95_seconds": round(grouped[1], 3),
        "indicators_seconds": round(seconds, 3),
        "indicators_opened_files": count,
        "indicators_opened_share": round(count / len(files), 4),
        "raw_scan_of_one_site_seconds": round(plain[0], 3),
        "raw_scan_of_all_to_needle": round(plain[0] * SITES / needle[0], 1),
    }
    missed = rows < 36_000_000 and asked.rows >= 36_000_000
    for key, value in figures.items():
        sign, bar = BARS.get(key, ("", 0.0))
        fails = (sign == "<" and value >= bar) or (sign == "<=" and value > bar)
        missed |= fails
        print(f"{key:40} {value:>14,} {f'{sign} {bar}' if sign else '':>10} {'MISSED' if fails else ''}")
    report = ROOT / "build" / "report" / "eventstore_queries.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps({"figures": figures, "bars": BARS, "load": os.getloadavg()}, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
