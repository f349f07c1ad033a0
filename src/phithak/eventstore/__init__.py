"""The event store: batches of events as received, made durable, and found again. No Django.

Who writes what: ``ingest`` the segments and ``ledger.db``; the ``compactor`` Parquet files and ``manifest.db``;
the Django side, through :mod:`phithak.eventstore.control`, ``control.db``. All others read.

An event is *stored* when its batch lies synced in a segment **and** its row is committed in the ledger. Readers
go by the rows of the ledger, so whatever a crash left at the end of a segment is never seen.
"""
