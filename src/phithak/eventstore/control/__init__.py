"""``control.db``: who may send what. The Django side projects it, ingest reads it within a second.

Only this package knows the tables. A sender is found by the SHA-256 of its token; tenant and source come from the
row, never from a request. A sender, source or tenant that is not there does not exist for ingest.
"""

from phithak.eventstore.control.rows import Projection, Sender, Source, Tenant, token_digest
from phithak.eventstore.control.snapshot import Known, Reader, Snapshot
from phithak.eventstore.control.writer import ControlWriter

__all__ = [
    "ControlWriter",
    "Known",
    "Projection",
    "Reader",
    "Sender",
    "Snapshot",
    "Source",
    "Tenant",
    "token_digest",
]
