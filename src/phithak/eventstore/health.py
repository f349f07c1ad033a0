"""What the event store tells of itself to whoever looks after it."""

from __future__ import annotations

from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import LedgerReader
from phithak.eventstore.sqlite import is_made, open_reader


def waiting_since(layout: Layout) -> int | None:
    """Return when the oldest batch came that does not lie in Parquet yet (µs, UTC); None when nothing waits."""
    ledger = LedgerReader(layout)
    try:
        rows = ledger.after(compacted(layout), 1)
    finally:
        ledger.close()
    return rows[0].received if rows else None


def compacted(layout: Layout) -> int:
    """Return up to which offset everything lies in Parquet."""
    if not layout.manifest.exists():
        return 0
    connection = open_reader(layout.manifest)
    try:
        if not is_made(connection):
            return 0
        return int(connection.execute("SELECT offset FROM progress").fetchone()[0])
    finally:
        connection.close()
