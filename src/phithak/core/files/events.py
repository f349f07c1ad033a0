"""What can happen to files."""

from __future__ import annotations

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """The room's journal tags. Names of files stay out of the journal: they may name persons."""

    STORED = ("files:file:stored", "เก็บไฟล์ {size_bytes} ไบต์", "File of {size_bytes} bytes stored")
    OPENED = ("files:file:opened", "ดาวน์โหลดไฟล์ {size_bytes} ไบต์", "File of {size_bytes} bytes downloaded")
    RELEASED = (
        "files:file:released",
        "ปล่อยไฟล์จากการกัก เหตุผล: {reason}",
        "File released from quarantine: {reason}",
    )
    QUARANTINED = ("files:file:quarantined", "กักไฟล์ เหตุผล: {reason}", "File put into quarantine: {reason}")
