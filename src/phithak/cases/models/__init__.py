"""Tables of the cases room; no decisions here."""

from phithak.cases.models.core import Case, CaseBody, Counter, Entry, Origin, Party, Report
from phithak.cases.models.work import (
    Finding,
    Guest,
    Lesson,
    Outage,
    PartAccess,
    PartEntry,
    PolicyTerm,
    Question,
    RestrictedPart,
    Task,
    Technique,
)

__all__ = [
    "Case",
    "CaseBody",
    "Counter",
    "Entry",
    "Finding",
    "Guest",
    "Lesson",
    "Origin",
    "Outage",
    "PartAccess",
    "PartEntry",
    "Party",
    "PolicyTerm",
    "Question",
    "Report",
    "RestrictedPart",
    "Task",
    "Technique",
]
