"""Joining: all writes of the part.

``requests`` are made and withdrawn, ``deciding`` says yes or no and what follows; ``importing`` takes files,
``checking``, ``running`` and ``comparing`` are the bodies of their jobs.
"""

from phithak.registry.services.joining.deciding import (
    LINK,
    WELCOME_JOB,
    ReasonMissingError,
    RecordMovedError,
    approve,
    enter,
    entrance,
    refuse,
    welcome,
)
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
from phithak.registry.services.joining.requests import (
    FirstContact,
    NothingAskedError,
    NotRenewableError,
    OpenRequestError,
    RegistrationClosedError,
    RequestStateError,
    SlowDownError,
    ask_change,
    ask_renewal,
    register,
    withdraw,
)

__all__ = [
    "CHECK_JOB",
    "COMPARE_JOB",
    "LINK",
    "RUN_JOB",
    "WELCOME_JOB",
    "ColumnsError",
    "FirstContact",
    "ImportStateError",
    "NotRenewableError",
    "NothingAskedError",
    "OpenRequestError",
    "ReasonMissingError",
    "RecordMovedError",
    "RegistrationClosedError",
    "RequestStateError",
    "SlowDownError",
    "approve",
    "ask_change",
    "ask_renewal",
    "cancel",
    "choose",
    "enter",
    "entrance",
    "refuse",
    "register",
    "start",
    "upload",
    "welcome",
    "withdraw",
]
