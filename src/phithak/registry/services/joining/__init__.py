"""Joining: all writes of the part.

``importing`` takes files, ``checking`` and ``running`` are the bodies of their jobs.
"""

from phithak.registry.services.joining.importing import (
    CHECK_JOB,
    COMPARE_JOB,
    RUN_JOB,
    ColumnsError,
    ImportStateError,
    cancel,
    choose,
    start,
    upload,
)

__all__ = [
    "CHECK_JOB",
    "COMPARE_JOB",
    "RUN_JOB",
    "ColumnsError",
    "ImportStateError",
    "cancel",
    "choose",
    "start",
    "upload",
]
